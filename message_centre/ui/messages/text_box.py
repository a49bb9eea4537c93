"""TextBox: the text of a message, and how many characters are left."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from message_centre.domain.messages import CODE_POINT_LIMIT, TEXT_LIMIT, characters, cleaned
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.words import counted


class TextBox(QWidget):
    """Takes more than fits, says by how much, and never cuts what somebody wrote."""

    changed = Signal()

    def __init__(self, name: str, spoken: str, parent: QWidget, *, lines: int = 0) -> None:
        """With `lines` it is so high; without, it takes the room there is."""
        super().__init__(parent)
        self._edit = QPlainTextEdit(self)
        self._edit.setObjectName(name)
        self._edit.setAccessibleName(spoken)
        self._edit.setPlaceholderText(spoken)
        self._edit.setTabChangesFocus(True)
        if lines:
            self._edit.setFixedHeight(self._edit.fontMetrics().lineSpacing() * lines + 18)
        self._room = plain_label("", f"{name}Room", self, role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._edit, 1)
        layout.addWidget(self._room)
        self._edit.textChanged.connect(self._look_again)
        self.setFocusProxy(self._edit)
        self._look_again()

    @property
    def text(self) -> str:
        """The text as it would be sent."""
        return cleaned(self._edit.toPlainText())

    @property
    def is_too_long(self) -> bool:
        """Whether it is longer than a message may be."""
        return self._left() < 0

    def write(self, text: str) -> None:
        """Replace the text."""
        self._edit.setPlainText(text)

    def _left(self) -> int:
        text = self.text
        return -1 if len(text) > CODE_POINT_LIMIT else TEXT_LIMIT - characters(text)

    def _look_again(self) -> None:
        left = self._left()
        if left < 0:
            words = counted(-left, "1 character too many", "{n} characters too many")
        else:
            words = counted(left, "1 character left", "{n} characters left")
        self._room.setText(words)
        self._edit.setAccessibleDescription(words)
        self.changed.emit()
