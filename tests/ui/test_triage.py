"""From file to file by keys alone: next, preview, proposal, title, file, undo. Real window, real files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.files.rows import Column
from message_centre.ui.main_controller import MainController
from message_centre.ui.main_window import MainWindow
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice, a_practice
from tests.support.window import opened_window

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


class Keyboard:
    """A person who has no mouse. Every key goes to whatever has the focus."""

    def __init__(self, qtbot: QtBot, window: MainWindow, waiting: Path) -> None:
        self.qtbot, self.window, self.waiting = qtbot, window, waiting
        self.until(lambda: window.findChild(MainController))
        found = window.findChild(MainController)
        assert found is not None
        self.main = found
        self.until(lambda: not self.main.files.is_refreshing and self.names())
        self.window.ext.view.setFocus()

    def names(self) -> list[str]:
        model = self.window.model
        return [model.row(place).file.name for place in range(model.rowCount())]

    def current(self) -> str:
        row = self.window.ext.view.current_row()
        return row.file.name if row else ""

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=15_000)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        top: QWidget = self.dialog() or self.window
        top.activateWindow()
        self.until(top.isActiveWindow)
        QTest.keyClick(top.focusWidget() or top, key, held)
        QApplication.processEvents()

    def dialog(self) -> AssignDialog | None:
        return next((d for d in self.window.findChildren(AssignDialog) if d.isVisible()), None)

    def settle(self) -> None:
        self.until(lambda: self.main._runner.is_idle)

    def file(self, *keys: Callable[[], None]) -> None:
        """Enter, take the proposal, file; `keys` are pressed on the last page."""
        self.press(KEY.Key_Return)
        self.until(self.dialog)
        self.settle()
        self.press(KEY.Key_F3)
        dialog = self.dialog()
        assert dialog is not None
        self.until(lambda: dialog.is_at(dialog.details))
        self.settle()
        for key in keys:
            key()
        self.press(KEY.Key_Return, CTRL)
        self.until(lambda: self.dialog() is None)
        self.settle()


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    made = a_practice(tmp_path)
    for number, last, first in (("1025", "Smith", "Jane"), ("4050", "Brown", "Ann")):
        made.add_patient(number, last, first)
    made.services.configuring.set(
        "operator.title_presets", "Left knee | Wound", operator=made.operator
    )
    for age, name in enumerate(("1025 smith.jpg", "4050 brown.jpg", "c.jpg", "1025 smith b.jpg")):
        made.drop(name, a_jpeg(64 + age), age=3600 + age)
    made.services.close()
    return made


@pytest.fixture
def keyboard(qtbot: QtBot, practice: Practice, tmp_path: Path) -> Iterator[Keyboard]:
    with opened_window(tmp_path / "home") as window:
        yield Keyboard(qtbot, window, practice.waiting)


def test_next_preview_proposal_title_file_and_undo_without_a_mouse(keyboard: Keyboard) -> None:
    picture = keyboard.window.preview
    keyboard.press(KEY.Key_Down, ALT)
    assert keyboard.current() == "1025 smith.jpg"
    keyboard.until(lambda: picture.fact("Picture"))
    keyboard.file(lambda: keyboard.press(KEY.Key_2, CTRL))
    row = keyboard.window.model.row(0)
    assert (row.is_saved, row.patient, row.title) == (True, "SMITH, Jane", "Wound")
    # The saved row stays where it is; the next one that can be saved is the current one.
    assert keyboard.names()[0] == "1025 smith.jpg"
    assert keyboard.current() == "4050 brown.jpg"
    keyboard.file()
    assert keyboard.window.model.row(1).patient == "BROWN, Ann"
    assert keyboard.current() == "c.jpg"
    keyboard.press(KEY.Key_Z, CTRL)
    keyboard.until(lambda: keyboard.current() == "4050 brown.jpg")
    assert not keyboard.window.model.row(1).is_saved
    keyboard.settle()
    assert (keyboard.waiting / "4050 brown.jpg").is_file()
    keyboard.press(KEY.Key_F5)
    keyboard.settle()
    assert "1025 smith.jpg" not in keyboard.names()


def test_next_and_previous_leave_out_what_cannot_be_saved(keyboard: Keyboard) -> None:
    view = keyboard.window.ext.view
    keyboard.press(KEY.Key_Down, ALT)
    keyboard.file()
    keyboard.press(KEY.Key_Down, ALT)
    assert keyboard.current() == "c.jpg"
    keyboard.press(KEY.Key_Up, ALT)
    assert keyboard.current() == "4050 brown.jpg"
    # Above it stands only the saved row.
    keyboard.press(KEY.Key_Up, ALT)
    assert keyboard.current() == "4050 brown.jpg"
    for _ in range(5):
        keyboard.press(KEY.Key_Down, ALT)
    assert keyboard.current() == "1025 smith b.jpg"
    assert view.current_row() is keyboard.window.model.row(3)


def test_the_keys_work_while_the_focus_is_in_the_filter(keyboard: Keyboard) -> None:
    keyboard.press(KEY.Key_F, CTRL)
    QTest.keyClicks(keyboard.window.ext.filter, "brown")
    keyboard.press(KEY.Key_Down, ALT)
    assert keyboard.current() == "4050 brown.jpg"
    assert isinstance(keyboard.window.focusWidget(), QLineEdit)


def test_the_last_row_saved_goes_to_the_nearest_one_above(keyboard: Keyboard) -> None:
    keyboard.press(KEY.Key_Down, ALT)
    keyboard.press(KEY.Key_End)
    keyboard.window.ext.view.selectRow(3)
    keyboard.file()
    assert keyboard.current() == "c.jpg"


def test_whoever_went_on_meanwhile_stays_there(keyboard: Keyboard) -> None:
    keyboard.press(KEY.Key_Down, ALT)
    keyboard.main.assigning.finished.connect(
        lambda: keyboard.window.ext.view.selectRow(2)  # the person was faster
    )
    keyboard.main.assigning.finished.disconnect(keyboard.main.keys.triage.advance)
    keyboard.main.assigning.finished.connect(keyboard.main.keys.triage.advance)
    keyboard.file()
    assert keyboard.current() == "c.jpg"


def test_a_file_that_comes_meanwhile_moves_neither_the_current_row_nor_its_place(
    keyboard: Keyboard, practice: Practice
) -> None:
    view = keyboard.window.ext.view
    view.go_to(keyboard.window.model.row(2))
    row = view.current_row()
    assert row is not None
    top = view.row_rect(row).top()
    practice.drop("newest.jpg", a_jpeg(90), age=60)
    keyboard.main.files.look_again()
    keyboard.until(lambda: "newest.jpg" in keyboard.names())
    assert keyboard.current() == "c.jpg"
    assert view.row_rect(row).top() == top
    assert keyboard.window.model.index(0, Column.NAME).isValid()
