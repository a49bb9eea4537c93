"""Everything that a record holds, to compare two of them."""

import contextlib
from pathlib import Path

from message_centre.bootstrap import open_record
from message_centre.store import copying
from message_centre.store.database import Database

Contents = dict[str, list[copying.Values]]


def contents(database: Database) -> Contents:
    """The rows of every table."""
    with database.reading() as connection:
        return {
            table.name: [row for batch in copying.rows(connection, table) for row in batch]
            for table in copying.all_tables()
        }


def of_embedded(file: Path) -> Contents:
    """Of a record in a file."""
    with contextlib.closing(Database(file)) as database:
        return contents(database)


def of_home(home: Path) -> Contents:
    """Of the record that a home works with."""
    with contextlib.closing(open_record(home)) as database:
        return contents(database)


def but_marks(found: Contents) -> Contents:
    """All but how the record is known again, which a carried one has beside what it had."""
    return found | {"practice": [row for row in found["practice"] if row[0] != "carried-over-as"]}
