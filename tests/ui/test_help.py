"""F1 opens help for the place one is in, and every topic that is named is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from message_centre.demo.making import make_demo
from message_centre.ui.browsing.browse_controller import BrowseController
from message_centre.ui.help_pane import HelpPane
from message_centre.ui.resources import resource_names
from tests.support.driver import Driver
from tests.support.window import opened_window

KEY = Qt.Key
UI = Path(__file__).parents[2] / "message_centre" / "ui"


@pytest.fixture
def person(tmp_path: Path, qapp: object) -> Iterator[Driver]:
    del qapp
    home = make_demo(tmp_path / "home", patients=30, files=12).home
    with opened_window(home) as window:
        driver = Driver(window)
        driver.until_listed("Clinic photo 1.jpg")
        yield driver


def helped(person: Driver, on: QWidget) -> str:
    """The heading of the help that F1 opens there."""
    person.press(KEY.Key_F1, on=on)
    pane = person.find(HelpPane, "helpPane", on)
    words = pane.text.toPlainText().splitlines()[0]
    pane.close()
    return words


def test_f1_in_each_window_tells_of_that_window(person: Driver) -> None:
    assert helped(person, person.window) == "My Mail"
    person.select("Clinic photo 1.jpg")
    dialog = person.save()
    assert helped(person, dialog) == "Saving to a patient"
    person.cancel()
    person.press(KEY.Key_B, control=True, on=person.ext)
    towers = person.find(QDialog, "towersDialog")
    assert helped(person, towers) == "Tower folders"
    towers.close()
    record = person.open_patient("1025")
    assert helped(person, record) == "A patient's record"
    QTest.keyClick(record, KEY.Key_B, Qt.KeyboardModifier.ControlModifier)
    browse = person.find(QDialog, "browseDialog")
    assert helped(person, browse) == "Files from a folder, for one patient"
    assert record.findChild(BrowseController) is not None
    browse.close()
    record.close()


def test_every_topic_that_is_asked_for_is_written() -> None:
    known = resource_names("help", ".md")
    asked = [
        topic
        for module in UI.rglob("*.py")
        for topic in re.findall(r"offer_help\(\w+, \"([a-z-]+)\"\)", module.read_text("utf-8"))
    ]
    assert len(asked) >= 7
    assert set(asked) <= set(known)
