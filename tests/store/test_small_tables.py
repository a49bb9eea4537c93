import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from message_centre.services.ports import DayCount
from message_centre.store import recents
from message_centre.store.database import Database
from message_centre.store.day_counts import DayCountsTable
from message_centre.store.practice_settings import PracticeSettingsTable
from message_centre.store.recents import RecentsTable

TODAY = date(2024, 5, 6)


class TickingClock:
    """Every look is a second later."""

    def __init__(self) -> None:
        self._seconds = itertools.count()

    def now(self) -> datetime:
        return datetime(2024, 5, 6, 9, tzinfo=UTC) + timedelta(seconds=next(self._seconds))

    def monotonic(self) -> float:
        return float(next(self._seconds))


def test_settings_are_read_as_they_were_written_last(database: Database) -> None:
    kept = PracticeSettingsTable(database)
    kept.write("system.log_folder", "/logs")
    kept.write("operator.ANN.folders.images", "/in")
    kept.write("system.log_folder", "")

    assert kept.read() == {"operator.ANN.folders.images": "/in", "system.log_folder": ""}


def test_the_latest_patient_comes_first_and_only_once(database: Database) -> None:
    kept = RecentsTable(database, TickingClock())
    for patient in ("p1", "p2", "p1", "p3"):
        kept.add("ANN", patient)
    kept.add("BEN", "p9")

    assert kept.of("ANN") == ("p3", "p1", "p2")
    assert kept.of("ANN", limit=1) == ("p3",)
    assert kept.of("ZOE") == ()


def test_the_oldest_recent_patients_are_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recents, "KEPT", 3)
    kept = RecentsTable(database, TickingClock())
    kept.add("BEN", "p0")
    for number in range(5):
        kept.add("ANN", f"p{number}")

    assert kept.of("ANN") == ("p4", "p3", "p2")
    assert kept.of("BEN") == ("p0",)


def test_counts_are_replaced_by_day_and_source(database: Database) -> None:
    kept = DayCountsTable(database)
    first = DayCount(TODAY, "Scans", seen=5, filed=1, waiting=2, held=1, ignored=1)
    later = DayCount(TODAY, "Scans", seen=6, filed=4, waiting=1, held=1, ignored=0)
    camera = DayCount(TODAY, "Camera", seen=1, filed=1, waiting=0, held=0, ignored=0)
    kept.save([first, camera])
    kept.save([later])

    assert kept.of_day(TODAY) == (camera, later)
    assert kept.of_day(TODAY + timedelta(days=1)) == ()
