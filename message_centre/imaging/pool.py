"""A few decoding children: started when first needed, lent to one thread each, replaced when gone."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from message_centre.imaging.child import Child, ChildGone
from message_centre.services.work import CancelToken

_CANCEL_STEP = 0.2
#: After a child that could not even start, how long no other one is tried.
_PAUSE_AFTER_FAILURE = 15.0

_log = logging.getLogger(__name__)


class NoChild(Exception):
    """There is no child to ask: none can be started, all are busy for too long, or we are closing."""


class Pool:
    """Lends up to `size` children. Call on any thread."""

    def __init__(self, size: int, start: Callable[[], Child], *, start_seconds: float) -> None:
        self._start = start
        self._start_seconds = start_seconds
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._is_closed = False
        self._failed_until = 0.0

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the children there are."""
        with self._lock:
            return tuple(child.pid for child in self._all)

    @contextlib.contextmanager
    def lent(self, patience: float, token: CancelToken | None) -> Iterator[Child]:
        """A child that is ready, for as long as the block lasts.

        Raises:
            NoChild, Cancelled
        """
        until = time.monotonic() + patience
        self._wait_for_place(until, token)
        try:
            child = self._ready_child(until)
            try:
                yield child
            finally:
                self._take_back(child)
        finally:
            self._places.release()

    def close(self) -> None:
        """End every child; who waits for an answer does not get one, and nobody is lent another."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            busy = self._all.difference(idle)
        for child in busy:
            child.kill()
        for child in idle:
            self._end(child)

    def _wait_for_place(self, until: float, token: CancelToken | None) -> None:
        while True:
            left = until - time.monotonic()
            step = left if token is None else min(left, _CANCEL_STEP)
            if self._places.acquire(timeout=max(0.0, step)):
                return
            if token is not None:
                token.check()
            if left <= 0:
                raise NoChild

    def _ready_child(self, until: float) -> Child:
        while (child := self._idle_child()) is not None:
            if child.is_well:
                return child
            self._end(child)
        return self._new_child(min(self._start_seconds, max(0.0, until - time.monotonic())))

    def _idle_child(self) -> Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _new_child(self, seconds: float) -> Child:
        if self._is_closed or time.monotonic() < self._failed_until:
            raise NoChild
        try:
            child = self._start()
        except OSError as error:
            raise self._failed() from error
        self._adopt(child)
        try:
            in_force = child.wait_until_ready(seconds)
        except ChildGone as gone:
            self._end(child)
            # Somebody who had hardly any patience left says nothing about the computer.
            has_waited = not gone.overran or seconds >= self._start_seconds / 2
            raise (self._failed() if has_waited else NoChild()) from gone
        _log.debug("A decoding child is ready behind %s", " ".join(in_force))
        return child

    def _adopt(self, child: Child) -> None:
        with self._lock:
            if not self._is_closed:
                self._all.add(child)
                return
        child.end()
        raise NoChild

    def _failed(self) -> NoChild:
        if not self._is_closed:
            self._failed_until = time.monotonic() + _PAUSE_AFTER_FAILURE
            _log.warning("A decoding child could not be started; pictures are not shown")
        return NoChild()

    def _take_back(self, child: Child) -> None:
        if child.is_well:
            with self._lock:
                if not self._is_closed:
                    self._idle.append(child)
                    return
        self._end(child)

    def _end(self, child: Child) -> None:
        child.end()
        with self._lock:
            self._all.discard(child)
