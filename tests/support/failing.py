"""Makes the N-th step that changes a disk or the record fail, once or from then on.

Steps are those of `killing`: calls of changing functions of `os`, whole file systems flushed, and
commits. A short write is no failure: it writes half of what it was given, as a system may. A lost
answer is a step that is done and told to have failed, as on a share whose server went away.
"""

import errno
import os
from collections.abc import Callable
from typing import Any

from sqlalchemy import exc

from tests.support.killing import Killer

SHORT = 0
LOST_ANSWER = -1


class Failer(Killer):
    """Counts steps, and fails the chosen one (from 1) with `code`, or as `SHORT` and `LOST_ANSWER` say."""

    def __init__(self, *, at: int, code: int, sticky: bool = False) -> None:
        super().__init__(at=at)
        self._is_done = code == LOST_ANSWER
        self._code = errno.EIO if self._is_done else code
        self._sticky = sticky

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> bool:
        """Fail, or say that the call may go on as it was meant."""
        if self._code == SHORT:
            return name != "write"
        if self._is_done:
            call(*given)
        if name == "commit":
            if not self._is_done:
                given[1].rollback()
            raise exc.OperationalError("COMMIT", {}, OSError(self._code, "disk I/O error"))
        raise OSError(self._code, os.strerror(self._code))

    def is_struck(self) -> bool:
        """Whether the step that begins now is the chosen one, or a later one of a lasting fault."""
        return self.count == self._at or (self._sticky and self.count > self._at > 0)

    def instead(self, call: Callable[..., Any], given: tuple[Any, ...]) -> object:
        """A write of half of what was given."""
        handle, data = given
        return call(handle, bytes(data)[: max(1, len(data) // 2)])
