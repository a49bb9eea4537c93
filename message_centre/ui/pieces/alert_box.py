"""AlertBox: one alert with its mark, its words and, where asked for, its tick."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label, unmarked, with_font
from message_centre.ui.words import tr

_MARKS = {
    "bad": ("error", Ink.BAD, "Stop"),
    "warning": ("warning", Ink.WARNING, "Warning"),
    "note": ("note", Ink.MUTED, "Note"),
}
_ICON = 20


class AlertBox(QFrame):
    """A framed alert; `role` is bad, warning or note, told by icon and title, not colour alone."""

    ticked = Signal(bool)

    def __init__(self, role: str, title: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", role)
        icon_name, ink, word = _MARKS[role]
        self.setAccessibleName(f"{tr(word)}: {title}")
        mark = QLabel(self)
        mark.setPixmap(pixmap(icon_name, _ICON, ink, ratio=self.devicePixelRatioF()))
        mark.setAccessibleName(tr(word))
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self._column.addWidget(with_font(plain_label(title, f"{name}Title", self), bold=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._column, 1)

    def add(self, widget: QWidget) -> None:
        """Put something below what is there."""
        self._column.addWidget(widget)

    def add_words(self, text: str, *, role: str = "") -> None:
        """Add a sentence."""
        self.add(plain_label(text, f"{self.objectName()}Text", self, role=role))

    def add_tick(self, text: str) -> QCheckBox:
        """Add the deliberate yes; `ticked` tells when it is given or taken back."""
        box = QCheckBox(unmarked(text), self)
        box.setObjectName(f"{self.objectName()}Yes")
        box.setAccessibleName(text)
        box.toggled.connect(self.ticked)
        self.add(box)
        return box
