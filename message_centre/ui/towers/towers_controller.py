"""TowersController: the dry run, what a person accepts of it, the import and its report."""

import csv
import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from message_centre.domain.errors import NotPermitted
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.tower_folders import FolderReport, TowerFolder
from message_centre.domain.tower_profiles import Profile
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import BulkImporter, Tower
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.pieces.failures import show_failure, words_of
from message_centre.ui.runner import Job, Lane, Newest, Runner
from message_centre.ui.towers.folders_model import Row
from message_centre.ui.towers.learn_dialog import LearnDialog
from message_centre.ui.towers.towers_dialog import TowersDialog
from message_centre.ui.words import tr


class TowersController(QObject):
    """One for a window. `changed` comes when something was filed or a profile was kept.

    `by_hand` carries a folder that a person wants to assign without any profile.
    """

    changed = Signal()
    by_hand = Signal(object)
    _arrived = Signal(int, object)
    _told = Signal(object)

    def __init__(self, services: Services, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._bulk: BulkImporter = services.bulk_importer
        self._runner = runner
        self._window = window
        self._operator: Operator | None = None
        self._looking = Newest(runner, self)
        self._job: Job | None = None
        self.dialog: TowersDialog | None = None
        self.learning: LearnDialog | None = None
        self.choose_file: Callable[[QWidget], str] = _choose_report
        self._arrived.connect(self._take)
        self._told.connect(self._tell)

    def open(self, operator: Operator, provider: Provider, root: str = "") -> None:
        """Show the dry run for who sits here; what is chosen first is the first root."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        self._operator = operator
        work = partial(_offered, self._services, operator, provider.number)
        job = self._runner.submit(Lane.READ, work)
        job.succeeded.connect(partial(self._show, root))
        job.failed.connect(partial(show_failure, self._window))

    @property
    def is_importing(self) -> bool:
        """Whether folders are being imported now."""
        return self._job is not None

    def _show(self, root: str, offered: object) -> None:
        if not isinstance(offered, tuple) or self.dialog is not None:
            return
        roots, profiles, providers = offered
        if not providers:
            words = tr("You may not import in bulk for any Provider.")
            show_failure(self._window, NotPermitted(words))
            return
        dialog = self.dialog = TowersDialog(self._window)
        dialog.offer(roots, profiles, providers)
        dialog.look_requested.connect(self.look)
        dialog.import_requested.connect(self._import)
        dialog.stop_requested.connect(self._stop)
        dialog.learn_requested.connect(self._learn)
        dialog.by_hand_requested.connect(self._assign_by_hand)
        dialog.report_requested.connect(self._save_report)
        dialog.finished.connect(self._end)
        if root:
            dialog.go_to_root(root)
        dialog.show()
        self.look()

    # The dry run

    def look(self) -> None:
        """Look at the chosen root anew; what was accepted is accepted no longer."""
        dialog = self.dialog
        if dialog is None or self._operator is None or self._job is not None:
            return
        dialog.model.clear()
        tower = dialog.tower
        if tower is None:
            dialog.say(tr("Choose a tower's folder, or set one in Setup > Towers."))
            return
        dialog.say(tr("Looking\u2026"))
        dialog.show_busy(Progress(0, 0))
        who = Looker(self._operator.id, dialog.provider_number)
        number = self._looking.generation + 1
        work = partial(self._review, number, tower, who)
        job = self._looking.ask(Lane.FETCH, work, self._looked, self._failed)
        job.progressed.connect(partial(self._show_progress, number))

    def _review(
        self, number: int, tower: Tower, who: Looker, token: CancelToken, report: Report
    ) -> None:
        """The worker's side: folders go to the table a few at a time."""
        told = partial(self._arrived.emit, number)
        self._bulk.review(tower, who, token, told, report)

    def _take(self, number: int, folders: tuple[TowerFolder, ...]) -> None:
        if self.dialog is not None and number == self._looking.generation:
            self.dialog.add(folders)

    def _show_progress(self, number: int, progress: object) -> None:
        is_newest = number == self._looking.generation
        if is_newest and self.dialog is not None and isinstance(progress, Progress):
            self.dialog.show_busy(progress)

    def _looked(self, _nothing: object) -> None:
        if self.dialog is not None:
            self.dialog.show_busy(None)
            if not self.dialog.model.rows:
                self.dialog.say(tr("There is no folder here."))

    def _failed(self, error: object) -> None:
        if self.dialog is not None:
            self.dialog.show_busy(None)
            self.dialog.say(words_of(error))

    # The import

    def _import(self) -> None:
        dialog = self.dialog
        if dialog is None or self._operator is None or self._job is not None:
            return
        accepted = dialog.model.accepted()
        if not accepted:
            return
        who = Looker(self._operator.id, dialog.provider_number)
        job = self._job = self._runner.submit(Lane.WRITE, partial(self._run, accepted, who))
        dialog.say(tr("Importing\u2026 What is on record stays there if you stop."))
        dialog.show_busy(Progress(0, 0), is_import=True)
        job.progressed.connect(self._show_import)
        job.failed.connect(partial(show_failure, dialog))
        job.finished.connect(self._end_import)

    def _run(
        self, folders: tuple[TowerFolder, ...], who: Looker, token: CancelToken, report: Report
    ) -> tuple[FolderReport, ...]:
        """The worker's side: a folder is told when its last file has come to its end."""
        left = {folder.name: len(folder.files) for folder in folders}

        def told(folder: FolderReport, _result: ImportResult) -> None:
            left[folder.name] -= 1
            if not left[folder.name]:
                self._told.emit(folder)

        return self._bulk.run(folders, who, token, told, report)

    def _show_import(self, progress: object) -> None:
        if self.dialog is not None and isinstance(progress, Progress):
            self.dialog.show_busy(progress, is_import=True)

    def _tell(self, report: FolderReport) -> None:
        if self.dialog is not None:
            self.dialog.tell(report)

    def _end_import(self) -> None:
        self._job = None
        if self.dialog is not None:
            self.dialog.show_busy(None)
            self.dialog.say(_end_words(self.dialog.model.rows))
        self.changed.emit()

    def _stop(self) -> None:
        self._looking.forget()
        if self._job is not None:
            self._job.cancel()
        elif self.dialog is not None:
            self.dialog.show_busy(None)

    # Profiles

    def _learn(self, example: str) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        names = [row.folder.name for row in dialog.model.rows if row.folder.name]
        today = self._services.clock.now().date()
        self.learning = LearnDialog(example, names, today, dialog)
        self.learning.learnt.connect(self._keep)
        self.learning.finished.connect(self._end_learning)
        self.learning.open()

    def _keep(self, profile: Profile) -> None:
        if self._operator is None:
            return
        job = self._runner.submit(Lane.WRITE, partial(_keep, self._bulk, profile, self._operator))
        job.succeeded.connect(partial(self._kept, profile.name))
        job.failed.connect(self._say_learning)

    def _kept(self, name: str, profiles: object) -> None:
        if self.learning is not None:
            self.learning.accept()
        if self.dialog is not None and isinstance(profiles, tuple):
            self.dialog.offer_profiles(profiles, name)
            self.look()
        self.changed.emit()

    def _say_learning(self, error: object) -> None:
        if self.learning is not None:
            self.learning.say_problem(words_of(error))

    def _end_learning(self) -> None:
        if self.learning is not None:
            self.learning.deleteLater()
            self.learning = None

    # What else a person does

    def _assign_by_hand(self, folder: str) -> None:
        tower = self.dialog.tower if self.dialog is not None else None
        if tower is not None and folder:
            self.by_hand.emit(tower.root / folder)

    def _save_report(self) -> None:
        dialog = self.dialog
        path = self.choose_file(dialog) if dialog is not None else ""
        if dialog is None or not path:
            return
        text = report_text(dialog.model.rows)
        job = self._runner.submit(Lane.WRITE, partial(_write, Path(path), text))
        job.failed.connect(partial(show_failure, dialog))

    def _end(self) -> None:
        self._looking.forget()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def report_text(rows: Sequence[Row]) -> str:
    """Every folder with its patient, evidence, doubt and what became of it, for a spreadsheet."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["folder", "files", "patient", "evidence", "doubt or outcome", "accepted"])
    for row in rows:
        cells = [_plain(cell) for cell in row.cells[1:]]
        table.writerow([*cells, "yes" if row.is_accepted else "no"])
    return out.getvalue()


def _plain(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t" and cell else cell


def _offered(
    services: Services, operator: Operator, current: str, token: CancelToken, report: Report
) -> tuple[object, ...]:
    del token, report
    providers = [
        one
        for one in services.people.providers()
        if one.is_active and operator.may(Right.BULK_IMPORT, one.number)
    ]
    providers.sort(key=lambda one: one.number != current)
    bulk = services.bulk_importer
    return bulk.roots(), bulk.profiles(), tuple(providers)


def _keep(
    bulk: BulkImporter, profile: Profile, operator: Operator, token: CancelToken, report: Report
) -> tuple[Profile, ...]:
    del token, report
    bulk.keep_profiles([*bulk.profiles(), profile], operator=operator)
    return bulk.profiles()


def _end_words(rows: Sequence[Row]) -> str:
    told = [row.report for row in rows if row.report is not None]
    return tr(
        "{saved} saved, {already} already filed, {unsaved} not saved. Look again (F5) for what is left.",
        saved=f"{sum(one.saved for one in told):,}",
        already=f"{sum(one.already for one in told):,}",
        unsaved=f"{sum(one.unsaved for one in told):,}",
    )


def _choose_report(parent: QWidget) -> str:
    return QFileDialog.getSaveFileName(parent, tr("Save the report"), "towers.csv", "CSV (*.csv)")[
        0
    ]


def _write(path: Path, text: str, token: CancelToken, report: Report) -> None:
    del token, report
    path.write_text(text, encoding="utf-8-sig", newline="")
