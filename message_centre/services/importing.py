"""One import: carries out one order, whole or not at all."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from message_centre.domain.assignments import Accepted, ImportOrder
from message_centre.domain.errors import (
    AlreadyImported,
    BeingFiled,
    Cancelled,
    DatabaseBusy,
    DatabaseDamaged,
    DuplicateOnOtherPatient,
    FileChanged,
    FixTheInput,
    ListChanged,
    MessageCentreError,
    NeedsYes,
    SourceOffline,
    StoreUnreachable,
    UnknownPatient,
)
from message_centre.domain.files import SourceFile
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import ImportResult, Outcome, Release, Released
from message_centre.domain.patients import PatientStatus
from message_centre.domain.people import Right
from message_centre.domain.records import Record, TakenFrom
from message_centre.domain.shelving import shelf_path
from message_centre.services.naming import new_id
from message_centre.services.permitting import Permitting
from message_centre.services.ports import (
    CaptureFacts,
    Clock,
    Imager,
    ImageStore,
    Journal,
    OpenedFile,
    OpenImport,
    Patients,
    Source,
    SourceRegistry,
    Staged,
)
from message_centre.services.recovery import Recoverer
from message_centre.services.work import CancelToken, Progress, Report, current_import, silent

_log = logging.getLogger(__name__)

#: How much of a file's beginning is kept while copying, to read what the file says about itself.
_HEAD = 1 << 20

_SETTLED_AS = {
    Release.RELEASED: ImportState.DONE,
    Release.KEPT: ImportState.LEFT,
    Release.CHANGED: ImportState.CHANGED,
}


@dataclass(frozen=True)
class ImportParts:
    """What an importer is made of."""

    sources: SourceRegistry
    store: ImageStore
    journal: Journal
    patients: Patients
    permitting: Permitting
    imager: Imager
    clock: Clock
    recoverer: Recoverer


class Importer:
    """Carries out orders. Any thread, one order at a time a thread.

    The life of an order:
    1. claim: the journal commits that this run is filing this file; nothing was touched before;
    2. open the source file and see that it is the one the person saw;
    3. stage its bytes in the store's yard, hashing them, and flush;
    4. read the staged bytes back from the disk and compare;
    5. publish them on their shelf under a name that replaces nothing, and flush the folders;
    6. commit record, ledger, trail and journal in one transaction: from here the file is ours;
    7. have the source release exactly those bytes, and settle the journal.
    Up to 6 every failure undoes itself and the source was only read. After 6 nothing is undone:
    what cannot be released stays at the source, hidden from the list, and is tried again.
    """

    def __init__(self, parts: ImportParts) -> None:
        self._parts = parts

    def run_all(
        self,
        orders: Sequence[ImportOrder],
        token: CancelToken,
        done: Callable[[int, ImportResult], None],
    ) -> tuple[ImportResult, ...]:
        """Carry out orders one by one; a cancel stops between files, the rest come back CANCELLED."""
        results = []
        for index, order in enumerate(orders):
            result = _cancelled(order) if token.is_cancelled else self.run(order, token)
            results.append(result)
            done(index, result)
        return tuple(results)

    def run(self, order: ImportOrder, token: CancelToken, report: Report = silent) -> ImportResult:
        """Carry out one order; every expected failure is a result, not an exception."""
        import_id = new_id()
        before = current_import.set(import_id)
        try:
            result = self._run(order, import_id, token, report)
        except Cancelled:
            result = _cancelled(order)
        except MessageCentreError as error:
            result = _refused(order, error)
        _log.info("%s %s %s", order.file.key.token, result.outcome, result.problem)
        current_import.reset(before)
        return result

    def _run(
        self, order: ImportOrder, import_id: str, token: CancelToken, report: Report
    ) -> ImportResult:
        parts, file = self._parts, order.file
        self._check(order)
        parts.recoverer.run_abandoned()
        source = parts.sources.by_id(file.key.source_id)
        if source is None:
            raise SourceOffline("This kind of source is not known on this workstation.")
        earlier = parts.journal.of_request(order.request_id)
        if earlier is not None:
            return self._answered_before(order, earlier)
        parts.store.check(file.destination)
        shelf = shelf_path(order.assignment.provider, import_id, file.extension)
        claimed = parts.journal.claim(order, import_id=import_id, shelf_path=shelf)
        record = self._arrive(order, claimed, source, token, report)
        released = source.release(file.key, sha256=record.sha256, import_id=import_id)
        try:
            parts.journal.settle(import_id, _SETTLED_AS[released.release], released.reason)
        except MessageCentreError:
            # The file is on record all the same; only the journal does not know how it ended.
            parts.recoverer.abandon(import_id)
        return _saved(order, record.id, released)

    def _check(self, order: ImportOrder) -> None:
        """Everything that can be refused before a file is touched."""
        given = order.assignment
        self._parts.permitting.require(given.operator, Right.SAVE, given.provider)
        patient = self._parts.patients.get(given.patient_id)
        if patient is None:
            raise UnknownPatient("This patient is not in the register any more.")
        if given.identity and given.identity != patient.label:
            raise ListChanged(
                "The patient's details in the register have changed since they were confirmed."
            )
        usual = patient.status is PatientStatus.ACTIVE
        if not usual and Accepted.STATUS not in given.accepted:
            raise NeedsYes(f"This patient is {patient.status}.")

    def _arrive(
        self,
        order: ImportOrder,
        claimed: OpenImport,
        source: Source,
        token: CancelToken,
        report: Report,
    ) -> Record:
        """Steps 2 to 6; on any failure before the commit our own copies and the claim are undone."""
        try:
            staged, facts = self._stage(order, claimed, source, token, report)
            token.check()
            self._parts.store.publish(order.file.destination, claimed.import_id, claimed.shelf_path)
            record = self._record(order, claimed, staged, facts)
            self._commit(claimed, record, order.assignment.accepted)
        except _StateUnknown as unknown:
            # The commit may have happened: touch nothing, recovery reads what really did.
            self._parts.recoverer.abandon(claimed.import_id)
            raise unknown.reason from unknown
        except (Cancelled, MessageCentreError) as error:
            self._undo(claimed, str(error))
            raise
        return record

    def _stage(
        self,
        order: ImportOrder,
        claimed: OpenImport,
        source: Source,
        token: CancelToken,
        report: Report,
    ) -> tuple[Staged, CaptureFacts]:
        file, store = order.file, self._parts.store
        head = bytearray()
        with source.open(file.key, file.fingerprint) as opened:
            chunks = _watched(opened, file, head, token, report)
            staged = store.stage(file.destination, claimed.import_id, chunks)
            opened.check_unchanged()
        if staged.size != file.size:
            raise FileChanged("The file has changed while it was being read.")
        if store.read_back(file.destination, claimed.import_id) != staged:
            raise StoreUnreachable("The store's disk does not give back what was written to it.")
        return staged, self._parts.imager.facts(bytes(head))

    def _record(
        self, order: ImportOrder, claimed: OpenImport, staged: Staged, facts: CaptureFacts
    ) -> Record:
        file, given = order.file, order.assignment
        return Record(
            id=claimed.import_id,
            patient_id=given.patient_id,
            provider=given.provider,
            operator=given.operator,
            destination=file.destination,
            title=given.title,
            comment=given.comment,
            taken_at=facts.taken_at or file.modified,
            taken_from=facts.taken_from or TakenFrom.FILE_TIME,
            filed_at=self._parts.clock.now(),
            original_name=file.name,
            source=file.source_name,
            size=staged.size,
            sha256=staged.sha256,
            shelf_path=claimed.shelf_path,
        )

    def _commit(self, claimed: OpenImport, record: Record, accepted: frozenset[Accepted]) -> None:
        try:
            self._parts.journal.file(claimed, record, accepted)
        except (DatabaseBusy, DatabaseDamaged) as error:
            if not self._was_committed(claimed, error):
                raise

    def _was_committed(self, claimed: OpenImport, error: MessageCentreError) -> bool:
        """Ask the record itself what became of a commit whose answer was an error."""
        try:
            found = self._parts.journal.read(claimed.import_id)
        except MessageCentreError:
            raise _StateUnknown(error) from error
        return found is not None and found.state is not ImportState.CLAIMED

    def _undo(self, claimed: OpenImport, reason: str) -> None:
        """Our own copies first, then the claim: a kill in between leaves a claim for recovery."""
        try:
            self._parts.store.discard(claimed.destination, claimed.import_id, claimed.shelf_path)
            self._parts.journal.abort(claimed, reason)
        except MessageCentreError:
            self._parts.recoverer.abandon(claimed.import_id)

    def _answered_before(self, order: ImportOrder, earlier: OpenImport) -> ImportResult:
        """The same request again: its first answer, never a second import."""
        if earlier.record_id:
            kept = earlier.state is ImportState.LEFT
            released = Released(Release.KEPT if kept else Release.RELEASED, earlier.note)
            return _saved(order, earlier.record_id, released)
        raise BeingFiled("This request has been answered before.")


class _StateUnknown(Exception):
    def __init__(self, reason: MessageCentreError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _watched(
    opened: OpenedFile, file: SourceFile, head: bytearray, token: CancelToken, report: Report
) -> Iterator[bytes]:
    """The bytes, with cancel honoured and progress told at every chunk, the first ones kept."""
    done = 0
    for chunk in opened.chunks():
        token.check()
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
        done += len(chunk)
        if done > file.size:
            raise FileChanged("The file is growing while it is being read.")
        report(Progress(done, file.size))
        yield chunk


def _saved(order: ImportOrder, record_id: str, released: Released) -> ImportResult:
    kept = released.release is Release.KEPT
    return ImportResult(
        key=order.file.key,
        name=order.file.name,
        outcome=Outcome.SAVED_SOURCE_KEPT if kept else Outcome.SAVED,
        destination=order.file.destination,
        record_id=record_id,
        reason=released.reason,
    )


def _cancelled(order: ImportOrder) -> ImportResult:
    return ImportResult(
        key=order.file.key,
        name=order.file.name,
        outcome=Outcome.CANCELLED,
        destination=order.file.destination,
        reason="Cancelled; nothing was changed.",
    )


def _refused(order: ImportOrder, error: MessageCentreError) -> ImportResult:
    outcome = Outcome.FAILED
    if isinstance(error, AlreadyImported):
        outcome = Outcome.ALREADY_FILED
    elif isinstance(error, (FixTheInput, ListChanged)):
        outcome = Outcome.REFUSED
    return ImportResult(
        key=order.file.key,
        name=order.file.name,
        outcome=outcome,
        destination=order.file.destination,
        record_id=str(getattr(error, "record_id", "")),
        reason=error.detail,
        advice=error.advice,
        problem=type(error).__name__,
        other_patient_id=error.patient_id if isinstance(error, DuplicateOnOtherPatient) else "",
    )
