"""What is said around the list: the Loading banner, counts, the strip, and why the list is empty."""

from PySide6.QtCore import QObject, QTimer

from message_centre.domain.files import Listing, SourceState
from message_centre.domain.names import shown
from message_centre.services.work import Progress
from message_centre.ui.files.files_controller import FilesController
from message_centre.ui.files.rows import Standing
from message_centre.ui.main_window import MainWindow
from message_centre.ui.problems import problem_of
from message_centre.ui.words import counted, tr

_BANNER_AFTER_MS = 150
_WAITING = (Standing.READY, Standing.DOUBTFUL, Standing.NOT_SAVED)


class ListWords(QObject):
    """Follows the list and its sources and words what happens."""

    def __init__(self, files: FilesController, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._expected = 0
        self._listed: dict[str, Listing] = {}
        self._seen = 0
        self._is_listing = False
        self._was_listed = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_BANNER_AFTER_MS)
        self._patience.timeout.connect(self._show_banner)
        files.started.connect(self._begin)
        files.arrived.connect(self._arrive)
        files.seen.connect(self._count_on)
        files.ended.connect(self._end)
        files.failed.connect(self._fail)
        window.model.counts_changed.connect(self.show_counts)
        window.model.ticks_changed.connect(self.show_counts)
        window.model.layoutChanged.connect(self.show_counts)
        window.unclaimed_model.counts_changed.connect(self.show_counts)
        window.unclaimed_model.ticks_changed.connect(self.show_counts)

    def show_counts(self) -> None:
        """Say how many files there are, are shown and are ticked."""
        window = self._window
        window.ext.show_count(window.model.count(*_WAITING))
        ignored = sum(listing.ignored for listing in window.strip.listings)
        window.ext.show_other(window.model.count(Standing.OTHER), ignored)
        window.strip.say(self._tick_words())
        window.ext.show_empty(self._empty_words())

    def _begin(self, known: tuple[Listing, ...]) -> None:
        self._expected = len(known)
        self._listed.clear()
        self._seen = 0
        self._is_listing = True
        self._window.ext.show_problem("")
        self._patience.start()
        self.show_counts()

    def _count_on(self, progress: Progress) -> None:
        self._seen = progress.done
        if self._is_listing and self._window.ext.banner.isVisible():
            self._show_banner()

    def _arrive(self, listing: Listing) -> None:
        self._listed[listing.source_id] = listing
        self._window.strip.show_listing(listing)
        if self._is_listing and self._window.ext.banner.isVisible():
            self._show_banner()
        self.show_counts()

    def _end(self) -> None:
        self._patience.stop()
        self._window.ext.banner.hide()
        if self._is_listing:
            self._was_listed = True
            self._window.strip.keep_only(set(self._listed))
        self._is_listing = False
        self._window.strip.say_no_sources(tr("No source is set up for this operator."))
        self.show_counts()

    def _fail(self, error: object) -> None:
        self._end()
        if isinstance(error, Exception):
            self._window.ext.show_problem(problem_of(error).sentence)

    def _show_banner(self) -> None:
        done, total = len(self._listed), max(self._expected, len(self._listed))
        if not total:
            words = tr("Loading\u2026")
        else:
            words = tr("Loading: {done} of {total} sources listed", done=done, total=total)
        if self._seen:
            files = counted(self._seen, "{n} file so far", "{n} files so far")
            words += f"  \u00b7  {files}"
        if self._listed:
            last = list(self._listed.values())[-1]
            words += f"  \u00b7  {shown(last.source_name)}"
        self._window.ext.banner.show_progress(words, done, total)

    def _tick_words(self) -> str:
        model = self._window.shown_model
        ticked = model.count_ticked()
        if not ticked:
            return counted(model.shown_files, "{n} file shown", "{n} files shown")
        words = counted(ticked, "{n} ticked", "{n} ticked")
        if hidden := ticked - model.shown_ticks():
            words += counted(hidden, " ({n} hidden by the filter)", " ({n} hidden by the filter)")
        return words

    def _empty_words(self) -> str:
        model = self._window.model
        if model.rowCount():
            return ""
        if model.wish.text and model.count(*Standing):
            return tr("No file in the list fits the filter.")
        if not self._was_listed:
            return tr("Looking into your folders\u2026") if self._is_listing else ""
        return self._nothing_words()

    def _nothing_words(self) -> str:
        listings = self._window.strip.listings
        if not listings:
            return tr(
                "No folder is watched for this operator. Set one with the command"
                " \u201cmessage-centre settings set operator.folders.images FOLDER\u201d, then press F5."
            )
        if all(listing.state is not SourceState.CONNECTED for listing in listings):
            return tr("No source can be reached now. Their states stand in the strip below.")
        return tr("Nothing is waiting. New files appear here by themselves.")
