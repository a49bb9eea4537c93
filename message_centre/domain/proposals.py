"""A Proposal: a guess at the patient with its reason. It fills a picker; it never acts.

One hint alone is never enough to be shown, be it a number, an NHI or a patient seen lately: counters of
cameras and scanners look like all of them. Two that do not depend on each other are, and so is the full
name of one patient alone, or an id that a person typed for this very purpose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from message_centre.domain import nhi
from message_centre.domain.clues import (
    Clue,
    Where,
    has_identifier,
    has_pair,
    shares_name,
    tells_birth,
)
from message_centre.domain.patients import Patient, PatientStatus, written

#: A guess below this is not shown.
THRESHOLD = 0.6
_ID, _HEADER_ID, _TYPED_ID = 0.4, 0.5, 0.7
_FULL_NAME, _ONLY_ONE, _NAME_BESIDE = 0.4, 0.2, 0.3
_BIRTH, _RECENT = 0.4, 0.05
_TYPED = frozenset({Where.CAPTURE, Where.PHONE})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A patient, how likely from 0 to 1, and why in words."""

    patient: Patient
    score: float
    evidence: tuple[str, ...]

    @property
    def is_told(self) -> bool:
        """Whether it is good enough to be shown."""
        return self.score >= THRESHOLD

    @property
    def words(self) -> str:
        """The evidence in one line."""
        return "; ".join(self.evidence)


@dataclass(frozen=True, slots=True)
class Proposals:
    """Every guess at whose some files are, the best first, and what contradicts itself, in words."""

    ranked: tuple[Proposal, ...] = ()
    conflict: str = ""

    @property
    def told(self) -> Proposal | None:
        """The one that may be shown: good enough, and nothing speaks against it."""
        best = self.ranked[0] if self.ranked and not self.conflict else None
        return best if best is not None and best.is_told else None


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows of the clues: who has an identifier, and who has two words as names."""

    owners: Mapping[str, Patient] = field(default_factory=dict)
    named: Mapping[tuple[str, str], tuple[Patient, ...]] = field(default_factory=dict)
    recent: frozenset[str] = frozenset()

    def pointed_at(self, clues: Sequence[Clue]) -> tuple[Patient, ...]:
        """Everybody to whom one of these clues points, each once."""
        owners = (self.owners.get(one) for clue in clues for one in clue.identifiers)
        named = (self.named.get(pair, ()) for clue in clues for pair in clue.name_pairs)
        everybody = chain(filter(None, owners), *named)
        return tuple({patient.id: patient for patient in everybody}.values())


def proposed(clues: Sequence[Clue], known: Known, *, seen_in: int) -> tuple[Proposal, ...]:
    """Guesses at whose one file is, the best first; `seen_in` is the year of the file."""
    guesses = (_judged(patient, clues, known, seen_in) for patient in known.pointed_at(clues))
    found = [guess for guess in guesses if guess is not None]
    return tuple(sorted(found, key=lambda one: (-one.score, one.patient.label)))


@dataclass(frozen=True, slots=True, order=True)
class _Reason:
    weight: float
    words: str
    kind: str = ""
    where: str = ""


def _judged(patient: Patient, clues: Sequence[Clue], known: Known, seen_in: int) -> Proposal | None:
    """Each sort of evidence counts once, by its best; nothing is for a record that was given up."""
    if patient.status is PatientStatus.MERGED:
        return None
    identifiers = [one for clue in clues for one in _identifier_reasons(patient, clue, known)]
    names = _name_reasons(patient, clues, known, identifiers)
    births = [
        _Reason(_BIRTH, f"date of birth {written(patient.birth_date)} in {clue.where.value}")
        for clue in clues
        if tells_birth(patient, clue, seen_in=seen_in)
    ]
    found = [*_best_of_each(identifiers), *names, *births[:1]]
    if not found:
        return None
    if patient.id in known.recent:
        found.append(_Reason(_RECENT, "saved to lately"))
    score = min(1.0, round(sum(reason.weight for reason in found), 2))
    return Proposal(patient, score, tuple(reason.words for reason in found))


def _identifier_reasons(patient: Patient, clue: Clue, known: Known) -> list[_Reason]:
    found = []
    for identifier in sorted(clue.identifiers):
        owner = known.owners.get(identifier)
        if owner is None or owner.id != patient.id:
            continue
        weight = _ID if identifier != clue.patient_id else _HEADER_ID
        weight = _TYPED_ID if clue.where in _TYPED else weight
        is_nhi = bool(patient.nhi) and nhi.normalise(identifier) == patient.nhi
        kind = "NHI" if is_nhi else "number"
        where = clue.where.value
        found.append(_Reason(weight, f"{kind} {identifier} in {where}", kind, where))
    return found


def _best_of_each(found: Sequence[_Reason]) -> list[_Reason]:
    """The best number and the best NHI: the same identifier at two places is one reason."""
    best: dict[str, _Reason] = {}
    for reason in sorted(found, reverse=True):
        best.setdefault(reason.kind, reason)
    return list(best.values())


def _name_reasons(
    patient: Patient, clues: Sequence[Clue], known: Known, identifiers: Sequence[_Reason]
) -> list[_Reason]:
    for clue in clues:
        fitting = [pair for pair in clue.name_pairs if has_pair(patient, pair)]
        if fitting and identifiers:
            return [_Reason(_FULL_NAME, _agrees(clue, identifiers))]
        if fitting:
            words = f"name {patient.name} in {clue.where.value}"
            others = {one.id for pair in fitting for one in known.named.get(pair, ())}
            if others - {patient.id}:
                return [_Reason(_FULL_NAME, f"{words}, which others have too")]
            return [_Reason(_FULL_NAME + _ONLY_ONE, f"{words}, the only patient of that name")]
    sharing = [clue for clue in clues if identifiers and shares_name(patient, clue)]
    return [_Reason(_NAME_BESIDE, _agrees(one, identifiers)) for one in sharing[:1]]


def _agrees(clue: Clue, identifiers: Sequence[_Reason]) -> str:
    """The place is told only where it is another one than that of the identifier."""
    is_beside = any(reason.where == clue.where.value for reason in identifiers)
    return "name agrees" if is_beside else f"name in {clue.where.value} agrees"


def contradictions(patient: Patient, clues: Sequence[Clue], known: Known) -> tuple[str, ...]:
    """What the clues say that cannot be meant for this patient, in words."""
    found: list[str] = []
    for clue in clues:
        found += _foreign_identifiers(patient, clue, known)
        found += _foreign_fields(patient, clue)
        found += _foreign_names(patient, clue, known)
    return tuple(dict.fromkeys(found))


def _foreign_identifiers(patient: Patient, clue: Clue, known: Known) -> list[str]:
    owners = {one: known.owners[one] for one in sorted(clue.identifiers) if one in known.owners}
    return [
        f"{identifier} in {clue.where.value} is of {owner.label}"
        for identifier, owner in owners.items()
        if patient.id not in {owner.id, owner.merged_into}
        and not has_identifier(patient, identifier)
    ]


def _foreign_fields(patient: Patient, clue: Clue) -> list[str]:
    found = []
    if clue.birth_date is not None and clue.birth_date != patient.birth_date:
        day = written(clue.birth_date)
        found.append(f"{clue.where.value} says born {day}, {patient.label} is not")
    if clue.name and not shares_name(patient, Clue(clue.where, name=clue.name)):
        found.append(f"the name in {clue.where.value} is not that of {patient.label}")
    return found


def _foreign_names(patient: Patient, clue: Clue, known: Known) -> list[str]:
    """Somebody else's full name in a text; not where this patient's own name stands there as well."""
    if not clue.text or shares_name(patient, clue):
        return []
    others = [one for pair in sorted(clue.name_pairs) for one in known.named.get(pair, ())]
    return [f"the name in {clue.where.value} is of {others[0].label}"] if others else []
