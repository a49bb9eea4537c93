"""A receptionist at the saving dialog: types, presses, looks. Needs Qt; only UI tests import it."""

from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.domain.outcomes import ImportResult
from message_centre.ui.assigning.assign_controller import AssignController
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.record.opening import open_record_beside
from message_centre.ui.runner import Runner
from tests.support.practice import Practice

Widget = TypeVar("Widget", bound=QObject)
ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """A receptionist at the controller: types, presses, looks."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner) -> None:
        self.qtbot, self.practice, self.runner = qtbot, practice, runner
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.controller = AssignController(
            practice.services, runner, self.window, practice.operator, practice.provider
        )
        shown = partial(open_record_beside, practice.services, runner, practice.operator)
        self.controller.record_requested.connect(shown)
        self.saved: list[tuple[ImportResult, str, str]] = []
        self.failed: list[ImportResult] = []
        self.unsaved: list[str] = []
        self.ended = 0
        self.controller.saved.connect(self._note_saved)
        self.controller.failed.connect(self.failed.append)
        self.controller.unsaved.connect(lambda key: self.unsaved.append(key.path))
        self.controller.finished.connect(self._count_end)

    def _note_saved(self, result: ImportResult, who: str, title: str) -> None:
        self.saved.append((result, who, title))

    def _count_end(self) -> None:
        self.ended += 1

    def save(self, *names: str) -> AssignDialog:
        self.controller.save(self.practice.files(*names))
        self.settle()
        return self.dialog()

    def dialog(self) -> AssignDialog:
        return self.find(AssignDialog)

    def is_asking(self) -> bool:
        return any(d.isVisible() for d in self.window.findChildren(AssignDialog))

    def find(self, kind: type[Widget], name: str = "") -> Widget:
        found = self.window.findChildren(kind, name) if name else self.window.findChildren(kind)
        assert found, name or kind.__name__
        return found[-1]

    def search(self, text: str) -> None:
        line = self.find(SearchLine)
        line.clear()
        QTest.keyClicks(line, text)
        self.settle()

    def choose(self, text: str) -> None:
        self.search(text)
        QTest.keyClick(self.find(SearchLine), ENTER)
        self.settle()

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        dialog = self.dialog()
        # Keys only work in the active window, and without a desktop nobody else brings one forward.
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow, timeout=10_000)
        target = dialog.focusWidget() or dialog
        QTest.keyClick(target, key, held)
        self.settle()

    def file_button(self) -> QPushButton:
        return self.find(QPushButton, "fileButton")

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=10_000)
