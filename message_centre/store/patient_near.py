"""Who may be mixed up with a patient, gathered generously; `domain.similarity.compare` judges."""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, select

from message_centre.domain.folding import compact, fold
from message_centre.domain.patients import Patient
from message_centre.domain.similarity import near_dates
from message_centre.store.patient_search import hits, orders, whole
from message_centre.store.tables import patients, search_codes

_BOUND = 500
_LONGEST_CODE = 12
_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Names further apart than this are not similar, whatever else is.
_SLIPS = 2

_IN_CODES = select(search_codes.c.patient_id).where(
    search_codes.c.code.in_(bindparam("codes", expanding=True))
)
_BORN_NEAR = select(
    patients.c.id, patients.c.last_name, patients.c.first_names, patients.c.known_as
).where(patients.c.birth_date.in_(bindparam("days", expanding=True)))


def near_ids(connection: Connection, patient: Patient) -> Iterator[str]:
    """Ids of the register, this patient's own and repetitions among them."""
    yield from _born_near(connection, patient)
    for codes in (_one_apart(compact(patient.nhi)), _one_apart(compact(patient.number))):
        values = {"codes": [f"i{code}" for code in sorted(codes)]}
        yield from connection.execute(_IN_CODES.limit(_BOUND), values).scalars()
    named = [whole(rank, *pair) for pair in sorted(_names(patient)) for rank in (0, 1)]
    if named:
        yield from (hit.patient_id for hit in hits(connection, named, limit=_BOUND))


def _born_near(connection: Connection, patient: Patient) -> Iterator[str]:
    """Thousands are born on a date one slip away; a similar name is looked for among them."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loaded for the first alert, not at start

    last = compact(patient.last_name)
    days = sorted({patient.birth_date, *near_dates(patient.birth_date)})
    for patient_id, *named in connection.execute(_BORN_NEAR, {"days": days}).all():
        if any(OSA.distance(last, name, score_cutoff=_SLIPS) <= _SLIPS for name in _all(*named)):
            yield patient_id


def _all(last_name: str, first_names: str, known_as: str) -> Iterator[str]:
    """The last name, and only if more is asked for what may have been taken for one."""
    yield compact(last_name)
    yield from _given(first_names, known_as)


def _names(patient: Patient) -> set[tuple[str, str]]:
    """The names as two words, either one first."""
    last = compact(patient.last_name)
    given = _given(patient.first_names, patient.known_as)
    return {pair for name in given if last for pair in orders(last, name)}


def _given(first_names: str, known_as: str) -> set[str]:
    known = (*fold(known_as).split()[:1], compact(known_as)) if known_as else ()
    return {*fold(first_names).split()[:1], *known} - {""}


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
