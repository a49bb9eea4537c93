"""PhotographDialog: exactly what to type on the phone for one patient, and what arrives meanwhile."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.medimage_ids import ToType
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.services.photographing import ARRIVING, DOUBTFUL, FILED, READY, Arrival
from message_centre.ui.icons import Ink, icon
from message_centre.ui.patients.patient_card import PatientCard
from message_centre.ui.phones.remarks_list import wrap
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import counted, tr

_SIZE = 34
_MARKS = {
    FILED: ("saved", Ink.GOOD, "Filed"),
    READY: ("image", Ink.ACCENT, "Ready in the Ext list"),
    ARRIVING: ("settling", Ink.MUTED, "Arriving"),
    DOUBTFUL: ("warning", Ink.WARNING, "Look at it"),
}


class PhotographDialog(QDialog):
    """Shows what it is told. It may stay open while photos are taken."""

    def __init__(
        self, patient: Patient, today: date, to_type: ToType, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("photographDialog")
        self.setWindowTitle(tr("Photograph {who}", who=shown(patient.label)))
        self.setAccessibleName(self.windowTitle())
        self._text = to_type.text
        self.card = PatientCard(self)
        self.card.show_patient(patient, today)
        self.typed = plain_label(to_type.text, "typeThis", self, wrap=False)
        self.typed.setAccessibleName(tr("Type on the phone: {words}", words=to_type.text))
        self.warning = plain_label(to_type.warning, "typeWarning", self, role="warning")
        self.warning.setVisible(bool(to_type.warning))
        self.copy = push_button(tr("&Copy"), "copyTyped", self)
        self.copy.setEnabled(bool(to_type.text))
        self.copy.clicked.connect(self._copy)
        self.list = QListWidget(self)
        self.list.setObjectName("arrivals")
        wrap(self.list)
        self.list.setAccessibleName(tr("Photos that have arrived"))
        self._words = plain_label(
            tr("Waiting for photos\u2026"), "arrivalWords", self, role="muted"
        )
        self._lay_out()

    def show_arrivals(self, arrivals: Sequence[Arrival]) -> None:
        """Show what has come so far."""
        self.list.clear()
        for one in arrivals:
            symbol, ink, word = _MARKS[one.state]
            told = " \u2013 ".join(
                part for part in (tr(word), shown(one.name), shown(one.reason)) if part
            )
            QListWidgetItem(icon(symbol, ink), told, self.list)
        count = len(arrivals)
        self.say(
            counted(count, "{n} photo has arrived.", "{n} photos have arrived.")
            if count
            else tr("Waiting for photos\u2026")
        )

    def say(self, text: str) -> None:
        """Say where it stands."""
        self._words.setText(text)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    def _lay_out(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSize(_SIZE)
        font.setBold(True)
        self.typed.setFont(font)
        panel = QFrame(self)
        panel.setProperty("role", "note")
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(18, 12, 18, 14)
        words = tr("Type this on the phone as Image ID; words behind it become the title:")
        inner.addWidget(plain_label(words, "typeWords", panel, role="muted"))
        row = QHBoxLayout()
        row.addWidget(self.typed, 1)
        row.addWidget(self.copy)
        inner.addLayout(row)
        if self._text:
            example = tr("For example: {words} left arm", words=self._text)
            inner.addWidget(plain_label(example, "typeExample", panel, role="muted"))
        inner.addWidget(self.warning)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(12)
        for widget in (self.card, panel, self._words):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        open_at(self, 680, 560)
