"""The embedded record: one SQLite file, one writer at a time, every commit flushed."""

import contextlib
import sqlite3
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
from message_centre.host import durable
from message_centre.host.os_errors import store_errors
from message_centre.host.paths import is_network_folder

_BUSY_SECONDS = 10
#: So many copies of a record from before its migrations are kept, the newest ones.
_KEPT = 3


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
        self._file = file
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

    def keep_copy(self, revision: str) -> None:
        """Beside the record, durably: `<record>.<moment>.schema-<revision>`; the newest three stay.

        The migration that is under way holds the write lock, so that nothing is between the two.
        """
        name, moment = self._file.name, f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        part = self._file.with_name(f"{name}.part")
        with store_errors():
            part.unlink(missing_ok=True)
            self._copy_to(part)
            durable.sync_file(part)
            durable.publish(part, self._file.with_name(f"{name}.{moment}.schema-{revision}"))
            for old in sorted(self._file.parent.glob(f"{name}.*.schema-*"))[:-_KEPT]:
                durable.remove(old)

    def _copy_to(self, part: Path) -> None:
        try:
            with (
                contextlib.closing(sqlite3.connect(self._file)) as live,
                contextlib.closing(sqlite3.connect(part)) as copy,
            ):
                live.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise _told(error) from error

    def now(self, connection: Connection) -> datetime:
        """This computer's clock: nobody else writes this record."""
        del connection
        return datetime.now(UTC)

    def close(self) -> None:
        """Close every pooled connection; the others go with their threads."""
        self.engine.dispose()

    def translated(self, error: exc.DBAPIError) -> MessageCentreError:
        """What SQLite said, for a person."""
        return _told(error.orig)


def _told(said: BaseException | None) -> MessageCentreError:
    words = str(said).lower()
    if "locked" in words or "busy" in words:
        return DatabaseBusy(
            "Another program is writing to the record. Wait a moment and try again."
        )
    if "full" in words:
        return StoreFull("The disk with the record is full.")
    return DatabaseDamaged(f"The record cannot be read or written ({type(said).__name__}).")


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
