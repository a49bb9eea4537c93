"""The record on a PostgreSQL server, for a practice with several workstations.

Loaded only where `database.url` names a server.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Engine, create_engine, event, exc, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from message_centre.domain.errors import DatabaseRefused, MessageCentreError
from message_centre.domain.secrets import Secret
from message_centre.domain.server_address import ServerAddress
from message_centre.store.server_connection import Impatient
from message_centre.store.server_errors import translated
from message_centre.store.server_outcome import begin, settle

_CONNECT_SECONDS = 10
_LEAST_SECONDS = 2
_TURN_SECONDS = 10
_NAME = "message_centre"

_NO_LIMIT = text("SELECT set_config('statement_timeout', '0', true)")


class Postgres:
    """Implements `store.database.Place` over a server. Any thread; a connection belongs to its thread.

    Every wait is bounded by `patience` seconds, and a connection that was lost is replaced when the
    next one is asked for, so that a pause or a fail-over of the server heals by itself.
    """

    def __init__(self, address: ServerAddress, password: Secret, patience: float) -> None:
        self._address = address
        self._patience = patience
        self._is_closed = False
        self.engine = self._engine(address, password)
        event.listen(self.engine, "checkin", self._given_back)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot, as an embedded record gives it."""
        with self.engine.connect() as connection:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            yield connection

    @contextlib.contextmanager
    def writing(self, turn: str) -> Iterator[Connection]:
        """One writer of a turn at a time, as in an embedded record, among all workstations.

        If the answer to the commit is lost, the server itself is asked what became of it.
        """
        with self.engine.connect() as connection:
            begun = connection.begin()
            try:
                ours = begin(connection, f"{_NAME} {turn}")
                yield connection
            except BaseException:
                begun.rollback()
                raise
            try:
                begun.commit()
            except exc.DBAPIError as error:
                if not error.connection_invalidated or not settle(
                    self.engine, ours, self._patience
                ):
                    raise

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One migration at a time among all workstations, and nobody writes beside it."""
        with self.engine.begin() as connection:
            begin(connection, f"{_NAME} migration")
            connection.execute(_NO_LIMIT)
            with Impatient.unhurried(connection):
                _check_encoding(connection)
                yield connection

    def keep_copy(self, revision: str) -> None:
        """A server's record is copied by who keeps the server: the README says so."""

    def now(self, connection: Connection) -> datetime:
        """The server's clock, at this moment and not at the transaction's begin."""
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment

    def close(self) -> None:
        """Close every connection, those still in use as soon as they are given back."""
        self._is_closed = True
        self.engine.dispose()

    def _given_back(self, connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        """A reader that stopped half-way gives its connection back late, and the server keeps it open."""
        del entry
        if self._is_closed and connection is not None:
            connection.close()

    def translated(self, error: exc.DBAPIError) -> MessageCentreError:
        """What the server or the driver said, for a person."""
        return translated(error, self._address)

    def _engine(self, address: ServerAddress, password: Secret) -> Engine:
        given = {"password": password.reveal()} if password else {}
        limit = int(self._patience * 1000)

        def connect() -> Impatient:
            return Impatient.to(
                address.url,
                self._patience,
                **given,
                connect_timeout=max(_LEAST_SECONDS, min(_CONNECT_SECONDS, int(self._patience))),
                application_name=_NAME,
                client_encoding="utf8",
                # What the address may not change: durable commits and bounded waits.
                options="-c synchronous_commit=on"
                f" -c statement_timeout={limit} -c lock_timeout={_TURN_SECONDS}s",
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
                tcp_user_timeout=limit,
            )

        return create_engine(
            "postgresql+psycopg://",
            creator=connect,
            pool_pre_ping=True,
            use_native_hstore=False,
        )


def _check_encoding(connection: Connection) -> None:
    found = connection.execute(text("SHOW server_encoding")).scalar_one()
    if found != "UTF8":
        raise DatabaseRefused(
            f"The database keeps text as {found} and would lose names; it has to be UTF8."
        )
