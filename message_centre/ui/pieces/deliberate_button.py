"""DeliberateButton: a button that only a click or its own key presses, never a stray Enter."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

_ENTERS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class DeliberateButton(QPushButton):
    """Space and the mouse press it; Enter does only where `takes_enter`, and never by repeating."""

    def __init__(self, name: str, parent: QWidget, *, takes_enter: bool) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "primary")
        self.setAutoDefault(False)
        self._takes_enter = takes_enter

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: some desktops let Enter press any focused button; this one decides for itself."""
        if event.isAutoRepeat():
            return
        if event.key() not in _ENTERS:
            super().keyPressEvent(event)
        elif self._takes_enter:
            self.click()
