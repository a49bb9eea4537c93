"""The last count of each source on each day, and the files it held then, as rows."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from message_centre.domain.day_sheets import DayFile, Fate
from message_centre.services.ports import DayCount
from message_centre.store.database import Database
from message_centre.store.tables import day_counts, held_files


class DayCountsTable:
    """The `DayCounts` port over the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, counts: Iterable[DayCount], held: Iterable[DayFile] = ()) -> None:
        """Insert or replace, by day and source, in one transaction."""
        files = list(held)
        with self._database.writing() as connection:
            for count in counts:
                _replace(connection, count)
                rows = [
                    {
                        "day": count.day,
                        "source": count.source,
                        "token": file.token,
                        "name": file.name,
                        "reason": file.reason,
                    }
                    for file in files
                    if file.source == count.source
                ]
                if rows:
                    connection.execute(insert(held_files), rows)

    def of_day(self, day: date) -> tuple[DayCount, ...]:
        """The counts of a day, by source."""
        wanted = select(day_counts).where(day_counts.c.day == day).order_by(day_counts.c.source)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            DayCount(row.day, row.source, row.seen, row.filed, row.waiting, row.held, row.ignored)
            for row in rows
        )

    def held_on(self, day: date) -> tuple[DayFile, ...]:
        """The files that were held on a day when it was counted last, by source and name."""
        wanted = select(held_files).where(held_files.c.day == day)
        order = (held_files.c.source, held_files.c.name, held_files.c.token)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(*order)).all()
        return tuple(
            DayFile(row.source, row.token, row.name, Fate.HELD, row.reason) for row in rows
        )


def _replace(connection: Connection, count: DayCount) -> None:
    for table in (day_counts, held_files):
        connection.execute(
            delete(table).where(table.c.day == count.day, table.c.source == count.source)
        )
    connection.execute(
        insert(day_counts).values(
            day=count.day,
            source=count.source,
            seen=count.seen,
            filed=count.filed,
            waiting=count.waiting,
            held=count.held,
            ignored=count.ignored,
        )
    )
