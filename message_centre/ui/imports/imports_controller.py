"""ImportsController: carries batches out on the WRITE lane and shows how they fare."""

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from message_centre.domain.files import FileKey
from message_centre.domain.outcomes import ImportResult
from message_centre.services.importing import Importer
from message_centre.services.work import CancelToken, Report
from message_centre.ui.imports.batch import Batch, unsaved
from message_centre.ui.imports.imports_panel import ImportsPanel
from message_centre.ui.imports.run_box import RunBox
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.runner import Job, Lane, Runner

#: A save that is over sooner needs no panel: the row and the toast tell it.
_REVEAL_MS = 400


@dataclass(eq=False)
class _Run:
    """One batch on its way; results by file, so that a Retry replaces the result before.

    `is_theirs` who sits here; otherwise nobody is told any more, and nobody may retry.
    """

    batch: Batch
    box: RunBox
    results: dict[FileKey, ImportResult] = field(default_factory=dict)
    job: Job | None = None
    is_theirs: bool = True


class ImportsController(QObject):
    """`result_in` comes for each file as it ends, `batch_ended` once all of a batch have."""

    result_in = Signal(object, object)
    batch_ended = Signal(object, object)
    retry_requested = Signal(object, object)
    _arrived = Signal(object, object)

    def __init__(self, importer: Importer, runner: Runner, panel: ImportsPanel) -> None:
        super().__init__(panel)
        self._importer = importer
        self._runner = runner
        self._panel = panel
        self._runs: list[_Run] = []
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether a batch is still on its way."""
        return any(run.job is not None for run in self._runs)

    def start(self, batch: Batch) -> None:
        """Carry out a batch; batches started meanwhile wait their turn."""
        run = _Run(batch, self._panel.add_run(batch))
        self._runs.append(run)
        run.box.cancel_requested.connect(partial(self._cancel, run))
        run.box.retry_requested.connect(partial(self._ask_for_retry, run))
        run.box.close_requested.connect(partial(self._close, run))
        self._submit(run, batch)

    def retry(self, batch: Batch) -> None:
        """Carry out orders anew for files of a batch that is still shown, else as a new batch."""
        run = next((run for run in self._runs if self._covers(run, batch)), None)
        if run is None:
            self.start(batch)
        else:
            self._submit(run, batch)

    def show_again(self) -> None:
        """Show what is there to read to who began it."""
        self._panel.show_again()

    def forget(self) -> None:
        """Another person sits here: batches under way go on, and what came of them is not theirs to see."""
        for run in list(self._runs):
            run.is_theirs = False
            run.box.hide()
            if run.job is None:
                self._close(run)
        self._panel.show_again()

    def _covers(self, run: _Run, batch: Batch) -> bool:
        keys = {order.file.key for order in batch.orders}
        is_same_target = run.batch.patient.id == batch.patient.id
        return run.job is None and is_same_target and keys <= set(run.results)

    def _submit(self, run: _Run, batch: Batch) -> None:
        run.box.show_progress(0)
        run.job = self._runner.submit(Lane.WRITE, partial(self._carry_out, run, batch))
        run.job.progressed.connect(run.box.show_copied)
        run.job.failed.connect(self._show_failure)
        run.job.finished.connect(partial(self._end, run, batch))
        QTimer.singleShot(_REVEAL_MS, run.box, partial(self._reveal, run))

    def _carry_out(self, run: _Run, batch: Batch, token: CancelToken, report: Report) -> None:
        """The worker's side. Results come as files are filed, progress while they are copied."""
        self._importer.run_all(
            batch.orders, token, lambda _, result: self._arrived.emit(run, result), report
        )

    def _take(self, run: _Run, result: ImportResult) -> None:
        run.results[result.key] = result
        run.box.show_progress(len(run.results))
        self.result_in.emit(run.batch, result)

    def _end(self, run: _Run, batch: Batch) -> None:
        run.job = None
        results = tuple(run.results.values())
        if (results and not unsaved(results)) or not run.is_theirs:
            self._close(run)
        else:
            run.box.show_end(results)
            self._panel.reveal(run.box)
        now = tuple(run.results[o.file.key] for o in batch.orders if o.file.key in run.results)
        self.batch_ended.emit(batch, now)

    def _reveal(self, run: _Run) -> None:
        if run.job is not None and run.is_theirs:
            self._panel.reveal(run.box)

    def _cancel(self, run: _Run) -> None:
        if run.job is not None:
            run.job.cancel()

    def _ask_for_retry(self, run: _Run, result: ImportResult) -> None:
        self.retry_requested.emit(run.batch, result)

    def _close(self, run: _Run) -> None:
        if run in self._runs:
            self._runs.remove(run)
            self._panel.remove(run.box)

    def _show_failure(self, error: object) -> None:
        show_failure(self._panel.parentWidget(), error)
