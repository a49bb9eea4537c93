"""Stored items as rows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from message_centre.domain.errors import AlreadyImported, BeingFiled, UnknownRecord
from message_centre.domain.files import Destination, FileKey
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.records import Record, RecordState, TakenFrom
from message_centre.services.ports import Reassignment
from message_centre.store.database import Database, loaded, stored
from message_centre.store.tables import imports, ledger, records, trail
from message_centre.store.trail import append


class SqlRecords:
    """Implements `services.ports.Records`."""

    def __init__(self, database: Database, workstation: str) -> None:
        self._database = database
        self._workstation = workstation

    def get(self, record_id: str) -> Record | None:
        """One record, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(records).where(records.c.id == record_id)).first()
        return None if row is None else from_row(row)

    def of_patient(self, patient_id: str, *, withdrawn: bool = False) -> tuple[Record, ...]:
        """A patient's records, newest first; tombstones only if asked for."""
        wanted = select(records).where(records.c.patient_id == patient_id)
        if not withdrawn:
            wanted = wanted.where(records.c.state == RecordState.FILED)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(records.c.filed_at.desc(), records.c.id))
            return tuple(from_row(row) for row in rows)

    def filed_from(self, key: FileKey) -> Record | None:
        """The record that a source file became, wherever it was moved since; None if it is on none."""
        wanted = (
            select(records)
            .join(ledger, ledger.c.record_id == records.c.id)
            .where(ledger.c.source_id == key.source_id, ledger.c.file_key == key.path)
            .where(records.c.state == RecordState.FILED)
            .order_by(records.c.filed_at.desc(), records.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return from_row(row) if row else None

    def everything(self, *, withdrawn: bool = False) -> Iterator[Record]:
        """Every record, oldest first."""
        wanted = select(records).order_by(records.c.filed_at, records.c.id)
        if not withdrawn:
            wanted = wanted.where(records.c.state == RecordState.FILED)
        with self._database.reading() as connection:
            streaming = connection.execution_options(yield_per=500)
            # A server keeps its cursor until somebody closes it, even where the reader stops early.
            with streaming.execute(wanted) as rows:
                for row in rows:
                    yield from_row(row)

    def with_bytes(self, sha256: str) -> tuple[Record, ...]:
        """Every record, tombstones included, that ever held these bytes, oldest first."""
        with self._database.reading() as connection:
            return with_bytes(connection, sha256)

    def reassign(self, record: Record, *, new_id: str, correction: Reassignment) -> Record:
        """Tombstone, new row, ledger and trail in one transaction; the bytes stay where they are."""
        moved = replace(
            record,
            id=new_id,
            patient_id=correction.patient_id,
            operator=correction.operator,
            filed_at=correction.at,
            came_by_correction=True,
        )
        operator, reason, at = correction.operator, correction.reason, correction.at
        entry = {
            "at": stored(at),
            "operator": operator,
            "workstation": self._workstation,
            "action": "reassign",
        }
        try:
            with self._database.writing() as connection:
                refuse_returning(connection, record.id)
                entomb(connection, record.id, operator=operator, reason=reason, at=at)
                connection.execute(insert(records).values(to_row(moved)))
                _continue_ledger(connection, record.id, moved.id)
                gone = {"record_id": record.id, "patient_id": record.patient_id}
                append(connection, entry | gone | {"detail": f"moved away: {reason}"})
                here = {"record_id": moved.id, "patient_id": moved.patient_id}
                append(
                    connection,
                    entry | here | {"detail": f"came by correction: {reason}", "seal": moved.seal},
                )
        except IntegrityError as error:
            raise AlreadyImported("These bytes are already on that patient's record.") from error
        return moved

    def filed_between(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """How many files of each source were filed in [start, end) and not withdrawn.

        A file that was reassigned since counts once, where and when it was first filed.
        """
        now = records.alias("now")
        is_still_filed = exists().where(
            now.c.destination == records.c.destination,
            now.c.shelf_path == records.c.shelf_path,
            now.c.state == RecordState.FILED,
        )
        wanted = (
            select(records.c.source, func.count().label("filed"))
            .where(
                records.c.filed_at >= stored(start),
                records.c.filed_at < stored(end),
                records.c.came_by_correction.is_(False),
                is_still_filed,
            )
            .group_by(records.c.source)
        )
        with self._database.reading() as connection:
            return {row.source: row.filed for row in connection.execute(wanted)}

    def by_themselves(self, start: datetime, end: datetime) -> tuple[Record, ...]:
        """What auto-import filed in [start, end) and nobody withdrew, oldest first."""
        by_itself = exists().where(
            trail.c.patient_id == records.c.patient_id,
            trail.c.record_id == records.c.id,
            trail.c.action == "auto-import",
        )
        wanted = select(records).where(
            records.c.filed_at >= stored(start),
            records.c.filed_at < stored(end),
            by_itself,
            records.c.state == RecordState.FILED,
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(records.c.filed_at, records.c.id))
            return tuple(map(from_row, rows))


def with_bytes(connection: Connection, sha256: str) -> tuple[Record, ...]:
    """Every record that ever held these bytes, inside the caller's transaction."""
    wanted = select(records).where(records.c.sha256 == sha256)
    rows = connection.execute(wanted.order_by(records.c.filed_at, records.c.id))
    return tuple(from_row(row) for row in rows)


def with_any_bytes(connection: Connection, hashes: Collection[str]) -> dict[str, list[Record]]:
    """The same for many hashes at once, by hash."""
    found: dict[str, list[Record]] = {}
    wanted = select(records).where(records.c.sha256.in_(hashes))
    for row in connection.execute(wanted.order_by(records.c.filed_at, records.c.id)):
        found.setdefault(row.sha256, []).append(from_row(row))
    return found


def entomb(
    connection: Connection, record_id: str, *, operator: str, reason: str, at: datetime
) -> None:
    """Turn a filed record into its tombstone, inside the caller's transaction.

    Raises:
        UnknownRecord: it is not filed any more.
    """
    found = connection.execute(
        update(records)
        .where(records.c.id == record_id, records.c.state == RecordState.FILED)
        .values(
            state=RecordState.WITHDRAWN,
            withdrawn_at=stored(at),
            withdrawn_by=operator,
            withdrawn_reason=reason,
        )
    )
    if found.rowcount != 1:
        raise UnknownRecord("This record has been withdrawn or moved meanwhile.")


def refuse_returning(connection: Connection, record_id: str) -> None:
    """A record whose bytes are on their way back to the inbox goes nowhere else meanwhile.

    Raises:
        BeingFiled
    """
    wanted = select(imports.c.id).where(
        imports.c.record_id == record_id, imports.c.state == ImportState.RETURNING
    )
    if connection.execute(wanted.limit(1)).first() is not None:
        raise BeingFiled("This file is being withdrawn at this moment.")


def _continue_ledger(connection: Connection, old_id: str, new_id: str) -> None:
    rows = connection.execute(select(ledger).where(ledger.c.record_id == old_id)).mappings()
    for row in rows.all():
        connection.execute(insert(ledger).values({**row, "record_id": new_id}))


def to_row(record: Record) -> dict[str, Any]:
    """A record as its columns."""
    return {
        "id": record.id,
        "patient_id": record.patient_id,
        "provider": record.provider,
        "operator": record.operator,
        "destination": record.destination,
        "title": record.title,
        "comment": record.comment,
        "taken_at": record.taken_at and stored_with_offset(record.taken_at),
        "taken_from": record.taken_from,
        "filed_at": stored(record.filed_at),
        "original_name": record.original_name,
        "source": record.source,
        "size": record.size,
        "sha256": record.sha256,
        "shelf_path": record.shelf_path,
        "state": record.state,
        "came_by_correction": record.came_by_correction,
        "withdrawn_at": record.withdrawn_at and stored(record.withdrawn_at),
        "withdrawn_by": record.withdrawn_by,
        "withdrawn_reason": record.withdrawn_reason,
    }


def from_row(row: Row[Any]) -> Record:
    """A row as a record."""
    return _record(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's documented accessor


def _record(row: dict[str, Any]) -> Record:
    return Record(
        **row
        | {
            "destination": Destination(row["destination"]),
            "taken_at": datetime.fromisoformat(row["taken_at"]) if row["taken_at"] else None,
            "taken_from": TakenFrom(row["taken_from"]) if row["taken_from"] else None,
            "filed_at": loaded(row["filed_at"]),
            "state": RecordState(row["state"]),
            "withdrawn_at": loaded(row["withdrawn_at"]) if row["withdrawn_at"] else None,
        }
    )


def stored_with_offset(moment: datetime) -> str:
    """A capture time keeps the offset it was taken with."""
    return moment.isoformat(timespec="seconds")
