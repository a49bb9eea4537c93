"""Kills this process at the N-th step that changes a disk or the record.

A process is killed with SIGKILL, so nothing of it runs any more: no `finally`, no `atexit`, no flush.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from tests.support.stepping import CALL, Stepper

#: Steps that can be killed in the middle.
HALVED = ("write", CALL)


class Killer(Stepper):
    """Kills before the chosen step, or `inside` it: half is written, a server was asked and has answered."""

    def __init__(self, *, at: int = 0, inside: bool = False) -> None:
        super().__init__(at=at)
        self._inside = inside

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """Die, perhaps in the middle of a write."""
        if self._inside and name == "write":
            handle, data = given
            call(handle, bytes(data)[: len(data) // 2])
        if self._inside and name == CALL:
            call()
        die()


def die() -> None:
    """End this process as a power button would, as far as a process can."""
    os.kill(os.getpid(), signal.SIGKILL)
