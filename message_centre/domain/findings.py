"""What a test of a folder or drive found: a plain sentence, and how good it is."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether the place can be used as it is set."""

    GOOD = "good"
    #: It can be used, and something has to be known.
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One test's answer, for the person who set the place up."""

    verdict: Verdict
    words: str
