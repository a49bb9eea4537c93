"""TellRow: whether colleagues are told of what is being saved, and what."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.ui.messages.compose_dialog import Wish
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import counted, tr

_LONGEST = 60


class TellRow(QWidget):
    """Holds the message until the files are on record; a message can be written anew or dropped."""

    write_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tellRow")
        self._wish: Wish | None = None
        self._write = push_button(tr("Tell colleagues\u2026 (F10)"), "tellColleagues", self)
        self._write.setShortcut(QKeySequence("F10"))
        self._words = plain_label("", "tellWords", self, role="muted")
        self._drop = push_button(tr("Tell &nobody"), "tellNobody", self)
        self._write.clicked.connect(self.write_requested)
        self._drop.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._write)
        row.addWidget(self._words, 1)
        row.addWidget(self._drop)
        self.clear()

    @property
    def wish(self) -> Wish | None:
        """The message that goes out after the save, or None."""
        return self._wish

    def take(self, wish: Wish) -> None:
        """Keep this message until the files are on record."""
        self._wish = wish
        line = shown(" ".join(wish.text.split()))
        text = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}\u2026"
        words = (
            "To one colleague after the save: {said}",
            "To {n} colleagues after the save: {said}",
        )
        self._words.setText(counted(len(wish.recipients), *words, said=text))
        self._drop.show()

    def clear(self) -> None:
        """Tell nobody."""
        self._wish = None
        self._words.setText("")
        self._drop.hide()
