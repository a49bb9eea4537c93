"""ThumbnailLoader: fetches wished pictures, the newest wish first, a few at a time."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from message_centre.domain.errors import MessageCentreError
from message_centre.services.ports import Picture
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.thumbnail_view import ThumbnailView
from message_centre.ui.runner import Job, Lane, Runner

#: More under way at once would only make the newest wish wait behind older ones.
_AT_ONCE = 2
_WISHES_KEPT = 200

#: Reads and decodes one picture; called on the lane, returns None where nothing can be shown.
Fetch = Callable[[Hashable, CancelToken], Picture | None]


class ThumbnailLoader(QObject):
    """Feeds one view. What scrolled out of sight long ago is forgotten, not fetched."""

    def __init__(
        self, runner: Runner, view: ThumbnailView, fetch: Fetch, *, lane: Lane = Lane.DECODE
    ) -> None:
        super().__init__(view)
        self._lane = lane
        self._runner = runner
        self._view = view
        self._fetch = fetch
        self._wishes: list[Hashable] = []
        self._jobs: dict[Hashable, Job] = {}
        self._round = 0
        view.wished.connect(self._wish)

    def forget(self) -> None:
        """Cancel everything; nothing more is delivered."""
        self._round += 1
        self._wishes.clear()
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()

    def _wish(self, keys: Sequence[Hashable]) -> None:
        fresh = [key for key in keys if key not in self._jobs]
        rest = [key for key in self._wishes if key not in set(fresh)]
        self._wishes = (fresh + rest)[:_WISHES_KEPT]
        self._go_on()

    def _go_on(self) -> None:
        while self._wishes and len(self._jobs) < _AT_ONCE:
            key = self._wishes.pop(0)
            job = self._jobs[key] = self._runner.submit(self._lane, partial(self._work, key))
            asked_in = self._round
            job.succeeded.connect(partial(self._deliver, key, asked_in))
            job.failed.connect(partial(self._deliver, key, asked_in))
            job.finished.connect(partial(self._end, key, asked_in))

    def _work(self, key: Hashable, token: CancelToken, report: Report) -> Picture | None:
        del report
        try:
            return self._fetch(key, token)
        except MessageCentreError:
            return None  # the full view says why; a tile only shows that there is nothing

    def _deliver(self, key: Hashable, asked_in: int, answer: object) -> None:
        if asked_in != self._round:
            return
        if isinstance(answer, Picture):
            self._view.show_picture(key, answer)
        else:
            self._view.show_nothing(key)

    def _end(self, key: Hashable, asked_in: int) -> None:
        if asked_in == self._round:
            del self._jobs[key]
            self._go_on()
