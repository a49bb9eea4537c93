"""Files that file themselves: carried out through the importer, and what is left to a person remembered."""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.auto_imports import AutoProgress, Doubt, Judged, Left, Plan
from message_centre.domain.errors import (
    AlreadyImported,
    BeingFiled,
    DoubtfulContent,
    DuplicateOnOtherPatient,
    FiledBefore,
    FileGone,
)
from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.services.auto_judging import AutoJudge
from message_centre.services.importing import Importer
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.work import CancelToken

#: What stays so however often it is tried; the file would be fetched again each time for nothing.
_LASTING = {
    error.__name__: doubt
    for error, doubt in (
        (AlreadyImported, Doubt.TWIN),
        (DuplicateOnOtherPatient, Doubt.TWIN),
        (FiledBefore, Doubt.TWIN),
        (DoubtfulContent, Doubt.CONTENT),
    )
}

_ELSEWHERE = frozenset({BeingFiled.__name__, FileGone.__name__})

#: Hears how far it has come, and the plan and answer that came last.
Told = Callable[[AutoProgress, Plan, ImportResult], None]


class AutoImporter:
    """One for an opened home; any thread.

    What an import refused for good is remembered by the file's key and fingerprint, for as long as the
    program runs: it is not copied again at each refresh only to be refused again.
    """

    def __init__(
        self,
        judge: AutoJudge,
        importer: Importer,
        is_on: Callable[[str], bool],
        guard: Guard = open_to_all,
    ) -> None:
        self._guard = guard
        self._judge = judge
        self._importer = importer
        self._is_on = is_on
        self._left: dict[FileKey, Left] = {}
        self._lock = threading.Lock()

    def is_on(self, operator_id: str) -> bool:
        """Whether this operator's files file themselves."""
        return self._is_on(operator_id)

    def judge(
        self,
        files: Sequence[SourceFile],
        operator_id: str,
        token: CancelToken,
        *,
        again: bool = True,
    ) -> Judged:
        """What would be imported now, and what would not and why; whether it is on or not.

        With `again` what an import could not do just now is planned anew.

        Raises:
            NotPermitted, NotSignedIn, Cancelled
        """
        self._guard(*LOOKING)
        return self._judged(files, operator_id, token, again=again)

    def _judged(
        self, files: Sequence[SourceFile], operator_id: str, token: CancelToken, *, again: bool
    ) -> Judged:
        judged = self._judge.judge(files, operator_id, token)
        with self._lock:
            known = {
                plan.file.key: left
                for plan in judged.plans
                if (left := self._left.get(plan.file.key))
                and left.file.fingerprint == plan.file.fingerprint
                and (left.doubt is not Doubt.NOT_IMPORTED or not again)
            }
        plans = tuple(plan for plan in judged.plans if plan.file.key not in known)
        remembered = tuple(
            replace(known[p.file.key], file=p.file) for p in judged.plans if p.file.key in known
        )
        return Judged(plans, judged.left + remembered)

    def reasons(self, files: Sequence[SourceFile], operator_id: str) -> Mapping[FileKey, str]:
        """Why which of these files wait for a person; none while auto-import is off."""
        if not self.is_on(operator_id):
            return {}
        judged = self._judged(files, operator_id, CancelToken(), again=False)
        return {left.file.key: left.reason for left in judged.left}

    def run(
        self, plans: Sequence[Plan], operator_id: str, token: CancelToken, told: Told
    ) -> tuple[Left, ...]:
        """Import what was planned; a cancel stops between files. What could not be imported comes back.

        A cancelled file is not left to a person: the next refresh plans it again. `told` is called on
        this thread.
        """
        ordered = sorted(plans, key=lambda plan: (plan.file.key.source_id, plan.file.destination))
        orders = [_order(plan, operator_id) for plan in ordered]
        progress = AutoProgress(len(orders))
        left: list[Left] = []

        def done(number: int, result: ImportResult) -> None:
            nonlocal progress
            plan = ordered[number]
            if one := _left_by(plan, result):
                left.append(one)
                self._remember(one)
            progress = _counted(progress, result, is_left=one is not None)
            told(progress, plan, result)

        self._importer.run_all(orders, token, done)
        return tuple(left)

    def _remember(self, left: Left) -> None:
        with self._lock:
            self._left[left.file.key] = left


def _order(plan: Plan, operator_id: str) -> ImportOrder:
    assignment = Assignment(
        plan.patient.id,
        plan.provider,
        operator_id,
        title=plan.title,
        identity=plan.patient.label,
        is_automatic=True,
    )
    return ImportOrder(uuid.uuid4().hex, plan.file, assignment, plan.taken_at)


def _counted(progress: AutoProgress, result: ImportResult, *, is_left: bool) -> AutoProgress:
    if is_left:
        return replace(progress, left=progress.left + 1)
    if result.outcome is Outcome.ALREADY_FILED:
        return replace(progress, again=progress.again + 1)
    if result.problem in _ELSEWHERE:
        return replace(progress, elsewhere=progress.elsewhere + 1)
    return replace(progress, imported=progress.imported + result.is_saved)


def _left_by(plan: Plan, result: ImportResult) -> Left | None:
    """What an answer leaves to a person; None if it is done, came again, or was only cancelled.

    A file that somebody else is filing, or has filed, is no longer there to be left.
    """
    came_again = result.outcome is Outcome.ALREADY_FILED and not result.problem
    is_elsewhere = result.problem in _ELSEWHERE
    if result.is_saved or came_again or is_elsewhere or result.outcome is Outcome.CANCELLED:
        return None
    doubt = _LASTING.get(result.problem, Doubt.NOT_IMPORTED)
    return Left(plan.file, doubt, result.reason)


def marked(left: Left) -> SourceFile:
    """The file as a list shows it: with the doubt, and the reason in words."""
    return replace(left.file, reason=left.reason, unclaimed=left.doubt.value)
