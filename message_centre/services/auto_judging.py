"""Decides which listed files file themselves. Never a guess: in any doubt a person decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from message_centre.domain.auto_imports import Doubt, Judged, Left, Plan
from message_centre.domain.capture_names import CaptureName, CapturePattern
from message_centre.domain.files import FileKey, FileState, SourceFile, SourceKind
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.people import Operator, Provider, Right
from message_centre.services.medimage_filing import MedImageFiling, PhotoRefusal
from message_centre.services.ports import Clock, Patients, People
from message_centre.services.work import CancelToken

#: Looks at the bytes of files where that costs nothing; tells a copy of each odd one with its reason.
Inspect = Callable[[Sequence[SourceFile], CancelToken, Callable[[SourceFile], None]], None]
#: What a MedImage Server delivered.
_PHOTOS = frozenset({SourceKind.MEDIMAGE, SourceKind.QUARANTINE})
#: Nobody was merged more often than this; a longer chain is a circle.
_MOST_MERGERS = 20


@dataclass(frozen=True)
class JudgeParts:
    """What a judge asks: the practice's pattern, its register and people, the bytes, the clock."""

    pattern: Callable[[], CapturePattern]
    patients: Patients
    people: People
    inspect: Inspect
    clock: Clock
    photos: MedImageFiling


class _Doubtful(Exception):
    """One file's doubt on its way out; never leaves this module."""

    def __init__(self, doubt: Doubt, reason: str) -> None:
        super().__init__(reason)
        self.doubt = doubt


class AutoJudge:
    """Any thread. Rights, people and register are read anew for each judgement."""

    def __init__(self, parts: JudgeParts) -> None:
        self._parts = parts

    def judge(self, files: Sequence[SourceFile], operator_id: str, token: CancelToken) -> Judged:
        """Plans and doubts for the ready files whose names were meant for auto-import.

        Raises:
            Cancelled
        """
        photos = [file for file in files if file.kind in _PHOTOS]
        named = self._judge_names(
            [one for one in files if one.kind not in _PHOTOS], operator_id, token
        )
        delivered = self._judge_photos(photos, operator_id, token)
        return Judged(named.plans + delivered.plans, named.left + delivered.left)

    def _judge_photos(
        self, files: Sequence[SourceFile], operator_id: str, token: CancelToken
    ) -> Judged:
        """Phone photos that a MedImage Server delivered; all of them were meant."""
        bench = self._bench(operator_id, ()) if files else None
        plans: list[Plan] = []
        left: list[Left] = []
        for file in files:
            token.check()
            if bench is None or file.state is not FileState.READY:
                continue
            found = self._parts.photos.claim(file)
            if isinstance(found, PhotoRefusal):
                left.append(Left(file, found.doubt, found.reason))
                continue
            try:
                bench.check_provider(found.provider)
            except _Doubtful as doubtful:
                left.append(Left(file, doubtful.doubt, str(doubtful)))
                continue
            plans.append(Plan(file, found.patient, found.provider, None, found.title))
        return Judged(tuple(plans), tuple(left))

    def _judge_names(
        self, files: Sequence[SourceFile], operator_id: str, token: CancelToken
    ) -> Judged:
        pattern = self._parts.pattern()
        ready = [file for file in files if file.state is FileState.READY]
        said = {file.key: pattern.read(file.name) for file in ready}
        meant = [file for file in ready if said[file.key] or pattern.was_meant(file.name)]
        if not meant:
            return Judged()
        bench = self._bench(operator_id, [name for name in said.values() if name])
        odd = self._odd(meant, token)
        plans: list[Plan] = []
        left: list[Left] = []
        for file in meant:
            try:
                plans.append(bench.plan(file, said[file.key], odd.get(file.key, "")))
            except _Doubtful as doubtful:
                left.append(Left(file, doubtful.doubt, str(doubtful)))
        return Judged(tuple(plans), tuple(left))

    def _bench(self, operator_id: str, names: Sequence[CaptureName]) -> "_Bench":
        parts = self._parts
        found = [one for one in parts.people.operators() if one.id == operator_id]
        return _Bench(
            found[0] if found else None,
            {one.number: one for one in parts.people.providers()},
            parts.patients.with_numbers({name.patient_number for name in names}),
            parts.patients,
            parts.clock.now(),
        )

    def _odd(self, files: Sequence[SourceFile], token: CancelToken) -> dict[FileKey, str]:
        odd: dict[FileKey, str] = {}
        self._parts.inspect(files, token, lambda file: odd.update({file.key: file.reason}))
        return odd


@dataclass(frozen=True)
class _Bench:
    """What one judgement knows."""

    operator: Operator | None
    providers: Mapping[str, Provider]
    numbers: Mapping[str, Patient]
    patients: Patients
    now: datetime

    def plan(self, file: SourceFile, name: CaptureName | None, odd: str) -> Plan:
        if name is None:
            words = "The name begins like one of auto-import, but the whole of it does not fit."
            raise _Doubtful(Doubt.NAME, words)
        patient = self._patient(name.patient_number)
        self.check_provider(name.provider_number)
        taken_at = self._taken_at(name.taken_at)
        if odd:
            raise _Doubtful(Doubt.CONTENT, odd)
        return Plan(file, patient, name.provider_number, taken_at)

    def _patient(self, number: str) -> Patient:
        patient = self.numbers.get(number)
        if patient is None:
            raise _Doubtful(Doubt.PATIENT, f"The register has no patient with the number {number}.")
        if patient.status is PatientStatus.MERGED:
            patient = self._survivor(patient)
        if patient.status is not PatientStatus.ACTIVE:
            words = f"The patient with the number {patient.number} is {patient.status}."
            raise _Doubtful(Doubt.PATIENT_STATUS, words)
        return patient

    def _survivor(self, merged: Patient) -> Patient:
        """Whom the register names as the one record of a merged patient."""
        now: Patient | None = merged
        for _ in range(_MOST_MERGERS):
            if now is None or now.status is not PatientStatus.MERGED:
                break
            now = self.patients.get(now.merged_into) if now.merged_into else None
        if now is None or now.status is PatientStatus.MERGED:
            words = (
                f"The patient with the number {merged.number} was merged, and the register does not"
                " say into whom."
            )
            raise _Doubtful(Doubt.MERGED, words)
        return now

    def check_provider(self, number: str) -> None:
        """Raise unless provider and right allow a file to be imported by itself."""
        provider = self.providers.get(number)
        if provider is None:
            raise _Doubtful(Doubt.PROVIDER, f"There is no provider with the number {number}.")
        if not provider.is_active:
            raise _Doubtful(Doubt.PROVIDER_STATUS, f"Provider {number} is not active.")
        if self.operator is None or not self.operator.may(Right.AUTO_IMPORT, number):
            words = f"You may not import automatically for provider {number}."
            raise _Doubtful(Doubt.RIGHT, words)

    def _taken_at(self, told: datetime | None) -> datetime:
        """The told moment in local time, if there was or will have been one like it."""
        if told is None:
            raise _Doubtful(Doubt.TIME, "The name tells a day or time that does not exist.")
        taken_at = told.astimezone()
        if datetime.fromtimestamp(taken_at.timestamp()) != told:  # noqa: DTZ006 - compared as told
            # An hour that was skipped when the clocks went forward.
            raise _Doubtful(Doubt.TIME, "The name tells a time that the clocks skipped that day.")
        if taken_at > self.now:
            raise _Doubtful(Doubt.FUTURE, "The name tells a time that is still to come.")
        return taken_at
