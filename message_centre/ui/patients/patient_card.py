"""PatientCard: who the patient is, in one strip that stays visible."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.ui.patients.wording import identifiers, spoken, status_words
from message_centre.ui.pieces.labels import plain_label, with_font
from message_centre.ui.words import tr


class PatientCard(QFrame):
    """The name large, every identifier named, and the status in words where it is not active."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patientCard")
        self.setProperty("role", "panel")
        self._name = with_font(plain_label("", "patientCardName", self), scale=1.5, bold=True)
        self._status = plain_label("", "patientCardStatus", self, role="warning", wrap=False)
        self._facts = QWidget(self)
        self._lay_out()
        self.clear()

    def show_patient(self, patient: Patient, today: date) -> None:
        """Show this patient and nobody else."""
        self._name.setText(shown(patient.name))
        self._name.setEnabled(True)
        words = status_words(patient)
        self._status.setText(f"⚠ {words}")
        self._status.setVisible(bool(words))
        self._show_facts(patient, today)
        self.setAccessibleName(tr("Patient: {who}", who=spoken(patient, today)))

    def clear(self) -> None:
        """Show that no patient is chosen."""
        self._name.setText(tr("No patient chosen yet"))
        self._name.setEnabled(False)
        self._status.hide()
        self._facts.hide()
        self.setAccessibleName(self._name.text())

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        top.addWidget(with_font(self._status, scale=1.1, bold=True), 0, Qt.AlignmentFlag.AlignTop)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._facts)

    def _show_facts(self, patient: Patient, today: date) -> None:
        """Replace the row of identifiers; nothing of the patient before may linger in it."""
        facts = QWidget(self)
        grid = QGridLayout(facts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(1)
        for column, fact in enumerate(f for f in identifiers(patient, today) if f.text):
            is_wide = fact.field == "address"
            caption = plain_label(fact.name, "patientCardCaption", facts, role="muted", wrap=False)
            value = plain_label(fact.text, f"patientCard_{fact.field}", facts, wrap=is_wide)
            value.setAccessibleName(f"{fact.name}: {fact.text}")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(with_font(caption, scale=0.85), 0, column)
            grid.addWidget(value, 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, int(is_wide))
        self._column.replaceWidget(self._facts, facts)
        self._facts.setParent(None)
        self._facts.deleteLater()
        self._facts = facts
        facts.show()
