"""What the practice sets, as rows."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert, select, update

from message_centre.domain.files import Destination
from message_centre.store.database import Database
from message_centre.store.stores import may_stand
from message_centre.store.tables import settings


class PracticeSettingsTable:
    """The `PracticeSettings` port over the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> Mapping[str, str]:
        """Every stored value by full key."""
        with self._database.reading() as connection:
            rows = connection.execute(select(settings).order_by(settings.c.key)).all()
        return {row.key: row.value for row in rows}

    def write(self, key: str, value: str) -> None:
        """Store one value; an empty one is stored too."""
        with self._database.writing() as connection:
            changed = connection.execute(
                update(settings).where(settings.c.key == key).values(value=value)
            )
            if not changed.rowcount:
                connection.execute(insert(settings).values(key=key, value=value))

    def may_store(self, destination: Destination, folder: Path) -> bool:
        """Whether the store may stand here: nothing is on record yet, or this is that very store."""
        return may_stand(self._database, destination, folder)
