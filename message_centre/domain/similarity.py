"""Which two patients may be mixed up, why, and where they differ."""

import functools
from dataclasses import dataclass
from datetime import date

from message_centre.domain.folding import compact, fold
from message_centre.domain.patients import Patient, PatientStatus

_LONG_NAME = 8


@dataclass(frozen=True, slots=True)
class Similar:
    """Another patient who may be mixed up with the chosen one.

    `reasons` are words for people; `differs` names the fields that tell the two apart, among
    last_name, first_names, birth_date, nhi, number, sex.
    """

    patient: Patient
    reasons: tuple[str, ...]
    differs: tuple[str, ...]


def compare(chosen: Patient, other: Patient) -> Similar | None:
    """Why `other` may be taken for `chosen`, or None if nothing says so.

    Only active others count. Practices number patients in sequence, so numbers one character apart
    count only where the name is close as well; an alert that always rings is not read.
    """
    if other.id == chosen.id or other.status is not PatientStatus.ACTIVE:
        return None
    reasons = tuple(reason for reason, holds in _reasons(chosen, other).items() if holds)
    return Similar(other, reasons, differences(chosen, other)) if reasons else None


def differences(chosen: Patient, other: Patient) -> tuple[str, ...]:
    """The names of the fields that tell two patients apart."""
    pairs = {
        "last_name": (fold(chosen.last_name), fold(other.last_name)),
        "first_names": (fold(chosen.first_names), fold(other.first_names)),
        "birth_date": (chosen.birth_date, other.birth_date),
        "nhi": (chosen.nhi, other.nhi),
        "number": (chosen.number, other.number),
        "sex": (chosen.sex.lower(), other.sex.lower()),
    }
    return tuple(field for field, (ours, theirs) in pairs.items() if ours != theirs)


def distance(first: str, second: str) -> int:
    """How many letters are changed, missing, added or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        before, above, row = row, before, [i]
        for j, other in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            is_swap = i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other
            row.append(min(cost, above[j - 2] + 1) if is_swap else cost)
    return row[-1]


@functools.lru_cache(maxsize=16)
def near_dates(day: date) -> frozenset[date]:
    """Dates that one slip of the pen makes of this one: day and month swapped, or one digit wrong."""
    written = f"{day.day:02d}{day.month:02d}{day.year:04d}"
    slips = {written[2:4] + written[:2] + written[4:]}
    for place in range(len(written)):
        slips |= {f"{written[:place]}{digit}{written[place + 1 :]}" for digit in "0123456789"}
    found = (_date_of(slip) for slip in slips)
    return frozenset(slip for slip in found if slip is not None and slip != day)


def _date_of(digits: str) -> date | None:
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None


def _reasons(chosen: Patient, other: Patient) -> dict[str, bool]:
    is_born_same = chosen.birth_date == other.birth_date
    is_born_near = other.birth_date in near_dates(chosen.birth_date)
    is_close = _is_close_name(chosen, other)
    is_same = _is_same_name(chosen, other)
    is_same_last = compact(chosen.last_name) == compact(other.last_name)
    return {
        "same name": is_same,
        "same last name and birth date": is_born_same and is_same_last,
        "similar name and same birth date": is_born_same and is_close and not is_same_last,
        "similar name and birth date": is_born_near and is_close,
        "NHI one character apart": _is_one_apart(chosen.nhi, other.nhi),
        "number one character apart": is_close
        and _is_one_apart(compact(chosen.number), compact(other.number)),
    }


def _is_one_apart(ours: str, theirs: str) -> bool:
    if not ours or not theirs or abs(len(ours) - len(theirs)) > 1:
        return False
    return distance(ours, theirs) == 1


def _given(patient: Patient) -> tuple[str, ...]:
    """What the patient may be called: the first of the first names, and the known-as name."""
    first = fold(patient.first_names).split()[:1]
    known = [compact(patient.known_as)] if patient.known_as else []
    return tuple(dict.fromkeys(first + known))


def _name_pairs(chosen: Patient, other: Patient) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """(last, given) of both, as written and with the other's names swapped."""
    ours = [(compact(chosen.last_name), given) for given in _given(chosen)]
    theirs = [(compact(other.last_name), given) for given in _given(other)]
    swapped = [(given, last) for last, given in theirs]
    return [(mine, yours) for mine in ours for yours in theirs + swapped]


def _is_same_name(chosen: Patient, other: Patient) -> bool:
    return any(mine == yours for mine, yours in _name_pairs(chosen, other))


def _is_close_name(chosen: Patient, other: Patient) -> bool:
    return any(
        _is_close(mine[0], yours[0]) and _is_close(mine[1], yours[1])
        for mine, yours in _name_pairs(chosen, other)
    )


def _is_close(ours: str, theirs: str) -> bool:
    allowed = 2 if min(len(ours), len(theirs)) >= _LONG_NAME else 1
    if abs(len(ours) - len(theirs)) > allowed:
        return False
    return distance(ours, theirs) <= allowed
