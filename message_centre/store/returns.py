"""The rows of a withdrawal: bytes on their way back, and the tombstone they leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from message_centre.domain.errors import BeingFiled, UnknownRecord
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.records import Record, RecordState
from message_centre.domain.shelving import import_id_of
from message_centre.services.ports import TAKEN_OVER, OpenImport
from message_centre.store.records import entomb
from message_centre.store.tables import imports, ledger, records


def begin_return(connection: Connection, record: Record, begun: Mapping[str, Any]) -> None:
    """Insert the journal row of a withdrawal; `begun` holds what every journal row begins with.

    Raises:
        UnknownRecord: the record is not filed any more.
        IntegrityError: somebody is filing or withdrawing this file.
    """
    row = dict(begun) | _origin(connection, record)
    row |= {
        "source_name": record.source,
        "fingerprint": _fingerprint(connection, record),
        "destination": record.destination,
        "shelf_path": record.shelf_path,
        "original_name": record.original_name,
        "patient_id": record.patient_id,
        "record_id": record.id,
        "sha256": record.sha256,
        "size": record.size,
    }
    connection.execute(insert(imports).values(row))


def commit_return(connection: Connection, returning: OpenImport, at: datetime) -> None:
    """Tombstone the record whose bytes stand in the inbox again, and settle what that frees.

    Raises:
        BeingFiled: another run has taken the withdrawal over.
        UnknownRecord: the record is not filed any more.
    """
    _advance(connection, returning, {"state": ImportState.WITHDRAWN})
    entomb(
        connection,
        returning.record_id,
        operator=returning.operator,
        reason=returning.note,
        at=at,
    )
    _show_again(connection, returning)


def _origin(connection: Connection, record: Record) -> dict[str, str]:
    """Where a filed record's bytes came from, by the ledger."""
    state = connection.execute(select(records.c.state).where(records.c.id == record.id)).scalar()
    origin = connection.execute(select(ledger).where(ledger.c.record_id == record.id)).mappings()
    row = origin.first()
    if state != RecordState.FILED or row is None:
        raise UnknownRecord("This record has been withdrawn or moved meanwhile.")
    return {"source_id": row["source_id"], "file_key": row["file_key"]}


def _fingerprint(connection: Connection, record: Record) -> str:
    """What the file was when it was filed; empty if no import tells."""
    wanted = select(imports.c.fingerprint).where(imports.c.id == import_id_of(record.shelf_path))
    return connection.execute(wanted).scalar() or ""


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
        raise BeingFiled(TAKEN_OVER)


def _show_again(connection: Connection, returning: OpenImport) -> None:
    """An original that was kept at its source is an ordinary row again once its record is withdrawn.

    So is one that came again under another key and was kept there.
    """
    key = returning.key
    is_it = and_(imports.c.source_id == key.source_id, imports.c.file_key == key.path)
    connection.execute(
        update(imports)
        .where(
            or_(is_it, imports.c.record_id == returning.record_id),
            imports.c.sha256 == returning.sha256,
            imports.c.state.in_((ImportState.LEFT, ImportState.ATTENTION)),
        )
        .values(state=ImportState.DONE, note="withdrawn; the original is listed again")
    )
