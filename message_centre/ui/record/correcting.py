"""Correcting: withdraws and reassigns from a patient's window, on the WRITE lane."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.outcomes import Correction
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.domain.records import Record
from message_centre.services.bundle import Services
from message_centre.ui.patients.picker import PickerController
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.record.correct_dialog import CorrectDialog
from message_centre.ui.record.reassign_dialog import ReassignDialog
from message_centre.ui.record.withdraw_dialog import WithdrawDialog
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.words import tr


class Correcting(QObject):
    """`corrected` comes with the words of what was done, once the record has changed."""

    corrected = Signal(str)

    def __init__(
        self, services: Services, runner: Runner, operator: Operator, window: QWidget
    ) -> None:
        super().__init__(window)
        self._services = services
        self._runner = runner
        self._operator = operator
        self._window = window

    def withdraw(self, record: Record, patient: Patient) -> None:
        """Ask why, then take the item from the record."""
        dialog = WithdrawDialog(record, patient, self._window)
        dialog.withdraw_requested.connect(partial(self._withdraw, dialog, record))
        self._open(dialog)

    def reassign(self, record: Record) -> None:
        """Ask to whom and why, then move the item."""
        dialog = ReassignDialog(record, self._services.clock.now().date(), self._window)
        picker = PickerController(
            self._services.register,
            self._runner,
            dialog.picker,
            operator=self._operator.id,
            today=lambda: self._services.clock.now().date(),
        )
        dialog.reassign_requested.connect(partial(self._reassign, dialog, record))
        dialog.finished.connect(picker.forget)
        self._open(dialog)
        picker.start()

    def _withdraw(self, dialog: CorrectDialog, record: Record, reason: str) -> None:
        work = partial(
            self._services.corrector.withdraw,
            record.id,
            operator=self._operator.id,
            reason=reason,
        )
        self._carry_out(dialog, work, tr("Withdrawn; the file is back in the list."))

    def _reassign(
        self, dialog: CorrectDialog, record: Record, patient: Patient, reason: str
    ) -> None:
        work = partial(
            self._services.corrector.reassign,
            record.id,
            patient_id=patient.id,
            operator=self._operator.id,
            reason=reason,
        )
        self._carry_out(dialog, work, tr("Reassigned."))

    def _carry_out(self, dialog: CorrectDialog, work: Callable[[], Correction], words: str) -> None:
        job = self._runner.submit(Lane.WRITE, lambda _token, _report: work())
        job.succeeded.connect(partial(self._end, dialog, words))
        job.failed.connect(partial(self._show_problem, dialog))

    def _end(self, dialog: CorrectDialog, words: str, correction: object) -> None:
        dialog.accept()
        reason = correction.reason if isinstance(correction, Correction) else ""
        self.corrected.emit(f"{words} {reason}".strip())

    def _show_problem(self, dialog: CorrectDialog, error: object) -> None:
        dialog.show_problem(words_of(error))

    def _open(self, dialog: CorrectDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
