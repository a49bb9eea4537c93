"""SearchLine: the field one types in, which hands row movement and Enter to the list below it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
}


class SearchLine(QLineEdit):
    """A line edit that keeps the focus while the keys Up, Down and Enter work on the list."""

    moved = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: rows move with the arrow keys, plain Enter chooses, all else is typing."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.moved.emit(_STEPS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and _is_plain(event):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


def _is_plain(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    # A key held down repeats; a repeated Enter is nobody's decision.
    return held == Qt.KeyboardModifier.NoModifier and not event.isAutoRepeat()
