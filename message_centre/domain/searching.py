"""What a person typed into the patient search, taken apart, and whether a patient fits it.

A query has one or several readings (`1961` is a year, the start of a number, or of a phone number).
A reading is a list of conditions; a patient fits a query if all conditions of one reading hold.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from message_centre.domain import birth_dates
from message_centre.domain.birth_dates import Span
from message_centre.domain.folding import (
    compact,
    fold,
    identifiers,
    name_words,
    phone_digits,
    phones,
)
from message_centre.domain.patients import Patient

#: Fewer digits than these fit too many phone numbers to say anything.
PHONE_MINIMUM = 4
_LONGEST_QUERY = 200
_MOST_WORDS = 8
_MOST_READINGS = 16
_PHONE_LIKE = re.compile(r"\+?[\d\s().-]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name has a word that starts so."""

    start: str


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier starts so; or a phone number starts or ends so, if `digits` is not empty."""

    start: str
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Born:
    """The birth date lies in this span."""

    span: Span


Condition = Name | Code | Born
Reading = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A search, understood. `exact` is the whole text as an identifier would be written."""

    exact: str
    readings: tuple[Reading, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The words that may be names, for finding sound-alikes."""
        found = (c.start for reading in self.readings for c in reading if isinstance(c, Name))
        return tuple(dict.fromkeys(found))


def understand(text: str, *, today: date) -> Query:
    """Split a query into words, dates and numbers; an empty one has no readings."""
    typed = text.strip()[:_LONGEST_QUERY]
    whole = compact(typed)
    has_digit = any(character.isdigit() for character in whole)
    readings: list[Reading] = [(Code(whole, _phone_of(typed)),)] if has_digit else []
    for rest, spans in _without_dates(typed.lower(), today):
        readings += _of_words(fold(rest).split()[:_MOST_WORDS], spans, today)
    unique = dict.fromkeys(reading for reading in readings if _says_enough(reading))
    return Query(whole, tuple(unique)[:_MOST_READINGS])


class Judge:
    """Says how well patients fit one query; made once for many patients."""

    def __init__(self, query: Query) -> None:
        self._exact = query.exact
        self._readings = [_Judged.of(reading) for reading in query.readings]

    def score(self, patient: Patient) -> float:
        """1.0 for an exact identifier, more for whole words, 0 for who does not fit."""
        last, other = name_words(patient)
        words = (*last, *other)
        best = 0.0
        for reading in self._readings:
            if reading.best > best and reading.holds(patient, words):
                best = max(best, reading.score(last, other))
        return 1.0 if best and self._exact in identifiers(patient) else best


def fits(patient: Patient, query: Query) -> bool:
    """Whether all conditions of one reading hold for this patient."""
    return score(patient, query) > 0


def is_exact(patient: Patient, query: Query) -> bool:
    """Whether the query is one of the patient's identifiers, complete."""
    return bool(query.exact) and query.exact in identifiers(patient)


def score(patient: Patient, query: Query) -> float:
    """How well this patient fits; see `Judge`."""
    return Judge(query).score(patient)


def names_of(reading: Reading) -> list[str]:
    """The starts of names that this reading asks for, as typed."""
    return [condition.start for condition in reading if isinstance(condition, Name)]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A reading, sorted. `best` is the most that somebody can score by it."""

    names: tuple[str, ...]
    rest: tuple[Code | Born, ...]
    best: float

    @classmethod
    def of(cls, reading: Reading) -> "_Judged":
        names = tuple(names_of(reading))
        rest = tuple(condition for condition in reading if not isinstance(condition, Name))
        # Letters that only start an identifier say less than letters that start a name.
        is_weak = all(isinstance(c, Code) and c.start.isalpha() for c in rest)
        return cls(names, rest, 0.95 if names else 0.6 if is_weak else 0.8)

    def holds(self, patient: Patient, words: tuple[str, ...]) -> bool:
        return _names_hold(self.names, words) and all(_one_holds(patient, c) for c in self.rest)

    def score(self, last: tuple[str, ...], other: tuple[str, ...]) -> float:
        """For somebody for whom all of it holds."""
        starts = self.names
        if not starts:
            return self.best
        whole = sum(start in last or start in other for start in starts) / len(starts)
        is_last_name = any(word.startswith(start) for word in last for start in starts)
        return 0.7 + 0.2 * whole + (0.05 if is_last_name else 0.0)


def _without_dates(text: str, today: date) -> Iterable[tuple[str, tuple[Span, ...]]]:
    """The text with its written dates taken out; both ways where only a month and year stand there."""
    for pattern in birth_dates.FULL_PATTERNS:
        found = pattern.search(text)
        spans = birth_dates.readings(found.group(), today=today) if found else ()
        if found and spans:
            return [(f"{text[: found.start()]} {text[found.end() :]}", spans[:1])]
    ways: list[tuple[str, tuple[Span, ...]]] = [(text, ())]
    for pattern in birth_dates.MONTH_PATTERNS:
        found = pattern.search(text)
        spans = birth_dates.readings(found.group(), today=today) if found else ()
        if found and spans:
            ways.append((f"{text[: found.start()]} {text[found.end() :]}", spans[:1]))
    return ways


def _of_words(words: list[str], spans: tuple[Span, ...], today: date) -> list[Reading]:
    dated: Reading = tuple(Born(span) for span in spans)
    is_alone = len(words) == 1 and not spans
    choices = [_meanings(word, is_alone=is_alone, today=today) for word in words]
    products = itertools.islice(itertools.product(*choices), _MOST_READINGS)
    return [(*dated, *product) for product in products]


def _meanings(word: str, *, is_alone: bool, today: date) -> tuple[Condition, ...]:
    """What one word may be. Letters alone start an identifier only if nothing else is typed."""
    if word.isalpha():
        return (Name(word), Code(word)) if is_alone else (Name(word),)
    spans = tuple(Born(span) for span in birth_dates.readings(word, today=today))
    return (Code(word, _phone_of(word)), *spans, Name(word))


def _says_enough(reading: Reading) -> bool:
    """Several short numbers are a date half typed; as starts of identifiers they fit anybody."""
    lengths = [len(condition.start) for condition in reading if isinstance(condition, Code)]
    is_short = bool(lengths[1:]) and max(lengths) < PHONE_MINIMUM
    return bool(reading) and not (is_short and len(lengths) == len(reading))


def _phone_of(text: str) -> str:
    digits = phone_digits(text)
    is_phone = len(digits) >= PHONE_MINIMUM and _PHONE_LIKE.fullmatch(text)
    return digits if is_phone else ""


def _names_hold(starts: Sequence[str], words: tuple[str, ...]) -> bool:
    """Whether each start belongs to a word of its own."""
    if not starts:
        return True
    first, *others = starts
    return any(
        word.startswith(first) and _names_hold(others, (*words[:place], *words[place + 1 :]))
        for place, word in enumerate(words)
    )


def _one_holds(patient: Patient, condition: Code | Born) -> bool:
    if isinstance(condition, Born):
        return patient.birth_date in condition.span
    if any(code.startswith(condition.start) for code in identifiers(patient)):
        return True
    digits = condition.digits
    return bool(digits) and any(
        phone.startswith(digits) or phone.endswith(digits) for phone in phones(patient)
    )
