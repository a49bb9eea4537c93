"""The register as the front doors use it: search, add, import, alerts for similar names."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from message_centre.domain.errors import FixTheInput, UnknownPatient
from message_centre.domain.outcomes import RegisterReport
from message_centre.domain.patients import Patient
from message_centre.domain.people import Right
from message_centre.domain.similarity import Similar, compare
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.ports import Clock, Patients, Recents, Trail
from message_centre.services.register_files import open_register
from message_centre.services.register_import import RegisterImport
from message_centre.services.register_rows import OWN_ID, RegisterLine
from message_centre.services.work import CancelToken, Report, silent


class Register:
    """The patients of the practice. Every method may be called on any thread."""

    def __init__(
        self,
        *,
        patients: Patients,
        recents: Recents,
        trail: Trail,
        clock: Clock,
        guard: Guard = open_to_all,
    ) -> None:
        self._patients = patients
        self._recents = recents
        self._trail = trail
        self._clock = clock
        self._guard = guard

    def search(self, text: str, *, limit: int = 50) -> tuple[tuple[Patient, float], ...]:
        """Patients that fit, best first, with a score from 1.0 (an exact identifier) down to 0."""
        self._guard(*LOOKING)
        return self._patients.search(text, limit=limit)

    def get(self, patient_id: str) -> Patient | None:
        """One patient by our id, or None."""
        self._guard(*LOOKING)
        return self._patients.get(patient_id)

    def resolve(self, reference: str) -> Patient:
        """The patient with this id of ours, or with this number of the practice.

        Raises:
            UnknownPatient
        """
        self._guard(*LOOKING, Right.SET_UP, Right.SEE_TRAIL)
        wanted = reference.strip()
        found = None
        # A reference from a command line may hold bytes that no text, and no database, knows.
        if wanted.isprintable():
            found = self._patients.get(wanted) or self._patients.by_number(wanted)
        if found is None:
            raise UnknownPatient("No patient of the register has this id or number.")
        return found

    def with_numbers(self, numbers: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these numbers, by number."""
        self._guard(*LOOKING)
        return self._patients.with_numbers(numbers)

    def with_nhis(self, nhis: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these NHIs, by NHI; whoever was merged gives way to who was not."""
        self._guard(*LOOKING)
        return self._patients.with_nhis(nhis)

    def add(self, patient_fields: Mapping[str, str], *, operator: str) -> Patient:
        """Add one patient, described by the columns of the register's CSV.

        Raises:
            FixTheInput: something is missing, wrong or taken; the detail says what.
            NotPermitted: neither saving nor setting up is among the rights of who sits here.
        """
        self._guard(Right.SAVE, Right.SET_UP)
        today = self._clock.now().date()
        lines = [RegisterLine(1, dict(patient_fields))]
        number = lines[0].number
        if number and self._patients.by_number(number) is not None:
            raise FixTheInput(f"The number {number} is in the register already.")
        work = RegisterImport(self._patients, today=today, new_id=_new_id)
        work.run(_Lines(lines), token=CancelToken(), report=silent)
        for refused in work.counted.refused:
            raise FixTheInput(refused.reason)
        added = self.resolve(number)
        self._trail.add(
            "patient-add", operator=operator, patient_id=added.id, detail=f"number {number}"
        )
        return added

    def import_file(
        self,
        path: Path,
        *,
        operator: str,
        token: CancelToken,
        report: Report = silent,
    ) -> RegisterReport:
        """Bring the register up to date from CSV, a FHIR R4 bundle or NDJSON, told apart by content.

        Raises:
            BadRegisterFile: it is none of these; the detail says what is wrong.
            Cancelled: between two chunks; what was imported stays, and a repetition completes it.
            NotPermitted: who sits here may not set up the practice.
        """
        self._guard(Right.SET_UP)
        file = open_register(path)
        work = RegisterImport(self._patients, today=self._clock.now().date(), new_id=_new_id)
        end = "not finished"
        try:
            work.run(file, token=token, report=report)
            end = "finished"
        finally:
            self._trail.add("register-import", operator=operator, detail=_counts(work.counted, end))
        return work.counted

    def similar(self, patient: Patient) -> tuple[Similar, ...]:
        """Active patients who may be mixed up with this one, the nearest first."""
        self._guard(*LOOKING)
        judged = (compare(patient, other) for other in self._patients.near(patient))
        found = [similar for similar in judged if similar is not None]
        return tuple(
            sorted(found, key=lambda similar: (-len(similar.reasons), similar.patient.name))
        )

    def recents(self, operator: str) -> tuple[Patient, ...]:
        """Patients this operator filed to lately, the latest first."""
        self._guard(*LOOKING)
        found = (self._patients.get(patient_id) for patient_id in self._recents.of(operator))
        return tuple(patient for patient in found if patient is not None)

    def used(self, operator: str, patient_id: str) -> None:
        """Remember that this operator filed to this patient."""
        self._guard(*LOOKING)
        self._recents.add(operator, patient_id)

    def count(self) -> int:
        """How many patients the register holds."""
        self._guard(*LOOKING, Right.SET_UP)
        return self._patients.count()


class _Lines:
    """Rows that come from a form instead of a file."""

    def __init__(self, rows: Sequence[RegisterLine]) -> None:
        self._rows = rows
        self.total = len(rows)

    def lines(self) -> Iterator[RegisterLine]:
        """The rows, from the first."""
        return iter(self._rows)


def _new_id() -> str:
    return f"{OWN_ID}{secrets.token_hex(6)}"


def _counts(report: RegisterReport, end: str) -> str:
    return (
        f"{end}: {report.new} new, {report.changed} changed, {report.unchanged} unchanged,"
        f" {len(report.refused)} refused"
    )
