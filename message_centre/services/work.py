"""CancelToken, Progress and the report callback: what long work is given."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from message_centre.domain.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work has come; `total` is 0 where it is unknown."""

    done: int
    total: int
    text: str = ""


Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Report to nobody."""
    del progress


#: The import that this thread is carrying out; every log line carries it. Set by the importer.
current_import: ContextVar[str] = ContextVar("current_import", default="-")


class CancelToken:
    """A wish to stop, set on any thread and looked at between chunks and between files."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next look. May be called on any thread, any number of times."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked the work to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked the work to stop."""
        if self._event.is_set():
            raise Cancelled


#: The wish to stop that belongs to what this thread does, for adapters whose port has no room for one.
current_token: ContextVar[CancelToken | None] = ContextVar("current_token", default=None)


@contextlib.contextmanager
def carrying(token: CancelToken) -> Iterator[None]:
    """Make `token` the current one of this thread for as long as the block lasts."""
    before = current_token.set(token)
    try:
        yield
    finally:
        current_token.reset(before)
