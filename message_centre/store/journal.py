"""Imports not yet settled as rows, and the one commit by which a file becomes ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from message_centre.domain.assignments import Accepted, ImportOrder
from message_centre.domain.errors import (
    AlreadyImported,
    BeingFiled,
    DuplicateOnOtherPatient,
    FiledBefore,
    UnknownRecord,
)
from message_centre.domain.files import Destination, FileKey
from message_centre.domain.lifecycle import CLAIMING_STATES, OPEN_STATES, ImportState, may_become
from message_centre.domain.records import Record, RecordState
from message_centre.services.ports import Clock, OpenImport
from message_centre.store.database import Database, stored
from message_centre.store.records import entomb, to_row, with_bytes
from message_centre.store.tables import imports, ledger, records
from message_centre.store.trail import append

_STILL_AT_SOURCE = (ImportState.FILED, ImportState.LEFT, ImportState.ATTENTION)


class SqlJournal:
    """Implements `services.ports.Journal` for one run of one workstation."""

    def __init__(self, database: Database, clock: Clock, *, workstation: str, session: str) -> None:
        self._database = database
        self._clock = clock
        self._workstation = workstation
        self._session = session

    def claim(self, order: ImportOrder, *, import_id: str, shelf_path: str) -> OpenImport:
        """Commit the claim on a file."""
        file, given = order.file, order.assignment
        row = self._opened(import_id, order.request_id, ImportState.CLAIMED) | {
            "source_id": file.key.source_id,
            "source_name": file.source_name,
            "file_key": file.key.path,
            "fingerprint": str(file.fingerprint),
            "destination": file.destination,
            "shelf_path": shelf_path,
            "original_name": file.name,
            "patient_id": given.patient_id,
            "operator": given.operator,
        }
        try:
            with self._database.writing() as connection:
                connection.execute(insert(imports).values(row))
        except IntegrityError as error:
            raise self._claimed_by(file.key) from error
        return self._read(import_id)

    def _opened(self, import_id: str, request_id: str, state: ImportState) -> dict[str, Any]:
        return {
            "id": import_id,
            "request_id": request_id,
            "state": state,
            "epoch": 1,
            "workstation": self._workstation,
            "session": self._session,
            "opened_at": stored(self._clock.now()),
        }

    def _claimed_by(self, key: FileKey) -> BeingFiled:
        wanted = select(imports.c.operator, imports.c.workstation).where(
            imports.c.source_id == key.source_id,
            imports.c.file_key == key.path,
            imports.c.state.in_(CLAIMING_STATES),
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        who = f"by {row.operator} at {row.workstation}" if row else "by somebody else"
        return BeingFiled(f"This file is being filed {who}.")

    def file(
        self, claimed: OpenImport, record: Record, accepted: frozenset[Accepted] = frozenset()
    ) -> None:
        """The commit: journal row, record, ledger and trail in one transaction."""
        filed = {"state": ImportState.FILED, "sha256": record.sha256, "size": record.size}
        try:
            with self._database.writing() as connection:
                _judge_duplicates(connection, record, accepted)
                _advance(connection, claimed, filed | {"record_id": record.id})
                connection.execute(insert(records).values(to_row(record)))
                connection.execute(insert(ledger).values(_ledger_row(claimed, record)))
                append(
                    connection, self._entry("save", record, record.operator, _accepted(accepted))
                )
        except IntegrityError as error:
            raise AlreadyImported("These bytes are already on this patient's record.") from error

    def _entry(self, action: str, record: Record, operator: str, detail: str) -> dict[str, str]:
        return {
            "at": stored(self._clock.now()),
            "operator": operator,
            "workstation": self._workstation,
            "action": action,
            "record_id": record.id,
            "patient_id": record.patient_id,
            "detail": detail,
        }

    def settle(self, import_id: str, state: ImportState, note: str = "") -> None:
        """Record how a filed or returning import ended; repeating the same end is fine."""
        with self._database.writing() as connection:
            old = connection.execute(
                select(imports.c.state).where(imports.c.id == import_id)
            ).scalar_one()
            if old != state and not may_become(ImportState(old), state):
                return  # somebody else has settled it further
            connection.execute(
                update(imports).where(imports.c.id == import_id).values(state=state, note=note)
            )

    def abort(self, claimed: OpenImport, reason: str) -> bool:
        """Give a claim up; False if it was no longer ours to give up."""
        with self._database.writing() as connection:
            found = connection.execute(
                update(imports)
                .where(
                    imports.c.id == claimed.import_id,
                    imports.c.epoch == claimed.epoch,
                    imports.c.state.in_((ImportState.CLAIMED, ImportState.RETURNING)),
                )
                .values(state=ImportState.ABORTED, note=reason)
            )
            return found.rowcount == 1

    def take_over(self, found: OpenImport) -> OpenImport | None:
        """Fence off the dead session of an open row."""
        with self._database.writing() as connection:
            taken = connection.execute(
                update(imports)
                .where(
                    imports.c.id == found.import_id,
                    imports.c.epoch == found.epoch,
                    imports.c.state == found.state,
                )
                .values(epoch=found.epoch + 1, session=self._session, workstation=self._workstation)
            )
            if taken.rowcount != 1:
                return None
        return self._read(found.import_id)

    def begin_return(
        self, record: Record, *, import_id: str, reason: str, operator: str
    ) -> OpenImport:
        """Commit that a record's bytes are on their way back to the inbox."""
        try:
            with self._database.writing() as connection:
                origin = _origin(connection, record)
                row = self._opened(import_id, import_id, ImportState.RETURNING) | {
                    "source_id": origin["source_id"],
                    "source_name": record.source,
                    "file_key": origin["file_key"],
                    "fingerprint": "",
                    "destination": record.destination,
                    "shelf_path": record.shelf_path,
                    "original_name": record.original_name,
                    "patient_id": record.patient_id,
                    "operator": operator,
                    "record_id": record.id,
                    "sha256": record.sha256,
                    "size": record.size,
                    "note": reason,
                }
                connection.execute(insert(imports).values(row))
        except IntegrityError as error:
            raise BeingFiled("This file is being filed or withdrawn at this moment.") from error
        return self._read(import_id)

    def commit_return(self, returning: OpenImport, *, at: datetime, returned_to: FileKey) -> None:
        """In one transaction: tombstone, journal row, kept originals shown again, trail."""
        with self._database.writing() as connection:
            _advance(connection, returning, {"state": ImportState.WITHDRAWN})
            reason = returning.note
            entomb(
                connection, returning.record_id, operator=returning.operator, reason=reason, at=at
            )
            _show_again(connection, returning.key, returning.sha256)
            record = connection.execute(
                select(records).where(records.c.id == returning.record_id)
            ).one()
            entry = {
                "at": stored(at),
                "operator": returning.operator,
                "workstation": self._workstation,
                "action": "withdraw",
                "record_id": record.id,
                "patient_id": record.patient_id,
                "detail": f"{reason} (returned to {returned_to.source_id})",
            }
            append(connection, entry)

    def read(self, import_id: str) -> OpenImport | None:
        """The row as it stands, or None."""
        return self._one(select(imports).where(imports.c.id == import_id))

    def of_request(self, request_id: str) -> OpenImport | None:
        """The row that an earlier try of the same request opened, or None."""
        return self._one(select(imports).where(imports.c.request_id == request_id))

    def open_imports(self) -> tuple[OpenImport, ...]:
        """Every row that still owes something, oldest first."""
        wanted = select(imports).where(imports.c.state.in_(OPEN_STATES))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(imports.c.opened_at, imports.c.id))
            return tuple(_open_import(row) for row in rows)

    def hidden(self, source_id: str) -> Mapping[str, frozenset[str]]:
        """For each file key path whose file is on record though still at the source: fingerprints."""
        wanted = select(imports.c.file_key, imports.c.fingerprint).where(
            imports.c.source_id == source_id, imports.c.state.in_(_STILL_AT_SOURCE)
        )
        found: dict[str, frozenset[str]] = {}
        with self._database.reading() as connection:
            for path, fingerprint in connection.execute(wanted):
                found[path] = found.get(path, frozenset()) | {fingerprint}
        return found

    def _one(self, wanted: Select[Any]) -> OpenImport | None:
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _open_import(row)

    def _read(self, import_id: str) -> OpenImport:
        found = self.read(import_id)
        if found is None:
            raise BeingFiled("The claim on this file has vanished.")
        return found


def _advance(connection: Connection, held: OpenImport, values: dict[str, Any]) -> None:
    """Take the journal row one step on, if it is still ours."""
    found = connection.execute(
        update(imports)
        .where(
            imports.c.id == held.import_id,
            imports.c.epoch == held.epoch,
            imports.c.state == held.state,
        )
        .values(values)
    )
    if found.rowcount != 1:
        raise BeingFiled("Another workstation has taken this file over meanwhile.")


def _judge_duplicates(
    connection: Connection, record: Record, accepted: frozenset[Accepted]
) -> None:
    """Raise unless the same bytes are nowhere else, or a person said the deliberate yes."""
    # Filed ones first: what is on this patient's record now outweighs what was withdrawn before.
    others = sorted(with_bytes(connection, record.sha256), key=lambda one: one.state)
    for other in others:
        same_patient = other.patient_id == record.patient_id
        if same_patient and other.state is RecordState.FILED:
            raise AlreadyImported(
                "These bytes are already on this patient's record.", record_id=other.id
            )
        if same_patient and Accepted.FILED_BEFORE not in accepted:
            raise FiledBefore(
                "This file was on this patient's record before and was withdrawn by"
                f" {other.withdrawn_by}: {other.withdrawn_reason}",
                record_id=other.id,
            )
        filed_elsewhere = not same_patient and other.state is RecordState.FILED
        if filed_elsewhere and Accepted.OTHER_PATIENT_HAS_IT not in accepted:
            raise DuplicateOnOtherPatient(
                "The same bytes are on another patient's record.",
                record_id=other.id,
                patient_id=other.patient_id,
            )


def _ledger_row(claimed: OpenImport, record: Record) -> dict[str, str]:
    return {
        "source_id": claimed.key.source_id,
        "file_key": claimed.key.path,
        "sha256": record.sha256,
        "record_id": record.id,
    }


def _accepted(accepted: frozenset[Accepted]) -> str:
    return "" if not accepted else "confirmed: " + ", ".join(sorted(accepted))


def _origin(connection: Connection, record: Record) -> Mapping[str, str]:
    """Where a filed record's bytes came from, by the ledger."""
    state = connection.execute(select(records.c.state).where(records.c.id == record.id)).scalar()
    origin = connection.execute(select(ledger).where(ledger.c.record_id == record.id)).mappings()
    row = origin.first()
    if state != RecordState.FILED or row is None:
        raise UnknownRecord("This record has been withdrawn or moved meanwhile.")
    return {"source_id": row["source_id"], "file_key": row["file_key"]}


def _show_again(connection: Connection, key: FileKey, sha256: str) -> None:
    """An original that was kept at its source is an ordinary row again once its record is withdrawn."""
    connection.execute(
        update(imports)
        .where(
            imports.c.source_id == key.source_id,
            imports.c.file_key == key.path,
            imports.c.sha256 == sha256,
            imports.c.state.in_((ImportState.LEFT, ImportState.ATTENTION)),
        )
        .values(state=ImportState.DONE, note="withdrawn; the original is listed again")
    )


def _open_import(row: Row[Any]) -> OpenImport:
    return OpenImport(
        import_id=row.id,
        state=ImportState(row.state),
        epoch=row.epoch,
        key=FileKey(row.source_id, row.file_key),
        source_name=row.source_name,
        fingerprint=row.fingerprint,
        workstation=row.workstation,
        session=row.session,
        destination=Destination(row.destination),
        shelf_path=row.shelf_path,
        original_name=row.original_name,
        patient_id=row.patient_id,
        operator=row.operator,
        record_id=row.record_id,
        sha256=row.sha256,
        size=row.size,
        note=row.note,
    )
