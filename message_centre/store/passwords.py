"""The hashes of passwords as rows, with the wrong tries since the last right one."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from message_centre.services.ports import PasswordTry
from message_centre.store.database import Database, loaded, stored
from message_centre.store.tables import operator_passwords as table


class PasswordsTable:
    """The `Passwords` port over the record. Waits are measured with the record's own clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holders(self) -> frozenset[str]:
        """The ids of the operators who have a password."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(select(table.c.operator)).scalars())

    def keep(self, operator_id: str, hashed: str) -> None:
        """Let this be the operator's password; tries are counted anew."""
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.operator == operator_id))
            row = {"operator": operator_id, "hash": hashed, "wrong_tries": 0, "wait_until": ""}
            changed_at = stored(self._database.now(connection))
            connection.execute(insert(table).values(row | {"changed_at": changed_at}))

    def begin_try(self, operator_id: str, wait_after: Callable[[int], int]) -> PasswordTry | None:
        """Count a try as wrong before it is looked at; one during a wait is not even counted."""
        with self._database.writing() as connection:
            row = connection.execute(select(table).where(table.c.operator == operator_id)).first()
            if row is None:
                return None
            now = self._database.now(connection)
            if row.wait_until and (left := (loaded(row.wait_until) - now).total_seconds()) > 0:
                return PasswordTry(number=row.wrong_tries, wait=left)
            number = row.wrong_tries + 1
            seconds = wait_after(number)
            until = stored(now + timedelta(seconds=seconds)) if seconds else ""
            _count(connection, operator_id, number, until)
            return PasswordTry(row.hash, number)

    def forgive(self, operator_id: str) -> None:
        """The password was right: tries are counted anew."""
        with self._database.writing() as connection:
            _count(connection, operator_id, 0, "")


def _count(connection: Connection, operator_id: str, number: int, until: str) -> None:
    values = {"wrong_tries": number, "wait_until": until}
    connection.execute(update(table).where(table.c.operator == operator_id).values(values))
