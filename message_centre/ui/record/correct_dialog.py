"""CorrectDialog: what withdrawing and reassigning share: the item, a required reason, one button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from message_centre.domain.records import Record
from message_centre.ui.pieces.deliberate_button import DeliberateButton
from message_centre.ui.pieces.labels import plain_label, push_button, unmarked, with_font
from message_centre.ui.pieces.sizes import moment_words
from message_centre.ui.record.record_words import name_of
from message_centre.ui.words import tr

_LONGEST_REASON = 500


class CorrectDialog(QDialog):
    """Nothing happens without a reason; Esc changes nothing; a problem is told inside."""

    def __init__(self, record: Record, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("correctDialog")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._reason = QLineEdit(self)
        self._reason.setObjectName("reason")
        self._reason.setAccessibleName(tr("Reason, required"))
        self._reason.setMaxLength(_LONGEST_REASON)
        self._reason.textChanged.connect(self.look_again)
        self._words = plain_label("", "correctWords", self, role="muted")
        self._button = DeliberateButton("correct", self, takes_enter=False)
        self._button.clicked.connect(self._send)
        filed = moment_words(record.filed_at)
        item = tr("{what}, filed {when}", what=name_of(record), when=filed)
        self.column = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(with_font(plain_label(item, "correctItem", self), bold=True))
        layout.addLayout(self.column, 1)
        layout.addLayout(self._reason_row())
        layout.addWidget(self._words)
        layout.addLayout(self._buttons())

    @property
    def reason(self) -> str:
        """Why, without space around it."""
        return self._reason.text().strip()

    def name_button(self, text: str) -> None:
        """What the button does, and to whom."""
        self._button.setText(unmarked(text))
        self._button.setAccessibleName(text)

    def look_again(self) -> None:
        """Turn the button on once nothing is missing."""
        lack = self.lack()
        self._words.setText(lack)
        self._button.setEnabled(not lack)

    def lack(self) -> str:
        """What is still missing, in words."""
        return "" if self.reason else tr("A reason is required; it is kept in the record.")

    def show_problem(self, text: str) -> None:
        """Say why nothing was changed; it may be tried again."""
        self.look_again()
        self._words.setText(text)

    def ask(self) -> None:
        """Emit what is wanted; each kind of correction says it in its own signal."""
        raise NotImplementedError

    def _send(self) -> None:
        self._button.setEnabled(False)
        self.ask()

    def _reason_row(self) -> QHBoxLayout:
        caption = QLabel(tr("&Reason"), self)
        caption.setBuddy(self._reason)
        row = QHBoxLayout()
        row.addWidget(caption)
        row.addWidget(self._reason, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        cancel = push_button(tr("Cancel"), "correctCancel", self)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(cancel)
        row.addStretch(1)
        row.addWidget(self._button)
        return row
