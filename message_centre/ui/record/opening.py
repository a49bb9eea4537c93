"""Opens a patient's window."""

from PySide6.QtWidgets import QWidget

from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.bundle import Services
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.record.record_controller import RecordController
from message_centre.ui.runner import Runner


def open_patient_window(
    services: Services,
    runner: Runner,
    patient: Patient,
    operator: Operator,
    parent: QWidget | None,
) -> RecordController:
    """Show a patient's record, whatever the provider, in a window of its own.

    The answer lives as long as the window.
    """
    # Saving opens patients' windows, and a patient's window saves what is taken from a folder.
    from message_centre.ui.browsing.browse_controller import BrowseController  # noqa: PLC0415

    window = PatientWindow(patient, services.clock.now().date(), parent)
    controller = RecordController(services, runner, window, patient, operator)
    browsing = BrowseController(services, runner, window, patient, operator)
    browsing.filed.connect(controller.load)
    controller.provider_changed.connect(browsing.work_for)
    controller.browse_wanted.connect(browsing.open)
    window.show()
    controller.load()
    return controller
