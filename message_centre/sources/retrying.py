"""Tries a call to a drive again: few times, with growing waits, and never beyond a budget of seconds."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from message_centre.domain.errors import RateLimited, SourceOffline

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often at most, and for how many seconds in all; each wait doubles the one before."""

    tries: int = 3
    budget: float = 20.0
    first_wait: float = 0.5


@dataclass(frozen=True, slots=True)
class Time:
    """What a wait is made of."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Line:
    """The line to one drive: calls are repeated patiently, and not begun while nobody would answer.

    Once failures in a row have cost `LOST_SECONDS`, whoever calls within `REST_SECONDS` is told at once
    what the last one was told: a hundred files would otherwise wait a hundred times. Any thread.
    """

    LOST_SECONDS, REST_SECONDS = 5.0, 15.0

    def __init__(self, patience: Patience = Patience(), at: Time = Time()) -> None:
        self._patience = patience
        self._at = at
        self._lock = threading.Lock()
        self._lost = 0.0
        self._rests_until = 0.0
        self._told: SourceOffline | None = None

    def ask(self, work: Callable[[], _Answer], *, anew: bool = False) -> _Answer:
        """Do `work` as `patiently` does; `anew` ends a rest, but not a pause the drive asked for.

        Raises:
            SourceOffline, RateLimited: of the last try, or of the call that began the rest.
        """
        begun = self._at.monotonic()
        self._check_rest(begun, anew=anew)
        try:
            answer = patiently(work, self._patience, self._at)
        except SourceOffline as error:
            self._failed(error, begun)
            raise
        with self._lock:
            self._lost = 0.0
            if not isinstance(self._told, RateLimited):
                self._told = None
        return answer

    def _check_rest(self, now: float, *, anew: bool) -> None:
        with self._lock:
            told = self._told
            if told is None or now >= self._rests_until:
                return
            if isinstance(told, RateLimited):
                raise RateLimited(told.detail, after=self._rests_until - now)
            if not anew:
                raise SourceOffline(told.detail)

    def _failed(self, error: SourceOffline, begun: float) -> None:
        now = self._at.monotonic()
        with self._lock:
            self._lost += now - begun
            if isinstance(error, RateLimited) and error.after:
                self._rests_until, self._told = now + error.after, error
            elif self._lost >= self.LOST_SECONDS:
                self._rests_until, self._told = now + self.REST_SECONDS, error


def patiently(
    work: Callable[[], _Answer], patience: Patience = Patience(), at: Time = Time()
) -> _Answer:
    """Do `work`, which may be repeated, again after a `SourceOffline` while patience lasts.

    A pause that the drive has asked for is kept to; one that the budget does not hold ends the tries
    at once. A try that took long counts for its like: whoever hangs is not asked again and again.

    Raises:
        SourceOffline, RateLimited: of the last try.
    """
    begun = at.monotonic()
    for number in range(patience.tries):
        started = at.monotonic()
        try:
            return work()
        except SourceOffline as error:
            wait = _wait(error, number, patience)
            now = at.monotonic()
            is_last = number == patience.tries - 1
            if is_last or now - begun + wait + (now - started) > patience.budget:
                raise
        at.sleep(wait)
    raise ValueError("patience has no tries")


def _wait(error: SourceOffline, number: int, patience: Patience) -> float:
    """Jittered, so that workers who failed together do not come back together."""
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads calls, protects nothing
    wait = patience.first_wait * 2.0**number * jitter
    if isinstance(error, RateLimited) and error.after:
        return error.after + wait * 0.5
    return wait
