"""Whose a tower's folder is, by its name: evidence against the register, and never a guess."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from message_centre.domain import birth_dates, nhi
from message_centre.domain.folder_names import IDS, FolderGrammar, Part, Reading
from message_centre.domain.folding import compact, fold
from message_centre.domain.medimage_ids import answers_to, id_key, ids_of, typed_keys
from message_centre.domain.patients import Patient, PatientStatus, written
from message_centre.domain.similarity import Similar
from message_centre.domain.tower_folders import Match, Verdict
from message_centre.services.ports import Patients, TypedIds

_UNFIT = "The folder's name does not fit the profile."
_NHI_ALONE = "An NHI alone is never enough: no name or birth date agrees with it."
_NAME_ALONE = "A name alone is never enough: an id or a birth date has to agree."
#: How many people of one name are looked through for the birth date.
_MOST_NAMESAKES = 200


#: The patients of the register by the keys of their ids.
Around = Mapping[str, Sequence[Patient]]


@dataclass(frozen=True)
class JudgingParts:
    """What is asked: the register by ids and by names, who looks alike, and what day it is."""

    patients: Patients
    typed: TypedIds
    similar: Callable[[Patient], Sequence[Similar]]
    today: Callable[[], date]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One reading held against one patient."""

    patient: Patient
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    ids: frozenset[str]


class FolderJudge:
    """Judges names by one grammar; changes nothing. Any thread."""

    def __init__(self, parts: JudgingParts, grammar: FolderGrammar) -> None:
        self._parts = parts
        self._grammar = grammar

    def judge_all(self, names: Sequence[str]) -> list[Match]:
        """Whose the folders of these names are; the register is asked for their ids together."""
        read = [self._grammar.readings(name) for name in names]
        wanted = {id_key(text) for text in _ids(one for readings in read for one in readings)}
        around: dict[str, list[Patient]] = {}
        for patient in self._parts.typed.like(sorted(wanted)):
            for key in wanted & _keys_of(patient):
                around.setdefault(key, []).append(patient)
        return [self._judge(readings, around) for readings in read]

    def _judge(self, readings: Sequence[Reading], around: Around) -> Match:
        if not readings:
            return Match(Verdict.DOUBT, doubt=_UNFIT)
        if any(IDS & set(reading) for reading in readings):
            return self._by_id([one for one in readings if IDS & set(one)], around)
        return self._by_name(readings)

    # By an id: exactly one patient answers to it, and what else the name says does not contradict

    def _by_id(self, readings: Sequence[Reading], around: Around) -> Match:
        owners = [(reading, _owners(reading, around)) for reading in readings]
        everybody = {one.id: one for _, found in owners for one in found}
        if not everybody:
            return Match(Verdict.DOUBT, doubt=_unknown(readings))
        if len(everybody) > 1:
            return Match(Verdict.DOUBT, doubt=f"It may be {_either(everybody.values())}.")
        weighed = [self._weigh(reading, one) for reading, found in owners for one in found]
        return self._judged(min(weighed, key=_rank))

    def _weigh(self, reading: Reading, patient: Patient) -> _Weighed:
        agrees = []
        ids = frozenset(
            kind
            for part, text in reading.items()
            if part in IDS
            for kind in _kinds_of_id(patient, text)
        )
        differs = [
            f"{part} \u201c{reading[part]}\u201d is not theirs"
            for part in sorted(IDS & set(reading))
            if not _has_id(patient, part, reading[part])
        ]
        for part in (Part.LAST_NAME, Part.FIRST_NAMES, Part.BIRTH_DATE):
            if part not in reading:
                continue
            if self._fits(patient, part, reading[part]):
                agrees.append(part.value)
            else:
                own = _own(patient, part)
                told = (
                    f"the folder says \u201c{reading[part]}\u201d, the register \u201c{own}\u201d"
                )
                differs.append(f"{part}: {told}")
        return _Weighed(patient, tuple(agrees), tuple(differs), ids)

    def _fits(self, patient: Patient, part: Part, text: str) -> bool:
        if part is Part.LAST_NAME:
            return compact(text) == compact(patient.last_name)
        if part is Part.FIRST_NAMES:
            return _is_called(patient, text)
        day = birth_dates.parse(text, today=self._parts.today())
        return day == patient.birth_date

    def _judged(self, found: _Weighed) -> Match:
        patient = found.patient
        evidence = _evidence(found)
        if found.differs:
            return Match(Verdict.DOUBT, patient, evidence, f"{_sentence('; '.join(found.differs))}")
        if patient.status is not PatientStatus.ACTIVE:
            return Match(Verdict.DOUBT, patient, evidence, self._not_active(patient))
        is_second = bool({Part.LAST_NAME.value, Part.BIRTH_DATE.value} & set(found.agrees))
        if found.ids == {"NHI"} and not is_second:
            return Match(Verdict.DOUBT, patient, evidence, _NHI_ALONE)
        if not is_second:
            return Match(Verdict.THIN, patient, evidence, "No last name or birth date to compare.")
        return self._unless_similar(patient, evidence)

    def _unless_similar(self, patient: Patient, evidence: str) -> Match:
        alike = self._parts.similar(patient)
        if not alike:
            return Match(Verdict.SURE, patient, evidence)
        told = f"Easily taken for {alike[0].patient.label} ({', '.join(alike[0].reasons)})."
        return Match(Verdict.THIN, patient, evidence, told)

    def _not_active(self, patient: Patient) -> str:
        heir = self._parts.patients.get(patient.merged_into) if patient.merged_into else None
        into = f" into {heir.label}" if heir else ""
        return f"The patient is {patient.status}{into}."

    # By the whole name and the birth date: exactly one active patient has both

    def _by_name(self, readings: Sequence[Reading]) -> Match:
        fitting: dict[str, _Weighed] = {}
        for reading in readings:
            for patient in self._namesakes(reading):
                weighed = self._weigh(reading, patient)
                if not weighed.differs and Part.BIRTH_DATE.value in weighed.agrees:
                    fitting.setdefault(patient.id, weighed)
        if not fitting:
            return Match(Verdict.DOUBT, doubt="No patient has this name and birth date.")
        if len(fitting) > 1:
            who = _either(one.patient for one in fitting.values())
            return Match(Verdict.DOUBT, doubt=f"It may be {who}.")
        [found] = fitting.values()
        if Part.FIRST_NAMES.value not in found.agrees:
            # Twins and couples share a last name and, at times, a birth date.
            return Match(Verdict.DOUBT, found.patient, _evidence(found), _NAME_ALONE)
        if found.patient.status is not PatientStatus.ACTIVE:
            doubt = self._not_active(found.patient)
            return Match(Verdict.DOUBT, found.patient, _evidence(found), doubt)
        return self._unless_similar(found.patient, _evidence(found))

    def _namesakes(self, reading: Reading) -> list[Patient]:
        words = [reading.get(Part.LAST_NAME, ""), reading.get(Part.FIRST_NAMES, "").split(" ")[0]]
        found = self._parts.patients.search(fold(" ".join(words)), limit=_MOST_NAMESAKES)
        return [patient for patient, _ in found]


def _ids(readings: Iterable[Reading]) -> set[str]:
    return {text for one in readings for part, text in one.items() if part in IDS}


def _keys_of(patient: Patient) -> set[str]:
    return {key for written_id in ids_of(patient) for key in typed_keys(written_id)}


def _owners(reading: Reading, around: Around) -> list[Patient]:
    """The patients to whom an id of a reading belongs; two ids of two people name both."""
    return [
        patient
        for part, text in reading.items()
        if part in IDS
        for patient in around.get(id_key(text), ())
        if _has_id(patient, part, text)
    ]


def _rank(one: _Weighed) -> tuple[bool, int, int]:
    """What does not contradict first; of what does, the reading that says most."""
    if not one.differs:
        return False, -len(one.agrees), 0
    return True, -len(one.agrees) - len(one.differs), len(one.differs)


def _has_id(patient: Patient, part: Part, text: str) -> bool:
    if part is Part.NUMBER:
        return id_key(patient.number) == id_key(text)
    if part is Part.NHI:
        return bool(patient.nhi) and nhi.normalise(text) == nhi.normalise(patient.nhi)
    return answers_to(patient, id_key(text))


def _kinds_of_id(patient: Patient, text: str) -> list[str]:
    named = (("number", patient.number), ("NHI", patient.nhi), ("id", patient.alternate_id))
    return [kind for kind, own in named if own and id_key(own) == id_key(text)]


def _is_called(patient: Patient, text: str) -> bool:
    """Whether the first of the written names is the patient's first name or known-as name."""
    wanted = fold(text).split()[:1]
    own = fold(patient.first_names).split()[:1], fold(patient.known_as).split()[:1]
    is_whole = compact(text) in {compact(patient.first_names), compact(patient.known_as)}
    return bool(wanted) and (is_whole or wanted in own)


def _own(patient: Patient, part: Part) -> str:
    if part is Part.BIRTH_DATE:
        return written(patient.birth_date)
    return patient.last_name if part is Part.LAST_NAME else patient.first_names


def _evidence(found: _Weighed) -> str:
    own = {
        "number": found.patient.number,
        "NHI": found.patient.nhi,
        "id": found.patient.alternate_id,
    }
    ids = [f"{kind} {own[kind]}" for kind in ("number", "NHI", "id") if kind in found.ids]
    return ", ".join((*ids, *found.agrees))


def _unknown(readings: Sequence[Reading]) -> str:
    told = min(_ids(readings), key=lambda text: (len(text), text))
    slip = nhi.looks_like(told) and not nhi.is_valid(told)
    hint = " Its check digit is wrong: a slip of a finger?" if slip else ""
    return f"No patient has the id {told}.{hint}"


def _either(patients: Iterable[Patient]) -> str:
    return " or ".join(sorted(one.label for one in patients)[:3])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
