"""RetryFlow: one unsaved file again, with the right yes where an alert had stopped it."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.assignments import Accepted
from message_centre.domain.errors import DuplicateOnOtherPatient, FiledBefore, UnknownRecord
from message_centre.domain.files import SourceFile
from message_centre.domain.outcomes import ImportResult
from message_centre.services.assigning import Duplicate
from message_centre.services.bundle import Services
from message_centre.ui.assigning.retry_dialog import RetryDialog
from message_centre.ui.imports.batch import Batch
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.runner import Lane, Runner

_ASKS = {DuplicateOnOtherPatient.__name__, FiledBefore.__name__}


class RetryFlow(QObject):
    """`ordered` carries a batch of one fresh order; nothing comes if the person says no.

    `record_requested` carries the dialog to open it beside, and the duplicate.
    """

    ordered = Signal(object)
    record_requested = Signal(object, object)

    def __init__(self, services: Services, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._runner = runner
        self._window = window

    def start(self, batch: Batch, result: ImportResult) -> None:
        """Order the file again; first ask again if that is what stopped it."""
        order = batch.order_of(result.key)
        if order is None:
            return
        if result.problem not in _ASKS:
            self._order(batch, order.file, frozenset())
            return
        work = partial(_duplicate, self._services, order.file, result, batch.patient.id)
        job = self._runner.submit(Lane.READ, work)
        job.succeeded.connect(partial(self._ask, batch))
        job.failed.connect(partial(show_failure, self._window))

    def _ask(self, batch: Batch, duplicate: object) -> None:
        if not isinstance(duplicate, Duplicate):
            return
        dialog = RetryDialog(batch.patient, duplicate, self._window)
        dialog.confirmed.connect(partial(self._order, batch, duplicate.file))
        dialog.alerts_panel.record_requested.connect(partial(self.record_requested.emit, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _order(self, batch: Batch, file: SourceFile, yeses: frozenset[Accepted]) -> None:
        """A fresh request: the one before has had its answer."""
        before = batch.assignment
        assignment = replace(before, accepted=before.accepted | yeses)
        orders = self._services.assigner.orders((file,), assignment)
        self.ordered.emit(replace(batch, assignment=assignment, orders=orders))


def _duplicate(
    services: Services, file: SourceFile, result: ImportResult, patient_id: str, *job: object
) -> Duplicate:
    """What stopped the file, read afresh."""
    del job
    record = services.records.get(result.record_id)
    patient = services.register.get(record.patient_id) if record else None
    if record is None or patient is None:
        raise UnknownRecord("The record that stopped this file can not be found any more.")
    return Duplicate(file, record, patient, same_patient=patient.id == patient_id)
