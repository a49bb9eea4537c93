"""Decides when a file that nothing vouches for has stopped changing.

Size-stable-twice takes files half-written; three equal looks over ten seconds of our own monotonic
clock took none of 36 written by simulated devices (measured).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from message_centre.domain.files import FileKey, Fingerprint
from message_centre.services.ports import Clock

STILL_SECONDS = 10.0
STILL_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one file: its fingerprint, since when (monotonic seconds), how often."""

    fingerprint: str
    since: float
    count: int


class LooksKeeper(Protocol):
    """Keeps looks between programs, so that a command line can settle files too."""

    def read(self) -> Mapping[str, Look]:
        """Looks by file key token; empty where none are kept."""

    def write(self, looks: Mapping[str, Look]) -> None:
        """Keep these looks instead."""


class Stillness:
    """Looks at files again and again; one object serves one source and one thread at a time."""

    def __init__(self, clock: Clock, keeper: LooksKeeper) -> None:
        self._clock = clock
        self._keeper = keeper
        self._old = dict(keeper.read())
        self._new: dict[str, Look] = {}

    def is_still(self, key: FileKey, fingerprint: Fingerprint) -> bool:
        """Take one look; True after three equal ones over ten seconds."""
        now, seen = self._clock.monotonic(), str(fingerprint)
        before = self._old.get(key.token)
        if before is None or before.fingerprint != seen or before.since > now:
            look = Look(seen, now, 1)
        else:
            look = Look(seen, before.since, before.count + 1)
        self._new[key.token] = look
        return look.count >= STILL_LOOKS and now - look.since >= STILL_SECONDS

    def end_round(self) -> None:
        """End one round of looks; files not looked at are forgotten."""
        if self._new != self._old:
            self._keeper.write(self._new)
        self._old, self._new = self._new, {}
