"""BrowseController: Source > Browse of one patient's window, from the folder to the import."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from message_centre.domain.errors import NotPermitted
from message_centre.domain.files import FileKey, FileState, SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.tree_names import as_kind
from message_centre.services.browsing import Browsed, Looker
from message_centre.services.bundle import Services
from message_centre.services.ports import Picture
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.assigning.assign_controller import AssignController
from message_centre.ui.browsing.arranging import Arranged, arranged
from message_centre.ui.browsing.browse_dialog import BrowseDialog
from message_centre.ui.browsing.dropping import DropTarget
from message_centre.ui.pieces.failures import show_failure, words_of
from message_centre.ui.pieces.thumbnail_loader import ThumbnailLoader
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.words import tr

_SMALL, _LARGER = 256, 512
#: While something is still being written it is looked at again.
_AGAIN_MS = 5000


class BrowseController(QObject):
    """One for a patient's window. `filed` comes when a batch has ended.

    `record_requested` carries the dialog to open it beside, and the duplicate.
    """

    filed = Signal()
    record_requested = Signal(object, object)

    def __init__(
        self,
        services: Services,
        runner: Runner,
        window: PatientWindow,
        patient: Patient,
        operator: Operator,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._runner = runner
        self._window = window
        self._patient = patient
        self._operator, self._provider = operator, ""
        self._places: tuple[Path, ...] = ()
        self._found: Browsed | None = None
        self._looking = Newest(runner, self)
        self._current = Newest(runner, self)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._look)
        self._assigning: AssignController | None = None
        self.dialog: BrowseDialog | None = None
        window.browse_requested.connect(self.open)
        self._drops = DropTarget(window)
        self._drops.dropped.connect(self.open)
        window.is_busy = self._is_filing

    def work_for(self, provider: str) -> None:
        """What is taken from now on is for this Provider, unless the dialog says another one."""
        self._provider = provider

    def open(self, places: Sequence[Path] = ()) -> None:
        """Show the dialog, with these places if there are any."""
        if self.dialog is not None:
            self.dialog.raise_()
            if places:
                self.go_to(tuple(places))
            return
        providers = self._providers()
        if not providers:
            words = tr("You may not import in bulk for any Provider.")
            show_failure(self._window, NotPermitted(words))
            return
        self.dialog = dialog = self._make(providers)
        dialog.open()
        if places:
            self.go_to(tuple(places))
        else:
            dialog.folder.setFocus()

    def go_to(self, places: tuple[Path, ...]) -> None:
        """Look at these places."""
        if self.dialog is None:
            return
        self._places, self._found = places, None
        self.dialog.show_places(places)
        self._look()

    def _make(self, providers: Sequence[Provider]) -> BrowseDialog:
        today = self._services.clock.now().date()
        dialog = BrowseDialog(self._patient, today, self._window)
        dialog.offer_providers(providers, self._provider)
        dialog.gap.choose(int(self._services.browsing.usual_gap().total_seconds() // 60))
        self._thumbnails = ThumbnailLoader(self._runner, dialog.grid, self._picture)
        dialog.places_chosen.connect(self.go_to)
        dialog.look_requested.connect(self._look)
        dialog.gap_changed.connect(self._regroup)
        dialog.current_changed.connect(self._show_larger)
        dialog.accepted_files.connect(self._go_on)
        dialog.finished.connect(self._end)
        DropTarget(dialog).dropped.connect(self.go_to)
        return dialog

    def _providers(self) -> list[Provider]:
        return [
            one
            for one in self._services.people.providers()
            if one.is_active and self._operator.may(Right.BULK_IMPORT, one.number)
        ]

    # Looking

    def _look(self) -> None:
        if self.dialog is None or not self._places:
            return
        who = Looker(self._operator.id, str(self.dialog.provider.currentData()))
        self.dialog.show_busy(Progress(0, 0))
        look = partial(self._services.browsing.look, self._places, who)
        gap, titles = self._gap(), self.dialog.titles()
        work = partial(_found, look, gap, titles)
        job = self._looking.ask(Lane.FETCH, work, self._show, self._fail)
        job.progressed.connect(partial(self._show_progress, self._looking.generation))

    def _show_progress(self, generation: int, progress: object) -> None:
        is_newest = generation == self._looking.generation
        if is_newest and self.dialog is not None and isinstance(progress, Progress):
            self.dialog.show_busy(progress)

    def _show(self, shows: object) -> None:
        if self.dialog is None or not isinstance(shows, Arranged):
            return
        is_first = self._found is None
        if is_first:
            self.dialog.choose_how(copies=shows.found.copies)
        self._found = shows.found
        self.dialog.show_found(shows)
        if is_first and shows.files:
            self.dialog.grid.setFocus()
        if any(file.state is FileState.SETTLING for file in shows.found.waiting):
            self._again.start()

    def _fail(self, error: object) -> None:
        if self.dialog is not None:
            self.dialog.show_problem(words_of(error))

    def _gap(self) -> timedelta:
        return timedelta(minutes=self.dialog.gap.minutes if self.dialog is not None else 0)

    def _regroup(self) -> None:
        if self.dialog is not None and self._found is not None:
            work = partial(_regrouped, self._found, self._gap(), self.dialog.titles())
            self._looking.ask(Lane.FETCH, work, self._show, self._fail)

    def _picture(self, key: Hashable, token: CancelToken) -> Picture | None:
        token.check()
        file = self.dialog.file_of(key) if self.dialog is not None else None
        return self._services.previewer.small(file, longest=_SMALL) if file else None

    def _show_larger(self, file: SourceFile | None) -> None:
        if file is None or self.dialog is None:
            self._current.forget()
            return
        work = partial(_larger, self._services, file)
        self._current.ask(Lane.DECODE, work, self.dialog.show_current, self.dialog.show_current)

    # Filing

    def _go_on(self) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        copies = dialog.is_copy
        files = tuple(as_kind(file, copies=copies) for file in dialog.selected())
        titles = {as_kind(file, copies=copies).key: file.key for file in dialog.selected()}
        own = dialog.titles()
        named = {new: own[old] for new, old in titles.items() if old in own}
        provider = str(dialog.provider.currentData())
        dialog.accept()
        self._saving(provider).save_to(self._patient, files, named)

    def _saving(self, provider: str) -> AssignController:
        if self._assigning is None:
            made = self._assigning = AssignController(
                self._services, self._runner, self._window, self._operator, provider
            )
            self._window.add_below(made.panel)
            made.finished.connect(self.filed)
            made.unsaved.connect(self.filed)
            made.record_requested.connect(self.record_requested)
        self._assigning.change_desk(self._operator, provider)
        return self._assigning

    def _is_filing(self) -> bool:
        return self._assigning is not None and self._assigning.is_busy

    def _end(self) -> None:
        self._again.stop()
        self._looking.forget()
        self._current.forget()
        self._thumbnails.forget()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def _found(
    look: Callable[[CancelToken, Report], Browsed],
    gap: timedelta,
    titles: Mapping[FileKey, str],
    token: CancelToken,
    report: Report,
) -> Arranged:
    return arranged(look(token, report).regrouped(gap), titles)


def _regrouped(
    found: Browsed,
    gap: timedelta,
    titles: Mapping[FileKey, str],
    token: CancelToken,
    report: Report,
) -> Arranged:
    del report
    token.check()
    return arranged(found.regrouped(gap), titles)


def _larger(services: Services, file: SourceFile, token: CancelToken, report: Report) -> Picture:
    del report
    token.check()
    return services.previewer.small(file, longest=_LARGER)
