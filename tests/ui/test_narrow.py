"""Where a screen is narrow, low or magnified, what one needs stays whole."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from message_centre.domain.messages import Counts
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Provider
from message_centre.services.work import Progress
from message_centre.ui.actions import Situation
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.browsing.browse_dialog import BrowseDialog
from message_centre.ui.main_window import MainWindow
from message_centre.ui.theme import Theme, ThemeMode
from message_centre.ui.towers.towers_dialog import TowersDialog
from tests.support.pictures import a_jpeg
from tests.support.saving_desk import ENTER, Desk

#: A screen of 1920 by 1080 at 200 %, less what the desktop keeps for itself.
WIDE, HIGH = 960, 500


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> MainWindow:
    theme = Theme(qapp, ThemeMode.LIGHT)
    made = MainWindow()
    qtbot.addWidget(made)
    theme.setParent(made)
    operator = Operator("ADM", "Wilhelmina Featherstonehaugh")
    made.top.show_people(operator, Provider("1", "Dr Kōwhai Example (Skin)"))
    made.show()
    return made


def resize(window: MainWindow, width: int) -> None:
    window.resize(width, HIGH)
    QApplication.processEvents()


def tabs_in_sight(window: MainWindow) -> bool:
    tabs = window.top.tabs
    return tabs.tabRect(tabs.count() - 1).right() < tabs.width()


@pytest.mark.parametrize("width", [WIDE, 1280, 1600])
def test_every_tab_is_in_sight_with_all_that_it_tells(window: MainWindow, width: int) -> None:
    resize(window, width)
    assert tabs_in_sight(window)
    window.top.show_counts(Counts(unseen=12, overdue=3))
    window.top.show_unclaimed(104)
    QApplication.processEvents()
    assert tabs_in_sight(window)


def test_names_come_back_where_there_is_room(window: MainWindow) -> None:
    resize(window, WIDE)
    assert not window.top.operator.isVisible()
    resize(window, 1600)
    assert window.top.operator.isVisible()


@pytest.mark.parametrize("width", [WIDE, 1280, 1440])
def test_save_tells_the_number_of_files_in_full(window: MainWindow, width: int) -> None:
    resize(window, width)
    window.actions_.show(Situation(is_open=True, may_see=True, may_save=True, selected=7))
    QApplication.processEvents()
    save = window.ext.findChild(QToolButton, "button-save")
    assert save is not None
    assert "7" in save.text()
    assert save.width() >= save.sizeHint().width()


def test_towers_of_a_long_path_and_browsing_fit_a_magnified_screen(
    qtbot: QtBot, qapp: QApplication
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    Theme(qapp, ThemeMode.LIGHT).setParent(parent)
    towers = TowersDialog(parent)
    towers.go_to_root("/srv/" + "a folder of the tower in the far theatre/" * 6)
    towers.show_busy(Progress(1, 2), is_import=True)
    born = date(1961, 3, 7)
    patient = Patient(id="pt-1", number="1", last_name="S", first_names="J", birth_date=born)
    browsing = BrowseDialog(patient, date(2026, 1, 1), parent)
    browsing.show_places([Path("/srv/" + "far/" * 40)])
    for dialog in (towers, browsing):
        dialog.show()
        QApplication.processEvents()
        least = dialog.minimumSizeHint()
        assert least.width() <= WIDE, dialog.objectName()
        assert least.height() <= HIGH, dialog.objectName()


def screen(name: str) -> QScreen:
    (found,) = (screen for screen in QApplication.screens() if screen.name() == name)
    return found


def at(window: QWidget, place: str) -> QScreen:
    """Put a window on another screen."""
    window.setScreen(screen(place))
    window.move(screen(place).geometry().topLeft())
    QApplication.processEvents()
    return screen(place)


def confirmation(desk: Desk) -> AssignDialog:
    """The last step for many files and a patient who could be mixed up with others."""
    desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    for number, born in enumerate(("1961-07-03", "1961-03-08", "1984-03-07"), 2):
        desk.practice.add_patient(str(number), "Smith", "Jane", birth_date=born)
    names = [f"{number}.jpg" for number in range(4)]
    for name in names:
        desk.practice.drop(name, a_jpeg())
    dialog = desk.save(*names)
    desk.choose("zac5361")
    desk.press(ENTER)
    assert dialog.is_at(dialog.details)
    return dialog


def is_whole(part: QWidget, window: QWidget) -> bool:
    """Whether all of a control can be seen and clicked."""
    return part.visibleRegion().boundingRect() == part.rect() and window.rect().contains(
        part.rect().translated(part.mapTo(window, QPoint()))
    )


@pytest.mark.parametrize("place", ["laptop", "magnified"])
def test_whoever_saves_reaches_the_button_on_a_small_screen(desk: Desk, place: str) -> None:
    free = at(desk.window, place).availableSize()
    dialog = confirmation(desk)
    assert dialog.frameSize().boundedTo(free) == dialog.frameSize()
    year, button = desk.find(QLineEdit, "birthYear"), desk.file_button()
    for _ in range(30):
        if dialog.focusWidget() is year:
            break
        desk.press(Qt.Key.Key_Tab)
    assert is_whole(year, dialog)
    QTest.keyClicks(year, "1961")
    for _ in range(3):
        if dialog.focusWidget() is not button:
            desk.press(Qt.Key.Key_Tab)
    assert is_whole(button, dialog)


def test_a_window_opens_as_large_as_it_was_made_where_there_is_room(desk: Desk) -> None:
    at(desk.window, "desk")
    dialog = confirmation(desk)
    assert (dialog.width(), dialog.height()) == (1160, 740)
