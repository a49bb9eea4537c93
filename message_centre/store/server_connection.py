"""A connection to the server whose every wait ends: a paused server must not hold a program for ever."""

import contextlib
import time
from collections.abc import Generator, Iterator
from typing import Any, Self, TypeVar

import psycopg
from sqlalchemy import Connection

_Answer = TypeVar("_Answer")
_STATE = "no answer from the server within the time allowed"


class Impatient(psycopg.Connection[Any]):
    """Gives up, and closes itself, when an answer takes longer than `patience` seconds.

    The server's own limits do not help when it is the server that stands still.
    """

    patience: float | None = None

    @classmethod
    def to(cls, url: str, patience: float, **given: Any) -> Self:
        """Connect as psycopg does."""
        # What libpq prefers and then cannot use is a warning for nobody.
        if "gssencmode" not in url:
            given["gssencmode"] = "disable"
        made = cls.connect(url, **given)
        made.patience = patience
        return made

    @classmethod
    @contextlib.contextmanager
    def unhurried(cls, connection: Connection) -> Iterator[None]:
        """Let the statements inside take as long as they must."""
        ours = connection.connection.driver_connection
        if not isinstance(ours, cls):
            raise TypeError("this connection was made by somebody else")
        before, ours.patience = ours.patience, None
        try:
            yield
        finally:
            ours.patience = before

    def wait(self, gen: Generator[Any, Any, _Answer], *given: Any, **named: Any) -> _Answer:
        """Wait as psycopg does, but not for ever."""
        if self.patience is None:
            return super().wait(gen, *given, **named)
        return super().wait(self._bounded(gen, self.patience), *given, **named)

    def _bounded(
        self, gen: Generator[Any, Any, _Answer], patience: float
    ) -> Generator[Any, Any, _Answer]:
        """Pass everything on, until nothing came for too long."""
        deadline = time.monotonic() + patience
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    deadline = time.monotonic() + patience
                elif time.monotonic() > deadline:
                    # Closed, so that nobody takes a late answer for that to another question.
                    self.pgconn.finish()
                    raise psycopg.OperationalError(_STATE)
                wanted = gen.send(ready)
        except StopIteration as end:
            answer: _Answer = end.value
            return answer
