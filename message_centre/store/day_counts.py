"""The last count of each source on each day, as rows."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select

from message_centre.services.ports import DayCount
from message_centre.store.database import Database
from message_centre.store.tables import day_counts


class DayCountsTable:
    """The `DayCounts` port over the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, counts: Iterable[DayCount]) -> None:
        """Insert or replace, by day and source, in one transaction."""
        with self._database.writing() as connection:
            for count in counts:
                connection.execute(
                    delete(day_counts).where(
                        day_counts.c.day == count.day, day_counts.c.source == count.source
                    )
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

    def of_day(self, day: date) -> tuple[DayCount, ...]:
        """The counts of a day, by source."""
        wanted = select(day_counts).where(day_counts.c.day == day).order_by(day_counts.c.source)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            DayCount(row.day, row.source, row.seen, row.filed, row.waiting, row.held, row.ignored)
            for row in rows
        )
