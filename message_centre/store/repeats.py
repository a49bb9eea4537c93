"""Files that come again although they are on record: told from new ones, and let go of on the record's word."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from message_centre.domain.errors import BeingFiled
from message_centre.domain.files import FileKey, SourceKind
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.medimage_names import as_sent
from message_centre.domain.records import Record, RecordState
from message_centre.services.ports import Clock, OpenImport, Repeated
from message_centre.store.database import Database, loaded, stored
from message_centre.store.records import from_row, refuse_returning
from message_centre.store.tables import imports, records
from message_centre.store.trail import append

#: A repeat passes through these only; what else names another record's id is a withdrawal.
_STATES = (ImportState.FILED, ImportState.DONE, ImportState.LEFT)


class SqlRepeats:
    """Implements `services.ports.Repeats` for one workstation."""

    def __init__(self, database: Database, clock: Clock, workstation: str) -> None:
        self._database = database
        self._clock = clock
        self._workstation = workstation

    def known(self, claimed: OpenImport, sha256: str) -> Record | None:
        """The filed record of this patient that has these bytes under the claimed file's own name.

        A phone that sends a photo again is told by the name that it gave.
        """
        wanted = select(records).where(
            records.c.patient_id == claimed.patient_id,
            records.c.sha256 == sha256,
            records.c.state == RecordState.FILED,
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        is_it = row is not None and _told(claimed, row.original_name) == _told(
            claimed, claimed.original_name
        )
        return from_row(row) if row is not None and is_it else None

    def repeat(self, claimed: OpenImport, record: Record) -> bool:
        """In one transaction: the journal's row follows the record, and the trail tells it."""
        try:
            with self._database.writing() as connection:
                refuse_returning(connection, record.id)
                _check_filed(connection, record)
                _advance(connection, claimed, record)
                append(connection, self._entry(claimed, record))
        except BeingFiled:
            return False
        return True

    def between(self, start: datetime, end: datetime) -> tuple[Repeated, ...]:
        """The files that came again in [start, end), oldest first."""
        wanted = select(imports).where(
            imports.c.opened_at >= stored(start),
            imports.c.opened_at < stored(end),
            imports.c.record_id.not_in(("", imports.c.id)),
            imports.c.state.in_(_STATES),
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(imports.c.opened_at, imports.c.id)).all()
        return tuple(
            Repeated(
                loaded(row.opened_at),
                row.source_name,
                row.original_name,
                FileKey(row.source_id, row.file_key).token,
            )
            for row in rows
        )

    def _entry(self, claimed: OpenImport, record: Record) -> dict[str, str]:
        return {
            "at": stored(self._clock.now()),
            "operator": claimed.operator,
            "workstation": self._workstation,
            "action": "auto-import-again",
            "record_id": record.id,
            "patient_id": record.patient_id,
            "detail": f"the same file came again from {claimed.source_name}",
        }


def _told(claimed: OpenImport, name: str) -> str:
    is_photo = claimed.key.source_id.startswith(f"{SourceKind.MEDIMAGE}:")
    return as_sent(name) if is_photo else name


def _check_filed(connection: Connection, record: Record) -> None:
    state = connection.execute(select(records.c.state).where(records.c.id == record.id)).scalar()
    if state != RecordState.FILED:
        raise BeingFiled("This record has been withdrawn or moved meanwhile.")


def _advance(connection: Connection, claimed: OpenImport, record: Record) -> None:
    """From the claim straight to what is on record: recovery then goes on with the release."""
    found = connection.execute(
        update(imports)
        .where(
            imports.c.id == claimed.import_id,
            imports.c.epoch == claimed.epoch,
            imports.c.state == ImportState.CLAIMED,
        )
        .values(
            state=ImportState.FILED,
            record_id=record.id,
            sha256=record.sha256,
            size=record.size,
            destination=record.destination,
            shelf_path=record.shelf_path,
        )
    )
    if found.rowcount != 1:
        raise BeingFiled("Another workstation has taken this file over meanwhile.")
