"""The integrity check: compares store, records, journal and trail, and repairs nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import Destination
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import Finding
from message_centre.domain.records import Record, RecordState
from message_centre.services.ports import ImageStore, Journal, OpenImport, Records, Trail
from message_centre.services.work import CancelToken, Progress, Report, silent

MISSING = "missing-file"
WRONG_SIZE = "wrong-size"
WRONG_BYTES = "wrong-bytes"
CHANGED_ROW = "changed-row"
UNREADABLE = "unreadable-file"
STORE_AWAY = "store-away"
ORPHAN = "file-without-record"
LEFTOVER = "left-in-staging"
SET_ASIDE = "lost-and-found"
OPEN_IMPORT = "open-import"
BROKEN_TRAIL = "broken-trail"

_LOST_AND_FOUND = "lost+found"
#: A source that keeps its file is retried at every start; that is nobody's damage.
_AT_REST = frozenset({ImportState.LEFT})


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How many records and stored files were looked at, and everything that was not in order."""

    records: int
    files: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Seen:
    """One look at everything that can own a file, taken in an order that no import can slip through."""

    files: tuple[tuple[Destination, str, bool], ...]
    away: frozenset[Destination]
    open_imports: dict[str, OpenImport] = field(default_factory=dict)
    records: tuple[Record, ...] = ()


def is_believed_alive(workstation: str, is_alive: Callable[[str], bool], found: OpenImport) -> bool:
    """Another workstation's runs cannot be asked from here; they are believed for their lease."""
    if found.workstation != workstation:
        return not found.is_lease_over
    return is_alive(found.session)


def _nobody(_found: OpenImport) -> bool:
    return False


class Auditor:
    """Reads everything once and tells what does not fit together. Changes nothing, ever.

    Imports may go on meanwhile: what they own is not reported. `is_alive` tells whether the session
    of an open import still runs; without it every open import counts as left by a dead one.
    """

    def __init__(
        self,
        *,
        records: Records,
        store: ImageStore,
        journal: Journal,
        trail: Trail,
        is_alive: Callable[[OpenImport], bool] = _nobody,
    ) -> None:
        self._records = records
        self._store = store
        self._journal = journal
        self._trail = trail
        self._is_alive = is_alive

    def check(self, token: CancelToken, report: Report = silent) -> AuditReport:
        """Hash every stored file and compare it with its record. Call on any thread.

        Raises:
            Cancelled
        """
        findings: list[Finding] = []
        seen = self._look(token, findings)
        findings.extend(self._strays(seen))
        seals = {entry.record_id: entry.seal for entry in self._trail.entries() if entry.seal}
        for done, record in enumerate(seen.records):
            token.check()
            report(Progress(done, len(seen.records)))
            findings.extend(self._of_record(record, seen.away, seals.get(record.id)))
        findings.extend(self._unsettled(seen))
        findings.extend(self._of_trail())
        report(Progress(len(seen.records), len(seen.records)))
        shelved = sum(not is_staged for _, _, is_staged in seen.files)
        return AuditReport(len(seen.records), shelved, tuple(findings))

    def _look(self, token: CancelToken, findings: list[Finding]) -> _Seen:
        # Files first, records last, open imports before and after: a file that an import publishes
        # meanwhile is then owned in at least one of the looks.
        owned = {found.import_id: found for found in self._journal.open_imports()}
        files: list[tuple[Destination, str, bool]] = []
        away = set()
        for destination in Destination:
            try:
                self._store.check(destination)
                for path, is_staged in self._store.walk(destination):
                    token.check()
                    files.append((destination, path, is_staged))
            except MessageCentreError as error:
                away.add(destination)
                findings.append(Finding(STORE_AWAY, "", destination.value, error.detail))
        owned |= {found.import_id: found for found in self._journal.open_imports()}
        records = tuple(self._records.everything())
        return _Seen(tuple(files), frozenset(away), owned, records)

    def _strays(self, seen: _Seen) -> Iterator[Finding]:
        """Files that neither a record nor an open import owns."""
        recorded = {(record.destination, record.shelf_path) for record in seen.records}
        for destination, path, is_staged in seen.files:
            import_id = PurePosixPath(path).name.partition(".")[0]
            is_open = import_id in seen.open_imports
            where = str(self._store.path(destination, path))
            if _LOST_AND_FOUND in PurePosixPath(path).parts:
                yield Finding(SET_ASIDE, "", where, "Set aside because it may be the last copy.")
            elif is_staged:
                if not is_open:
                    yield Finding(LEFTOVER, "", where, "No open import owns this staged file.")
            elif (destination, path) not in recorded and not is_open:
                known = self._records.get(import_id)
                words = "No record refers to this file."
                if known is not None and known.state is RecordState.WITHDRAWN:
                    words = "The record of this file was withdrawn."
                yield Finding(ORPHAN, known.id if known else "", where, words)

    def _of_record(
        self, record: Record, away: frozenset[Destination], seal: str | None
    ) -> Iterator[Finding]:
        if record.destination in away:
            return
        problem, words = self._compared(record)
        if not problem and seal != record.seal:
            problem, words = CHANGED_ROW, "The record's row is not the one that was filed."
        if problem and self._is_still_filed(record):
            where = str(self._store.path(record.destination, record.shelf_path))
            yield Finding(problem, record.id, where, words)

    def _compared(self, record: Record) -> tuple[str, str]:
        try:
            found = self._store.measure(record.destination, record.shelf_path)
        except MessageCentreError as error:
            return UNREADABLE, error.detail
        if found is None:
            return MISSING, "The stored file is not there."
        if found.size != record.size:
            return WRONG_SIZE, f"The file has {found.size} bytes instead of {record.size}."
        if found.sha256 != record.sha256:
            return WRONG_BYTES, "The file's bytes are not those that were filed."
        return "", ""

    def _is_still_filed(self, record: Record) -> bool:
        """A file that was withdrawn while we looked is rightly gone."""
        now = self._records.get(record.id)
        return now is not None and now.state is RecordState.FILED

    def _unsettled(self, seen: _Seen) -> Iterator[Finding]:
        for found in seen.open_imports.values():
            now = self._journal.read(found.import_id)
            if now is None or now.state is not found.state or found.state in _AT_REST:
                continue
            if not self._is_alive(found):
                words = (
                    f"An import stands at '{found.state}' and the program that made it has ended."
                )
                known = self._records.get(found.import_id)
                yield Finding(OPEN_IMPORT, known.id if known else "", found.shelf_path, words)

    def _of_trail(self) -> Iterator[Finding]:
        _, broken = self._trail.verify()
        if broken is not None:
            words = f"The trail is not intact from entry {broken} on."
            yield Finding(BROKEN_TRAIL, "", "trail", words)
