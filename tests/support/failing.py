"""Makes the N-th step fail, once or from then on.

Steps are those of `stepping`, those that look among them. A short write is no failure: it writes half
of what it was given, as a system may.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import exc

from tests.support.stepping import Stepper

SHORT = 0
LOST_ANSWER = -1


class Failer(Stepper):
    """Fails the chosen step with `code`; `SHORT` makes writes short."""

    def __init__(
        self, *, at: int = 0, code: int = SHORT, sticky: bool = False, below: Path | None = None
    ) -> None:
        super().__init__(at=at, looking=below)
        self._code = code
        self._sticky = sticky

    def is_struck(self, number: int) -> bool:
        """Whether this is the chosen step, or a later one of a lasting fault."""
        return number == self.at or (self._sticky and number > self.at > 0)

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """Fail, or write half."""
        if self._code == SHORT:
            if name != "write":
                return call()
            handle, data = given
            return call(handle, bytes(data)[: max(1, len(data) // 2)])
        if name == "commit":
            if not self._is_done:
                given[1].rollback()
            raise exc.OperationalError("COMMIT", {}, OSError(self._code, "disk I/O error"))
        if name == "close":
            call()  # what fails to be closed is closed all the same
        raise OSError(self._code, os.strerror(self._code))
