"""The register asked by ids as phones send them: over the search tables, and so within an index."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select

from message_centre.domain.folding import compact
from message_centre.domain.patients import Patient
from message_centre.store.database import Database
from message_centre.store.patient_search import in_codes
from message_centre.store.patients import patients_where
from message_centre.store.tables import patients, search_codes

_AFTER_ALL = "\U0010ffff"


class TypedIdsTable:
    """The `TypedIds` port over the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def like(self, keys: Iterable[str]) -> tuple[Patient, ...]:
        """Patients of any status with an id of the same letters and digits; the caller judges."""
        codes = [f"i{code}" for code in map(compact, keys) if code]
        if not codes:
            return ()
        with self._database.reading() as connection:
            return patients_where(connection, patients.c.id.in_(in_codes(codes)))

    def going_on_from(self, key: str) -> bool:
        """Whether anybody's id begins with this one and then a hyphen or a blank."""
        start = f"i{compact(key)}"
        longer = select(search_codes.c.patient_id).where(
            search_codes.c.code > start, search_codes.c.code < start + _AFTER_ALL
        )
        goes_on = or_(
            *(
                func.lower(column).startswith(f"{key}{sign}", autoescape=True)
                for column in (patients.c.number, patients.c.alternate_id)
                for sign in "- "
            )
        )
        found = select(patients.c.id).where(patients.c.id.in_(longer), goes_on).limit(1)
        with self._database.reading() as connection:
            return connection.execute(found).first() is not None
