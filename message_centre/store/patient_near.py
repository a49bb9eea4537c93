"""Who may be mixed up with a patient, gathered generously; `domain.similarity.compare` judges."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from message_centre.domain.folding import compact, fold
from message_centre.domain.patients import Patient
from message_centre.domain.similarity import near_dates
from message_centre.store.patient_search import in_codes
from message_centre.store.tables import patients, search_names

_BOUND = 500
_LONGEST_CODE = 12
_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def near_rows(connection: Connection, patient: Patient) -> Iterator[Row[Any]]:
    """Rows of the register, this patient's own and repetitions among them."""
    days = sorted({patient.birth_date, *near_dates(patient.birth_date)})
    codes = _one_apart(compact(patient.nhi)) | _one_apart(compact(patient.number))
    ways = [
        patients.c.birth_date.in_(days),
        patients.c.id.in_(in_codes(f"i{code}" for code in sorted(codes))),
        *(patients.c.id.in_(_named_so(start)) for start in _names(patient)),
    ]
    for way in ways:
        bound = None if way is ways[0] else _BOUND
        yield from connection.execute(select(patients).where(way).limit(bound))


def _names(patient: Patient) -> list[str]:
    """The names as two words, either one first."""
    last = fold(patient.last_name)
    given = [*fold(patient.first_names).split()[:1], fold(patient.known_as)]
    both = [(name, last) for name in dict.fromkeys(given) if name]
    return [f"{first} {second}" for pair in both for first, second in (pair, pair[::-1])]


def _named_so(start: str) -> Any:
    words = search_names.c.words
    is_name: ColumnElement[bool] = or_(
        *(and_(search_names.c.rank == rank, words >= start, words < f"{start}!") for rank in (0, 1))
    )
    return select(search_names.c.patient_id).where(is_name).limit(_BOUND)


def _one_apart(code: str) -> set[str]:
    """Every code that one slip makes of this one: a character changed, missing, added or swapped."""
    if not code or len(code) > _LONGEST_CODE:
        return set()
    splits = [(code[:place], code[place:]) for place in range(len(code) + 1)]
    missing = {head + tail[1:] for head, tail in splits if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    changed = {head + c + tail[1:] for head, tail in splits if tail for c in _CHARACTERS}
    added = {head + c + tail for head, tail in splits for c in _CHARACTERS}
    return missing | swapped | changed | added
