"""Kills this process at the N-th step that changes a disk or the record.

A step is one call of a changing function of `os`, or one database commit. A process is killed with
SIGKILL, so nothing of it runs any more: no `finally`, no `atexit`, no flush.
"""

import functools
import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import default

from message_centre.host import durable

#: Functions of `os` that change a file system or make a change durable.
CHANGING = (
    "write",
    "fsync",
    "link",
    "rename",
    "replace",
    "unlink",
    "mkdir",
    "rmdir",
    "chmod",
)


class Killer:
    """Counts steps, and kills before the chosen one (from 1), or in the middle of it."""

    def __init__(self, *, at: int = 0, inside: bool = False) -> None:
        self.count = 0
        self.names: list[str] = []
        self._at = at
        self._inside = inside

    def install(self) -> None:
        """Count from now on. For a process that will end soon: nothing is put back."""
        for name in CHANGING:
            setattr(os, name, self._counted(name, getattr(os, name)))
        durable.sync_file_system = self._counted("syncfs", durable.sync_file_system)
        commit = default.DefaultDialect.do_commit
        counted = self._counted("commit", commit)
        default.DefaultDialect.do_commit = counted  # type: ignore[method-assign] # counted

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            self.count += 1
            self.names.append(name)
            whole = functools.partial(call, **named)
            if self.is_struck() and not self.strike(name, whole, given):
                return self.instead(whole, given)
            return call(*given, **named)

        return step

    def is_struck(self) -> bool:
        """Whether the step that begins now is the chosen one."""
        return self.count == self._at

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> bool:
        """Die, perhaps in the middle of a write; True would let the call go on as it was meant."""
        if self._inside and name == "write":
            handle, data = given
            call(handle, bytes(data)[: len(data) // 2])
        die()
        return True

    def instead(self, call: Callable[..., Any], given: tuple[Any, ...]) -> object:
        """What happens in place of a step that was struck and lives on."""
        return call(*given)


def die() -> None:
    """End this process as a power button would, as far as a process can."""
    os.kill(os.getpid(), signal.SIGKILL)
