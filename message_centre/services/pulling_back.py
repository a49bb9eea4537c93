"""Corrects an assignment: back to the inbox with a tombstone, or on to the right patient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from message_centre.domain.errors import (
    AccessDenied,
    DatabaseBusy,
    DatabaseDamaged,
    HalfReturned,
    IncompleteOrder,
    MessageCentreError,
    SignInAgain,
    SourceOffline,
    StoreFull,
    UnknownPatient,
    UnknownRecord,
)
from message_centre.domain.files import FileKey, SourceKind
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.names import plain
from message_centre.domain.outcomes import Correction
from message_centre.domain.people import Right
from message_centre.domain.records import Record, RecordState
from message_centre.services.naming import new_id
from message_centre.services.permitting import Permitting
from message_centre.services.ports import (
    Clock,
    End,
    Filed,
    ImageStore,
    Journal,
    OpenImport,
    Patients,
    Reassignment,
    Records,
    Source,
    SourceRegistry,
)


@dataclass(frozen=True)
class Returner:
    """Carries a journalled return forward: bytes back, one commit, then our copy removed.

    Every step may be repeated; recovery calls the same method.
    """

    sources: SourceRegistry
    store: ImageStore
    journal: Journal
    clock: Clock
    forget: Callable[[str], None]

    def carry_out(self, returning: OpenImport, *, again: bool = False) -> None:
        """Finish a return that is RETURNING or WITHDRAWN; `again` if an earlier try was interrupted.

        Raises:
            RecordWithoutFile, StoreUnreachable, StoreFull, AccessDenied: nothing was committed.
        """
        if returning.state is ImportState.RETURNING:
            self.store.check(returning.destination)
            self._restore_repeats(returning)
            key = self._put_back(returning, self._places(returning, again=again))
            self._commit(returning, key)
        self.store.remove(returning.destination, returning.shelf_path, sha256=returning.sha256)
        self.forget(returning.sha256)
        end = End(returning.import_id, ImportState.RETURNED, returning.note)
        self.journal.settle([end])

    def _restore_repeats(self, returning: OpenImport) -> None:
        """Give what came again and was set aside its name: without the record nothing vouches for it."""
        for kept in self.journal.open_imports():
            is_repeat = kept.import_id not in {returning.import_id, kept.record_id}
            if is_repeat and kept.record_id == returning.record_id:
                source = self.sources.by_id(kept.key.source_id)
                if source is not None:
                    source.restore(kept.key, import_id=kept.import_id)

    def _commit(self, returning: OpenImport, key: FileKey) -> None:
        try:
            self.journal.commit_return(returning, at=self.clock.now(), returned_to=key)
        except (DatabaseBusy, DatabaseDamaged, StoreFull) as error:
            # The bytes stand in the inbox, and the commit may even have happened: only onwards.
            raise HalfReturned("The file is back, but the record could not be told.") from error

    def _places(self, returning: OpenImport, *, again: bool) -> list[Source]:
        """Where it came from, or this home's inbox for returned files.

        An interrupted try may have left the file in either: then it is that one, and a source that
        does not answer is waited for, since the file would come back twice.
        """
        source, inbox = self.sources.by_id(returning.key.source_id), self.sources.returned()
        if source is None:
            return [inbox]
        if not again or source.kind.is_read_only:  # nothing is ever written there
            return [source, inbox]
        is_in_inbox = inbox.still_has(
            _key_at(inbox, returning), sha256=returning.sha256, import_id=returning.import_id
        )
        return [inbox] if is_in_inbox else [source]

    def _put_back(self, returning: OpenImport, places: Sequence[Source]) -> FileKey:
        """To the first of these places that takes it."""
        refused: MessageCentreError | None = None
        for place in places:
            key = _key_at(place, returning)
            try:
                if place.still_has(key, sha256=returning.sha256, import_id=returning.record_id):
                    # Kept at its source; one that was set aside for its import gets its name back.
                    place.restore(key, import_id=returning.record_id)
                there = Filed(
                    key,
                    returning.sha256,
                    returning.import_id,
                    fingerprint=returning.fingerprint,
                )
                chunks = self.store.chunks(returning.destination, returning.shelf_path)
                return place.put_back(there, chunks)
            except (AccessDenied, StoreFull) as error:
                refused = error
            except (SignInAgain, SourceOffline) as error:
                if self._was_kept(returning):
                    raise  # the original is listed again with the withdrawal; another would be one too many
                refused = error
        raise refused or SourceOffline("No place can take the file back.")

    def _was_kept(self, returning: OpenImport) -> bool:
        """Whether its source had not let the original go, as far as is known."""
        return returning.key.path in self.journal.hidden(returning.key.source_id)


def _key_at(place: Source, returning: OpenImport) -> FileKey:
    """A drive's own identity for a file, or a way through folders, says nothing to the inbox.

    It takes the file's name.
    """
    kind, _, _ = returning.key.source_id.partition(":")
    is_plain = not SourceKind(kind).is_drive and "/" not in returning.key.path
    if is_plain or place.source_id == returning.key.source_id:
        return returning.key
    return FileKey(place.source_id, quote(plain(returning.original_name), safe=""))


@dataclass(frozen=True)
class CorrectorParts:
    """What a corrector is made of."""

    records: Records
    patients: Patients
    journal: Journal
    permitting: Permitting
    returner: Returner
    clock: Clock
    abandon: Callable[[str], None]


class Corrector:
    """Withdraws and reassigns records, always with a reason. Any thread."""

    def __init__(self, parts: CorrectorParts) -> None:
        self._parts = parts

    def withdraw(self, record_id: str, *, operator: str, reason: str) -> Correction:
        """Bring a file back to the inbox and leave a tombstone.

        Raises:
            UnknownRecord, NotPermitted, IncompleteOrder: nothing was changed.
            BeingFiled, StoreUnreachable, RecordWithoutFile, AccessDenied, StoreFull: likewise.
        """
        record = self._record(record_id, operator, reason)
        returning = self._parts.journal.begin_return(
            record, import_id=new_id(), reason=reason.strip(), operator=operator
        )
        try:
            self._parts.returner.carry_out(returning)
        except HalfReturned:
            # It can neither be finished nor undone now; recovery finishes it.
            self._parts.abandon(returning.import_id)
            raise
        except MessageCentreError as error:
            if self._was_given_up(returning, error):
                raise
            # Past the commit: the record is withdrawn, and recovery removes our copy.
            self._parts.abandon(returning.import_id)
            return Correction(record_id, "withdrawn", error.detail)
        return Correction(record_id, "withdrawn")

    def _was_given_up(self, returning: OpenImport, error: MessageCentreError) -> bool:
        """Whether everything is as before; otherwise the commit has happened or is unknown."""
        try:
            return self._parts.journal.abort(returning, error.detail)
        except MessageCentreError:
            self._parts.abandon(returning.import_id)
            raise error from None

    def reassign(
        self, record_id: str, *, patient_id: str, operator: str, reason: str
    ) -> Correction:
        """Move a record to the right patient; the old one keeps a tombstone without the new name.

        Raises:
            UnknownRecord, UnknownPatient, NotPermitted, IncompleteOrder, AlreadyImported: nothing
                was changed.
        """
        record = self._record(record_id, operator, reason)
        if self._parts.patients.get(patient_id) is None:
            raise UnknownPatient("The patient to move to is not in the register.")
        if patient_id == record.patient_id:
            raise IncompleteOrder("The record is on this patient already.")
        moved = self._parts.records.reassign(
            record,
            new_id=new_id(),
            correction=Reassignment(patient_id, operator, reason.strip(), self._parts.clock.now()),
        )
        return Correction(moved.id, "reassigned")

    def _record(self, record_id: str, operator: str, reason: str) -> Record:
        if not reason.strip():
            raise IncompleteOrder("A correction needs a reason.")
        record = self._parts.records.get(record_id)
        if record is None:
            raise UnknownRecord("There is no record with this id.")
        self._parts.permitting.require(operator, Right.CORRECT, record.provider)
        if record.state is not RecordState.FILED:
            raise UnknownRecord("This record has been withdrawn already.")
        return record
