"""The record's database: engine, pragmas, schema version, transactions.

A connection belongs to the thread that opened it; the pool hands each thread its own.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from message_centre.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseOnShare,
    MessageCentreError,
    NewerDatabase,
    StoreFull,
)
from message_centre.host.paths import is_network_folder

#: Revision of the newest migration; a record with another one is migrated or refused.
HEAD = "0001"
_BUSY_SECONDS = 10


class Database:
    """One practice's record.

    Raises on construction:
        DatabaseOnShare: an embedded record would lie on a network file system.
        NewerDatabase: the schema is from a newer program.
        DatabaseDamaged: the file is no database, or cannot be read.
    """

    def __init__(self, file: Path) -> None:
        if is_network_folder(file.parent):
            raise DatabaseOnShare(
                "The embedded record may not lie on a network share, because a share can lose commits."
            )
        self.engine = _sqlite(file)
        with translating():
            self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        found = self._revision()
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise NewerDatabase(
                f"This record has schema {found}; this program knows schemas up to {HEAD}."
            )
        # Alembic is loaded only when there is something to migrate: it doubles start-up.
        from message_centre.store.migrating import upgrade  # noqa: PLC0415

        upgrade(self.engine)

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return None if found is None else str(found)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for one consistent look."""
        with translating(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed durably at the end, rolled back on any error.

        Nothing outside the database happens inside it.
        """
        immediate = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        with translating(), immediate.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _sqlite(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        # The driver must not open transactions of its own: BEGIN IMMEDIATE is ours to say.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
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


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Translate the database's errors into ours; uniqueness stays with the caller."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except exc.DBAPIError as error:
        raise _translated(error) from error


def _translated(error: exc.DBAPIError) -> MessageCentreError:
    said = str(error.orig).lower()
    if "locked" in said or "busy" in said:
        return DatabaseBusy(
            "Another program is writing to the record. Wait a moment and try again."
        )
    if "full" in said:
        return StoreFull("The disk with the record is full.")
    return DatabaseDamaged(f"The record cannot be read or written ({type(error.orig).__name__}).")


def stored(moment: datetime) -> str:
    """A moment as the tables hold it: UTC, microseconds, `Z`-less offset, sortable as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def loaded(moment: str) -> datetime:
    """A stored moment in local time with offset."""
    return datetime.fromisoformat(moment).astimezone()
