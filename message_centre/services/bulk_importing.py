"""Towers: what stands in a root's folders, whose each folder is, and the import of what was accepted.

Nothing is remembered of a run but what the journal and the record hold. After a stop the same root is
looked at anew: what was filed has left it, and the rest stands there as before.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.errors import (
    BadSetting,
    Cancelled,
    IncompleteOrder,
    MessageCentreError,
    NeedsYes,
)
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.people import Operator, Right
from message_centre.domain.tower_folders import FolderReport, Standing, TowerFolder
from message_centre.domain.tower_profiles import SHIPPED, TOWER_PROFILES, Profile, as_value
from message_centre.domain.tree_names import folder_of
from message_centre.services.answering import refused
from message_centre.services.browsing import Looker
from message_centre.services.configuring import Configuring
from message_centre.services.folder_reviewing import FolderReviewer, Told, Tower
from message_centre.services.importing import Importer
from message_centre.services.permitting import Permitting
from message_centre.services.work import CancelToken, Progress, Report, silent

#: Folders are carried out in turn, so many files at a time sharing their flushes.
_FILES_TOGETHER = 250


@dataclass(frozen=True)
class BulkParts:
    """What a bulk importer is made of."""

    reviewer: FolderReviewer
    configuring: Configuring
    importer: Importer
    permitting: Permitting


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
        return self._parts.reviewer.review(tower, token, told, report)

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
        run = _Run(reports, told, report, sum(len(one.files) for one in folders))
        for together in _stretches(folders):
            orders = self._cleared(together, who, token, run)
            self._parts.importer.run_all(orders, token, run.hears(orders), run.goes_on)
            run.done += len(orders)
        return tuple(reports.values())

    def _cleared(
        self, folders: Sequence[TowerFolder], who: Looker, token: CancelToken, run: "_Run"
    ) -> list[ImportOrder]:
        """The orders of folders whose files do not speak against it; the others are refused, and told."""
        orders: list[ImportOrder] = []
        for folder in folders:
            own = list(_orders(folder, who))
            wrong = self._against(folder, token)
            if wrong is None:
                orders += own
                continue
            for order in own:
                run.tell(folder.name, refused(order, wrong))
            run.done += len(own)
        return sorted(orders, key=lambda order: order.file.destination)

    def _against(self, folder: TowerFolder, token: CancelToken) -> MessageCentreError | None:
        """What the files themselves hold against the patient, or why they could not be asked."""
        if folder.match.patient is None:
            return None
        try:
            wrong = self._parts.reviewer.against(folder.match.patient, folder.files, token)
        except Cancelled:
            return None  # the importer answers so for each file
        except MessageCentreError as error:
            return error
        return NeedsYes(f"Look at it by hand: {wrong}") if wrong else None

    def standing(self, who: Looker, token: CancelToken) -> tuple[Standing, ...]:
        """What waits in each root, each folder held against every profile; and which roots are away.

        Where two profiles name two people, a folder is in doubt.

        Raises:
            NotPermitted, NotSignedIn, Cancelled
        """
        self._parts.permitting.require(who.operator, Right.BULK_IMPORT, who.provider)
        return self._parts.reviewer.standing(token)


@dataclass
class _Run:
    """How far a run has come, and what has become of each folder."""

    reports: dict[str, FolderReport]
    told: Callable[[FolderReport, ImportResult], None]
    report: Report
    total: int
    done: int = 0

    def tell(self, name: str, result: ImportResult) -> None:
        """One file of a folder has come to its end."""
        self.reports[name] = self.reports[name].told([result])
        self.told(self.reports[name], result)

    def hears(self, orders: Sequence[ImportOrder]) -> Callable[[int, ImportResult], None]:
        """What tells the end of one of these orders, by its number."""
        names = [folder_of(order.file) for order in orders]
        return lambda number, result: self.tell(names[number], result)

    def goes_on(self, progress: Progress) -> None:
        """So many more files are copied."""
        self.report(Progress(self.done + progress.done, self.total, progress.text))


def _begun(folder: TowerFolder) -> FolderReport:
    patient = folder.match.patient
    if patient is None or not folder.can_be_accepted:
        raise IncompleteOrder(f"{folder.name} cannot be accepted: {folder.match.doubt}")
    return FolderReport(folder.name, patient)


def _stretches(folders: Sequence[TowerFolder]) -> Iterator[list[TowerFolder]]:
    """Neighbouring folders, so many that their files share a group's flushes."""
    together: list[TowerFolder] = []
    for folder in folders:
        together.append(folder)
        if sum(len(one.files) for one in together) >= _FILES_TOGETHER:
            yield together
            together = []
    if together:
        yield together


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


__all__ = ["BulkImporter", "BulkParts", "Tower"]
