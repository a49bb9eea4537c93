"""Keeps the list true while others work on the same record: rows turn grey, or free, by themselves."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from message_centre.domain.changes import Change, ChangeKind
from message_centre.domain.outcomes import Outcome
from message_centre.services.following import Follower
from message_centre.services.work import CancelToken, Report
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.rows import Ident, ident_of
from message_centre.ui.runner import Lane, Newest, Runner

_EVERY_MS = 2000
_AT_MOST_MS = 30_000
_REMEMBERED = 1000


class FollowController(QObject):
    """Looks at the trail every two seconds; `start` starts it, `stop` ends it.

    A record that does not answer is asked ever more seldom, until it answers again. What this window
    did itself comes by as well and changes nothing.
    """

    def __init__(
        self,
        follower: Follower,
        runner: Runner,
        model: FilesModel,
        look_again: Callable[[], None],
    ) -> None:
        super().__init__(model)
        self._follower = follower
        #: Every list that holds such rows; a file stands in one of them.
        self.models: tuple[FilesModel, ...] = (model,)
        self._look_again = look_again
        #: The last that became of a file: a listing that was on its way meanwhile knows less.
        self._last: dict[Ident, Change] = {}
        self._asking = Newest(runner, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._ask)

    def start(self) -> None:
        """Look now, and again and again."""
        self._ask()

    def remind(self, _listing: object = None) -> None:
        """Tell rows that just came from a listing what is known of their files."""
        for change in self._last.values():
            for model in self.models:
                row = model.find(change.key)
                if row is not None and not row.is_saved:
                    _apply(model, change)

    def stop(self) -> None:
        """Look no more and hear no more."""
        self._timer.stop()
        self._asking.forget()

    def _ask(self) -> None:
        self._asking.ask(Lane.READ, self._look, self._take, self._wait_longer)

    def _look(self, _token: CancelToken, _report: Report) -> tuple[Change, ...]:
        return self._follower.look()

    def _take(self, changes: object) -> None:
        found = changes if isinstance(changes, tuple) else ()
        for change in found:
            for model in self.models:
                _apply(model, change)
            ident = ident_of(change.key)
            self._last.pop(ident, None)
            self._last[ident] = change
        for ident in list(self._last)[:-_REMEMBERED]:
            del self._last[ident]
        if any(change.kind is ChangeKind.WITHDRAWN for change in found):
            # The bytes are back, perhaps under another name: only a listing knows.
            self._look_again()
        self._timer.start(_EVERY_MS)

    def _wait_longer(self, _error: object) -> None:
        self._timer.start(min(_AT_MOST_MS, 2 * self._timer.interval()))


def _apply(model: FilesModel, change: Change) -> None:
    row = model.find(change.key)
    if row is None:
        return
    if change.kind is ChangeKind.WITHDRAWN:
        if row.is_saved:
            model.mark_unsaved(change.key)
    elif row.is_saved:
        model.mark_reassigned(change.key, change.patient, change.title)
    elif change.is_about(row.file.fingerprint):
        model.mark_saved(change.key, change.patient, change.title, Outcome.SAVED)
