"""Trail entries as changes of files: one query over the newest stretch of an index."""

from typing import Any

from sqlalchemy import Row, Select, func, select

from message_centre.domain.changes import Change, ChangeKind
from message_centre.domain.files import FileKey
from message_centre.domain.patients import Patient
from message_centre.store.database import Database
from message_centre.store.tables import imports, ledger, patients, records, trail

_KINDS = {
    "save": ChangeKind.FILED,
    "auto-import": ChangeKind.FILED,
    "withdraw": ChangeKind.WITHDRAWN,
    "reassign": ChangeKind.REASSIGNED,
}


class SqlChanges:
    """Implements `services.following.Changes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> int:
        """The number of the trail's last entry, or 0."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(trail.c.seq))).scalar() or 0

    def after(self, seq: int, *, until: int) -> tuple[Change, ...]:
        """What became of files in the entries after `seq` up to `until`, oldest first."""
        wanted = _wanted().where(trail.c.seq > seq, trail.c.seq <= until)
        with self._database.reading() as connection:
            return tuple(map(_change, connection.execute(wanted)))


def _wanted() -> Select[Any]:
    """Each entry with its record and patient; of a reassignment both halves, the arrival last."""
    return (
        select(
            trail.c.seq,
            trail.c.action,
            ledger.c.source_id,
            ledger.c.file_key,
            imports.c.fingerprint,
            records.c.title,
            patients.c.id,
            patients.c.number,
            patients.c.last_name,
            patients.c.first_names,
            patients.c.known_as,
            patients.c.birth_date,
        )
        .join(records, records.c.id == trail.c.record_id)
        .join(ledger, ledger.c.record_id == records.c.id)
        .join(patients, patients.c.id == trail.c.patient_id)
        .outerjoin(imports, imports.c.id == records.c.id)
        .where(trail.c.action.in_(_KINDS))
        .order_by(trail.c.seq)
    )


def _change(row: Row[Any]) -> Change:
    kind = _KINDS[row.action]
    key = FileKey(row.source_id, row.file_key)
    if kind is ChangeKind.WITHDRAWN:
        return Change(row.seq, kind, key)
    patient = Patient(
        row.id, row.number, row.last_name, row.first_names, row.birth_date, known_as=row.known_as
    )
    return Change(row.seq, kind, key, patient.name, row.title, row.fingerprint or "")
