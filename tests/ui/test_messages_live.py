"""Two windows on one record: what one operator writes stands before the other by itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QListWidget, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from message_centre.bootstrap import open_home
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.settings_file import SettingsFile
from message_centre.services.bundle import Services
from tests.support.colleagues import add_colleagues, texts
from tests.support.driver import Driver
from tests.support.window import opened_window


class Two:
    """The administrator's window here, and Bea's there."""

    def __init__(self, services: Services, here: Driver, there: Driver) -> None:
        self.services, self.here, self.there = services, here, there


@pytest.fixture
def two(qtbot: QtBot, tmp_path: Path, record_url: str) -> Iterator[Two]:
    """On a server two homes; an embedded record serves two programs of one home."""
    del qtbot
    homes = [tmp_path / "one", tmp_path / ("two" if record_url else "one")]
    for home in homes:
        if record_url:
            home.mkdir(exist_ok=True)
            SettingsFile(home).write(DATABASE_URL, record_url)
    services = open_home(homes[0])
    add_colleagues(services)
    with ExitStack() as stack:
        windows = [
            stack.enter_context(opened_window(home, operator))
            for home, operator in zip(homes, ("ADM", "BEA"), strict=True)
        ]
        drivers = [Driver(window) for window in windows]
        for driver in drivers:
            button = driver.find(QWidget, "button-provider", driver.window)
            driver.until(button.isEnabled, "the practice is open")
        yield Two(services, *drivers)
    services.close()


def tab_words(driver: Driver) -> str:
    return driver.find(QTabBar, "tabs", driver.window).tabText(1).replace("&", "")


def cells(driver: Driver, table: str) -> list[list[str]]:
    view = driver.find(QAbstractItemView, table, driver.window)
    model = view.model()
    columns = range(model.columnCount())
    return [[str(model.index(row, c).data()) for c in columns] for row in range(model.rowCount())]


def go_to_tasks(driver: Driver) -> None:
    driver.window.activateWindow()
    driver.find(QTabBar, "tabs", driver.window).setCurrentIndex(1)


def choose(driver: Driver, table: str, row: int) -> None:
    view = driver.find(QAbstractItemView, table, driver.window)
    view.setFocus()
    view.setCurrentIndex(view.model().index(row, 0))
    driver.window.activateWindow()
    driver.until(driver.window.isActiveWindow, "the window has the keyboard")


def test_a_task_an_answer_and_its_end_reach_the_other_window_by_themselves(two: Two) -> None:
    here, there = two.here, two.there
    go_to_tasks(here)
    here.press(Qt.Key.Key_F10, on=here.find(QWidget, "writeMessage", here.window))
    dialog = here.find(QDialog, "composeDialog")
    here.type("bea", "recipientsSearch", dialog)
    people = here.find(QListWidget, "recipientsList", dialog)
    here.until(lambda: people.count() == 1, "Bea is found")
    here.press(Qt.Key.Key_Return, on=here.find(QWidget, "recipientsSearch", dialog))
    here.type("Ring the laboratory", "composeText", dialog)
    task = here.find(QWidget, "composeTask", dialog)
    here.press(Qt.Key.Key_Space, on=task)
    here.press(Qt.Key.Key_Return, control=True, on=dialog)
    here.until(lambda: not here.all_visible(QDialog, "composeDialog"), "the message is sent")

    there.until(lambda: tab_words(there) == "My Task (1 unseen)", "the tab there tells of it")
    go_to_tasks(there)
    there.until(lambda: len(cells(there, "tasksTable")) == 1, "the task stands there")
    assert cells(there, "tasksTable")[0][:3] == [
        "Due today",
        "Administrator",
        "Ring the laboratory",
    ]
    choose(there, "tasksTable", 0)
    there.until(lambda: tab_words(there) == "My Task", "it counts as seen")

    there.type("She calls back", "replyText", there.window)
    there.press(Qt.Key.Key_Return, control=True, on=there.find(QWidget, "replyText", there.window))
    here.until(lambda: tab_words(here) == "My Task (1 unseen)", "the answer is told here")
    assert texts(two.services, "ADM") == ["Ring the laboratory", "She calls back"]

    there.click("conversationDone", there.window)
    there.until(lambda: not there.all_visible(QWidget, "tasksTable"), "no task is left there")
    messages = here.find(QWidget, "taskPages", here.window).findChild(QTabBar)
    assert messages is not None
    messages.setCurrentIndex(1)
    choose(here, "inboxTable", 0)
    here.until(
        lambda: any("Done by Bea Desk" in words for words in card_words(here)),
        "the sender sees that it is done",
    )
    assert here.find(QPushButton, "replySend", here.window).text() == "&Reply"


def card_words(driver: Driver) -> list[str]:
    return [card.accessibleName() for card in driver.all_visible(QWidget, "messageCard")]
