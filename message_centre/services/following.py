"""Tells what others did to the files of the list: a bounded look at the trail, again and again."""

from collections.abc import Callable
from typing import Protocol

from message_centre.domain.changes import Change

#: How far back the first look goes: what was done while the list was being made is not missed.
OVERLAP = 50
#: More in one look would hold the window up; the rest comes with the next.
MOST = 500


class Changes(Protocol):
    """The trail as changes of files."""

    def newest(self) -> int:
        """The number of the trail's last entry, or 0."""

    def after(self, seq: int, *, until: int) -> tuple[Change, ...]:
        """What became of files in the entries after `seq` up to `until`, oldest first."""


def always() -> bool:
    """For a follower that stands alone."""
    return True


class Follower:
    """Follows the record for one window. Any thread, one look at a time."""

    def __init__(self, changes: Changes, may_look: Callable[[], bool] = always) -> None:
        self._changes = changes
        self._may_look = may_look
        self._seen: int | None = None

    def look(self) -> tuple[Change, ...]:
        """What became of files since the last look, whoever did it, oldest first; nothing without a right.

        Raises:
            DatabaseBusy, DatabaseAway, DatabaseDamaged: nothing is missed; look again later.
        """
        if not self._may_look():
            return ()
        newest = self._changes.newest()
        seen = max(0, newest - OVERLAP) if self._seen is None else self._seen
        if newest <= seen:
            self._seen = seen
            return ()
        until = min(newest, seen + MOST)
        found = self._changes.after(seen, until=until)
        self._seen = until
        return found
