"""A whole session of triage on the demo practice with no mouse, in a plain list and in a grouped one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from message_centre.bootstrap import open_home
from message_centre.demo.making import make_demo
from message_centre.domain.records import Record
from tests.support.driver import Driver, wait
from tests.support.window import opened_window

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
#: The demo's patient 1009 has somebody of nearly the same name and birth date, so the year is asked for.
PATIENT, NAME, YEAR = "1009", "NGATA", "1990"
PHOTO = f"INTOUCH_P{PATIENT}_"
NEW = "Arrived meanwhile.jpg"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = make_demo(tmp_path / "home", patients=30, files=40).home
    services = open_home(made)
    try:
        by = services.permitting.operator("ADM")
        services.configuring.set("operator.title_presets", "Left knee | Wound", operator=by)
    finally:
        services.close()
    return made


@pytest.fixture
def person(home: Path, qapp: QApplication) -> Iterator["Typist"]:
    del qapp
    with opened_window(home) as window:
        made = Typist(window)
        made.until_listed("Clinic photo 1.jpg")
        yield made


class Typist(Driver):
    """A person whose hands stay on the keyboard."""

    def current(self) -> str:
        """The name in the current row."""
        index = self.ext.currentIndex()
        return self.names()[index.row()] if index.isValid() else ""

    def height(self) -> int:
        """Where the current row stands on the screen."""
        index = self.ext.currentIndex()
        return self.ext.viewport().mapToGlobal(QPoint(0, self.ext.visualRect(index).top())).y()

    def go_to(self, begin: str) -> None:
        """Press Alt+Down until the file is the current one."""
        for _ in range(60):
            if self.current().startswith(begin):
                return
            self.press(KEY.Key_Down, ALT, on=self.ext)
        raise AssertionError(f"Alt+Down never came to {begin}")

    def fact(self) -> str:
        """What the preview says the picture is."""
        (pane,) = self.window.findChildren(QWidget, "previewPane")
        return " ".join(label.text() for label in pane.findChildren(QLabel) if label.isVisible())

    def file_as_proposed(self) -> None:
        """Enter, F3, a title by its key, the year, Ctrl+Enter."""
        self.press(KEY.Key_Return, on=self.ext)
        self.find(QWidget, "takeProposal")
        self.press(KEY.Key_F3)
        year = self.find(QLineEdit, "birthYear")
        self.press(KEY.Key_2, CTRL)
        self.press(KEY.Key_Y, ALT)
        self.until(year.hasFocus, "Alt+Y leads to the year of birth")
        QTest.keyClicks(year, YEAR)
        self.press(KEY.Key_Return, CTRL)
        self.until(lambda: not self.is_asking_for_a_patient(), "the dialog is gone")


def filed(home: Path) -> dict[str, Record]:
    services = open_home(home)
    try:
        patient = services.register.resolve(PATIENT)
        return {one.original_name: one for one in services.records.of_patient(patient.id)}
    finally:
        services.close()


@pytest.mark.parametrize("is_grouped", [False, True], ids=["plain", "grouped"])
def test_next_look_take_title_file_and_undo_by_keys_alone(
    person: Typist, home: Path, is_grouped: bool
) -> None:
    if is_grouped:
        plain = len(person.names())
        person.press(KEY.Key_G, CTRL, on=person.ext)
        person.until(lambda: len(person.names()) > plain, "headings stand in the list")
    person.go_to(PHOTO)
    photo, order = person.current(), person.names()
    original = (home / "demo" / "Images" / photo).read_bytes()
    person.until(lambda: "960" in person.fact(), "the photo is shown beside the list")

    person.file_as_proposed()
    row = order.index(photo)
    person.until(lambda: person.cell(row, "Title") == "Wound", "the row tells the title")
    assert NAME in person.cell(row, "Patient")
    assert filed(home)[photo].title == "Wound"
    person.until(lambda: person.current() != photo, "the next file is the current one")
    assert person.current().startswith("INTOUCH_P")
    assert person.names() == order

    # Somebody's file comes in: neither the row with the focus nor its place changes.
    current, height = person.current(), person.height()
    shutil.copy(home / "demo" / "Images" / "Clinic photo 1.jpg", home / "demo" / "Images" / NEW)
    person.until(lambda: NEW in person.names(), "the new file is listed")
    assert (person.current(), person.height()) == (current, height)

    person.press(KEY.Key_Z, CTRL, on=person.ext)
    person.until(lambda: person.current() == photo, "the file that is back is the current one")
    person.until(lambda: not person.is_greyed(photo), "it can be saved again")
    wait(300)
    assert person.current() == photo
    assert (home / "demo" / "Images" / photo).read_bytes() == original
    assert photo not in filed(home)


def test_enter_alone_files_nothing_however_often_it_is_pressed(person: Typist, home: Path) -> None:
    person.go_to(PHOTO)
    person.press(KEY.Key_Return, on=person.ext)
    dialog = person.find(QWidget, "takeProposal").window()
    for _ in range(4):
        person.press(KEY.Key_Return, on=person.find(QWidget, "patientSearchLine", dialog))
    assert person.find(QWidget, "takeProposal", dialog).isVisible()
    person.cancel()
    assert not filed(home)
