"""Fills the Ext list: refreshes, looks again at hints, looks at bytes, and knows the selection."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from message_centre.domain.errors import NotPermitted
from message_centre.domain.files import Listing, SourceFile, SourceState
from message_centre.domain.people import Operator, Right
from message_centre.services.listing import Lister
from message_centre.services.looking import Ears
from message_centre.services.work import CancelToken, Report
from message_centre.ui.files.arriving import GREAT, Arrival, Arriving, Asked
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_sorting import orders_of
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.rows import FileRow, Standing
from message_centre.ui.files.sorting_out import SortOut, all_mail
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.throttle import Gatherer, Throttle
from message_centre.ui.words import tr

_HINTS_PER_SECOND = 2
_SETTLING_LOOK_MS = 3500
_INSPECT_AT_ONCE = 24
_INSPECT_MORE = 100
_INSPECT_PAUSE_MS = 20
#: Workers that begin as a great list comes take the interpreter from its painting, which needs it for
#: every cell: 250 to 350 ms without an answer, and 85 to 132 if they wait so long (measured, 100,000 files).
_PAINTED_FIRST_MS = 500
_SAVED = (Standing.SAVED, Standing.SAVED_SOURCE_KEPT)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose list it is."""

    operator: Operator
    provider: str


class FilesController(QObject):
    """One for the window; `sit_down` says whose list it shows."""

    started = Signal(object)
    arrived = Signal(object)
    sorted_out = Signal(object, bool)
    ended = Signal()
    refreshed = Signal()
    failed = Signal(object)
    selection_changed = Signal()
    #: How many files the sources have shown so far, as a `Progress`.
    seen = Signal(object)

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
        self._ordering = Newest(runner, self)
        self._arrivals = Gatherer(self._take, parent=self)
        self._hints = Throttle(self._hear, per_second=_HINTS_PER_SECOND, parent=self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_LOOK_MS)
        self._settling.timeout.connect(self.look_again)
        # Between two helpings the window and other work have their turn.
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(_INSPECT_PAUSE_MS)
        self._breath.timeout.connect(partial(self._look_at_bytes, _INSPECT_MORE))
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.setInterval(_PAINTED_FIRST_MS)
        self._ahead.timeout.connect(self._work_ahead)
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
        self._list.forget()
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

    def count_selected(self) -> int:
        """How many files `selection` holds."""
        return count_selected(self._model, self._view)

    def refresh(self) -> None:
        """List every source anew; saved rows leave. Asking again starts over."""
        if self._desk is None:
            return
        if not self._desk.operator.may(Right.SEE_EXT, self._desk.provider):
            self.failed.emit(NotPermitted(tr("You may not see the Ext list of this provider.")))
            return
        self._is_refreshing = True
        self._settling.stop()
        self._stop_inspecting()
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
        self._ordering.forget()
        self._stop_inspecting()

    def _stop_inspecting(self) -> None:
        self._ahead.stop()
        self._breath.stop()
        self._inspect.forget()

    # On the lanes

    def _watch(self, desk: Desk, _token: CancelToken, _report: Report) -> None:
        self._lister.watch(desk.operator, desk.provider, self._hints.offer)

    def _look(
        self, desk: Desk, asked: Asked, token: CancelToken, report: Report
    ) -> tuple[Listing, ...]:
        """Ask every source; what it shows is made into rows here, not on the GUI thread."""
        arriving = Arriving(
            asked,
            dict(self._known),
            lambda listing: self.sort_out(listing, asked.is_refresh, token),
            lambda: self._model.wish,
            self._arrivals.put,
        )
        ears = Ears(arriving.listed, arriving.glimpsed, report)
        return self._lister.refresh(desk.operator, desk.provider, token, ears)

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
        asked = Asked(self._list.generation + 1, is_refresh)
        ended = partial(self._end, is_refresh)
        look = partial(self._look, self._desk, asked)
        self._list.ask(Lane.FETCH, look, ended, self._fail).progressed.connect(self.seen)

    def _hear(self, _hint: object) -> None:
        """A hint during a look waits for its end: in a burst one that began anew would never end."""
        if self._is_looking:
            self._is_hinted = True
        else:
            self.look_again()

    def _take(self, arrivals: tuple[object, ...]) -> None:
        for arrival in arrivals:
            if not isinstance(arrival, Arrival):
                continue
            if arrival.asked.generation == self._list.generation:
                self._take_one(arrival)

    def _take_one(self, arrival: Arrival) -> None:
        if arrival.is_early:
            self._take_early(arrival)
            return
        is_refresh = arrival.asked.is_refresh
        known = self._known.get(arrival.listing.source_id)
        if not is_refresh and _is_half(arrival.listing) and known and not _is_half(known):
            # Nobody asked, and the list knows more of this source than was seen of it so far.
            self.arrived.emit(arrival.listing)
            return
        self._known[arrival.listing.source_id] = arrival.out.mail
        self._listings[arrival.listing.source_id] = arrival.listing
        self.sorted_out.emit(arrival.out, is_refresh)
        if arrival.made is None and is_refresh:
            self._model.refresh_unchanged(arrival.out.mail)
        elif arrival.made is not None and is_refresh:
            self._view.refresh(arrival.made)
        elif arrival.made is not None:
            self._view.look_again(arrival.made)
        self.arrived.emit(arrival.listing)

    def _take_early(self, arrival: Arrival) -> None:
        """The first files of a long look: they come, and nothing else changes."""
        if arrival.made is not None:
            self._view.look_again(arrival.made)
            self._view.fit_once()

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
        if is_refresh and self._model.shown_files >= GREAT:
            self._ahead.start()
        else:
            self._look_at_bytes(_INSPECT_AT_ONCE)

    def _work_ahead(self) -> None:
        """Once a great list is painted: sort it by every column on a worker, and look at bytes."""
        take = partial(self._take_orders, self._model.orders.version)
        self._ordering.ask(Lane.READ, partial(_orders, self._model.rows()), take)
        self._look_at_bytes(_INSPECT_AT_ONCE)

    def _take_orders(self, version: int, made: object) -> None:
        if isinstance(made, dict):
            self._model.orders.take(version, made)

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
            self._breath.start()


def selection_of(model: FilesModel, view: FilesView) -> tuple[SourceFile, ...]:
    """The ticked files of a list, or else the current row's if it can be saved."""
    ticked = model.ticked()
    row = view.current_row()
    if ticked or row is None or not row.can_be_ticked:
        return ticked
    return (row.file,)


def count_selected(model: FilesModel, view: FilesView) -> int:
    """How many `selection_of` would give, without going through a list."""
    row = view.current_row()
    return model.count_ticked() or int(row is not None and row.can_be_ticked)


def _is_half(listing: Listing) -> bool:
    """Whether a source took so long that it is still being listed."""
    return listing.state is SourceState.CONNECTING


def _orders(rows: list[FileRow], token: CancelToken, _report: Report) -> object:
    return orders_of(rows, token.check)
