"""FactsPanel: what is known of one item, every fact named."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QScrollArea, QWidget

from message_centre.domain.records import Record
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.record.record_words import facts
from message_centre.ui.words import tr

_SHORT = 12
_HEIGHT, _LEAST_HEIGHT = 156, 72


class FactsPanel(QScrollArea):
    """Rows of name and words; the long hash is shown short and copied whole."""

    copy_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self.setAccessibleName(tr("Facts"))
        self.setWidgetResizable(True)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self._sha256 = ""

    def sizeHint(self) -> QSize:
        """Qt: most facts at once; the picture above needs the room more."""
        return QSize(super().sizeHint().width(), _HEIGHT)

    def show_record(self, record: Record) -> None:
        """Show the facts of this record and nothing of the one before."""
        self._sha256 = record.sha256
        inner = QWidget(self)
        form = QFormLayout(inner)
        form.setContentsMargins(4, 6, 4, 6)
        form.setVerticalSpacing(4)
        form.setHorizontalSpacing(16)
        for name, text in facts(record):
            value = plain_label(text, "fact", inner)
            value.setAccessibleName(f"{name}: {text}")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(plain_label(name, "factName", inner, role="muted", wrap=False), value)
        caption = plain_label(tr("SHA-256"), "factName", inner, role="muted", wrap=False)
        form.addRow(caption, self._hash_row(inner))
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _hash_row(self, parent: QWidget) -> QWidget:
        row = QWidget(parent)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        label = plain_label(f"{self._sha256[:_SHORT]}…", "factSha256", row, wrap=False)
        label.setAccessibleName(tr("SHA-256 {hash}", hash=self._sha256))
        copy = push_button(tr("Copy"), "copySha256", row, role="quiet")
        copy.setAccessibleName(tr("Copy the whole SHA-256"))
        copy.clicked.connect(self._ask_to_copy)
        layout.addWidget(label)
        layout.addWidget(copy)
        layout.addStretch(1)
        return row

    def _ask_to_copy(self) -> None:
        self.copy_requested.emit(self._sha256)
