"""What stands in a tower's root: its folders, and whose each of them is. Nothing is changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from message_centre.domain import nhi
from message_centre.domain.errors import BadSetting, MessageCentreError
from message_centre.domain.file_name_ids import identifiers_in
from message_centre.domain.files import FileState, Listing, SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.similarity import Similar
from message_centre.domain.tower_folders import Match, Standing, TowerFolder, Verdict
from message_centre.domain.tower_profiles import Profile
from message_centre.domain.tree_names import folder_of, way_of
from message_centre.services.configuring import Configuring
from message_centre.services.folder_judging import FolderJudge, JudgingParts
from message_centre.services.ports import Clock, Patients, TypedIds
from message_centre.services.tree_listing import TreeLister
from message_centre.services.work import CancelToken, Progress, Report, silent

#: So many folders are told together, so that a table grows without stopping.
_TOGETHER = 25
#: So many files at a time are asked what they say.
_ASKED = 200
#: What is looked into before anybody accepted it; of pictures only their names are read by then.
_HEADED = frozenset({".dcm", ".dicom"})
_LOOSE = "These files stand in no folder of their own."

Told = Callable[[tuple[TowerFolder, ...]], None]
Folders = Mapping[str, Sequence[SourceFile]]


@dataclass(frozen=True, slots=True)
class Tower:
    """A root, how its folders are named, and whether the originals stay."""

    root: Path
    profile: Profile
    copies: bool = False


@dataclass(frozen=True)
class ReviewParts:
    """What a reviewer is made of."""

    lister: TreeLister
    configuring: Configuring
    patients: Patients
    typed: TypedIds
    similar: Callable[[Patient], Sequence[Similar]]
    against: Callable[[Patient, Sequence[SourceFile], CancelToken], str]
    clock: Clock


class FolderReviewer:
    """Asks nobody for a right: whoever calls it has asked. Any thread."""

    def __init__(self, parts: ReviewParts) -> None:
        self._parts = parts

    def review(
        self, tower: Tower, token: CancelToken, told: Told, report: Report
    ) -> tuple[TowerFolder, ...]:
        """Every folder of a root by one profile; `told` hears them a few at a time, on this thread.

        Raises:
            BadSetting, SourceOffline, AccessDenied, IncompleteOrder: the root cannot be listed.
            Cancelled
        """
        judge = self._judge(tower.profile)
        listing = self._parts.lister.whole(
            tower.root, copies=tower.copies, token=token, report=report
        )
        folders = _folders(listing)
        found: list[TowerFolder] = []
        waiting = iter(folders.items())
        while together := list(islice(waiting, _TOGETHER)):
            token.check()
            reviewed = self._reviewed(together, judge, token)
            found += reviewed
            told(reviewed)
            report(Progress(len(found), len(folders)))
        return tuple(found)

    def standing(self, token: CancelToken) -> tuple[Standing, ...]:
        """What waits in each root of the practice's, every folder held against every profile.

        Where two profiles name two people, a folder is in doubt. A root inside another is part of that.

        Raises:
            Cancelled
        """
        configuring = self._parts.configuring
        judges = [self._judge(profile) for profile in configuring.tower_profiles()]
        roots = configuring.tower_roots()
        outermost = [one for one in roots if not any(map(one.is_relative_to, {*roots} - {one}))]
        return tuple(self._standing(root, judges, token) for root in outermost)

    def _standing(self, root: Path, judges: Sequence[FolderJudge], token: CancelToken) -> Standing:
        try:
            listing = self._parts.lister.whole(root, copies=False, token=token, report=silent)
        except MessageCentreError as error:
            token.check()
            return Standing(str(root), None, (), error.detail)
        found: list[TowerFolder] = []
        waiting = iter(_folders(listing).items())
        while together := list(islice(waiting, _TOGETHER)):
            token.check()
            seen = [self._reviewed(together, judge, token) for judge in judges]
            found += map(_agreed, zip(*seen, strict=True))
        return Standing(str(root), listing, tuple(found))

    def _judge(self, profile: Profile) -> FolderJudge:
        try:
            grammar = profile.reader()
        except ValueError as error:
            raise BadSetting(f"The profile {profile.name!r} cannot be read: {error}.") from error
        parts = self._parts
        today = parts.clock.now().date()
        asked = JudgingParts(parts.patients, parts.typed, parts.similar, lambda: today)
        return FolderJudge(asked, grammar)

    def _reviewed(
        self,
        folders: Sequence[tuple[str, Sequence[SourceFile]]],
        judge: FolderJudge,
        token: CancelToken,
    ) -> tuple[TowerFolder, ...]:
        matches = judge.judge_all([name for name, _ in folders])
        return tuple(
            self._one_reviewed(name, files, match, token)
            for (name, files), match in zip(folders, matches, strict=True)
        )

    def _one_reviewed(
        self, name: str, files: Sequence[SourceFile], match: Match, token: CancelToken
    ) -> TowerFolder:
        ready = tuple(file for file in files if file.state is FileState.READY)
        others = sum(file.state is FileState.OTHER for file in files)
        waiting = tuple(f for f in files if f.state not in {FileState.READY, FileState.OTHER})
        if not name:
            match = Match(Verdict.DOUBT, doubt=_LOOSE)
        if match.patient is not None and match.verdict is not Verdict.DOUBT:
            headed = [file for file in ready if file.extension in _HEADED]
            stranger = self._stranger(match.patient, files) or self.against(
                match.patient, headed, token
            )
            if stranger:
                match = replace(match, verdict=Verdict.DOUBT, doubt=stranger)
        return TowerFolder(name, ready, waiting, others, match)

    def against(self, patient: Patient, files: Sequence[SourceFile], token: CancelToken) -> str:
        """Words if what stands in any of these files cannot be meant for this patient.

        Raises:
            Cancelled
        """
        asked = (files[first : first + _ASKED] for first in range(0, len(files), _ASKED))
        told = (self._parts.against(patient, some, token) for some in asked)
        return next(filter(None, told), "")

    def _stranger(self, patient: Patient, files: Sequence[SourceFile]) -> str:
        """Words if a name below the folder carries the NHI of somebody else."""
        words = {word for file in files for word in way_of(file)[1:]}
        named = {one for word in words for one in identifiers_in(word) if nhi.is_valid(one)}
        owners = self._parts.patients.with_nhis(sorted(named)) if named else {}
        for found, owner in sorted(owners.items()):
            if patient.id not in {owner.id, owner.merged_into}:
                return f"A name inside carries {found}, which is {owner.label}."
        return ""


def _folders(listing: Listing) -> Folders:
    folders: dict[str, list[SourceFile]] = {}
    for file in listing.files:
        folders.setdefault(folder_of(file), []).append(file)
    return dict(sorted(folders.items()))


def _agreed(same: Sequence[TowerFolder]) -> TowerFolder:
    """One folder as several profiles read it."""
    named = [one for one in same if one.match.verdict is not Verdict.DOUBT]
    people = {one.match.patient.id for one in named if one.match.patient}
    if len(people) > 1:
        who = " or ".join(sorted(one.match.patient.label for one in named if one.match.patient))
        return replace(same[0], match=Match(Verdict.DOUBT, doubt=f"It may be {who}."))
    told = sorted(
        same, key=lambda one: (list(Verdict).index(one.match.verdict), not one.match.patient)
    )
    return told[0]
