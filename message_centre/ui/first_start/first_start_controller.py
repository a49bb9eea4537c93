"""Wires the assistant to the services: each Next is one step, kept before the next page shows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.outcomes import RegisterReport
from message_centre.services.bundle import Services
from message_centre.services.first_start import Standing
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.first_start.first_start_dialog import FirstStartDialog
from message_centre.ui.opened import Opened, opened_for
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Job, Lane, Runner
from message_centre.ui.words import tr


class FirstStartController(QObject):
    """Opens where a fresh home wants it. `changed` carries an `Opened` after people were named."""

    changed = Signal(object)

    def __init__(self, services: Services, runner: Runner, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self._runner = runner
        self._parent = parent
        self._importing: Job | None = None
        self.dialog: FirstStartDialog | None = None

    def offer(self) -> None:
        """Open if nobody has set this home up yet."""
        job = self._runner.submit(Lane.READ, self._look)
        job.succeeded.connect(self._open)

    def stop(self) -> None:
        """Close; what was done stays."""
        if self.dialog is not None:
            self.dialog.reject()

    def _look(self, _token: CancelToken, _report: Report) -> Standing | None:
        first = self._services.first_start
        return first.standing() if first.is_due() else None

    def _open(self, standing: object) -> None:
        if not isinstance(standing, Standing) or self.dialog is not None:
            return
        dialog = self.dialog = FirstStartDialog(self._parent)
        dialog.show_standing(standing)
        dialog.go_to(standing.next_step)
        dialog.next_wanted.connect(self._go_on)
        dialog.never_wanted.connect(self._finish)
        dialog.register.import_requested.connect(self._import)
        dialog.finished.connect(self._close)
        dialog.open()

    def _close(self) -> None:
        if self._importing is not None:
            self._importing.cancel()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    # One step

    def _go_on(self) -> None:
        dialog = self.dialog
        if dialog is None or dialog.page.problem:
            return
        steps: dict[object, Callable[[], object]] = {
            dialog.practice: self._practice,
            dialog.operator: self._operator,
            dialog.provider: self._provider,
            dialog.stores: self._stores,
        }
        step = steps.get(dialog.page)
        if step is None:
            self._finish()
            return
        step()

    def _practice(self) -> None:
        if self.dialog is not None:
            name = self.dialog.practice.name.text()
            self._submit(partial(self._services.first_start.name_practice, name))

    def _operator(self) -> None:
        if self.dialog is None:
            return
        page = self.dialog.operator
        if page.is_kept:
            self.dialog.go_on()
            return
        named = partial(
            self._services.first_start.name_operator,
            page.id.text().strip(),
            page.name.text().strip(),
            page.password,
        )
        self._submit(named)

    def _provider(self) -> None:
        if self.dialog is not None:
            name = self.dialog.provider.name.text().strip()
            self._submit(partial(self._services.first_start.name_provider, name))

    def _stores(self) -> None:
        if self.dialog is not None:
            page = self.dialog.stores
            folders = page.images.text().strip(), page.documents.text().strip()
            self._submit(partial(self._services.first_start.place_stores, *folders))

    def _submit(self, step: Callable[[], object]) -> None:
        """Keep a step, then read how far it has come and who sits here now."""
        services = self._services

        def work(_token: CancelToken, _report: Report) -> tuple[Standing, Opened]:
            step()
            standing = services.first_start.standing()
            return standing, opened_for(services, standing.operator)

        if self.dialog is not None:
            self.dialog.say("")
            self.dialog.be_busy(is_so=True)
        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(self._kept)
        job.failed.connect(self._refuse)

    def _kept(self, found: object) -> None:
        if not isinstance(found, tuple):
            return
        standing, opened = found
        self.changed.emit(opened)
        if self.dialog is not None:
            self.dialog.show_standing(standing)
            self.dialog.go_on()

    def _refuse(self, error: object) -> None:
        if self.dialog is not None:
            self.dialog.be_busy(is_so=False)
            self.dialog.say(words_of(error))

    # The register

    def _import(self, path: str) -> None:
        services = self._services

        def work(token: CancelToken, report: Report) -> RegisterReport:
            operator = services.first_start.standing().operator.id
            return services.register.import_file(
                Path(path), operator=operator, token=token, report=report
            )

        if self.dialog is None:
            return
        self.dialog.say("")
        self.dialog.be_busy(is_so=True)
        self.dialog.register.say(tr("Reading\u2026"))
        job = self._importing = self._runner.submit(Lane.WRITE, work)
        job.progressed.connect(self._show_progress)
        job.succeeded.connect(self._imported)
        job.failed.connect(self._import_failed)
        job.finished.connect(self._import_ended)

    def _show_progress(self, progress: object) -> None:
        if self.dialog is not None and isinstance(progress, Progress):
            words = tr("{done} of {total} rows", done=progress.done, total=progress.total)
            self.dialog.register.say(words)

    def _imported(self, report: object) -> None:
        if self.dialog is not None and isinstance(report, RegisterReport):
            self.dialog.register.show_report(report)

    def _import_failed(self, error: object) -> None:
        if self.dialog is not None:
            self.dialog.register.say("")
            self.dialog.say(words_of(error))

    def _import_ended(self) -> None:
        self._importing = None
        if self.dialog is not None:
            self.dialog.be_busy(is_so=False)

    # The end

    def _finish(self) -> None:
        def work(_token: CancelToken, _report: Report) -> None:
            self._services.first_start.finish()

        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(self._end)
        job.failed.connect(self._refuse)

    def _end(self, _nothing: object) -> None:
        if self.dialog is not None:
            self.dialog.accept()
