"""Lets a window live and watches how it does."""

import resource
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from tests.benchmarks.beats import Beats

_PATIENCE = 240.0
_STEP_MS = 5
_PAGE = resource.getpagesize()


def until(is_so: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
    """Let the window live until something is so.

    Raises:
        SystemExit: it does not become so.
    """
    end = time.monotonic() + patience
    loop = QEventLoop()
    while not is_so():
        # Sleeps between two events as the program does: a loop that spins would take the interpreter
        # from the workers again and again.
        QTimer.singleShot(_STEP_MS, loop.quit)
        loop.exec()
        if time.monotonic() > end:
            raise SystemExit("this took too long")


def rest(seconds: float) -> None:
    """Let the window live for a while."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end)


def watched(
    begin: Callable[[], object], rows: Callable[[], int], count: int, *, settle: float
) -> dict[str, float]:
    """Begin, and tell when the first and all rows were there, the longest gap, and the memory."""
    beats, before, first = Beats(), memory(), 0.0
    rest(0.1)
    beats.take()
    start = time.perf_counter()
    begin()

    def is_there() -> bool:
        nonlocal first
        seen = rows()
        if seen and not first:
            first = time.perf_counter() - start
        return seen >= count

    until(is_there)
    took = time.perf_counter() - start
    rest(settle)
    gap = beats.take()
    return {
        "first": first * 1000,
        "all": took * 1000,
        "freeze": gap.clock,
        "memory": (memory() - before) / (1 << 20),
    }


def memory() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE
