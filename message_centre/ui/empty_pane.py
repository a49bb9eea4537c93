"""A page that is truly empty, and says what would stand there and what to do instead."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button, with_font

_SYMBOL = 48
_WIDTH = 460


class EmptyPane(QWidget):
    """Symbol, heading, text and one way out."""

    left = Signal()

    def __init__(self, name: str, symbol: str, texts: tuple[str, str, str]) -> None:
        super().__init__()
        self.setObjectName(name)
        heading, text, button = texts
        self._symbol_name = symbol
        self._symbol = QLabel(self)
        self._symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words = plain_label(text, f"{name}Text", self, role="muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setFixedWidth(_WIDTH)
        title = with_font(plain_label(heading, f"{name}Heading", self), scale=1.3, bold=True)
        title.setWordWrap(False)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._out = push_button(button, f"{name}Out", self)
        self._out.clicked.connect(self.left)
        self._heading = heading
        self.say(text)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (self._symbol, title, self._words, self._out):
            layout.addLayout(centred(widget))
        layout.addStretch(3)
        self.dress()

    def say(self, text: str) -> None:
        """Say something else under the heading."""
        self._words.setText(text)
        self.setAccessibleName(f"{self._heading}. {text}")

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        ratio = self.devicePixelRatioF()
        self._symbol.setPixmap(pixmap(self._symbol_name, _SYMBOL, Ink.MUTED, ratio=ratio))


def centred(widget: QWidget) -> QHBoxLayout:
    """The widget in the middle of its line; an alignment would forget how high wrapped text is."""
    line = QHBoxLayout()
    line.addStretch()
    line.addWidget(widget)
    line.addStretch()
    return line
