"""Carries whole records from one engine to the other: rows in the order of their keys, and proof."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, collate, insert, select

from message_centre.store.tables import metadata

BATCH = 1000

Values = tuple[Any, ...]


def all_tables() -> tuple[Table, ...]:
    """Every table of a record, each after those it refers to."""
    return tuple(metadata.sorted_tables)


def rows(connection: Connection, table: Table) -> Iterator[list[Values]]:
    """Every row in the order of its key, which is the same on every engine, in batches."""
    wanted = select(table).order_by(*(_plain(connection, key) for key in table.primary_key))
    streaming = connection.execution_options(yield_per=BATCH)
    with streaming.execute(wanted) as found:
        for batch in found.partitions():
            yield [tuple(row) for row in batch]


def put(connection: Connection, table: Table, batch: list[Values]) -> None:
    """Insert these rows as they are."""
    names = table.columns.keys()
    connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in batch])


def digest(
    connection: Connection, table: Table, *, without: Callable[[Values], bool] | None = None
) -> tuple[int, str]:
    """How many rows a table holds and the SHA-256 over all of them, the same on every engine."""
    seen, count = hashlib.sha256(), 0
    for batch in rows(connection, table):
        for row in batch:
            if without is None or not without(row):
                seen.update(json.dumps(row, default=str, ensure_ascii=True).encode() + b"\n")
                count += 1
    return count, seen.hexdigest()


def _plain(connection: Connection, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """Compared byte by byte, whatever language the database sorts by."""
    is_text = isinstance(key.type, String)
    return collate(key, "C") if is_text and connection.dialect.name == "postgresql" else key
