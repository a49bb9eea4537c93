"""Snapshots of an embedded record: taken whole while others write, and read without an engine."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import exc

from message_centre.domain.errors import (
    BackupDamaged,
    DatabaseBusy,
    DatabaseDamaged,
    StoreFull,
)
from message_centre.domain.files import Destination
from message_centre.store import copying
from message_centre.store.database import Database
from message_centre.store.embedded import Embedded

_PAGES = 2048
_BUSY_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@dataclass(frozen=True, slots=True)
class Referenced:
    """A stored file as a record names it."""

    destination: Destination
    shelf_path: str
    size: int
    sha256: str
    record_id: str


def take(database: Database, file: Path, look: Callable[[], None]) -> None:
    """Copy the record as it stands at one moment into the new `file`; `look` may raise to stop.

    Whichever engine holds the record, the snapshot is an embedded one.
    """
    if database.is_shared:
        _take_from_server(database, file, look)
    else:
        _take_from_file(database, file, look)


def _take_from_server(database: Database, file: Path, look: Callable[[], None]) -> None:
    """All tables out of one snapshot of the server, into the same schema."""
    # Only who backs a server's record up waits for this.
    from message_centre.store.migrating import upgrade  # noqa: PLC0415

    private = Embedded(file, is_private=True)
    try:
        with database.reading() as live, private.writing("") as copy:
            upgrade(copy)
            for table in copying.all_tables():
                for batch in copying.rows(live, table):
                    look()
                    copying.put(copy, table, batch)
    except exc.DBAPIError as error:
        raise private.translated(error) from error
    finally:
        private.close()


def _take_from_file(database: Database, file: Path, look: Callable[[], None]) -> None:
    with sqlite_errors(), contextlib.closing(sqlite3.connect(file)) as copy:
        held = database.engine.raw_connection()
        try:
            live = held.driver_connection
            if not isinstance(live, sqlite3.Connection):
                raise DatabaseDamaged("Only the embedded record is backed up into a file.")
            live.backup(copy, pages=_PAGES, progress=lambda *_: look())
        finally:
            held.close()
        copy.execute("PRAGMA journal_mode=DELETE")


@contextlib.contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection to an existing record that no engine holds, committed at the end."""
    with (
        sqlite_errors(),
        contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as db,
        db,
    ):
        db.execute("PRAGMA trusted_schema=OFF")
        yield db


def check_whole(db: sqlite3.Connection) -> None:
    """Raise `BackupDamaged` unless every page of the record is in order."""
    found = db.execute("PRAGMA integrity_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise BackupDamaged("The record in the backup is damaged.")


def schema_of(db: sqlite3.Connection) -> str:
    """Revision of the record's tables; empty if there is none."""
    if not _has_table(db, "alembic_version"):
        return ""
    found = db.execute("SELECT version_num FROM alembic_version").fetchone()
    return "" if found is None else str(found[0])


def count(db: sqlite3.Connection, table: str) -> int:
    """Rows of one of our tables; none if the table is not there yet."""
    if not _has_table(db, table):
        return 0
    # The name is one of our own tables', never anybody's input.
    return int(db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608


def referenced(db: sqlite3.Connection) -> tuple[Referenced, ...]:
    """Every stored file that a filed record of this snapshot refers to."""
    rows = db.execute(
        "SELECT destination, shelf_path, size, sha256, id FROM records"
        " WHERE state = 'filed' ORDER BY filed_at, id"
    )
    return tuple(
        Referenced(Destination(place), shelf_path, size, sha256, record_id)
        for place, shelf_path, size, sha256, record_id in rows
    )


def _has_table(db: sqlite3.Connection, table: str) -> bool:
    wanted = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return db.execute(wanted, (table,)).fetchone() is not None


@contextlib.contextmanager
def sqlite_errors() -> Iterator[None]:
    """Translate what SQLite says without an engine in between."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY_CODES:
            raise DatabaseBusy("Another program is using the record of this home.") from error
        if code == sqlite3.SQLITE_FULL:
            raise StoreFull("The disk is full.") from error
        raise DatabaseDamaged(f"The record cannot be read ({type(error).__name__}).") from error
