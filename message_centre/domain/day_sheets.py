"""The day sheet's single files: what waits for a person and why, and what went by itself."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a file that the day sheet names."""

    HELD = "held"
    IMPORTED = "auto-imported"
    CAME_AGAIN = "came-again"


@dataclass(frozen=True, slots=True)
class DayFile:
    """One named file of a day. `token` is its key's; `patient` the label of whose record it is on."""

    source: str
    token: str
    name: str
    fate: Fate
    reason: str = ""
    record_id: str = ""
    patient: str = ""
    provider: str = ""
