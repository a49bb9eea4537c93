"""Fills the Ext list: refreshes, looks again at hints, looks at bytes, and knows the selection."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from message_centre.domain.errors import NotPermitted
from message_centre.domain.files import Listing, SourceFile
from message_centre.domain.people import Operator, Right
from message_centre.services.listing import Lister
from message_centre.services.work import CancelToken, Report
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.rows import SourceRows, Standing, rows_of
from message_centre.ui.files.sorting_out import SortedOut, SortOut, all_mail
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.throttle import Gatherer, Throttle
from message_centre.ui.words import tr

_HINTS_PER_SECOND = 2
_SETTLING_LOOK_MS = 3500
_INSPECT_AT_ONCE = 24
_INSPECT_MORE = 300
_SAVED = (Standing.SAVED, Standing.SAVED_SOURCE_KEPT)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose list it is."""

    operator: Operator
    provider: str


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One source's answer on its way to the list; `made` is None where it shows what it showed."""

    generation: int
    is_refresh: bool
    listing: Listing
    out: SortedOut
    made: SourceRows | None


class FilesController(QObject):
    """One for the window; `sit_down` says whose list it shows."""

    started = Signal(object)
    arrived = Signal(object)
    sorted_out = Signal(object, bool)
    ended = Signal()
    refreshed = Signal()
    failed = Signal(object)
    selection_changed = Signal()

    def __init__(self, lister: Lister, runner: Runner, model: FilesModel, view: FilesView) -> None:
        super().__init__(view)
        self._lister = lister
        self._runner = runner
        self._model = model
        self._view = view
        self._desk: Desk | None = None
        self._known: dict[str, Listing] = {}
        self._listings: dict[str, Listing] = {}
        self.sort_out: SortOut = all_mail
        self._is_refreshing = False
        self._is_looking = False
        self._is_hinted = False
        self._list = Newest(runner, self)
        self._inspect = Newest(runner, self)
        self._arrivals = Gatherer(self._take, parent=self)
        self._hints = Throttle(self._hear, per_second=_HINTS_PER_SECOND, parent=self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_LOOK_MS)
        self._settling.timeout.connect(self.look_again)
        model.ticks_changed.connect(self.selection_changed)
        view.current_changed.connect(self.selection_changed)

    @property
    def is_refreshing(self) -> bool:
        """Whether a refresh is on its way."""
        return self._is_refreshing

    @property
    def listings(self) -> tuple[Listing, ...]:
        """What each source showed last, all of it."""
        return tuple(self._listings.values())

    def sit_down(self, operator: Operator, provider: str) -> None:
        """Show the list of this operator and provider from now on, and keep watching it."""
        self._desk = Desk(operator, provider)
        self._model.keep_only(())
        self._known.clear()
        self._listings.clear()
        watch = partial(self._watch, self._desk)
        self._runner.submit(Lane.FETCH, watch).failed.connect(self.failed)
        self.refresh()

    def selection(self) -> tuple[SourceFile, ...]:
        """The ticked files, or else the current row's if it can be saved."""
        return selection_of(self._model, self._view)

    def refresh(self) -> None:
        """List every source anew; saved rows leave. Asking again starts over."""
        if self._desk is None:
            return
        if not self._desk.operator.may(Right.SEE_EXT, self._desk.provider):
            self.failed.emit(NotPermitted(tr("You may not see the Ext list of this provider.")))
            return
        self._is_refreshing = True
        self._settling.stop()
        self._inspect.forget()
        self.started.emit(tuple(self._known.values()))
        self._ask(is_refresh=True)

    def look_again(self) -> None:
        """List without being asked: rows come and change, none leaves or moves."""
        if self._desk is not None and not self._is_refreshing:
            self._ask(is_refresh=False)

    def stop(self) -> None:
        """Ask no more and hear no more."""
        self._desk = None
        self._settling.stop()
        self._hints.drop()
        self._list.forget()
        self._inspect.forget()

    # On the lanes

    def _watch(self, desk: Desk, _token: CancelToken, _report: Report) -> None:
        self._lister.watch(desk.operator, desk.provider, self._hints.offer)

    def _look(
        self, desk: Desk, ask: tuple[int, bool], token: CancelToken, _report: Report
    ) -> tuple[Listing, ...]:
        """Ask every source; what it shows is made into rows here, not on the GUI thread."""
        generation, is_refresh = ask
        known = dict(self._known)

        def listed(listing: Listing) -> None:
            out = self.sort_out(listing, is_refresh, token)
            is_news = not _shows_the_same(known.get(listing.source_id), out.mail)
            made = rows_of(out.mail) if is_news else None
            self._arrivals.put(_Arrival(generation, is_refresh, listing, out, made))

        return self._lister.refresh(desk.operator, desk.provider, token, listed)

    def _inspect_some(
        self, files: tuple[SourceFile, ...], token: CancelToken, _report: Report
    ) -> object:
        odd: list[SourceFile] = []
        self._lister.inspect(files, token, odd.append)
        return files, tuple(odd)

    # Back on the GUI thread

    def _ask(self, *, is_refresh: bool) -> None:
        if self._desk is None:
            return
        if is_refresh and self._model.count(*_SAVED):
            # Rows of saved files must leave, whatever their source shows: make every row anew.
            self._known.clear()
        self._is_looking, self._is_hinted = True, False
        ask = (self._list.generation + 1, is_refresh)
        ended = partial(self._end, is_refresh)
        self._list.ask(Lane.FETCH, partial(self._look, self._desk, ask), ended, self._fail)

    def _hear(self, _hint: object) -> None:
        """A hint during a look waits for its end: in a burst one that began anew would never end."""
        if self._is_looking:
            self._is_hinted = True
        else:
            self.look_again()

    def _take(self, arrivals: tuple[object, ...]) -> None:
        for arrival in arrivals:
            if isinstance(arrival, _Arrival) and arrival.generation == self._list.generation:
                self._take_one(arrival)

    def _take_one(self, arrival: _Arrival) -> None:
        self._known[arrival.listing.source_id] = arrival.out.mail
        self._listings[arrival.listing.source_id] = arrival.listing
        self.sorted_out.emit(arrival.out, arrival.is_refresh)
        if arrival.made is None and arrival.is_refresh:
            self._model.refresh_unchanged(arrival.out.mail)
        elif arrival.made is not None and arrival.is_refresh:
            self._model.refresh(arrival.made)
        elif arrival.made is not None:
            self._view.look_again(arrival.made)
        self.arrived.emit(arrival.listing)

    def _end(self, is_refresh: bool, answer: object) -> None:
        self._arrivals.flush()
        if is_refresh and isinstance(answer, tuple):
            listed = {listing.source_id for listing in answer}
            self._model.keep_only(listed)
            for kept in (self._known, self._listings):
                for gone in set(kept) - listed:
                    del kept[gone]
            self._view.fit_once()
            self.refreshed.emit()
        self._rest()
        self._look_at_bytes(_INSPECT_AT_ONCE)

    def _fail(self, error: object) -> None:
        self._rest()
        self.failed.emit(error)

    def _rest(self) -> None:
        self._is_refreshing = self._is_looking = False
        if self._is_hinted:
            self._is_hinted = False
            self._hints.offer()
        if self._model.count(Standing.SETTLING):
            self._settling.start()
        self.ended.emit()

    def _look_at_bytes(self, at_once: int) -> None:
        """Look at some files' bytes at a time, the ones on top first and alone, until none is left."""
        if files := self._model.to_inspect(at_once):
            self._inspect.ask(
                Lane.DECODE,
                partial(self._inspect_some, files),
                self._take_inspected,
                self.failed.emit,
            )

    def _take_inspected(self, answer: object) -> None:
        if isinstance(answer, tuple):
            files, odd = answer
            self._model.inspected(files, odd)
            self._look_at_bytes(_INSPECT_MORE)


def selection_of(model: FilesModel, view: FilesView) -> tuple[SourceFile, ...]:
    """The ticked files of a list, or else the current row's if it can be saved."""
    ticked = model.ticked()
    row = view.current_row()
    if ticked or row is None or not row.can_be_ticked:
        return ticked
    return (row.file,)


def _shows_the_same(last: Listing | None, listing: Listing) -> bool:
    return last is not None and (last.state, last.detail, last.files) == (
        listing.state,
        listing.detail,
        listing.files,
    )
