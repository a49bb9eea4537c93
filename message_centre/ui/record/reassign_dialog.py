"""ReassignDialog: an item moves to the right patient, who is chosen and shown like for a save."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.records import Record
from message_centre.ui.patients.patient_card import PatientCard
from message_centre.ui.patients.picker import PatientPicker
from message_centre.ui.patients.wording import status_words, target_words
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.record.correct_dialog import CorrectDialog
from message_centre.ui.words import tr


class ReassignDialog(CorrectDialog):
    """`reassign_requested` carries the patient and the reason."""

    reassign_requested = Signal(object, str)

    def __init__(self, record: Record, today: date, parent: QWidget | None) -> None:
        super().__init__(record, tr("Reassign to another patient"), parent)
        self._from = record.patient_id
        self._today = today
        self._patient: Patient | None = None
        self.card = PatientCard(self)
        self.picker = PatientPicker(self)
        self._status = QCheckBox(self)
        self._status.setObjectName("reassignStatusYes")
        self._status.hide()
        for widget in (self.card, self.picker, self._status):
            self.column.addWidget(widget)
        self.column.setStretch(1, 1)
        self.picker.chosen.connect(self.show_patient)
        self._status.toggled.connect(self.look_again)
        self.name_button(tr("Reassign"))
        self.look_again()
        open_at(self, 940, 620)
        self.picker.setFocus()

    def show_patient(self, patient: Patient) -> None:
        """Freeze the target; the button names it."""
        self._patient = patient
        self.card.show_patient(patient, self._today)
        self.name_button(tr("Reassign to {who}", who=target_words(patient)))
        status = status_words(patient)
        self._status.setChecked(False)
        self._status.setVisible(bool(status))
        self._status.setText(tr("Reassign all the same: {status}", status=status))
        self._status.setAccessibleName(self._status.text())
        self.look_again()
        self._reason.setFocus()

    def lack(self) -> str:
        """The right patient, the yes for an unusual status, a reason."""
        if self._patient is None:
            return tr("Choose the right patient.")
        if self._patient.id == self._from:
            return tr("The item is on this patient's record already.")
        if self._patient.status is not PatientStatus.ACTIVE and not self._status.isChecked():
            return tr("Confirm the patient's status.")
        return super().lack()

    def ask(self) -> None:
        """Emit the target and the reason."""
        if self._patient is not None:
            self.reassign_requested.emit(self._patient, self.reason)
