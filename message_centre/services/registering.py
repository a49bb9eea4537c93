"""The register as the front doors use it: search, add, import, alerts for similar names."""

from collections.abc import Mapping
from pathlib import Path

from message_centre.domain.errors import UnknownPatient
from message_centre.domain.outcomes import RegisterReport
from message_centre.domain.patients import Patient
from message_centre.domain.similarity import Similar, compare
from message_centre.services.ports import Clock, Patients, Recents, Trail
from message_centre.services.work import CancelToken, Report, silent


class Register:
    """The patients of the practice. Every method may be called on any thread."""

    def __init__(
        self, *, patients: Patients, recents: Recents, trail: Trail, clock: Clock
    ) -> None:
        self._patients = patients
        self._recents = recents
        self._trail = trail
        self._clock = clock

    def search(self, text: str, *, limit: int = 50) -> tuple[tuple[Patient, float], ...]:
        """Patients that fit, best first, with a score from 1.0 (an exact identifier) down to 0."""
        return self._patients.search(text, limit=limit)

    def get(self, patient_id: str) -> Patient | None:
        """One patient by our id, or None."""
        return self._patients.get(patient_id)

    def resolve(self, reference: str) -> Patient:
        """The patient with this id of ours, or with this number of the practice.

        Raises:
            UnknownPatient
        """
        wanted = reference.strip()
        found = self._patients.get(wanted) or self._patients.by_number(wanted)
        if found is None:
            raise UnknownPatient("No patient of the register has this id or number.")
        return found

    def add(self, patient_fields: Mapping[str, str], *, operator: str) -> Patient:
        """Add one patient, described by the columns of the register's CSV.

        Raises:
            FixTheInput: something is missing, wrong or taken; the detail says what.
        """
        raise NotImplementedError

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
        """
        raise NotImplementedError

    def similar(self, patient: Patient) -> tuple[Similar, ...]:
        """Active patients who may be mixed up with this one, the nearest first."""
        judged = (compare(patient, other) for other in self._patients.near(patient))
        found = [similar for similar in judged if similar is not None]
        return tuple(sorted(found, key=lambda similar: (-len(similar.reasons), similar.patient.name)))

    def recents(self, operator: str) -> tuple[Patient, ...]:
        """Patients this operator filed to lately, the latest first."""
        found = (self._patients.get(patient_id) for patient_id in self._recents.of(operator))
        return tuple(patient for patient in found if patient is not None)

    def used(self, operator: str, patient_id: str) -> None:
        """Remember that this operator filed to this patient."""
        self._recents.add(operator, patient_id)

    def count(self) -> int:
        """How many patients the register holds."""
        return self._patients.count()
