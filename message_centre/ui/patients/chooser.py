"""PatientChooser: a dialog that answers with one patient."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.bundle import Services
from message_centre.ui.patients.picker import PatientPicker, PickerController
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.runner import Runner
from message_centre.ui.words import tr


class PatientChooser(QDialog):
    """Search, see, press Enter. `chosen` comes at most once, then the dialog is closed."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patientChooser")
        self.setWindowTitle(tr("Open a patient"))
        self.setAccessibleName(self.windowTitle())
        self.patient: Patient | None = None
        self.picker = PatientPicker(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        buttons.rejected.connect(self.reject)
        self.picker.chosen.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.addWidget(self.picker, 1)
        layout.addWidget(buttons)
        open_at(self, 900, 520)

    def _choose(self, patient: Patient | None) -> None:
        if patient is None or self.patient is not None:
            return
        self.patient = patient
        self.accept()
        self.chosen.emit(patient)


def patient_chooser(
    services: Services, runner: Runner, operator: Operator, parent: QWidget | None
) -> PatientChooser:
    """A chooser that searches; the caller connects `chosen` and calls `open()`."""
    dialog = PatientChooser(parent)
    controller = PickerController(
        services.register,
        runner,
        dialog.picker,
        operator=operator.id,
        today=lambda: services.clock.now().date(),
    )
    dialog.finished.connect(controller.forget)
    dialog.finished.connect(dialog.deleteLater)
    controller.start()
    return dialog


def choose_patient(
    services: Services, runner: Runner, operator: Operator, parent: QWidget | None
) -> Patient | None:
    """Ask for a patient and wait for the answer; None if the person gave up."""
    dialog = patient_chooser(services, runner, operator, parent)
    dialog.exec()
    return dialog.patient
