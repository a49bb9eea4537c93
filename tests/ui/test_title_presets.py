"""Titles by key: set in Setup, kept in the record, chosen while a file is saved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.bootstrap import open_home
from message_centre.domain.errors import BadSetting
from message_centre.ui.actions import Name
from message_centre.ui.main_window import MainWindow
from message_centre.ui.setup.setup_window import SetupWindow
from tests.support.pictures import a_jpeg
from tests.support.practice import a_practice
from tests.support.saving_desk import CTRL, ENTER, Desk
from tests.support.window import opened_window

KEY = "operator.ADM.title_presets"


def offer(desk: Desk, titles: str) -> None:
    desk.practice.services.configuring.set(KEY, titles, operator=desk.practice.operator)


def details(desk: Desk) -> QLineEdit:
    desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    return desk.find(QLineEdit, "assignTitle")


def test_a_key_writes_its_title_and_the_record_has_it(desk: Desk) -> None:
    offer(desk, "Left knee | Wound | Referral")
    title = details(desk)
    desk.press(Qt.Key.Key_2, CTRL)
    assert title.text() == "Wound"
    desk.press(Qt.Key.Key_3, CTRL)
    assert title.text() == "Referral"
    desk.press(ENTER, CTRL)
    assert [words for _, _, words in desk.saved] == ["Referral"]


def test_the_key_works_wherever_the_focus_is_and_what_was_typed_comes_back(desk: Desk) -> None:
    offer(desk, "Left knee")
    title = details(desk)
    QTest.keyClicks(title, "my own words")
    desk.find(QPushButton, "assignCancel").setFocus()
    desk.press(Qt.Key.Key_1, CTRL)
    assert title.text() == "Left knee"
    title.setFocus()
    desk.press(Qt.Key.Key_Z, CTRL)
    assert title.text() == "my own words"


def test_an_empty_place_has_no_button_and_keeps_the_keys_of_the_others(desk: Desk) -> None:
    offer(desk, "Left knee | | Wound & scar")
    title = details(desk)
    shown = desk.dialog().details.form.presets.findChildren(QPushButton)
    assert [button.text() for button in shown] == [
        "Left knee  (Ctrl+1)",
        "Wound && scar  (Ctrl+3)",
    ]
    desk.press(Qt.Key.Key_2, CTRL)
    assert title.text() == ""
    shown[1].click()
    assert title.text() == "Wound & scar"


def test_without_titles_nothing_is_offered(desk: Desk) -> None:
    title = details(desk)
    assert not desk.dialog().details.form.presets.isVisible()
    desk.press(Qt.Key.Key_1, CTRL)
    assert title.text() == ""


def test_the_picker_does_not_take_the_key(desk: Desk) -> None:
    offer(desk, "Left knee")
    desk.practice.drop("a.jpg", a_jpeg())
    dialog = desk.save("a.jpg")
    desk.press(Qt.Key.Key_1, CTRL)
    assert dialog.details.form.title == ""


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    del qtbot
    a_practice(tmp_path).services.close()
    with opened_window(tmp_path / "home") as made:
        yield made


def opened_setup(qtbot: QtBot, window: MainWindow) -> SetupWindow:
    """Setup at its page of Messaging Options, with what is stored."""
    qtbot.waitUntil(window.actions_[Name.SETUP].isEnabled, timeout=15_000)
    window.actions_[Name.SETUP].trigger()
    setup = window.findChild(SetupWindow)
    assert setup is not None
    qtbot.waitUntil(lambda: setup.messaging.people.count() > 0, timeout=15_000)
    qtbot.waitUntil(lambda: not setup.told.text, timeout=15_000)
    setup.go_to(setup.messaging)
    return setup


def line_of(setup: SetupWindow, number: int) -> QLineEdit:
    line = setup.findChild(QLineEdit, f"titlePreset{number}")
    assert line is not None
    return line


def button_of(setup: SetupWindow) -> QPushButton:
    button = setup.findChild(QPushButton, "setupSave")
    assert button is not None
    return button


def save(setup: SetupWindow) -> None:
    button_of(setup).click()


def test_titles_are_set_in_setup_for_one_operator_and_found_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    setup = opened_setup(qtbot, window)
    for number, words in ((1, "Left knee"), (3, "Wound  of foot")):
        line = line_of(setup, number)
        line.setFocus()
        # The sign that separates titles in the record cannot be typed.
        QTest.keyClicks(line, f"|{words}")
        assert line.text() == words
    save(setup)
    qtbot.waitUntil(lambda: setup.told.text == "Saved.", timeout=15_000)
    assert line_of(setup, 3).text() == "Wound of foot"
    setup.close()
    services = open_home(tmp_path / "home")
    try:
        kept = ("Left knee", "", "Wound of foot")
        assert services.configuring.title_presets("ADM") == kept
        assert services.configuring.title_presets("BEN") == ()
    finally:
        services.close()


def test_a_title_that_is_wrong_is_told_beside_its_line_and_not_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    setup = opened_setup(qtbot, window)
    line = line_of(setup, 2)
    line.setFocus()
    # A sign that turns the order of letters round: pasted, since no key makes it.
    QApplication.clipboard().setText("Wound\u202eeenk")
    line.paste()
    told = setup.findChild(QLabel, "titlePresetsToldWords")
    assert told is not None
    qtbot.waitUntil(lambda: "printable" in told.text(), timeout=15_000)
    assert not button_of(setup).isEnabled()
    save(setup)
    services = open_home(tmp_path / "home")
    try:
        assert services.configuring.title_presets("ADM") == ()
    finally:
        services.close()
    line.clear()
    line.textEdited.emit("")


def test_titles_can_be_set_from_the_command_line_and_wrong_ones_are_refused(
    tmp_path: Path,
) -> None:
    services = open_home(tmp_path / "home")
    try:
        me = services.people.operators()[0]
        services.configuring.set("operator.title_presets", " Wound |Left  knee | | ", operator=me)
        assert services.configuring.value(KEY) == "Wound | Left knee"
        for wrong in ("|".join("abcdefghij"), "x" * 101):
            with pytest.raises(BadSetting):
                services.configuring.set("operator.title_presets", wrong, operator=me)
        assert services.configuring.title_presets("ADM") == ("Wound", "Left knee")
    finally:
        services.close()
