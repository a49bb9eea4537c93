"""How the window was left: in the home's state file, which may be lost without harm."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from message_centre.ui.theme import ThemeMode

FILE = "state.ini"


class WindowState:
    """Sizes, order and theme; never patient data, never a setting that matters."""

    def __init__(self, home: Path) -> None:
        self._kept = QSettings(str(home / FILE), QSettings.Format.IniFormat)

    def bytes(self, key: str) -> QByteArray:
        """A saved geometry, empty if there is none."""
        found = self._kept.value(key)
        return found if isinstance(found, QByteArray) else QByteArray()

    def text(self, key: str) -> str:
        """A saved word, empty if there is none."""
        found = self._kept.value(key)
        return found if isinstance(found, str) else ""

    def keep(self, key: str, value: QByteArray | str) -> None:
        """Remember a geometry or a word."""
        self._kept.setValue(key, value)

    def theme(self) -> ThemeMode:
        """The theme last chosen."""
        with suppress(ValueError):
            return ThemeMode(self.text("window/theme"))
        return ThemeMode.AUTO

    def write(self) -> None:
        """Write what was kept; a full disk costs nothing but the memory of sizes."""
        self._kept.sync()
