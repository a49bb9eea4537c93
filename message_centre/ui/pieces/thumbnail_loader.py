"""ThumbnailLoader: fetches wished pictures, a few at a time, and only those that can be seen."""

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

#: Reads and decodes one picture; called on the lane, returns None where nothing can be shown.
Fetch = Callable[[Hashable, CancelToken], Picture | None]


class ThumbnailLoader(QObject):
    """Feeds one view. A new wish replaces the last: what scrolled out of sight is not fetched.

    Where a `glance` is given it goes first, for all that can be seen: it brings what can be had at once.
    """

    def __init__(
        self,
        runner: Runner,
        view: ThumbnailView,
        fetch: Fetch,
        *,
        glance: Fetch | None = None,
        lane: Lane = Lane.DECODE,
    ) -> None:
        super().__init__(view)
        self._lane = lane
        self._runner = runner
        self._view = view
        self._fetch = fetch
        self._glance = glance
        self._wishes: list[Hashable] = []
        self._glances: list[Hashable] = []
        self._glanced: set[Hashable] = set()
        self._jobs: dict[tuple[Hashable, bool], Job] = {}
        self._round = 0
        view.wished.connect(self._wish)

    def forget(self) -> None:
        """Cancel everything; nothing more is delivered."""
        self._round += 1
        self._wishes.clear()
        self._glances.clear()
        self._glanced.clear()
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()

    def _wish(self, keys: Sequence[Hashable]) -> None:
        self._wishes = [key for key in keys if (key, False) not in self._jobs]
        if self._glance is not None:
            self._glances = [key for key in self._wishes if key not in self._glanced]
        self._go_on()

    def _go_on(self) -> None:
        while len(self._jobs) < _AT_ONCE:
            if self._glances and self._glance is not None:
                key = self._glances.pop(0)
                self._glanced.add(key)
                self._start(key, self._glance, is_glance=True)
            elif self._wishes:
                key = self._wishes.pop(0)
                self._glanced.discard(key)
                self._start(key, self._fetch, is_glance=False)
            else:
                return

    def _start(self, key: Hashable, fetch: Fetch, *, is_glance: bool) -> None:
        job = self._runner.submit(self._lane, partial(_work, fetch, key))
        self._jobs[key, is_glance] = job
        deliver = self._deliver_glance if is_glance else self._deliver
        asked_in = self._round
        job.succeeded.connect(partial(deliver, key, asked_in))
        job.failed.connect(partial(deliver, key, asked_in))
        job.finished.connect(partial(self._end, (key, is_glance), asked_in))

    def _deliver_glance(self, key: Hashable, asked_in: int, answer: object) -> None:
        if asked_in == self._round and isinstance(answer, Picture):
            self._view.show_picture(key, answer, is_sharp=False)

    def _deliver(self, key: Hashable, asked_in: int, answer: object) -> None:
        if asked_in != self._round:
            return
        if isinstance(answer, Picture):
            self._view.show_picture(key, answer)
        else:
            self._view.show_nothing(key)

    def _end(self, what: tuple[Hashable, bool], asked_in: int) -> None:
        if asked_in == self._round:
            del self._jobs[what]
            self._go_on()


def _work(fetch: Fetch, key: Hashable, token: CancelToken, report: Report) -> Picture | None:
    del report
    try:
        return fetch(key, token)
    except MessageCentreError:
        return None  # the full view says why; a tile only shows that there is nothing
