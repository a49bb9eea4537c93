"""Opens the name pattern, and keeps a new one."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from message_centre.domain.people import Operator
from message_centre.domain.settings import INTOUCH_PATTERN
from message_centre.services.configuring import Configuring
from message_centre.services.work import CancelToken, Report
from message_centre.ui.main_window import MainWindow
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.unclaimed.pattern_dialog import PatternDialog

_TRIED = 20


class PatternController(QObject):
    """One for the window. `changed` comes when a new pattern counts."""

    changed = Signal()

    def __init__(self, configuring: Configuring, runner: Runner, window: MainWindow) -> None:
        super().__init__(window)
        self._configuring = configuring
        self._runner = runner
        self._window = window
        self._dialog: PatternDialog | None = None

    def open(self, operator: Operator) -> None:
        """Show the pattern that counts, with the unclaimed names to try it on."""
        job = self._runner.submit(Lane.READ, self._read)
        job.succeeded.connect(partial(self._show, operator))
        job.failed.connect(partial(show_failure, self._window))

    def _read(self, _token: CancelToken, _report: Report) -> str:
        return self._configuring.value(INTOUCH_PATTERN)

    def _show(self, operator: Operator, pattern: str) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        model = self._window.unclaimed_model
        rows = [model.row(place) for place in range(min(model.rowCount(), _TRIED))]
        names = tuple(row.file.name for row in rows)
        dialog = self._dialog = PatternDialog(pattern, names, self._window)
        dialog.save_requested.connect(partial(self._save, operator))
        dialog.finished.connect(self._forget)
        dialog.open()

    def _save(self, operator: Operator, pattern: str) -> None:
        job = self._runner.submit(Lane.WRITE, partial(self._set, operator, pattern))
        job.succeeded.connect(self._end)
        job.failed.connect(self._fail)

    def _set(self, operator: Operator, pattern: str, _token: CancelToken, _report: Report) -> None:
        self._configuring.set(INTOUCH_PATTERN, pattern, operator=operator)

    def _end(self, _nothing: object) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self.changed.emit()

    def _fail(self, error: object) -> None:
        if self._dialog is not None and isinstance(error, Exception):
            self._dialog.show_problem(problem_of(error).sentence)

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
