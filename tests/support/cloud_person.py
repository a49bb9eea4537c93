"""A person at the window of a practice with a virtual drive: signs in, reconnects, reads the strip."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from tests.support.clouds import Cloud
from tests.support.desktop import Desktop
from tests.support.driver import Driver
from tests.support.scripted_browser import ScriptedBrowser

_LEFT = Qt.MouseButton.LeftButton
_SIZE = (1440, 860)
_TRIES = 30


class CloudPerson(Driver):
    """Keeps a picture of every step in `album`."""

    def __init__(self, window: QWidget, cloud: Cloud, desktop: Desktop, album: Path) -> None:
        super().__init__(window)
        window.resize(*_SIZE)
        self.cloud = cloud
        self.desktop = desktop
        self._album = album
        self._taken = 0

    def keep(self, name: str, of: QWidget | None = None) -> None:
        """Take a picture of the window, or of a dialog in front of it."""
        self._taken += 1
        self.picture(self._album / f"{self.cloud.kind} {self._taken:02} {name}.png", of)

    # The strip

    @property
    def button(self) -> QToolButton:
        """The drive's button in the strip, by what a screen reader says of it."""
        spoken = self.cloud.name.partition(" ")[0]
        strip = self.find(QWidget, "sourcesStrip", self.window)

        def found() -> list[QToolButton]:
            buttons = strip.findChildren(QToolButton)
            return [one for one in buttons if one.accessibleName().startswith(spoken)]

        self.until(found, "the strip shows the drive")
        return found()[0]

    def until_strip_says(self, words: str) -> None:
        """Wait for the drive's state."""
        self.until(lambda: words in self.button.text(), f"the strip says {words}")

    def open_sources(self) -> QDialog:
        """Click on the drive in the strip: what is known of every source."""
        QTest.mouseClick(self.button, _LEFT)
        return self.find(QDialog, "sourcesDialog")

    def words(self, of: QWidget) -> str:
        """Everything that can be read in a dialog."""
        labels = of.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    # Signing in

    def browse(self, press: str) -> ScriptedBrowser:
        """From now on the browser presses this button on the pages that it is given."""
        browser = ScriptedBrowser(press)
        self.desktop.browse = browser.open
        return browser

    def leave_the_browser(self) -> None:
        """Nobody looks at the pages that open from now on."""
        self.desktop.browse = None

    @property
    def sign_in_dialog(self) -> QDialog:
        """The dialog that shows the attempt."""
        return self.find(QDialog, "signInDialog")

    def until_no_dialog(self) -> None:
        """Wait until the sign-in dialog is gone."""
        self.until(lambda: not self.all_visible(QDialog, "signInDialog"), "the dialog is gone")

    def until_dialog_says(self, words: str) -> QDialog:
        """Wait until the sign-in dialog says something."""
        dialog = self.sign_in_dialog
        self.until(lambda: words in self.words(dialog), f"the dialog says {words}")
        return dialog

    def page_address(self) -> str:
        """The address that can be copied from the dialog."""
        return self.find(QLineEdit, "signInAddress").text()

    def reconnect(self) -> None:
        """Click on the drive, then on Reconnect."""
        dialog = self.open_sources()
        name = f"reconnect-{self.cloud.kind}"
        self.until(lambda: self.all_visible(QPushButton, name, dialog), "Reconnect is offered")
        self.click(name, dialog)

    # Saving

    def save_to(self, patient: str, title: str, *, year: str = "", many: bool = False) -> None:
        """Assign what is selected, to the end of the dialog."""
        dialog = self.save()
        self.choose(patient)
        if many:
            self.keep("warning", dialog)
            self.proceed()
        self.describe(title)
        self.keep("confirmation", dialog)
        self.file(year=year)

    def until_titled(self, title: str, *names: str) -> None:
        """Wait until the rows of these files tell the title."""
        rows = [self.row_of(name) for name in names]
        self.until(
            lambda: all(self.cell(row, "Title") == title for row in rows), "the rows tell the title"
        )

    def until_listed_again(self, name: str) -> None:
        """Refresh now and then until this file is listed: a drive that was away rests for a while."""
        for _ in range(_TRIES):
            self.refresh()
            self.settle()
            if name in self.names():
                return
        raise AssertionError(f"{name} was not listed again")

    def until_gone(self, *names: str) -> None:
        """Refresh, and wait until no row has one of these names."""
        self.refresh()
        self.until(lambda: not set(names) & set(self.names()), "the rows are gone")
