"""The journal of imports, the records and the trail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from message_centre.domain.assignments import Accepted, ImportOrder
from message_centre.domain.errors import BeingFiled, MessageCentreError
from message_centre.domain.files import Destination, FileKey
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.records import Record, TrailEntry

#: Told to a run whose import was settled elsewhere, because it had been silent for too long.
TAKEN_OVER = "Another workstation has taken this file over meanwhile."


@dataclass(frozen=True, slots=True)
class OpenImport:
    """A journal row as recovery and release need it."""

    import_id: str
    state: ImportState
    epoch: int
    key: FileKey
    source_name: str
    fingerprint: str
    workstation: str
    session: str
    destination: Destination
    shelf_path: str
    original_name: str
    patient_id: str
    operator: str
    record_id: str = ""
    sha256: str = ""
    size: int = 0
    note: str = ""
    is_lease_over: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What an import wants to hold before it opens anything."""

    order: ImportOrder
    import_id: str
    shelf_path: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A claim whose bytes stand on their shelf, the record to commit, what was accepted, and what the
    trail calls it.
    """

    claimed: OpenImport
    record: Record
    accepted: frozenset[Accepted] = frozenset()
    action: str = "save"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A file that came again, by auto-import, and was let go of: its bytes are on record already."""

    at: datetime
    source: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class End:
    """How an import ended, with the reason in words where there is one."""

    import_id: str
    state: ImportState
    note: str = ""


class Journal(Protocol):
    """Imports not yet settled, and the one commit that makes a file ours."""

    def claim(self, claims: Sequence[Claim]) -> tuple[OpenImport | BeingFiled, ...]:
        """Commit claims on files in one transaction, each granted or answered with who holds it."""

    def file(self, filings: Sequence[Filing]) -> tuple[MessageCentreError | None, ...]:
        """The commit: journal rows, records, ledger and trail in one transaction.

        Duplicates are judged inside it, so that no race can pass between the look and the commit.
        A filing that is refused leaves nothing behind and hinders no other. The answers:
            None: filed;
            AlreadyImported: these bytes are on this patient's record;
            DuplicateOnOtherPatient, FiledBefore: the deliberate yes is missing;
            BeingFiled: the claim was taken over meanwhile.
        """

    def renew(self, import_ids: Sequence[str]) -> None:
        """Hold these claims for another lease."""

    def settle(self, ends: Sequence[End]) -> None:
        """Record how filed or returning imports ended; repeating the same end is fine."""

    def abort(self, claimed: OpenImport, reason: str) -> bool:
        """Give a claim up; False if it was no longer ours to give up."""

    def take_over(self, found: OpenImport) -> OpenImport | None:
        """Fence off the dead session of an open row; None if another recovery was faster.

        An original that was LEFT is held again until it is settled, so that its record cannot be
        withdrawn while it is released; None too if that has begun already.
        """

    def begin_return(
        self, record: Record, *, import_id: str, reason: str, operator: str
    ) -> OpenImport:
        """Commit that a record's bytes are on their way back to the inbox.

        Raises:
            BeingFiled, UnknownRecord
        """

    def commit_return(self, returning: OpenImport, *, at: datetime, returned_to: FileKey) -> None:
        """In one transaction: tombstone the record, remember where the bytes stand, trail."""

    def read(self, import_id: str) -> OpenImport | None:
        """The row as it stands, or None."""

    def of_requests(self, request_ids: Sequence[str]) -> Mapping[str, OpenImport]:
        """The rows that earlier tries of the same requests opened, by request."""

    def saved_by(self, key: FileKey, fingerprint: str) -> str:
        """Who has put exactly this file on record, in words; empty if nobody has."""

    def open_imports(self) -> tuple[OpenImport, ...]:
        """Every row that still owes something, oldest first."""

    def hidden(self, source_id: str) -> Mapping[str, frozenset[str]]:
        """For each file key path of a source whose file is on record though still at the source:
        the fingerprints under which it was filed. The list leaves exactly those out.
        """


class Repeats(Protocol):
    """Files that auto-import finds again although they are on record."""

    def known(self, claimed: OpenImport, sha256: str) -> Record | None:
        """The filed record of this patient that has these bytes under the claimed file's own name."""

    def repeat(self, claimed: OpenImport, record: Record) -> bool:
        """In one transaction: the claimed file is one that `record` holds already; trail.

        From here on its source may let go of it, as of a file that was just filed. False if the claim
        was taken over, or the record is withdrawn or on its way back: then nothing was changed.
        """

    def between(self, start: datetime, end: datetime) -> tuple[Repeated, ...]:
        """The files that came again in [start, end), oldest first."""


@dataclass(frozen=True, slots=True)
class Reassignment:
    """To whom a record moves, on whose word, when and why."""

    patient_id: str
    operator: str
    reason: str
    at: datetime


class Records(Protocol):
    """Stored items as rows."""

    def get(self, record_id: str) -> Record | None:
        """One record, or None."""

    def of_patient(self, patient_id: str, *, withdrawn: bool = False) -> tuple[Record, ...]:
        """A patient's records, newest first; tombstones only if asked for."""

    def filed_from(self, key: FileKey) -> Record | None:
        """The record that a source file became, wherever it was moved since; None if it is on none."""

    def everything(self, *, withdrawn: bool = False) -> Iterator[Record]:
        """Every record, oldest first."""

    def with_bytes(self, sha256: str) -> tuple[Record, ...]:
        """Every record, tombstones included, that ever held these bytes, oldest first."""

    def reassign(self, record: Record, *, new_id: str, correction: Reassignment) -> Record:
        """In one transaction: tombstone at the old patient, a new row at the right one, trail.

        Raises:
            AlreadyImported, UnknownRecord
        """

    def filed_between(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """How many files of each source were filed in [start, end) and not withdrawn."""

    def by_themselves(self, start: datetime, end: datetime) -> tuple[Record, ...]:
        """What auto-import filed in [start, end) and nobody withdrew, oldest first."""


class Trail(Protocol):
    """The append-only, hash-chained account of who did what."""

    def add(
        self, action: str, *, operator: str, record_id: str = "", patient_id: str = "", detail: str
    ) -> None:
        """Add one entry in its own transaction (an import's entry is part of its commit)."""

    def entries(self, *, patient_id: str = "") -> Iterator[TrailEntry]:
        """Oldest first."""

    def verify(self) -> tuple[int, int | None]:
        """Number of entries, and the first broken sequence number or None."""
