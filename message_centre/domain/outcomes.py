"""What became of one order, one release, one correction: the values that travel back to the row."""

from dataclasses import dataclass
from enum import StrEnum

from message_centre.domain.files import Destination, FileKey


class Outcome(StrEnum):
    """How one order ended. The words are part of the command line's contract."""

    SAVED = "saved"
    SAVED_SOURCE_KEPT = "saved-source-kept"
    ALREADY_FILED = "already-filed"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The end of one order.

    `record_id` is the new record, or for `already-filed` the one that holds the bytes. `problem` is
    the error's class name for a refusal or failure, so that a front door can offer the right yes;
    `other_patient_id` names the patient of a duplicate.
    """

    key: FileKey
    name: str
    outcome: Outcome
    destination: Destination
    record_id: str = ""
    reason: str = ""
    advice: str = ""
    problem: str = ""
    other_patient_id: str = ""

    @property
    def is_saved(self) -> bool:
        """Whether the file is on record through this order."""
        return self.outcome in {Outcome.SAVED, Outcome.SAVED_SOURCE_KEPT}


class Release(StrEnum):
    """What the source did with a file that is on record."""

    RELEASED = "released"
    KEPT = "kept"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Released:
    """A release and, unless it was carried out, its reason in words."""

    release: Release
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """The end of a withdrawal or reassignment. `record_id` is the record that now counts, if any."""

    record_id: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What recovery did with one open import."""

    import_id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the integrity check found; nothing was repaired."""

    problem: str
    record_id: str
    path: str
    detail: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What an import of the register did with one row; `line` counts from 1."""

    line: int
    number: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What an import of the register did: counts, and every refused row with its reason."""

    new: int
    changed: int
    unchanged: int
    refused: tuple[RegisterRow, ...]
