"""Invented patients, a still clock and an empty record, so that a test shows only what matters."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from message_centre.domain.patients import Patient
from message_centre.store.database import Database
from message_centre.store.patients import PatientsTable

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class StillClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def a_patient(number: str = "P1", **fields: Any) -> Patient:
    """A patient whose id follows from the number."""
    usual: dict[str, Any] = {
        "last_name": "Testcase",
        "first_names": "Nobody",
        "birth_date": date(1970, 1, 2),
    }
    return Patient(id=f"pt-{number.lower()}", number=number, **(usual | fields))


def an_empty_register(folder: Path) -> PatientsTable:
    """The real table over a new record in this folder."""
    return PatientsTable(Database(folder / "record.sqlite3"), StillClock())
