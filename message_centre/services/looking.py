"""One look at one source, on a thread of its own; whoever comes while it lasts shares what it finds."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

from message_centre.domain.files import Listing, SourceFile
from message_centre.services.ports import Source
from message_centre.services.work import Progress, Report, silent


def ignore(listing: Listing) -> None:
    """Tell nobody."""
    del listing


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears what of a refresh, all on the thread that refreshes.

    `listed` hears each source's listing. Where a look takes long, `glimpsed` hears before that of
    some of its files, each once, as a listing of those alone; `report` hears how many were seen so far.
    """

    listed: Callable[[Listing], None] = ignore
    glimpsed: Callable[[Listing], None] = ignore
    report: Report = silent


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look tells: its whole listing and end, or some files before that."""

    look: "SourceLook"
    listing: Listing
    is_whole: bool


Inbox = SimpleQueue[Sight]


@dataclass(eq=False)
class SourceLook:
    """Any thread, but `get_on` and `tell` are for the one that looks."""

    source: Source
    seen: int = 0
    #: When it last was known to get on.
    moved_at: float = field(default_factory=time.monotonic)
    thread: threading.Thread | None = None
    _sights: list[Sight] = field(default_factory=list, init=False)
    _inboxes: list[Inbox] = field(default_factory=list, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def share(self, inbox: Inbox) -> None:
        """Put into this inbox what was found so far, and what will be."""
        with self._lock:
            for sight in self._sights:
                inbox.put(sight)
            self._inboxes.append(inbox)

    def files_so_far(self) -> tuple[SourceFile, ...]:
        """The files that were told before the end."""
        with self._lock:
            return tuple(file for sight in self._sights for file in sight.listing.files)

    def get_on(self, progress: Progress) -> None:
        """It has come so far."""
        self.seen, self.moved_at = progress.done, time.monotonic()

    def tell(self, listing: Listing, *, is_whole: bool) -> None:
        """Tell everybody who shares this look."""
        sight, self.moved_at = Sight(self, listing, is_whole), time.monotonic()
        with self._lock:
            self._sights.append(sight)
            for inbox in self._inboxes:
                inbox.put(sight)
