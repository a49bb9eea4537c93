"""Counts the steps of this process that touch a disk or the record, and lets one be struck.

A step is one call of a function of `os`, one flush of a whole file system, one database commit or, where
that is wanted, one exchange with a server.
Steps get their numbers one at a time, on whichever thread they are taken: each number is struck once.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import default

from message_centre.host import durable

#: Functions of `os` that change a file system or make a change durable.
CHANGING = ("write", "fsync", "link", "rename", "replace", "unlink", "mkdir", "rmdir", "chmod")
#: Functions that look. They count only below the watched folder, since the interpreter looks too.
LOOKING = ("open", "read", "stat", "fstat", "scandir", "listdir", "close")

#: The name of an exchange with a server: request, and answer up to its body.
CALL = "call"


class Stepper:
    """Counts steps; the one with the number `at` (from 1) is struck. `looking` below adds LOOKING."""

    def __init__(self, *, at: int = 0, looking: Path | None = None) -> None:
        self.count = 0
        self.names: list[str] = []
        self.at = at
        self._below = str(looking) if looking else ""
        self._lock = threading.Lock()
        self._readlink = os.readlink
        self.is_acting = False
        #: Whether exchanges with servers count.
        self.with_calls = False

    def install(self) -> None:
        """Count from now on. For a process that will end soon: nothing is put back."""
        if self.with_calls:
            from requests.adapters import HTTPAdapter  # noqa: PLC0415 - most count no exchanges

            HTTPAdapter.send = self._counted(CALL, HTTPAdapter.send)  # type: ignore[method-assign] # counted
        for name in CHANGING:
            setattr(os, name, self._counted(name, getattr(os, name)))
        for name in LOOKING if self._below else ():
            setattr(os, name, self._counted(name, getattr(os, name), only_below=True))
        durable.sync_file_system = self._counted("syncfs", durable.sync_file_system)
        counted = self._counted("commit", default.DefaultDialect.do_commit)
        default.DefaultDialect.do_commit = counted  # type: ignore[method-assign] # counted

    def _counted(
        self, name: str, call: Callable[..., Any], *, only_below: bool = False
    ) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            if self.is_acting or (only_below and not self._is_below(given, named)):
                return call(*given, **named)
            with self._lock:
                self.count += 1
                self.names.append(name)
                number = self.count
            if self.is_struck(number):
                return self.strike(name, lambda *own: call(*(own or given), **named), given)
            return call(*given, **named)

        return step

    def _is_below(self, given: tuple[Any, ...], named: dict[str, Any]) -> bool:
        where = named.get("dir_fd")
        where = given[0] if where is None and given else where
        if isinstance(where, int):
            try:
                where = self._readlink(f"/proc/self/fd/{where}")
            except OSError:
                return False
        return os.fsdecode(where or b"").startswith(self._below)

    def ended(self) -> None:
        """The deed has come to its end, in words perhaps; nothing is counted any more."""

    def is_struck(self, number: int) -> bool:
        """Whether the step of that number is the chosen one."""
        return number == self.at

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """What happens in place of the chosen step; `call` takes it, as given or with other arguments."""
        del name, given
        return call()
