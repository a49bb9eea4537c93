"""The register as rows, its search, and the patients who may be mixed up with one."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from message_centre.domain.errors import FixTheInput
from message_centre.domain.folding import compact, fold
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.searching import Query, fits, score, understand
from message_centre.services.ports import Clock
from message_centre.store import patient_index
from message_centre.store.database import Database
from message_centre.store.patient_fuzzy import sound_alikes
from message_centre.store.patient_near import near_rows
from message_centre.store.patient_search import candidates, in_codes
from message_centre.store.tables import patients

#: Several words of one name may start alike, so that a patient is found twice.
_SPARE = 2
_BATCH = 500
_FIELDS = tuple(patients.columns.keys())
_Item = TypeVar("_Item")


class PatientsTable:
    """The `Patients` port over the record. The clock says which century a short year means."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def get(self, patient_id: str) -> Patient | None:
        """One patient by our id, or None."""
        return self._one(patients.c.id, patient_id)

    def by_number(self, number: str) -> Patient | None:
        """One patient by the practice's number, or None."""
        return self._one(patients.c.number, number)

    def with_numbers(self, numbers: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these numbers, by number."""
        with self._database.reading() as connection:
            rows = _chosen(connection, patients.c.number, numbers)
            return {row.number: _patient(row) for row in rows}

    def with_nhis(self, nhis: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these NHIs, by NHI; whoever was merged gives way to who was not."""
        found: dict[str, Patient] = {}
        with self._database.reading() as connection:
            for batch in _batches(nhis):
                ids = in_codes(f"i{compact(nhi)}" for nhi in batch)
                wanted = select(patients).where(patients.c.id.in_(ids), patients.c.nhi.in_(batch))
                for patient in map(_patient, connection.execute(wanted)):
                    known = found.get(patient.nhi)
                    if known is None or known.status is PatientStatus.MERGED:
                        found[patient.nhi] = patient
        return found

    def search(self, text: str, *, limit: int = 50) -> tuple[tuple[Patient, float], ...]:
        """Patients that fit, best first, with a score from 1.0 (certain) down to 0."""
        query = understand(text, today=self._clock.now().date())
        with self._database.reading() as connection:
            found = _fitting(connection, query, limit=limit)
            scored = [(patient, score(patient, query)) for patient in found.values()]
            if len(scored) < limit:
                scored += [
                    (_patient(row), likeness)
                    for row, likeness in sound_alikes(connection, query, limit=limit)
                    if row.id not in found
                ]
        return tuple(sorted(scored, key=_rank)[:limit])

    def near(self, patient: Patient) -> tuple[Patient, ...]:
        """Other patients that may be mixed up with this one; the caller judges why."""
        with self._database.reading() as connection:
            found = {row.id: row for row in near_rows(connection, patient)}
        found.pop(patient.id, None)
        return tuple(_patient(row) for row in found.values())

    def save(self, patients: Iterable[Patient]) -> None:
        """Insert new patients and update known ones (by id), in one transaction.

        Raises:
            FixTheInput: a number belongs to another patient.
        """
        try:
            with self._database.writing() as connection:
                for batch in _batches(patients):
                    _save(connection, {patient.id: patient for patient in batch})
        except IntegrityError as error:
            raise FixTheInput("A patient with this number is in the register already.") from error

    def count(self) -> int:
        """How many patients the register holds."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(patients)).scalar_one()

    def _one(self, column: Any, value: str) -> Patient | None:
        with self._database.reading() as connection:
            row = connection.execute(select(patients).where(column == value)).first()
        return None if row is None else _patient(row)


def _fitting(connection: Connection, query: Query, *, limit: int) -> dict[str, Patient]:
    found: dict[str, Patient] = {}
    for reading in query.readings:
        for row in candidates(connection, reading, limit=limit * _SPARE):
            if row.id not in found:
                patient = _patient(row)
                if fits(patient, query):
                    found[patient.id] = patient
    return found


def _rank(scored: tuple[Patient, float]) -> tuple[float, str, str, str]:
    patient, value = scored
    return (-value, fold(patient.last_name), fold(patient.first_names), patient.number)


def _save(connection: Connection, wanted: Mapping[str, Patient]) -> None:
    known = {row.id: _patient(row) for row in _chosen(connection, patients.c.id, wanted)}
    changed = [patient for patient in wanted.values() if known.get(patient.id) != patient]
    new = [_values(patient) for patient in changed if patient.id not in known]
    old = [_values(patient) for patient in changed if patient.id in known]
    if new:
        connection.execute(insert(patients), new)
    if old:
        fields: dict[str, Any] = {name: bindparam(name) for name in _FIELDS if name != "id"}
        by_id = update(patients).where(patients.c.id == bindparam("old_id")).values(fields)
        connection.execute(by_id, [{"old_id": values.pop("id"), **values} for values in old])
    patient_index.refresh(connection, ((known.get(patient.id), patient) for patient in changed))


def _chosen(connection: Connection, column: Any, values: Iterable[str]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for batch in _batches(values):
        rows += connection.execute(select(patients).where(column.in_(batch)))
    return rows


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while batch := list(itertools.islice(waiting, _BATCH)):
        yield batch


def _values(patient: Patient) -> dict[str, object]:
    return asdict(patient) | {"status": patient.status.value}


def _patient(row: Row[Any]) -> Patient:
    """A row of the table as the value that travels."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return Patient(**values | {"status": PatientStatus(row.status)})
