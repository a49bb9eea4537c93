from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from message_centre.domain.files import (
    Destination,
    FileKey,
    FileState,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
    SourceState,
)
from message_centre.domain.people import ALL_RIGHTS, Operator
from message_centre.services.counting import DaySheets
from message_centre.services.ports import DayCount
from message_centre.services.work import CancelToken
from message_centre.store.database import Database
from message_centre.store.day_counts import DayCountsTable

ADM = Operator("ADM", "Administrator", rights=ALL_RIGHTS)
NOON = datetime(2024, 5, 6, 12).astimezone()
TODAY = NOON.date()
READY, SETTLING, HELD, OTHER = FileState.READY, FileState.SETTLING, FileState.HELD, FileState.OTHER


def a_listing(
    *states: FileState, source: str = "Scans", state: SourceState = SourceState.CONNECTED
) -> Listing:
    files = tuple(
        SourceFile(
            key=FileKey(source, str(number)),
            name=f"{number}.jpg",
            source_name=source,
            kind=SourceKind.FOLDER,
            fingerprint=Fingerprint(1, 1, str(number)),
            extension=".jpg",
            destination=Destination.IMAGES,
            state=each,
        )
        for number, each in enumerate(states)
    )
    return Listing(source, source, SourceKind.FOLDER, state, "", NOON, files)


@dataclass
class Day:
    """One day's world around a sheet: what is filed, what a listing shows, what time it is."""

    at: datetime = NOON
    filed: dict[date, dict[str, int]] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def refresh(self, operator: Operator, provider: str, token: CancelToken) -> tuple[Listing, ...]:
        assert (operator.id, provider) == ("ADM", "1")
        token.check()
        return self.listings

    def filed_between(self, start: datetime, end: datetime) -> Mapping[str, int]:
        assert start.tzinfo is not None
        assert timedelta(hours=22) < end - start < timedelta(hours=26)
        return self.filed.get(start.date(), {})


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def sheets(day: Day, tmp_path: Path) -> DaySheets:
    counts = DayCountsTable(Database(tmp_path / "record.sqlite"))
    # `Day` answers what a sheet asks of records, lister and clock, and nothing else.
    return DaySheets(counts, day, day, day)  # type: ignore[arg-type]


@pytest.fixture
def sheet(sheets: DaySheets) -> Callable[[date], dict[str, DayCount]]:
    def of(wanted: date) -> dict[str, DayCount]:
        counts = {one.source: one for one in sheets.of(wanted, ADM, "1", CancelToken())}
        for one in counts.values():
            assert one.seen == one.filed + one.waiting + one.held + one.ignored
            assert one.day == wanted
        return counts

    return of


Sheet = Callable[[date], dict[str, DayCount]]


def test_today_is_counted_from_a_fresh_listing(day: Day, sheet: Sheet) -> None:
    day.listings = (a_listing(READY, SETTLING, HELD, OTHER, OTHER),)
    day.filed = {TODAY: {"Scans": 3, "Removed": 1}}

    counts = sheet(TODAY)

    assert counts["Scans"] == DayCount(
        TODAY, "Scans", seen=8, filed=3, waiting=2, held=1, ignored=2
    )
    assert counts["Removed"].seen == counts["Removed"].filed == 1


def test_sources_of_one_name_are_one_line(day: Day, sheet: Sheet) -> None:
    day.listings = (a_listing(READY), a_listing(READY, OTHER))
    day.filed = {TODAY: {"Scans": 1}}

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=4, filed=1, waiting=2, held=0, ignored=1
    )


def test_looking_twice_counts_nothing_twice(day: Day, sheet: Sheet) -> None:
    day.listings = (a_listing(READY, READY),)

    assert sheet(TODAY) == sheet(TODAY)


def test_what_is_filed_after_the_last_look_no_longer_waits(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    sheets.note([a_listing(READY, READY, OTHER)])
    day.filed = {TODAY: {"Scans": 2}}
    day.at = NOON + timedelta(days=1)

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=3, filed=2, waiting=0, held=0, ignored=1
    )


def test_what_is_withdrawn_after_the_day_waits_again(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    day.filed = {TODAY: {"Scans": 2}}
    sheets.note([a_listing(READY)])
    day.filed = {TODAY: {"Scans": 1}}
    day.at = NOON + timedelta(days=3)

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=3, filed=1, waiting=2, held=0, ignored=0
    )


def test_a_source_that_went_away_keeps_its_last_counts(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    sheets.note([a_listing(READY, HELD)])
    day.listings = (a_listing(state=SourceState.OFFLINE),)

    counts = sheet(TODAY)["Scans"]

    assert (counts.waiting, counts.held) == (1, 1)


def test_a_past_day_is_not_touched_by_what_is_listed_now(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    sheets.note([a_listing(READY)])
    day.at = NOON + timedelta(days=1)
    sheets.note([a_listing(READY, READY, READY)])

    assert sheet(TODAY)["Scans"].waiting == 1


def test_a_day_nobody_worked_is_empty(sheet: Sheet) -> None:
    assert sheet(TODAY - timedelta(days=400)) == {}
