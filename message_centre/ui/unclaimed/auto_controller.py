"""Auto-import as the window carries it out: sorts listings out, imports, and keeps Unclaimed."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from message_centre.domain.auto_imports import AutoProgress, Plan
from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import FileKey, Listing, SourceFile
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.people import Operator
from message_centre.services.auto_importing import AutoImporter, marked
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.files.files_controller import FilesController, count_selected, selection_of
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.rows import Standing, rows_of
from message_centre.ui.files.sorting_out import SortedOut, all_mail
from message_centre.ui.main_window import MainWindow
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Job, Lane, Runner
from message_centre.ui.words import counted, tr

_END_MS = 8000
_WAITING = (Standing.READY, Standing.DOUBTFUL, Standing.NOT_SAVED)


class AutoImportController(QObject):
    """One for an opened home. `settled` comes when what an import changed has been listed again."""

    settled = Signal()
    selection_changed = Signal()

    def __init__(
        self, auto: AutoImporter, runner: Runner, window: MainWindow, files: FilesController
    ) -> None:
        super().__init__(window)
        self._auto = auto
        self._runner = runner
        self._window = window
        self._files = files
        self._operator = ""
        self._is_on = False
        self._problem = ""
        self._words: tuple[str, int, int] = ("", 0, 0)
        self._jobs: list[Job] = []
        self._plans: dict[FileKey, Plan] = {}
        #: Read on workers: replaced as a whole, never changed.
        self._under_way: frozenset[FileKey] = frozenset()
        self._is_settling = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_END_MS)
        self._rest.timeout.connect(self._hide_banner)
        files.sort_out = self._sort_out
        files.started.connect(self._forget_plans)
        files.sorted_out.connect(self._take)
        files.refreshed.connect(self._end_refresh)
        files.ended.connect(self._end_look)
        window.ext.banner.stop_requested.connect(self.stop)
        self.model.counts_changed.connect(self._show_count)
        self.model.ticks_changed.connect(self.selection_changed)
        window.unclaimed_list.view.current_changed.connect(self.selection_changed)
        self._show_count()

    @property
    def model(self) -> FilesModel:
        """The rows of Unclaimed."""
        return self._window.unclaimed_model

    @property
    def is_importing(self) -> bool:
        """Whether an auto-import is on its way, or what it changed has not been listed yet."""
        return bool(self._jobs) or self._is_settling

    def sit_down(self, operator: Operator) -> None:
        """Import for this operator from the next refresh on."""
        self._operator = operator.id
        self.model.keep_only(())
        self._show_count()

    def selection(self) -> tuple[SourceFile, ...]:
        """The ticked files of Unclaimed, or else the current row's if it can be saved."""
        return selection_of(self.model, self._window.unclaimed_list.view)

    def count_selected(self) -> int:
        """How many files `selection` holds."""
        return count_selected(self.model, self._window.unclaimed_list.view)

    def stop(self) -> None:
        """Ask an import that is on its way to stop between files."""
        for job in self._jobs:
            job.cancel()

    # On a worker

    def _sort_out(self, listing: Listing, is_refresh: bool, token: CancelToken) -> SortedOut:
        """Planned files leave the list at a refresh only: between two a row may not vanish.

        What cannot be judged now is an ordinary file; the list says why nothing is imported.
        """
        try:
            return self._judged(listing, is_refresh, token)
        except MessageCentreError as error:
            self._problem = problem_of(error).sentence
            return all_mail(listing, is_refresh, token)

    def _judged(self, listing: Listing, is_refresh: bool, token: CancelToken) -> SortedOut:
        # Asked here, where one may wait, for the pane that says why nothing is unclaimed.
        self._is_on = self._auto.is_on(self._operator)
        if not self._is_on:
            return all_mail(listing, is_refresh, token)
        judged = self._auto.judge(listing.files, self._operator, token, again=is_refresh)
        left = {one.file.key: marked(one) for one in judged.left}
        planned = {plan.file.key for plan in judged.plans}
        away = set(left) | (planned if is_refresh else planned & self._under_way)
        mail = tuple(file for file in listing.files if file.key not in away)
        unclaimed = replace(listing, files=tuple(left.values()))
        plans = tuple(plan for plan in judged.plans if plan.file.key not in self._under_way)
        return SortedOut(
            replace(listing, files=mail), rows_of(unclaimed), plans if is_refresh else ()
        )

    def _import(
        self, plans: tuple[Plan, ...], left: int, token: CancelToken, report: Report
    ) -> AutoProgress:
        last = AutoProgress(len(plans))

        def told(progress: AutoProgress, plan: Plan, result: ImportResult) -> None:
            nonlocal last
            del plan, result
            last = progress
            report(Progress(progress.done, progress.total, counts_words(progress, left)))

        self._auto.run(plans, self._operator, token, told)
        return last

    # On the GUI thread

    def _forget_plans(self, _known: object) -> None:
        self._plans.clear()
        self._problem = ""
        self._rest.stop()

    def _take(self, sorted_out: SortedOut, is_refresh: bool) -> None:
        if is_refresh:
            self.model.refresh(sorted_out.unclaimed)
            self._plans |= {plan.file.key: plan for plan in sorted_out.plans}
        else:
            self._window.unclaimed_list.view.look_again(sorted_out.unclaimed)

    def _end_refresh(self) -> None:
        """Every source was listed: import what was planned."""
        if self._problem:
            self._window.ext.show_problem(self._problem)
        self.model.keep_only([listing.source_id for listing in self._files.listings])
        self._show_count()
        self._window.unclaimed_list.view.fit_once()
        plans = tuple(self._plans.values())
        self._plans.clear()
        if not plans:
            return
        keys = frozenset(plan.file.key for plan in plans)
        self._under_way |= keys
        left = self.model.count(*_WAITING)
        job = self._runner.submit(Lane.WRITE, partial(self._import, plans, left))
        self._jobs.append(job)
        self._show_words(counts_words(AutoProgress(len(plans)), left), 0, len(plans))
        job.progressed.connect(self._show_progress)
        job.succeeded.connect(partial(self._show_end, left))
        job.cancelled.connect(partial(self._show_end, left, AutoProgress(len(plans))))
        job.failed.connect(partial(show_failure, self._window))
        job.finished.connect(partial(self._end_import, job, keys))

    def _end_import(self, job: Job, keys: frozenset[FileKey]) -> None:
        self._under_way -= keys
        self._jobs.remove(job)
        if not self._jobs:
            self._window.ext.banner.offer_stop(is_offered=False)
            self._is_settling = True
            self._files.look_again()

    def _end_look(self) -> None:
        if self._jobs or self._rest.isActive():
            self._window.ext.banner.show_progress(*self._words)
        if self._is_settling and not self._jobs:
            self._is_settling = False
            self.settled.emit()

    # What is shown

    def _show_count(self) -> None:
        waiting = self.model.count(*_WAITING)
        self._window.top.show_unclaimed(waiting)
        self._window.say_unclaimed(is_on=self._is_on, is_empty=not self.model.count(*Standing))

    def _show_progress(self, progress: Progress) -> None:
        self._show_words(progress.text, progress.done, progress.total)

    def _show_words(self, words: str, done: int, total: int) -> None:
        self._rest.stop()
        self._words = tr("Auto-Importing: {counts}", counts=words), done, total
        self._window.ext.banner.show_progress(*self._words)
        self._window.ext.banner.offer_stop(is_offered=True)

    def _show_end(self, left: int, progress: AutoProgress) -> None:
        words = tr("Auto-import: {counts}", counts=counts_words(progress, left))
        if progress.done < progress.total:
            words += "  \u00b7  " + tr("stopped; the next refresh goes on")
        self._words = words, progress.done, progress.total
        self._window.ext.banner.show_progress(*self._words)
        self._rest.start()

    def _hide_banner(self) -> None:
        if not self._jobs and not self._files.is_refreshing:
            self._window.ext.banner.hide()


def counts_words(progress: AutoProgress, left: int) -> str:
    """`12 imported, 3 left for you`: `left` were left before anything was imported."""
    words = [counted(progress.imported, "{n} imported", "{n} imported")]
    if progress.again:
        words.append(counted(progress.again, "{n} came again", "{n} came again"))
    words.append(counted(progress.left + left, "{n} left for you", "{n} left for you"))
    return ", ".join(words)
