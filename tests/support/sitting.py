"""A person at the main window: what every test of a part of it needs to get there."""

from collections.abc import Callable
from dataclasses import dataclass

from pytestqt.qtbot import QtBot

from message_centre.ui.main_controller import MainController
from message_centre.ui.main_window import MainWindow
from message_centre.ui.setup.setup_window import SetupWindow

_PATIENCE_MS = 15_000


@dataclass
class AtWindow:
    """The window of a started program, and whoever waits before it."""

    qtbot: QtBot
    window: MainWindow

    @property
    def main(self) -> MainController:
        """What runs the window, once the home is open."""
        found = self.window.findChild(MainController)
        assert isinstance(found, MainController)
        return found

    @property
    def setup(self) -> SetupWindow:
        """Setup, once it was opened."""
        found = self.main.setup.window
        assert found is not None
        return found

    def until(self, is_so: Callable[[], object]) -> None:
        """Let the program live until something is so."""
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=_PATIENCE_MS)
