"""YearRow: with a risk flag, the patient's year of birth is typed again."""

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.words import tr


class YearRow(QFrame):
    """Four digits; says in words whether they are right."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("yearRow")
        self.setProperty("role", "warning")
        self._year = QLineEdit(self)
        self._year.setObjectName("birthYear")
        self._year.setAccessibleName(tr("Year of birth of the patient, four digits"))
        self._year.setMaxLength(4)
        self._year.setFixedWidth(90)
        digits = QRegularExpression("[0-9]{0,4}")
        self._year.setValidator(QRegularExpressionValidator(digits, self))
        self._year.textChanged.connect(self.changed)
        caption = QLabel(tr("To be sure of the patient, type the &year of birth:"), self)
        caption.setBuddy(self._year)
        self._verdict = plain_label("", "birthYearVerdict", self, wrap=False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(caption)
        layout.addWidget(self._year)
        layout.addWidget(self._verdict, 1)

    @property
    def text(self) -> str:
        """What was typed."""
        return self._year.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self._year.clear()

    def show_verdict(self, *, is_right: bool) -> None:
        """Say whether the typed year is this patient's."""
        is_whole = len(self.text) == self._year.maxLength()
        wrong = tr("✗ Not this patient's year of birth") if is_whole else ""
        self._verdict.setText(tr("✓ Right") if is_right else wrong)
