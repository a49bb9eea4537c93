"""The embedded record: one SQLite file, one writer at a time, every commit flushed."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from message_centre.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseOnShare,
    MessageCentreError,
    StoreFull,
)
from message_centre.host.paths import is_network_folder

_BUSY_SECONDS = 10


class Embedded:
    """Implements `store.database.Place` over a file. A connection belongs to its thread.

    Raises on construction:
        DatabaseOnShare: the file would lie on a network file system.
    """

    def __init__(self, file: Path, *, is_private: bool = False) -> None:
        """`is_private` is for a file that nobody else opens: it may lie anywhere, and is one file."""
        if not is_private and is_network_folder(file.parent):
            raise DatabaseOnShare(
                "The embedded record may not lie on a network share, because a share can lose commits."
            )
        self.engine = _sqlite(file, "DELETE" if is_private else "WAL")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A deferred transaction: one snapshot."""
        with self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, turn: str) -> Iterator[Connection]:
        """The write lock is taken at once, whoever's turn it is: there is only one."""
        del turn
        immediate = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        with immediate.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """As writing."""
        with self.writing("") as connection:
            yield connection

    def now(self, connection: Connection) -> datetime:
        """This computer's clock: nobody else writes this record."""
        del connection
        return datetime.now(UTC)

    def close(self) -> None:
        """Close every pooled connection; the others go with their threads."""
        self.engine.dispose()

    def translated(self, error: exc.DBAPIError) -> MessageCentreError:
        """What SQLite said, for a person."""
        said = str(error.orig).lower()
        if "locked" in said or "busy" in said:
            return DatabaseBusy(
                "Another program is writing to the record. Wait a moment and try again."
            )
        if "full" in said:
            return StoreFull("The disk with the record is full.")
        return DatabaseDamaged(
            f"The record cannot be read or written ({type(error.orig).__name__})."
        )


def _sqlite(file: Path, journal: str) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        # The driver must not open transactions of its own: BEGIN IMMEDIATE is ours to say.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",
            "fullfsync=ON",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            # 32 MiB instead of 2: the upper levels of a large register's indexes stay at hand.
            "cache_size=-32768",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        wanted = connection.get_execution_options().get("sqlite_begin", "BEGIN")
        connection.exec_driver_sql(str(wanted))

    return engine
