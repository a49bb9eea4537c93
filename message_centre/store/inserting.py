"""Inserting many rows at once, and one by one where some may not be."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import IntegrityError


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, none being fine."""
    if rows:
        connection.execute(insert(table), list(rows))


def insert_each(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """Insert what may be inserted; the ids of rows that something unique forbids come back.

    All at once first, since that is the rule; one by one where that fails.
    """
    if not rows:
        return frozenset()
    try:
        with connection.begin_nested():
            insert_all(connection, table, rows)
    except IntegrityError:
        return frozenset(row["id"] for row in rows if not _insert(connection, table, row))
    return frozenset()


def _insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(row))
    except IntegrityError:
        return False
    return True
