"""Opens a patient's window, by itself or beside a dialog."""

from functools import partial

from PySide6.QtWidgets import QDialog, QWidget

from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.assigning import Duplicate
from message_centre.services.bundle import Services
from message_centre.ui.browsing.browse_controller import BrowseController
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
    window = PatientWindow(patient, services.clock.now().date(), parent)
    controller = RecordController(services, runner, window, patient, operator)
    browsing = BrowseController(services, runner, window, patient, operator)
    browsing.filed.connect(controller.load)
    controller.provider_changed.connect(browsing.work_for)
    controller.browse_wanted.connect(browsing.open)
    browsing.record_requested.connect(partial(open_record_beside, services, runner, operator))
    window.show()
    controller.load()
    return controller


def open_record_beside(
    services: Services, runner: Runner, operator: Operator, dialog: QDialog, duplicate: Duplicate
) -> None:
    """Show a record beside the dialog that asks about it, so that nothing chosen so far is lost; it goes with the dialog."""
    controller = open_patient_window(services, runner, duplicate.patient, operator, dialog)
    dialog.finished.connect(controller.close)
    controller.show_record(duplicate.record.id)
