"""What can go wrong with a drive: how it is brought about, and how it has to end for the person."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from message_centre.domain.secrets import Secret
from tests.faults.drive_rigs import Rig
from tests.support.engine import Engine

AnyRig = TypeVar("AnyRig", bound=Rig)

NAME = "ZZTEST Ann 1961-03-07.jpg"
FIRST = b"\xff\xd8\xff\xe0" + b"the picture " * 40_000 + b"\xff\xd9"
SECOND = b"\xff\xd8\xff\xe0" + b"another version " * 9_000 + b"\xff\xd9"


@dataclass(frozen=True)
class Scene(Generic[AnyRig]):
    """An opened practice that lists the drive, and the drive."""

    rig: AnyRig
    desk: Engine
    closing: ExitStack

    def set(self, key: str, value: str) -> None:
        """Change a setting."""
        self.desk.services.configuring.set(key, value, operator=self.desk.operator)

    def set_secret(self, key: str, value: str) -> None:
        """Change a secret setting."""
        configuring = self.desk.services.configuring
        configuring.set_secret(key, Secret(value), operator=self.desk.operator)

    def overwrite(self) -> None:
        """Somebody else saves another version of the file."""
        self.rig.put(NAME, SECOND)


@dataclass(frozen=True)
class Case(Generic[AnyRig]):
    """One fault, put in before listing or, for a file that was listed, before saving.

    `expect` is the state or the outcome, and for one that is not saved the problem behind it; `words`
    are part of what the person reads. `is_slow` is what waits for somebody who never answers.
    """

    name: str
    expect: str
    inject: Callable[[Scene[AnyRig]], object]
    words: str = ""
    is_saving: bool = True
    is_slow: bool = False
    is_lost_by_others: bool = False


def listing(
    name: str,
    expect: str,
    inject: Callable[[Scene[AnyRig]], object],
    words: str = "",
    *,
    is_slow: bool = False,
) -> Case[AnyRig]:
    """A fault that stands before the list is asked for."""
    return Case(name, expect, inject, words, is_saving=False, is_slow=is_slow)
