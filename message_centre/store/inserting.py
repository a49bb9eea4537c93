"""Inserting many rows at once, leaving out those that something unique forbids."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, none being fine."""
    if rows:
        connection.execute(insert(table), list(rows))


def insert_each(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """Insert what may be inserted; the ids of rows that something unique forbids come back."""
    if not rows:
        return frozenset()
    # ON CONFLICT is the same on both engines, but each dialect has an insert of its own for it.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
    inserted = set(connection.execute(statement, list(rows)).scalars())
    return frozenset(row["id"] for row in rows) - inserted
