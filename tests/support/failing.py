"""Makes the N-th step fail, once or from then on.

Steps are those of `stepping`, those that look among them. A short write is no failure: it writes half
of what it was given, as a system may. A lost answer is a step that is done and told to have failed, as on
a share whose server went away.
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
    """Fails the chosen step with `code`, or as `SHORT` and `LOST_ANSWER` say."""

    def __init__(
        self, *, at: int = 0, code: int = SHORT, sticky: bool = False, below: Path | None = None
    ) -> None:
        super().__init__(at=at, looking=below)
        self._is_done = code == LOST_ANSWER
        self._code = errno.EIO if self._is_done else code
        self._sticky = sticky

    def is_struck(self, number: int) -> bool:
        """Whether this is the chosen step, or a later one of a lasting fault."""
        return number == self.at or (self._sticky and number > self.at > 0)

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """Fail, or write half."""
        if self._code == SHORT:
            return _halved(call, given) if name == "write" else call()
        # What fails to be closed is closed all the same.
        if self._is_done or name == "close":
            call()
        if name == "commit":
            if not self._is_done:
                given[1].rollback()
            raise exc.OperationalError("COMMIT", {}, OSError(self._code, "disk I/O error"))
        raise OSError(self._code, os.strerror(self._code))


def _halved(call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    handle, data = given
    return call(handle, bytes(data)[: max(1, len(data) // 2)])
