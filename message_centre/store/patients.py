"""The register as rows, its search, and the patients who may be mixed up with one."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from message_centre.domain.errors import FixTheInput
from message_centre.domain.folding import compact, fold
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.searching import Judge, Query, Reading, names_of, understand
from message_centre.services.ports import Clock
from message_centre.store import patient_index
from message_centre.store.database import REGISTER_TURN, Database
from message_centre.store.patient_fuzzy import sound_alikes
from message_centre.store.patient_near import near_ids
from message_centre.store.patient_search import candidates, in_codes, unknown
from message_centre.store.tables import patients

#: Whoever finds fewer may have misspelt the name.
_FEW = 5
_BATCH = 500
#: In the order of the value, so that a row becomes one without looking at names.
_FIELDS = tuple(field.name for field in fields(Patient))
_STATUS = _FIELDS.index("status")
_ROW = select(*(patients.c[name] for name in _FIELDS))
#: Any number of ids in one value, so that the statement is prepared once.
_ON_SERVER = _ROW.where(patients.c.id == func.any(bindparam("ids", type_=ARRAY(Text))))
_LISTED = func.json_each(bindparam("ids", type_=Text)).table_valued("value")
_IN_FILE = _ROW.where(patients.c.id.in_(select(_LISTED.c.value)))
_STATUSES = {status.value: status for status in PatientStatus}
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
                wanted = _ROW.where(patients.c.id.in_(ids), patients.c.nhi.in_(batch))
                for patient in map(_patient, connection.execute(wanted)):
                    known = found.get(patient.nhi)
                    if known is None or known.status is PatientStatus.MERGED:
                        found[patient.nhi] = patient
        return found

    def search(self, text: str, *, limit: int = 50) -> tuple[tuple[Patient, float], ...]:
        """Patients that fit, best first, with a score from 1.0 (certain) down to 0.

        Where more than `limit` fit, `patient_search` says which of them are shown.
        """
        query = understand(text, today=self._clock.now().date())
        with self._database.reading() as connection:
            found = _fitting(connection, query, limit=limit)
            if len(found) < min(_FEW, limit):
                alike = sound_alikes(connection, query)
                for patient in _with_ids(connection, [key for key in alike if key not in found]):
                    found[patient.id] = (patient, alike[patient.id])
        return tuple(sorted(found.values(), key=_rank)[:limit])

    def near(self, patient: Patient) -> tuple[Patient, ...]:
        """Other patients that may be mixed up with this one; the caller judges why."""
        with self._database.reading() as connection:
            found = dict.fromkeys(near_ids(connection, patient))
            found.pop(patient.id, None)
            return tuple(_with_ids(connection, list(found)))

    def save(self, patients: Iterable[Patient]) -> None:
        """Insert new patients and update known ones (by id), in one transaction.

        Raises:
            FixTheInput: a number belongs to another patient.
        """
        try:
            with self._database.writing(REGISTER_TURN) as connection:
                changed: dict[str, tuple[Patient | None, Patient]] = {}
                for batch in _batches(patients):
                    for before, after in _save(connection, batch):
                        first = changed.get(after.id, (before, after))[0]
                        changed[after.id] = (first, after)
                patient_index.refresh(connection, changed.values())
        except IntegrityError as error:
            raise FixTheInput("A patient with this number is in the register already.") from error

    def count(self) -> int:
        """How many patients the register holds."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(patients)).scalar_one()

    def _one(self, column: Any, value: str) -> Patient | None:
        with self._database.reading() as connection:
            row = connection.execute(_ROW.where(column == value)).first()
        return None if row is None else _patient(row)


def _fitting(
    connection: Connection, query: Query, *, limit: int
) -> dict[str, tuple[Patient, float]]:
    found: dict[str, tuple[Patient, float]] = {}
    seen: set[str] = set()
    judge = Judge(query)
    for reading in _possible(connection, query):
        fitting = 0
        ids = _unseen(candidates(connection, reading, limit=limit), seen)
        while fitting < limit and (batch := list(itertools.islice(ids, limit))):
            for patient in _with_ids(connection, batch):
                value = judge.score(patient)
                if value:
                    found[patient.id] = (patient, value)
                    fitting += 1
    return found


def _possible(connection: Connection, query: Query) -> list[Reading]:
    """The readings, without those that take a number for a name which nobody has."""
    nobody = unknown(connection, (name for name in query.names if not name.isalpha()))
    return [reading for reading in query.readings if nobody.isdisjoint(names_of(reading))]


def _unseen(ids: Iterable[str], seen: set[str]) -> Iterator[str]:
    for patient_id in ids:
        if patient_id not in seen:
            seen.add(patient_id)
            yield patient_id


def _rank(scored: tuple[Patient, float]) -> tuple[float, str, str, str]:
    patient, value = scored
    return (-value, fold(patient.last_name), fold(patient.first_names), patient.number)


def _save(connection: Connection, batch: list[Patient]) -> list[tuple[Patient | None, Patient]]:
    """Write those that changed, and say how each was before."""
    wanted = {patient.id: patient for patient in batch}
    known = {row.id: _patient(row) for row in _chosen(connection, patients.c.id, wanted)}
    changed = [patient for patient in wanted.values() if known.get(patient.id) != patient]
    new = [_values(patient) for patient in changed if patient.id not in known]
    old = [_values(patient) for patient in changed if patient.id in known]
    if new:
        connection.execute(insert(patients), new)
    if old:
        settable: dict[str, Any] = {name: bindparam(name) for name in _FIELDS if name != "id"}
        by_id = update(patients).where(patients.c.id == bindparam("old_id")).values(settable)
        connection.execute(by_id, [{"old_id": values.pop("id"), **values} for values in old])
    return [(known.get(patient.id), patient) for patient in changed]


def _chosen(connection: Connection, column: Any, values: Iterable[str]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for batch in _batches(values):
        rows += connection.execute(_ROW.where(column.in_(batch)))
    return rows


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while batch := list(itertools.islice(waiting, _BATCH)):
        yield batch


def _values(patient: Patient) -> dict[str, object]:
    values = {name: getattr(patient, name) for name in _FIELDS}
    return values | {"status": patient.status.value}


def _with_ids(connection: Connection, ids: list[str]) -> list[Patient]:
    """Those who are there, in any order."""
    if not ids:
        return []
    is_server = connection.dialect.name == "postgresql"
    statement, value = (_ON_SERVER, ids) if is_server else (_IN_FILE, json.dumps(ids))
    return list(map(_patient, connection.execute(statement, {"ids": value}).all()))


def _patient(row: Row[Any]) -> Patient:
    """A row of the table as the value that travels."""
    values: list[Any] = list(row)
    values[_STATUS] = _STATUSES[values[_STATUS]]
    return Patient(*values)


def patients_where(connection: Connection, condition: ColumnElement[bool]) -> tuple[Patient, ...]:
    """Those to whom a condition applies, by id."""
    rows = connection.execute(_ROW.where(condition).order_by(patients.c.id))
    return tuple(map(_patient, rows))
