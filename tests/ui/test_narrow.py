"""Where a screen is narrow, low or magnified, what one needs stays whole."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from message_centre.domain.messages import Counts
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Provider
from message_centre.services.work import Progress
from message_centre.ui.actions import Situation
from message_centre.ui.browsing.browse_dialog import BrowseDialog
from message_centre.ui.main_window import MainWindow
from message_centre.ui.theme import Theme, ThemeMode
from message_centre.ui.towers.towers_dialog import TowersDialog

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
