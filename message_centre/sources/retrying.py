"""Tries a call to a drive again: few times, with growing waits, and never beyond a budget of seconds."""

import random
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
