"""Carries an embedded record to a server: table by table, verified, and resumable after any kill.

The server's record holds a marker while it is incomplete; nobody works on it meanwhile. Only after
every table was compared does this home point to the server, then the marker goes, then the old record
gets its other name. It is kept.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Table, delete, insert, select, text, update

from message_centre.domain.errors import DatabaseDamaged, IncompleteOrder
from message_centre.host import durable
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.store import copying, snapshots
from message_centre.store.copying import Values
from message_centre.store.database import Database
from message_centre.store.places import ARRIVING
from message_centre.store.tables import operators, patients, practice, records
from message_centre.store.trail import check_chain

_SOURCE = "carried-over-as"
_APPEND_ONLY = ("trail", "ledger")


@dataclass(frozen=True, slots=True)
class MovedTable:
    """One table that stands on the server as it stood here; `was_there` since an earlier try."""

    name: str
    rows: int
    was_there: bool


class Move:
    """One embedded record on its way to one server."""

    def __init__(self, source: Database, target: Database, token: CancelToken) -> None:
        self._source = source
        self._target = target
        self._token = token

    def copy(self, report: Report) -> tuple[MovedTable, ...]:
        """Copy what is missing, then compare everything.

        Raises:
            IncompleteOrder: the server holds a practice already.
            DatabaseDamaged: what arrived is not what was sent, or the trail is broken.
            DatabaseBusy, StoreFull, Cancelled: run it again.
        """
        done = self._begun()
        if not self._is_same(done):
            self._empty_target()
            done = ()
        tables = copying.all_tables()
        for number, table in enumerate(tables):
            report(Progress(number, len(tables), "Copying"))
            if table.name not in done:
                self._copy(table, done := (*done, table.name))
        report(Progress(len(tables), len(tables), "Comparing"))
        return self._compared(done)

    def is_finished(self) -> bool:
        """Whether this record stands on the server already, and nothing but its old name is left."""
        mine = _value(self._source, _SOURCE)
        return bool(mine) and _value(self._target, _SOURCE) == mine and not self._marker()

    def open_to_all(self) -> None:
        """Take the marker away: from here the server's record is the practice's."""
        with self._target.writing() as connection:
            connection.execute(delete(practice).where(practice.c.key == ARRIVING))

    # How far it is

    def _begun(self) -> tuple[str, ...]:
        """The tables that an earlier try copied; none is, and the marker stands, at the first."""
        mine = self._identity()
        with self._target.writing() as connection:
            marker = connection.execute(
                select(practice.c.value).where(practice.c.key == ARRIVING)
            ).scalar()
            if marker is None:
                _refuse_used(connection)
                connection.execute(insert(practice).values(key=ARRIVING, value=_noted(mine, ())))
                return ()
        found = json.loads(marker)
        if found["from"] != mine:
            raise IncompleteOrder("Another record is being carried over to this server.")
        return tuple(found["tables"])

    def _identity(self) -> str:
        """This record's own mark, made once, by which it is known again on the server."""
        known = _value(self._source, _SOURCE)
        if known:
            return known
        made = uuid.uuid4().hex
        with self._source.writing() as connection:
            connection.execute(insert(practice).values(key=_SOURCE, value=made))
        return made

    def _marker(self) -> str:
        return _value(self._target, ARRIVING)

    def _is_same(self, done: tuple[str, ...]) -> bool:
        """Whether what was copied is what stands here now: work may have gone on in between."""
        wanted = [table for table in copying.all_tables() if table.name in done]
        with self._source.reading() as here, self._target.reading() as there:
            return all(_digest(here, table) == _digest(there, table) for table in wanted)

    # What it does

    def _copy(self, table: Table, done: tuple[str, ...]) -> None:
        """One table and the note that it is there, in one transaction."""
        mine = self._identity()
        with self._source.reading() as here, self._target.writing() as there:
            for batch in copying.rows(here, table):
                self._token.check()
                copying.put(there, table, batch)
            there.execute(
                update(practice).where(practice.c.key == ARRIVING).values(value=_noted(mine, done))
            )

    def _empty_target(self) -> None:
        mine = self._identity()
        with self._target.writing() as connection:
            for name in _APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
            for table in reversed(copying.all_tables()):
                connection.execute(delete(table))
            for name in _APPEND_ONLY:
                connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
            connection.execute(insert(practice).values(key=ARRIVING, value=_noted(mine, ())))

    def _compared(self, copied: tuple[str, ...]) -> tuple[MovedTable, ...]:
        found = []
        with self._source.reading() as here, self._target.reading() as there:
            for table in copying.all_tables():
                self._token.check()
                ours, theirs = _digest(here, table), _digest(there, table)
                if ours != theirs:
                    raise DatabaseDamaged(f"The table {table.name} did not arrive as it was sent.")
                found.append(MovedTable(table.name, ours[0], was_there=table.name not in copied))
            if check_chain(there)[1] is not None:
                raise DatabaseDamaged("The trail is broken. Run `message-centre trail --verify`.")
        return tuple(found)


def set_aside(file: Path, at: datetime) -> Path:
    """Give an embedded record its other name, its journal folded into it; it is kept.

    Raises:
        DatabaseBusy: a program has it open.
    """
    with snapshots.opened(file) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    kept = file.with_name(f"{file.name}.migrated-{at:%Y%m%d}")
    number = 1
    while kept.exists():
        number += 1
        kept = file.with_name(f"{file.name}.migrated-{at:%Y%m%d}-{number}")
    durable.publish(file, kept)
    return kept


def _refuse_used(connection: Connection) -> None:
    for table in (operators, patients, records):
        if connection.execute(select(table).limit(1)).first():
            raise IncompleteOrder(
                "The server's database holds a practice already. Name an empty database."
            )


def _is_marker(row: Values) -> bool:
    return bool(row[0] == ARRIVING)


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    return copying.digest(connection, table, without=_is_marker if table is practice else None)


def _noted(mine: str, done: tuple[str, ...]) -> str:
    return json.dumps({"from": mine, "tables": done})


def _value(database: Database, key: str) -> str:
    with database.reading() as connection:
        wanted = select(practice.c.value).where(practice.c.key == key)
        return connection.execute(wanted).scalar() or ""
