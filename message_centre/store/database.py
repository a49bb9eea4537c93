"""The record's database, whichever engine holds it: schema version, transactions, errors, clock."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, exc, text

from message_centre.domain.errors import DatabaseBusy, MessageCentreError, NewerDatabase
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.domain.server_address import ServerAddress
from message_centre.store.embedded import Embedded

#: Revision of the newest migration; a record with another one is migrated or refused.
HEAD = "0004"

#: Whose turn it is to write. Writers of the same turn follow one another on every engine.
RECORD_TURN, REGISTER_TURN = "record", "register"


@dataclass(frozen=True)
class Server:
    """A record on a PostgreSQL server. `patience` bounds, in seconds, every wait for an answer.

    Without a password the driver looks where it always does (`PGPASSWORD`, `PGPASSFILE`).
    """

    address: ServerAddress
    password: Secret = NO_SECRET
    patience: float = 30.0


class Place(Protocol):
    """What is particular to an engine."""

    engine: Engine

    def reading(self) -> contextlib.AbstractContextManager[Connection]:
        """One consistent look."""

    def writing(self, turn: str) -> contextlib.AbstractContextManager[Connection]:
        """One transaction; no other of the same turn runs beside it."""

    def migrating(self) -> contextlib.AbstractContextManager[Connection]:
        """One transaction beside which nobody else migrates."""

    def keep_copy(self, revision: str) -> None:
        """Keep the record as it is before the migration that is under way."""

    def now(self, connection: Connection) -> datetime:
        """The record's clock."""

    def translated(self, error: exc.DBAPIError) -> MessageCentreError:
        """The driver's error as one of ours."""

    def close(self) -> None:
        """Close every connection, those still in use as soon as they are given back."""


class Database:
    """One practice's record. May be used on any thread; a connection belongs to its thread.

    Raises on construction:
        DatabaseOnShare: an embedded record would lie on a network file system.
        DatabaseAway: the server does not answer.
        DatabaseRefused: the server does not accept user, password or database.
        NewerDatabase: the schema is from a newer program.
        DatabaseDamaged: what is there is no record, or cannot be read.
    """

    def __init__(self, where: Path | Server) -> None:
        self._place = _place(where)
        self.engine = self._place.engine
        with contextlib.ExitStack() as half_open:
            half_open.callback(self.close)
            with self._translating():
                self._bring_up_to_date()
            half_open.pop_all()

    @property
    def is_shared(self) -> bool:
        """Whether other workstations may use this record."""
        return not isinstance(self._place, Embedded)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for one consistent look."""
        with self._translating(), self._place.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, turn: str = RECORD_TURN) -> Iterator[Connection]:
        """One transaction, committed durably at the end, rolled back on any error.

        Writers of the same turn follow one another, so that what was looked at inside still holds at
        the commit. Nothing outside the database happens inside it.

        Raises:
            DatabaseAway: the server went away. It is known then that nothing was committed, unless
                the server did not come back in time to be asked; who wrote must look before trying again.
        """
        with self._translating(), self._place.writing(turn) as connection:
            yield connection

    def now(self, connection: Connection) -> datetime:
        """The record's own clock, the same for every workstation: leases are measured with it."""
        return self._place.now(connection)

    def close(self) -> None:
        """Close every connection, those still in use as soon as they are given back."""
        self._place.close()

    def _bring_up_to_date(self) -> None:
        with self._place.reading() as connection:
            if _is_current(connection):
                return
        with self._place.migrating() as connection:
            # Looked at again: another workstation may have migrated while we waited for the lock.
            if _is_current(connection):
                return
            # Alembic is loaded only when there is something to migrate: it doubles start-up.
            from message_centre.store.migrating import upgrade  # noqa: PLC0415

            if old := _revision(connection):
                self._place.keep_copy(old)
            upgrade(connection)

    @contextlib.contextmanager
    def _translating(self) -> Iterator[None]:
        """Translate the database's errors into ours; uniqueness stays with the caller."""
        try:
            yield
        except exc.IntegrityError:
            raise
        except exc.DBAPIError as error:
            raise self._place.translated(error) from error
        except exc.TimeoutError as error:
            raise DatabaseBusy("Too much of this program waits for the record.") from error


def _place(where: Path | Server) -> Place:
    if isinstance(where, Path):
        return Embedded(where)
    # The driver of the server is loaded only by who has one.
    from message_centre.store.server import Postgres  # noqa: PLC0415

    return Postgres(where.address, where.password, where.patience)


def _is_current(connection: Connection) -> bool:
    """Whether the schema is this program's; raises `NewerDatabase` if it is beyond it."""
    found = _revision(connection)
    if found > HEAD:
        raise NewerDatabase(
            f"This record has schema {found}; this program knows schemas up to {HEAD}."
        )
    return found == HEAD


def _revision(connection: Connection) -> str:
    """Of the record's schema; empty where there is no record yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def stored(moment: datetime) -> str:
    """A moment as the tables hold it: UTC, microseconds, `Z`-less offset, sortable as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def loaded(moment: str) -> datetime:
    """A stored moment in local time with offset."""
    return datetime.fromisoformat(moment).astimezone()
