"""The Ext list by sessions: headings, a group ticked by one key, the odd one out. Real window and files."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from message_centre.domain.outcomes import Outcome
from message_centre.domain.people import Operator
from message_centre.domain.sessions import Shot, sessions_of
from message_centre.ui.actions import Name
from message_centre.ui.files.headings import Arrangement, HeadingRow
from message_centre.ui.files.rows import Column, Standing, row_of
from message_centre.ui.main_controller import MainController
from message_centre.ui.main_window import MainWindow
from message_centre.ui.preview.comparables import comparable_rows
from message_centre.ui.viewing.stepping import step
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice, a_practice
from tests.support.source_files import a_source_file
from tests.support.window import opened_window

KEY = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NOON = datetime(2026, 11, 20, 12, 0).astimezone()


def taken(practice: Practice, name: str, minute: int, device: str = "iPhone 12") -> None:
    """A photo of that minute, copied an hour later together with all the others."""
    at = NOON + timedelta(minutes=minute)
    exif = Image.Exif()
    exif[0x0110] = device
    exif[0x8769] = {0x9003: f"{at:%Y:%m:%d %H:%M:%S}"}
    side = 16 + len(list(practice.waiting.iterdir()))
    path = practice.drop(name, a_jpeg(side, 16, exif=exif.tobytes()))
    copied = (NOON + timedelta(minutes=120, seconds=side)).timestamp()
    os.utime(path, (copied, copied))


class Person:
    """At the keyboard, with the list before them."""

    def __init__(self, qtbot: QtBot, window: MainWindow, practice: Practice) -> None:
        self.qtbot, self.window, self.practice = qtbot, window, practice
        self.until(lambda: window.findChild(MainController))
        found = window.findChild(MainController)
        assert found is not None
        self.main = found
        self.view, self.model = window.ext.view, window.model
        self.settle()
        self.view.setFocus()

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=15_000)

    def settle(self) -> None:
        self.until(lambda: not self.main.files.is_refreshing and self.main._runner.is_idle)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        QTest.keyClick(self.window.focusWidget() or self.window, key, held)
        QApplication.processEvents()
        self.settle()

    def group(self) -> None:
        self.press(KEY.Key_G, CTRL)

    def lines(self) -> list[str]:
        """The list from top to bottom; headings by their words."""
        rows = [self.model.row(place) for place in range(self.model.rowCount())]
        return [f"[{r.words}]" if isinstance(r, HeadingRow) else r.file.name for r in rows]

    def names(self) -> list[str]:
        return [line for line in self.lines() if not line.startswith("[")]

    def headings(self) -> int:
        return len(self.lines()) - len(self.names())

    def ticked(self) -> set[str]:
        return {file.name for file in self.model.ticked()}

    def current(self) -> str:
        row = self.view.current_row()
        return row.file.name if row else ""


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path) -> Iterator[Person]:
    practice = a_practice(tmp_path)
    for number in range(3):
        taken(practice, f"knee {number}.jpg", number)
    for number in range(3):
        taken(practice, f"arm {number}.jpg", 60 + number)
    taken(practice, "other camera.jpg", 62, "Canon")
    taken(practice, "by itself.jpg", 500)
    practice.services.close()
    with opened_window(tmp_path / "home") as window:
        yield Person(qtbot, window, practice)


def test_sessions_stand_under_headings_with_count_and_times(person: Person) -> None:
    plain = person.names()
    person.group()
    assert person.lines() == [
        "[By themselves: 1 file]",
        "by itself.jpg",
        "[4 files  \u00b7  20 Nov 2026 13:00 to 13:02  \u00b7  iPhone 12  \u00b7  1 odd one out]",
        "other camera.jpg",
        "arm 2.jpg",
        "arm 1.jpg",
        "arm 0.jpg",
        "[3 files  \u00b7  20 Nov 2026 12:00 to 12:02  \u00b7  iPhone 12]",
        "knee 2.jpg",
        "knee 1.jpg",
        "knee 0.jpg",
    ]
    assert person.model.shown_files == len(plain)
    person.group()
    assert person.lines() == plain


def test_the_odd_one_out_is_marked_in_words_and_no_longer_when_the_list_is_plain(
    person: Person,
) -> None:
    person.group()
    badges = {row.file.name: row.badge for row in person.model._book}
    assert {name: words for name, words in badges.items() if words} == {
        "other camera.jpg": "other device"
    }
    person.group()
    assert not any(row.badge for row in person.model._book)


def test_one_key_ticks_a_group_and_takes_the_ticks_back(person: Person) -> None:
    person.group()
    person.view.go_to(person.model.row(person.lines().index("knee 1.jpg")))
    person.press(KEY.Key_Space, SHIFT)
    assert person.ticked() == {"knee 0.jpg", "knee 1.jpg", "knee 2.jpg"}
    heading = person.model.row(7)
    assert isinstance(heading, HeadingRow)
    assert heading.tick_state() is Qt.CheckState.Checked
    person.press(KEY.Key_Space)
    assert heading.tick_state() is Qt.CheckState.PartiallyChecked
    assert "some ticked" in heading.spoken
    person.press(KEY.Key_Space, SHIFT)
    assert len(person.ticked()) == 3
    person.press(KEY.Key_Space, SHIFT)
    assert person.ticked() == set()


def test_a_click_on_the_box_of_a_heading_ticks_its_group_and_one_beside_it_does_nothing(
    person: Person,
) -> None:
    person.group()
    model, view = person.model, person.view
    for column, expected in ((Column.NAME, 0), (Column.TICK, 3)):
        where = view.visualRect(model.index(7, column)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, QPoint(where))
        assert len(person.ticked()) == expected
        assert view.current_row() is None


def test_keys_step_over_headings(person: Person) -> None:
    person.group()
    person.press(KEY.Key_Down)
    seen = [person.current()]
    for _ in range(8):
        person.press(KEY.Key_Down)
        seen.append(person.current())
    assert [*dict.fromkeys(seen)] == person.names()
    for _ in range(9):
        person.press(KEY.Key_Up)
    assert person.current() == "by itself.jpg"
    for key in (KEY.Key_End, KEY.Key_Home, KEY.Key_PageDown, KEY.Key_PageUp):
        person.press(key)
        row = person.view.current_row()
        assert row is not None
        assert row.standing is not Standing.HEADING


def test_every_column_sorts_groups_and_the_rows_in_them(person: Person) -> None:
    person.group()
    for column in Column:
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            person.view.sortByColumn(column, order)
            lines = person.lines()
            assert sorted(person.names()) == sorted(set(person.names()))
            assert len(person.names()) == 8
            assert sum(line.startswith("[") for line in lines) == 3
    person.view.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
    assert person.names() == [
        *("arm 0.jpg", "arm 1.jpg", "arm 2.jpg", "other camera.jpg"),
        "by itself.jpg",
        *("knee 0.jpg", "knee 1.jpg", "knee 2.jpg"),
    ]


def test_a_filter_leaves_no_empty_heading_and_loses_no_tick(person: Person) -> None:
    person.group()
    person.view.go_to(person.model.row(person.lines().index("knee 1.jpg")))
    person.press(KEY.Key_Space, SHIFT)
    person.window.ext.filter.setText("ar")
    assert [line for line in person.lines() if line.startswith("[")] == [
        "[3 files  \u00b7  20 Nov 2026 13:00 to 13:02  \u00b7  iPhone 12]"
    ]
    person.window.ext.filter.setText("arm 1.jpg")
    assert person.names() == ["arm 1.jpg"]
    assert len(person.ticked()) == 3
    person.window.ext.filter.setText("")
    assert len(person.names()) == 8
    assert len(person.ticked()) == 3


def test_a_saved_row_stays_in_its_group_and_cannot_be_ticked(person: Person) -> None:
    person.group()
    before = person.lines()
    row = person.model.row(before.index("knee 1.jpg"))
    person.model.mark_saved(row.file.key, "SMITH, Jane", "", Outcome.SAVED)
    assert person.lines() == before
    person.view.go_to(person.model.row(before.index("knee 0.jpg")))
    person.press(KEY.Key_Space, SHIFT)
    assert person.ticked() == {"knee 0.jpg", "knee 2.jpg"}


def test_files_that_come_move_no_row_and_are_grouped_at_the_next_refresh(person: Person) -> None:
    person.group()
    before = person.lines()
    person.view.go_to(person.model.row(before.index("arm 1.jpg")))
    row = person.view.current_row()
    assert row is not None
    top = person.view.row_rect(row).top()
    taken(person.practice, "knee 3.jpg", 3)
    person.main.files.look_again()
    person.until(lambda: "knee 3.jpg" in person.names())
    assert person.lines() == [*before, "[New: 1 file]", "knee 3.jpg"]
    assert person.view.current_row() is row
    assert person.view.row_rect(row).top() == top
    wanted = "[4 files  \u00b7  20 Nov 2026 12:00 to 12:03  \u00b7  iPhone 12]"
    for _ in range(5):
        # On a busy computer the head of the new file is read only for the refresh after this one.
        if wanted not in person.lines():
            person.press(KEY.Key_F5)
    assert wanted in person.lines()
    assert person.view.current_row() is row


def test_next_file_goes_over_headings_and_select_all_ticks_files_only(person: Person) -> None:
    person.group()
    person.press(KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert person.current() == "by itself.jpg"
    person.press(KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert person.current() == "other camera.jpg"
    person.press(KEY.Key_A, CTRL)
    assert len(person.ticked()) == 8


def test_stepping_and_comparing_leave_headings_out(person: Person) -> None:
    person.group()
    person.view.go_to(person.model.row(person.lines().index("arm 0.jpg")))
    assert step(person.view, 1)
    assert person.current() == "knee 2.jpg"
    assert step(person.view, -1)
    assert person.current() == "arm 0.jpg"
    rows = comparable_rows(person.model, person.view.current_row(), ())
    assert sorted(row.file.name for row in rows) == sorted(person.names())


def test_a_group_can_be_saved_as_it_was_ticked(person: Person) -> None:
    person.group()
    person.view.go_to(person.model.row(person.lines().index("knee 1.jpg")))
    person.press(KEY.Key_Space, SHIFT)
    assert {file.name for file in person.main.files.selection()} == {
        "knee 0.jpg",
        "knee 1.jpg",
        "knee 2.jpg",
    }


def test_grouped_or_not_is_kept_for_each_operator_and_for_the_next_run(
    qtbot: QtBot, tmp_path: Path
) -> None:
    practice = a_practice(tmp_path)
    for number in range(3):
        taken(practice, f"knee {number}.jpg", number)
    rights = practice.operator.rights
    practice.services.people.save_operator(Operator("BEN", "Ben", rights=rights))
    for key, value in (("images", practice.waiting), ("documents", practice.waiting)):
        practice.services.configuring.set(
            f"operator.BEN.folders.{key}", str(value), operator=practice.operator
        )
    practice.services.close()

    def headings(operator: str, *, turned: bool = False) -> int:
        with opened_window(tmp_path / "home", operator) as window:
            person = Person(qtbot, window, practice)
            if turned:
                person.group()
            assert len(person.names()) == 3
            assert window.actions_[Name.GROUP].isChecked() == bool(person.headings())
            return person.headings()

    assert headings("ADM", turned=True) == 1
    assert headings("BEN") == 0
    assert headings("ADM") == 1
    assert headings("BEN", turned=True) == 1
    assert headings("ADM", turned=True) == 0
    assert headings("ADM") == 0
    assert headings("BEN") == 1


def test_an_order_that_a_worker_put_under_headings_needs_no_second_pass() -> None:
    rows = [row_of(a_source_file(f"{n}.jpg", age=n * 3600 * (n % 3))) for n in range(30)]
    shots = [Shot(row.ident, row.file.name, row.file.fingerprint.modified_ns) for row in rows]
    arrangement = Arrangement(sessions_of(shots), rows)
    made = arrangement.arranged(rows)
    assert arrangement.arranged(list(rows)) is made
    late = row_of(a_source_file("late.jpg"))
    again = arrangement.arranged([late, *rows])
    assert [row for row in again if not isinstance(row, HeadingRow)][-1] is late
    assert arrangement.headings == sum(isinstance(row, HeadingRow) for row in again)
    assert arrangement.arranged(rows) == made
