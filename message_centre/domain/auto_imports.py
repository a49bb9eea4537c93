"""What auto-import decides about a file: that it files itself, or why a person has to look."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from message_centre.domain.files import SourceFile
from message_centre.domain.patients import Patient


class Doubt(StrEnum):
    """Why auto-import leaves a file to a person, in a word or two."""

    NAME = "name does not fit"
    PATIENT = "unknown patient"
    PATIENT_STATUS = "patient not active"
    MERGED = "patient merged"
    PROVIDER = "unknown provider"
    PROVIDER_STATUS = "provider not active"
    TIME = "no such time"
    FUTURE = "time in the future"
    RIGHT = "no permission"
    CONTENT = "check content"
    SENDER = "replaced key"
    TWIN = "on record already"
    NOT_IMPORTED = "not imported"


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that files itself. `taken_at` is what its name says, in this computer's zone.

    None leaves the time to the file itself; a phone photo's name counts only where that tells none.
    """

    file: SourceFile
    patient: Patient
    provider: str
    taken_at: datetime | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was meant for auto-import and waits for a person instead."""

    file: SourceFile
    doubt: Doubt
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The files that file themselves, and those that were meant to; all others are ordinary ones."""

    plans: tuple[Plan, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class AutoProgress:
    """How far an auto-import has come.

    `again` counts files that were on record already, `elsewhere` those that somebody else took.
    """

    total: int
    imported: int = 0
    again: int = 0
    left: int = 0
    elsewhere: int = 0

    @property
    def done(self) -> int:
        """How many planned files have come to their end."""
        return self.imported + self.again + self.left + self.elsewhere
