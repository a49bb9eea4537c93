"""Patients an operator filed to lately, as rows."""

from sqlalchemy import delete, insert, select

from message_centre.services.ports import Clock
from message_centre.store.database import Database, stored
from message_centre.store.tables import recent_patients

#: Rows kept for an operator; more would only grow.
KEPT = 50


class RecentsTable:
    """The `Recents` port over the record."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, operator: str, patient_id: str) -> None:
        """Put a patient first; the oldest beyond fifty are forgotten."""
        mine = recent_patients.c.operator == operator
        at = stored(self._clock.now())
        with self._database.writing() as connection:
            connection.execute(
                delete(recent_patients).where(mine, recent_patients.c.patient_id == patient_id)
            )
            connection.execute(
                insert(recent_patients).values(operator=operator, patient_id=patient_id, at=at)
            )
            kept = (
                select(recent_patients.c.patient_id)
                .where(mine)
                .order_by(recent_patients.c.at.desc())
                .limit(KEPT)
            )
            connection.execute(
                delete(recent_patients).where(mine, recent_patients.c.patient_id.not_in(kept))
            )

    def of(self, operator: str, *, limit: int = 12) -> tuple[str, ...]:
        """Patient ids, the latest first."""
        wanted = (
            select(recent_patients.c.patient_id)
            .where(recent_patients.c.operator == operator)
            .order_by(recent_patients.c.at.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())
