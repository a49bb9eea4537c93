"""What a dry run tells of each folder of a tower: whose it is, on what evidence, and what is in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from message_centre.domain.files import Listing, SourceFile
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.patients import Patient


class Verdict(StrEnum):
    """How far the evidence goes. Whatever it says, a person accepts each folder before anything is filed."""

    #: An id, and a name or birth date that agrees with it; or the whole name and birth date.
    SURE = "sure"
    #: One patient, but a single piece of evidence, or somebody who is easily taken for them.
    THIN = "thin"
    #: Nobody, several, or evidence that contradicts itself: it cannot be accepted.
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Match:
    """Whose a folder seems to be. `patient` may be told with a doubt too, as the one it looked like."""

    verdict: Verdict
    patient: Patient | None = None
    evidence: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class TowerFolder:
    """One folder of a tower's root: what could be filed, what has to wait, and whose it is.

    `name` is the folder as a person may read it; `files` are ready. `waiting` are still being written or
    held, each with its reason; `others` counts those that are not imported at all.
    """

    name: str
    files: tuple[SourceFile, ...]
    waiting: tuple[SourceFile, ...]
    others: int
    match: Match

    @property
    def can_be_accepted(self) -> bool:
        """Whether a person may accept it."""
        return bool(self.files) and self.match.verdict is not Verdict.DOUBT

    @property
    def waits(self) -> bool:
        """Whether anything in it waits for a person."""
        return bool(self.files or self.waiting)


@dataclass(frozen=True, slots=True)
class Standing:
    """A root with what waits in it; without a listing it could not be looked at, and `away` says why."""

    root: str
    listing: Listing | None
    folders: tuple[TowerFolder, ...]
    away: str = ""


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What became of one folder that was accepted."""

    name: str
    patient: Patient
    saved: int = 0
    already: int = 0
    unsaved: int = 0
    reason: str = ""

    def told(self, results: Sequence[ImportResult]) -> "FolderReport":
        """The report with more results counted; the first reason stands."""
        wrong = [one for one in results if not one.is_saved and not _is_already(one)]
        return FolderReport(
            self.name,
            self.patient,
            self.saved + sum(one.is_saved for one in results),
            self.already + sum(map(_is_already, results)),
            self.unsaved + len(wrong),
            self.reason or next((one.reason for one in wrong if one.reason), ""),
        )


def _is_already(result: ImportResult) -> bool:
    return result.outcome is Outcome.ALREADY_FILED
