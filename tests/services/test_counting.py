from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from message_centre.domain.day_sheets import Fate
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
from message_centre.domain.records import Record
from message_centre.domain.tower_folders import Standing
from message_centre.services.counting import DaySheetParts, DaySheets
from message_centre.services.ports import DayCount, Repeated
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
    again: tuple[Repeated, ...] = ()
    doubts: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def refresh(self, operator: Operator, provider: str, token: CancelToken) -> tuple[Listing, ...]:
        assert (operator.id, provider) == ("ADM", "1")
        token.check()
        return self.listings

    def between(self, start: datetime, end: datetime) -> tuple[Repeated, ...]:
        return tuple(one for one in self.again if start <= one.at < end)

    def by_themselves(self, start: datetime, end: datetime) -> tuple[Record, ...]:
        return ()

    def unclaimed(self, files: Sequence[SourceFile], operator_id: str) -> Mapping[FileKey, str]:
        assert operator_id == "ADM"
        return {file.key: self.doubts[file.name] for file in files if file.name in self.doubts}

    def towers(self, token: CancelToken) -> tuple[Standing, ...]:
        token.check()
        return ()

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
    parts = DaySheetParts(counts, day, day, day, day, day, day.unclaimed, day.towers)  # type: ignore[arg-type]
    return DaySheets(parts)


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
    sheets.note([a_listing(READY, READY, OTHER)], "ADM")
    day.filed = {TODAY: {"Scans": 2}}
    day.at = NOON + timedelta(days=1)

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=3, filed=2, waiting=0, held=0, ignored=1
    )


def test_what_is_withdrawn_after_the_day_waits_again(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    day.filed = {TODAY: {"Scans": 2}}
    sheets.note([a_listing(READY)], "ADM")
    day.filed = {TODAY: {"Scans": 1}}
    day.at = NOON + timedelta(days=3)

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=3, filed=1, waiting=2, held=0, ignored=0
    )


def test_a_source_that_went_away_keeps_its_last_counts(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    sheets.note([a_listing(READY, HELD)], "ADM")
    day.listings = (a_listing(state=SourceState.OFFLINE),)

    counts = sheet(TODAY)["Scans"]

    assert (counts.waiting, counts.held) == (1, 1)


def test_a_past_day_is_not_touched_by_what_is_listed_now(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    sheets.note([a_listing(READY)], "ADM")
    day.at = NOON + timedelta(days=1)
    sheets.note([a_listing(READY, READY, READY)], "ADM")

    assert sheet(TODAY)["Scans"].waiting == 1


def test_a_day_nobody_worked_is_empty(sheet: Sheet) -> None:
    assert sheet(TODAY - timedelta(days=400)) == {}


def test_what_auto_import_leaves_to_a_person_is_held_with_its_reason(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    day.listings = (a_listing(READY, READY, HELD, OTHER),)
    day.doubts = {"0.jpg": "The register has no patient with the number 9."}

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=4, filed=0, waiting=1, held=2, ignored=1
    )
    assert [(one.name, one.fate, one.reason) for one in sheets.files(TODAY)] == [
        ("0.jpg", Fate.HELD, "The register has no patient with the number 9."),
        ("2.jpg", Fate.HELD, "It cannot be read."),
    ]


def test_a_held_file_that_was_filed_since_is_not_counted_twice(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    sheets.note([a_listing(READY, HELD, HELD)], "ADM")
    day.filed = {TODAY: {"Scans": 2}}
    day.at = NOON + timedelta(days=1)

    assert sheet(TODAY)["Scans"] == DayCount(
        TODAY, "Scans", seen=3, filed=2, waiting=0, held=1, ignored=0
    )


def test_a_source_without_held_files_any_more_forgets_them(day: Day, sheets: DaySheets) -> None:
    sheets.note([a_listing(HELD)], "ADM")
    sheets.note([a_listing(READY)], "ADM")

    assert sheets.files(TODAY) == ()


def test_a_file_that_came_again_is_ignored_and_named(
    day: Day, sheets: DaySheets, sheet: Sheet
) -> None:
    day.again = (Repeated(NOON, "Scans", "7.jpg", "t"), Repeated(NOON, "Drive", "8.jpg", "u"))
    day.listings = (a_listing(READY),)

    counts = sheet(TODAY)

    assert (counts["Scans"].seen, counts["Scans"].ignored) == (2, 1)
    assert (counts["Drive"].seen, counts["Drive"].ignored) == (1, 1)
    assert {(one.name, one.fate) for one in sheets.files(TODAY)} == {
        ("7.jpg", Fate.CAME_AGAIN),
        ("8.jpg", Fate.CAME_AGAIN),
    }
