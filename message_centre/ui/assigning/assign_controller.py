"""AssignController: Save and Undo as the main window sees them."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.bundle import Services
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.assigning.assign_flow import AssignFlow, Desk
from message_centre.ui.assigning.retry_flow import RetryFlow
from message_centre.ui.assigning.telling import Telling
from message_centre.ui.assigning.undoing import LastSave, Undoing
from message_centre.ui.imports.batch import Batch, filed_words
from message_centre.ui.imports.imports_controller import ImportsController
from message_centre.ui.imports.imports_panel import ImportsPanel
from message_centre.ui.imports.toast import Toast
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.runner import Lane, Runner


class AssignController(QObject):
    """One for a main window, whoever sits at the desk.

    `saved` and `failed` come for each file as it ends, `finished` when a batch has. `unsaved` comes
    for each file that an undo brought back; `undo_changed` carries what can be undone, or nothing;
    `record_requested` the dialog to open a record beside, and the duplicate.
    """

    saved = Signal(object, str, str)
    unsaved = Signal(object)
    failed = Signal(object)
    finished = Signal()
    undo_changed = Signal(str)
    record_requested = Signal(object, object)

    def __init__(
        self,
        services: Services,
        runner: Runner,
        parent_window: QWidget,
        operator: Operator,
        provider: str,
    ) -> None:
        super().__init__(parent_window)
        self._services = services
        self._runner = runner
        self._window = parent_window
        self._desk = Desk(operator, provider)
        self._dialog: AssignDialog | None = None
        self._before: Batch | None = None
        self._toast = Toast(parent_window)
        self.panel = ImportsPanel(parent_window)
        self._imports = ImportsController(services.importer, runner, self.panel)
        self._retry = RetryFlow(services, runner, parent_window)
        self._telling = Telling(services, runner, parent_window)
        self._undoing = Undoing(services.corrector, runner, operator, parent_window)
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether files are being filed now."""
        return self._imports.is_busy

    def save(self, files: tuple[SourceFile, ...]) -> None:
        """Open the dialog for exactly these files; a selection that can not be saved is refused first."""
        flow = self._open(files)
        if flow is not None:
            flow.start(self._before.patient if self._before else None)

    def save_to(
        self, patient: Patient, files: tuple[SourceFile, ...], titles: Mapping[FileKey, str]
    ) -> None:
        """As `save`, for the one patient for whom the files were chosen."""
        flow = self._open(files)
        if flow is not None:
            flow.start_for(patient, titles)

    def _open(self, files: tuple[SourceFile, ...]) -> AssignFlow | None:
        if self._dialog is not None:
            self._dialog.raise_()
            return None
        try:
            self._services.assigner.check_selection(files)
        except MessageCentreError as error:
            show_failure(self._window, error)
            return None
        today = self._services.clock.now().date()
        self._dialog = dialog = AssignDialog(files, today, self._window)
        flow = AssignFlow(self._services, self._runner, dialog, files, self._desk)
        flow.ordered.connect(self._start)
        dialog.record_requested.connect(partial(self.record_requested.emit, dialog))
        dialog.finished.connect(self._close)
        dialog.open()
        return flow

    def undo(self) -> None:
        """Withdraw the last save of this session; without one, nothing happens."""
        self._toast.withdraw()
        self._undoing.undo()

    def change_desk(self, operator: Operator, provider: str) -> None:
        """Save for this operator and provider from now on; an open dialog is given up.

        Batches under way go on as they were ordered, and the last save can still be undone.
        """
        self.close()
        self._before = None
        self._desk = Desk(operator, provider)
        self._undoing.change_operator(operator)

    def come_back(self) -> None:
        """The same person sits here again: what could not be saved meanwhile is told."""
        self._imports.show_again()

    def forget(self) -> None:
        """Another person sits here: the last save is not theirs to undo by a key, nor to hear of."""
        self._undoing.remember(None)
        self._imports.forget()

    def close(self) -> None:
        """Give up an open dialog and take the toast away; batches under way go on."""
        if self._dialog is not None:
            self._dialog.reject()
        self._toast.withdraw()

    def _start(self, batch: Batch) -> None:
        self._before = batch
        self._imports.start(batch)

    def _close(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _take(self, batch: Batch, result: ImportResult) -> None:
        if result.is_saved:
            self.saved.emit(result, shown(batch.patient.name), batch.assignment.title)
        else:
            self.failed.emit(result)

    def _end(self, batch: Batch, results: tuple[ImportResult, ...]) -> None:
        filed = tuple(result for result in results if result.is_saved)
        if filed:
            self._telling.tell(batch, filed)
        if filed and batch.assignment.operator == self._desk.operator.id:
            self._remember(batch)
            words = filed_words(batch.patient, filed)
            self._undoing.remember(LastSave(words, filed))
            self._toast.show_words(words, can_undo=True)
        self.finished.emit()

    def _remember(self, batch: Batch) -> None:
        """The patient comes first among the recent ones."""
        operator, patient_id = self._desk.operator.id, batch.patient.id
        self._runner.submit(
            Lane.WRITE, lambda _token, _report: self._services.register.used(operator, patient_id)
        )

    def _connect(self) -> None:
        self._imports.result_in.connect(self._take)
        self._imports.batch_ended.connect(self._end)
        self._imports.retry_requested.connect(self._retry.start)
        self._retry.ordered.connect(self._imports.retry)
        self._retry.record_requested.connect(self.record_requested)
        self._toast.undo_requested.connect(self.undo)
        self._undoing.undone.connect(self.unsaved)
        self._undoing.changed.connect(self.undo_changed)
        self._undoing.told.connect(partial(self._toast.show_words, can_undo=False))
