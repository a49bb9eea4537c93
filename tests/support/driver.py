"""Drives the real window as a person does: with keys, clicks and eyes, by the names of its controls.

Needs PySide6. Nothing is called behind the window's back; what the driver reads is what a person sees.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QDialog,
    QMessageBox,
    QPushButton,
    QTabWidget,
    QWidget,
)

W = TypeVar("W", bound=QWidget)
_PATIENCE_SECONDS = 10.0
_STEP_MS = 15
_MOMENT_MS = 900
_DARK_BELOW = 100
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


def wait(milliseconds: int) -> None:
    """Let the program live for a moment.

    Not `QTest.qWait`: it keeps Python's lock, so that no thread of the program would get on.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Driver:
    """A person in front of one main window."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    # Waiting and finding

    def until(self, is_so: Callable[[], object], what: str) -> None:
        """Let the window live until something is so; a person would give up after a while."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError(f"gave up waiting until {what}")
            wait(_STEP_MS)

    def find(self, kind: type[W], name: str, inside: QWidget | None = None) -> W:
        """The visible control with this name, as soon as there is one."""
        self.until(lambda: self.all_visible(kind, name, inside), f"{name} is in sight")
        return self.all_visible(kind, name, inside)[0]

    def all_visible(self, kind: type[W], name: str, inside: QWidget | None = None) -> list[W]:
        """Every control of this name that is in sight."""
        roots = [inside] if inside else QApplication.topLevelWidgets()
        below = [widget for root in roots for widget in root.findChildren(kind, name)]
        tops = [root for root in roots if isinstance(root, kind) and root.objectName() == name]
        return [widget for widget in dict.fromkeys([*tops, *below]) if widget.isVisible()]

    def press(
        self,
        key: Qt.Key,
        held: Qt.KeyboardModifier = _NONE,
        *,
        control: bool = False,
        on: QWidget | None = None,
    ) -> None:
        """Press a key where the keyboard is."""
        target = on or QApplication.focusWidget() or self.window
        # Without a desktop nobody brings the window below forward when a dialog closes.
        target.window().activateWindow()
        self.until(target.isActiveWindow, "the window has the keyboard")
        QTest.keyClick(target, key, held | _CONTROL if control else held)

    def type(self, words: str, name: str, inside: QWidget | None = None) -> None:
        """Type into the field with this name, instead of what it held."""
        field = self.find(QWidget, name, inside)
        field.setFocus()
        self.press(Qt.Key.Key_A, control=True, on=field)
        QTest.keyClicks(field, words)

    def click(self, name: str, inside: QWidget | None = None) -> None:
        """Click the button with this name once it can be clicked."""
        button = self.find(QPushButton, name, inside)
        self.until(button.isEnabled, f"{name} can be clicked")
        QTest.mouseClick(button, _LEFT)

    # The list

    @property
    def ext(self) -> QAbstractItemView:
        """The Ext list."""
        return self.find(QAbstractItemView, "filesView", self.window)

    def names(self) -> list[str]:
        """The names in the list, from the top."""
        return [self.cell(row, "Name") for row in range(self.ext.model().rowCount())]

    def cell(self, row: int, heading: str) -> str:
        """What stands in a row under a heading."""
        model = self.ext.model()
        return str(model.index(row, self._column(heading)).data() or "")

    def row_of(self, name: str) -> int:
        """The row with this name."""
        return self.names().index(name)

    def is_greyed(self, name: str) -> bool:
        """Whether the row's text is painted in another colour than that of a file that waits."""
        model = self.ext.model()
        index = model.index(self.row_of(name), self._column("Name"))
        return index.data(Qt.ItemDataRole.ForegroundRole) is not None

    def ticked(self) -> list[str]:
        """The names of the ticked rows."""
        model, column = self.ext.model(), self._column("Ticked")
        checked = Qt.CheckState.Checked
        role = Qt.ItemDataRole.CheckStateRole
        states = [model.index(row, column).data(role) for row in range(model.rowCount())]
        return [
            name
            for name, state in zip(self.names(), states, strict=True)
            if Qt.CheckState(state) is checked
        ]

    def select(self, name: str) -> None:
        """Click on a row's name."""
        self._click_cell(name, "Name")

    def tick(self, *names: str) -> None:
        """Click on the tick boxes of these rows."""
        for name in names:
            self._click_cell(name, "Ticked")

    def refresh(self) -> None:
        """Press F5 and wait until the listing is over: a name that was saved before is gone."""
        self.press(Qt.Key.Key_F5, on=self.ext)

    def _column(self, heading: str) -> int:
        model = self.ext.model()
        role = Qt.ItemDataRole.AccessibleTextRole
        across = Qt.Orientation.Horizontal
        headings = [str(model.headerData(c, across, role)) for c in range(model.columnCount())]
        return headings.index(heading)

    def _click_cell(self, name: str, heading: str) -> None:
        index = self.ext.model().index(self.row_of(name), self._column(heading))
        self.ext.scrollTo(index)
        QTest.mouseClick(self.ext.viewport(), _LEFT, pos=self._middle(index))

    def _middle(self, index: QModelIndex) -> QPoint:
        return self.ext.visualRect(index).center()

    def until_listed(self, name: str) -> None:
        """Wait until the list is there and shows this file."""
        is_there = partial(self.all_visible, QAbstractItemView, "filesView", self.window)
        self.until(lambda: is_there() and name in self.names(), "the list is there")

    # Saving

    def press_save(self) -> None:
        """Press Ctrl+S."""
        self.press(Qt.Key.Key_S, control=True, on=self.ext)

    def save(self) -> QDialog:
        """Press Ctrl+S; the dialog that opens."""
        self.press_save()
        return self.find(QDialog, "assignDialog")

    def choose(self, patient: str) -> None:
        """Search a patient by something that only one has, and press Enter."""
        self.type(patient, "patientSearchLine")
        table = self.find(QAbstractItemView, "patientTable")
        self.until(lambda: table.model().rowCount() == 1, "exactly one patient is found")
        self.press(Qt.Key.Key_Return, on=self.find(QWidget, "patientSearchLine"))

    def proceed(self) -> None:
        """Say yes to the warning about several files."""
        self.click("proceed")

    def describe(self, title: str, comment: str = "") -> None:
        """Type title and comment."""
        self.type(title, "assignTitle")
        if comment:
            self.type(comment, "assignComment")

    def file(self, year: str = "") -> None:
        """Answer what is asked and press the button that files; the dialog is gone after it."""
        dialog = self.find(QDialog, "assignDialog")
        checking = dialog.findChild(QWidget, "checking")
        self.until(lambda: checking is None or not checking.isVisible(), "the alerts are known")
        for box in dialog.findChildren(QCheckBox):
            if box.isVisible() and not box.isChecked():
                box.click()
        if year and self.all_visible(QWidget, "birthYear", dialog):
            self.type(year, "birthYear", dialog)
        self.click("fileButton", dialog)
        self.until(lambda: not self.is_asking_for_a_patient(), "the dialog is gone")

    def cancel(self) -> None:
        """Press Escape in the dialog."""
        self.press(Qt.Key.Key_Escape, on=self.find(QDialog, "assignDialog"))
        self.until(lambda: not self.is_asking_for_a_patient(), "the dialog is gone")

    def problem(self) -> str:
        """What the box in front says; it is closed afterwards."""
        box = self.find(QMessageBox, "problemBox")
        words = f"{box.windowTitle()} {box.text()} {box.informativeText()}"
        box.close()
        return words

    def is_asking_for_a_patient(self) -> bool:
        """Whether the dialog is in sight."""
        return bool(self.all_visible(QDialog, "assignDialog"))

    def is_telling_of_unsaved(self) -> bool:
        """Whether the panel shows files that were not saved."""
        return bool(self.all_visible(QWidget, "unsavedFiles"))

    # Looking

    def open_patient(self, patient: str) -> QWidget:
        """Press Ctrl+P and choose; the patient's window."""
        self.press(Qt.Key.Key_P, control=True, on=self.ext)
        self.choose(patient)
        return self.find(QWidget, "patientWindow")

    def show_first(self, table: str, tab: int, window: QWidget) -> None:
        """Go to a tab of a patient's window and click its first item."""
        self.find(QTabWidget, "recordTabs", window).setCurrentIndex(tab)
        items = self.find(QAbstractItemView, table, window)
        self.until(lambda: items.model().rowCount() > 0, "there is an item")
        first = items.model().index(0, 0)
        QTest.mouseClick(items.viewport(), _LEFT, pos=items.visualRect(first).center())
        QTest.mouseDClick(items.viewport(), _LEFT, pos=items.visualRect(first).center())
        self.settle()

    def turn_dark(self) -> None:
        """Press the key of the themes until the window is dark."""
        self.ext.setFocus()
        for _ in range(3):
            if self.window.palette().window().color().lightness() < _DARK_BELOW:
                return
            QTest.keyClick(self.ext, Qt.Key.Key_T, _CONTROL | Qt.KeyboardModifier.ShiftModifier)
            wait(_STEP_MS)

    def settle(self) -> None:
        """Look for a moment: previews and thumbnails arrive."""
        wait(_MOMENT_MS)

    def picture(self, file: Path, of: QWidget | None = None) -> None:
        """Keep a picture of a window as it is drawn now."""
        wait(_STEP_MS)
        file.parent.mkdir(parents=True, exist_ok=True)
        if not (of or self.window).grab().save(str(file)):
            raise AssertionError(f"{file.name} could not be written")
