"""The edges as the use cases see them; every adapter implements one of these.

Unless a method says otherwise it may be called on any thread, waits for its answer and raises only
errors of `domain.errors`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from message_centre.domain.assignments import Accepted, ImportOrder
from message_centre.domain.files import (
    Destination,
    FileKey,
    Fingerprint,
    Listing,
    SourceKind,
)
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import Released
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Provider
from message_centre.domain.records import Record, TakenFrom, TrailEntry
from message_centre.services.work import CancelToken, Report


class Clock(Protocol):
    """The time, replaceable in tests."""

    def now(self) -> datetime:
        """The present moment in local time, with offset."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


class OpenedFile(Protocol):
    """A source file held open through one handle, verified to be the one that was seen."""

    def chunks(self) -> Iterator[bytes]:
        """The bytes, from the start."""

    def check_unchanged(self) -> None:
        """Raise `FileChanged` unless the handle and the name still show the same file."""


class Source(Protocol):
    """A place files come from."""

    @property
    def source_id(self) -> str:
        """Stable for the same place, on every workstation that names it alike."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def kind(self) -> SourceKind:
        """What sort of place it is."""

    def list_files(self, token: CancelToken, report: Report) -> Listing:
        """Everything directly inside, with states; an unreachable place is a state, never an error."""

    def open(self, key: FileKey, fingerprint: Fingerprint) -> AbstractContextManager[OpenedFile]:
        """Open exactly the file that was seen.

        Raises:
            FileGone, FileChanged, FileBusy, AccessDenied, SourceOffline
        """

    def peek(self, key: FileKey, fingerprint: Fingerprint, length: int) -> tuple[bytes, bytes]:
        """The first and the last `length` bytes, without reading what lies between.

        Raises:
            FileGone, FileChanged, AccessDenied, SourceOffline
        """

    def release(self, key: FileKey, *, sha256: str, import_id: str) -> Released:
        """Remove exactly the filed bytes; may be repeated after any interruption.

        Never raises for the place's sake: what could not be removed is KEPT with the reason, what is
        another file now is CHANGED and stays or is given back.
        """

    def still_has(self, key: FileKey, *, sha256: str, import_id: str) -> bool:
        """Whether the place holds the filed bytes, under their name or set aside for this import.

        Raises:
            SourceOffline: the place cannot be looked at now.
        """

    def still_there(self, key: FileKey, fingerprint: str) -> bool:
        """Whether the place still shows the file that was claimed, as the written fingerprint says.

        Raises:
            SourceOffline: the place cannot be looked at now.
        """

    def restore(self, key: FileKey, *, import_id: str) -> None:
        """Give a file that was set aside for this import its name back; nothing set aside is fine."""

    def put_back(
        self, key: FileKey, chunks: Iterable[bytes], *, sha256: str, import_id: str
    ) -> FileKey:
        """Put a withdrawn file back, durably and under a free name; may be repeated.

        Returns the key under which it stands.

        Raises:
            AccessDenied, SourceOffline, StoreFull
        """

    def watch(self, look_again: Callable[[], None]) -> None:
        """Call `look_again`, on the watcher's thread, when something may have changed.

        May be called again at any time: a watch that died with its place is begun anew.
        """

    def unwatch(self) -> None:
        """Stop watching and join the watcher's thread."""


class SourceRegistry(Protocol):
    """Makes sources from what is configured or remembered."""

    def folder(self, path: Path) -> Source:
        """The source of a watched folder; the same object for the same folder."""

    def returned(self) -> Source:
        """The inbox of this home for withdrawn files whose source cannot take them back."""

    def by_id(self, source_id: str) -> Source | None:
        """The source with that id, configured or not, or None if its kind is not known here."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that arrived in the store's yard."""

    sha256: str
    size: int


class ImageStore(Protocol):
    """The stores under one roof: Images and Documents, each with its marker and staging yard."""

    def check(self, destination: Destination) -> None:
        """Raise `StoreUnreachable` unless the store with the known marker is there."""

    def stage(self, destination: Destination, import_id: str, chunks: Iterable[bytes]) -> Staged:
        """Write a new staging file, hashing what is written, and flush it to disk.

        Raises:
            StoreFull, AccessDenied, StoreUnreachable
        """

    def read_back(self, destination: Destination, import_id: str) -> Staged:
        """Hash the staging file anew, as the disk gives it."""

    def publish(self, destination: Destination, import_id: str, shelf_path: str) -> None:
        """Move the staging file onto its shelf, replacing nothing, and flush the folders."""

    def discard(self, destination: Destination, import_id: str, shelf_path: str) -> None:
        """Remove this import's own unrecorded copies, staged or shelved; their absence is fine."""

    def remove(self, destination: Destination, shelf_path: str, *, sha256: str) -> None:
        """Remove a stored file whose bytes were withdrawn and stand verified elsewhere; repeatable."""

    def set_aside(self, destination: Destination, import_id: str, shelf_path: str) -> str:
        """Move a copy that may be the last one into `lost+found`; where, or empty if there was none."""

    def measure(self, destination: Destination, shelf_path: str) -> Staged | None:
        """Hash and size of a stored file, or None if it is not there."""

    def chunks(self, destination: Destination, shelf_path: str) -> Iterator[bytes]:
        """The bytes of a stored file.

        Raises:
            RecordWithoutFile
        """

    def path(self, destination: Destination, shelf_path: str) -> Path:
        """The absolute path of a stored file, whether or not it is there."""

    def walk(self, destination: Destination) -> Iterator[tuple[str, bool]]:
        """Every file inside: shelf path, and whether it lies in staging."""


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


class Journal(Protocol):
    """Imports not yet settled, and the one commit that makes a file ours."""

    def claim(self, order: ImportOrder, *, import_id: str, shelf_path: str) -> OpenImport:
        """Commit the claim on a file; a repeated request gets its first row back.

        Raises:
            BeingFiled: another import holds this file; the detail says whose.
        """

    def file(
        self, claimed: OpenImport, record: Record, accepted: frozenset[Accepted] = frozenset()
    ) -> None:
        """The commit: journal row, record, ledger and trail in one transaction.

        Duplicates are judged inside it, so that no race can pass between the look and the commit.

        Raises:
            AlreadyImported: these bytes are on this patient's record.
            DuplicateOnOtherPatient, FiledBefore: unless `accepted` holds the deliberate yes.
            BeingFiled: the claim was taken over meanwhile.
        """

    def settle(self, import_id: str, state: ImportState, note: str = "") -> None:
        """Record how a filed or returning import ended."""

    def abort(self, claimed: OpenImport, reason: str) -> bool:
        """Give a claim up; False if it was no longer ours to give up."""

    def take_over(self, found: OpenImport) -> OpenImport | None:
        """Fence off the dead session of an open row; None if another recovery was faster."""

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

    def of_request(self, request_id: str) -> OpenImport | None:
        """The row that an earlier try of the same request opened, or None."""

    def open_imports(self) -> tuple[OpenImport, ...]:
        """Every row that still owes something, oldest first."""

    def hidden(self, source_id: str) -> Mapping[str, frozenset[str]]:
        """For each file key path of a source whose file is on record though still at the source:
        the fingerprints under which it was filed. The list leaves exactly those out.
        """


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


class Patients(Protocol):
    """The register."""

    def get(self, patient_id: str) -> Patient | None:
        """One patient by our id, or None."""

    def by_number(self, number: str) -> Patient | None:
        """One patient by the practice's number, or None."""

    def with_numbers(self, numbers: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these numbers, by number."""

    def with_nhis(self, nhis: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these NHIs, by NHI; whoever was merged gives way to who was not."""

    def search(self, text: str, *, limit: int = 50) -> tuple[tuple[Patient, float], ...]:
        """Patients that fit, best first, with a score from 1.0 (certain) down to 0."""

    def near(self, patient: Patient) -> tuple[Patient, ...]:
        """Other patients that may be mixed up with this one; the caller judges why."""

    def save(self, patients: Iterable[Patient]) -> None:
        """Insert new patients and update known ones (by id), in one transaction.

        Raises:
            FixTheInput: a number belongs to another patient.
        """

    def count(self) -> int:
        """How many patients the register holds."""


class People(Protocol):
    """Operators, providers and rights."""

    def operators(self) -> tuple[Operator, ...]:
        """Every operator with the rights held, by id."""

    def providers(self) -> tuple[Provider, ...]:
        """Every provider, by number."""

    def save_operator(self, operator: Operator) -> None:
        """Insert or replace an operator and the rights held."""

    def save_provider(self, provider: Provider) -> None:
        """Insert or replace a provider."""


class PracticeSettings(Protocol):
    """What the practice sets, as stored text by full key (`operator.ADM.folders.images`)."""

    def read(self) -> Mapping[str, str]:
        """Every stored value."""

    def write(self, key: str, value: str) -> None:
        """Store one value; an empty one is stored too."""


class WorkstationSettings(Protocol):
    """What this workstation sets, in the home's settings file."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the file, in sentences to show at start."""

    def read(self) -> Mapping[str, str]:
        """Every value by dotted key."""

    def write(self, key: str, value: str) -> None:
        """Write one value, keeping every key we do not know."""


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What a file says about itself. `taken_at` carries an offset."""

    taken_at: datetime | None = None
    taken_from: TakenFrom | None = None
    width: int = 0
    height: int = 0
    format_name: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded pixels: 8-bit RGBA rows without padding, upright."""

    width: int
    height: int
    rgba: bytes


class Imager(Protocol):
    """Decoding behind limits."""

    def picture(self, data: bytes, *, longest: int) -> Picture:
        """The picture, upright, at most `longest` pixels on its longer side.

        Raises:
            UnreadablePicture, PictureTooLarge
        """

    def facts(self, data: bytes) -> CaptureFacts:
        """Facts from the head of the file; empty facts if it tells none. Never raises."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One source's day: seen = filed + waiting + held + ignored."""

    day: date
    source: str
    seen: int
    filed: int
    waiting: int
    held: int
    ignored: int


class DayCounts(Protocol):
    """The last count of each source on each day."""

    def save(self, counts: Iterable[DayCount]) -> None:
        """Insert or replace, by day and source."""

    def of_day(self, day: date) -> tuple[DayCount, ...]:
        """The counts of a day, by source."""


class Recents(Protocol):
    """Patients an operator filed to lately."""

    def add(self, operator: str, patient_id: str) -> None:
        """Put a patient first."""

    def of(self, operator: str, *, limit: int = 12) -> tuple[str, ...]:
        """Patient ids, the latest first."""


__all__ = [
    "CaptureFacts",
    "Clock",
    "DayCount",
    "DayCounts",
    "ImageStore",
    "Imager",
    "Journal",
    "OpenImport",
    "OpenedFile",
    "Patients",
    "People",
    "Picture",
    "PracticeSettings",
    "Reassignment",
    "Recents",
    "Records",
    "Report",
    "Source",
    "SourceRegistry",
    "Staged",
    "Trail",
    "WorkstationSettings",
]
