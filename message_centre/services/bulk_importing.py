"""Towers: what stands in a root's folders, whose each folder is, and the import of what was accepted.

Nothing is remembered of a run but what the journal and the record hold. After a stop the same root is
looked at anew: what was filed has left it, and the rest stands there as before.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from message_centre.domain import nhi
from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.errors import BadSetting, IncompleteOrder, MessageCentreError
from message_centre.domain.file_name_ids import identifiers_in
from message_centre.domain.files import FileState, SourceFile
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Right
from message_centre.domain.similarity import Similar
from message_centre.domain.tower_folders import FolderReport, Match, TowerFolder, Verdict
from message_centre.domain.tower_profiles import SHIPPED, TOWER_PROFILES, Profile, as_value
from message_centre.domain.tree_names import folder_of, way_of
from message_centre.services.browsing import Looker
from message_centre.services.configuring import Configuring
from message_centre.services.folder_judging import FolderJudge, JudgingParts
from message_centre.services.importing import Importer
from message_centre.services.permitting import Permitting
from message_centre.services.ports import Clock, Patients, TypedIds
from message_centre.services.tree_listing import TreeLister
from message_centre.services.work import CancelToken, Progress, Report, silent

#: So many folders are told together, so that a table grows without stopping.
_TOGETHER = 25
#: Folders are carried out in turn, so many files at a time sharing their flushes.
_FILES_TOGETHER = 250
_LOOSE = "These files stand in no folder of their own."

Told = Callable[[tuple[TowerFolder, ...]], None]


@dataclass(frozen=True, slots=True)
class Tower:
    """A root, how its folders are named, and whether the originals stay."""

    root: Path
    profile: Profile
    copies: bool = False


@dataclass(frozen=True)
class BulkParts:
    """What a bulk importer is made of."""

    lister: TreeLister
    configuring: Configuring
    patients: Patients
    typed: TypedIds
    similar: Callable[[Patient], Sequence[Similar]]
    importer: Importer
    permitting: Permitting
    clock: Clock


class BulkImporter:
    """Reviews towers and imports what a person accepted. Any thread."""

    def __init__(self, parts: BulkParts) -> None:
        self._parts = parts

    def roots(self) -> tuple[Path, ...]:
        """The towers' roots that the practice set."""
        return self._parts.configuring.tower_roots()

    def profiles(self) -> tuple[Profile, ...]:
        """Every device profile: those that ship with the program first."""
        return self._parts.configuring.tower_profiles()

    def profile(self, name: str) -> Profile:
        """The profile of that name, in any case.

        Raises:
            BadSetting: there is none; the detail names those there are.
        """
        known = {one.name.casefold(): one for one in self.profiles()}
        found = known.get(name.strip().casefold())
        if found is None:
            names = ", ".join(repr(one.name) for one in known.values())
            raise BadSetting(f"There is no profile {name!r}. Profiles: {names}.")
        return found

    def keep_profiles(self, profiles: Sequence[Profile], *, operator: Operator) -> None:
        """Let these be the practice's own profiles.

        Raises:
            BadSetting: one of them is none, or has the name of another.
            NotPermitted: the operator may not set up the practice.
        """
        own = tuple(one for one in profiles if one not in SHIPPED)
        self._parts.configuring.set(TOWER_PROFILES, as_value(own), operator=operator)

    def review(
        self,
        tower: Tower,
        who: Looker,
        token: CancelToken,
        told: Told,
        report: Report = silent,
    ) -> tuple[TowerFolder, ...]:
        """The dry run: every folder of a root with the patient, the evidence and the doubt.

        `told` hears them a few at a time, on this thread. Nothing is changed.

        Raises:
            NotPermitted, NotSignedIn: importing in bulk for this provider is not among the rights.
            BadSetting, SourceOffline, AccessDenied, IncompleteOrder: the root cannot be listed.
            Cancelled
        """
        self._parts.permitting.require(who.operator, Right.BULK_IMPORT, who.provider)
        judge = self._judge(tower.profile)
        found: list[TowerFolder] = []
        folders = self._folders(tower, token, report)
        waiting = iter(folders.items())
        while together := list(islice(waiting, _TOGETHER)):
            token.check()
            reviewed = self._reviewed(together, judge)
            found += reviewed
            told(reviewed)
            report(Progress(len(found), len(folders)))
        return tuple(found)

    def _judge(self, profile: Profile) -> FolderJudge:
        try:
            grammar = profile.reader()
        except ValueError as error:
            raise BadSetting(f"The profile {profile.name!r} cannot be read: {error}.") from error
        parts = self._parts
        today = parts.clock.now().date()
        asked = JudgingParts(parts.patients, parts.typed, parts.similar, lambda: today)
        return FolderJudge(asked, grammar)

    def _folders(
        self, tower: Tower, token: CancelToken, report: Report
    ) -> dict[str, list[SourceFile]]:
        listing = self._parts.lister.whole(
            tower.root, copies=tower.copies, token=token, report=report
        )
        folders: dict[str, list[SourceFile]] = {}
        for file in listing.files:
            folders.setdefault(folder_of(file), []).append(file)
        return dict(sorted(folders.items()))

    def _reviewed(
        self, folders: Sequence[tuple[str, Sequence[SourceFile]]], judge: FolderJudge
    ) -> tuple[TowerFolder, ...]:
        matches = judge.judge_all([name for name, _ in folders])
        return tuple(
            self._one_reviewed(name, files, match)
            for (name, files), match in zip(folders, matches, strict=True)
        )

    def _one_reviewed(self, name: str, files: Sequence[SourceFile], match: Match) -> TowerFolder:
        ready = tuple(file for file in files if file.state is FileState.READY)
        others = sum(file.state is FileState.OTHER for file in files)
        waiting = tuple(f for f in files if f.state not in {FileState.READY, FileState.OTHER})
        if not name:
            match = Match(Verdict.DOUBT, doubt=_LOOSE)
        if match.patient is not None and match.verdict is not Verdict.DOUBT:
            stranger = self._stranger(match.patient, files)
            if stranger:
                match = replace(match, verdict=Verdict.DOUBT, doubt=stranger)
        return TowerFolder(name, ready, waiting, others, match)

    def _stranger(self, patient: Patient, files: Sequence[SourceFile]) -> str:
        """Words if a name below the folder carries the NHI of somebody else."""
        words = {word for file in files for word in way_of(file)[1:]}
        named = {one for word in words for one in identifiers_in(word) if nhi.is_valid(one)}
        owners = self._parts.patients.with_nhis(sorted(named)) if named else {}
        for found, owner in sorted(owners.items()):
            if patient.id not in {owner.id, owner.merged_into}:
                return f"A name inside carries {found}, which is {owner.label}."
        return ""

    def run(
        self,
        folders: Sequence[TowerFolder],
        who: Looker,
        token: CancelToken,
        told: Callable[[FolderReport, ImportResult], None],
        report: Report = silent,
    ) -> tuple[FolderReport, ...]:
        """Import folders that a person accepted; a cancel stops between files.

        `told` hears each file's end on this thread, with what has become of its folder so far.

        Raises:
            IncompleteOrder: a folder is among them that cannot be accepted; nothing was done.
            NotPermitted, NotSignedIn
        """
        self._parts.permitting.require(who.operator, Right.BULK_IMPORT, who.provider)
        reports = {folder.name: _begun(folder) for folder in folders}
        numbered = list(_ordered(folders, who))

        def done(number: int, result: ImportResult) -> None:
            name = numbered[number][0]
            reports[name] = reports[name].told([result])
            told(reports[name], result)

        self._parts.importer.run_all([order for _, order in numbered], token, done, report)
        return tuple(reports.values())

    def standing(
        self, who: Looker, token: CancelToken
    ) -> tuple[tuple[TowerFolder, ...], tuple[str, ...]]:
        """The folders that wait in all roots, each held against every profile; and roots that are away.

        Where two profiles name two people, it is in doubt.

        Raises:
            NotPermitted, NotSignedIn, Cancelled
        """
        self._parts.permitting.require(who.operator, Right.BULK_IMPORT, who.provider)
        judges = [self._judge(profile) for profile in self.profiles()]
        found: list[TowerFolder] = []
        away: list[str] = []
        for root in self.roots():
            try:
                folders = self._folders(Tower(root, SHIPPED[0]), token, silent)
            except MessageCentreError as error:
                away.append(f"{root}: {error.detail}")
                continue
            waiting = iter(folders.items())
            while together := list(islice(waiting, _TOGETHER)):
                token.check()
                seen = [self._reviewed(together, judge) for judge in judges]
                found += map(_agreed, zip(*seen, strict=True))
        return tuple(found), tuple(away)


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


def _begun(folder: TowerFolder) -> FolderReport:
    patient = folder.match.patient
    if patient is None or not folder.can_be_accepted:
        raise IncompleteOrder(f"{folder.name} cannot be accepted: {folder.match.doubt}")
    return FolderReport(folder.name, patient)


def _ordered(folders: Sequence[TowerFolder], who: Looker) -> Iterator[tuple[str, ImportOrder]]:
    """Orders by folder, images before documents where many small folders share a group."""
    together: list[tuple[str, ImportOrder]] = []
    for folder in folders:
        together += ((folder.name, order) for order in _orders(folder, who))
        if len(together) >= _FILES_TOGETHER:
            yield from _by_destination(together)
            together = []
    yield from _by_destination(together)


def _by_destination(
    orders: Sequence[tuple[str, ImportOrder]],
) -> list[tuple[str, ImportOrder]]:
    return sorted(orders, key=lambda one: one[1].file.destination)


def _orders(folder: TowerFolder, who: Looker) -> Iterator[ImportOrder]:
    patient = folder.match.patient
    if patient is None:
        return
    accepted = frozenset({Accepted.SIMILAR_NAME})
    assignment = Assignment(
        patient.id, who.provider, who.operator, accepted=accepted, identity=patient.label
    )
    for file in folder.files:
        yield ImportOrder(uuid.uuid4().hex, file, assignment)
