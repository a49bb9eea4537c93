"""What a file says of its patient, and where it says so: a name, a folder, a picture's tags, a header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from message_centre.domain.file_name_ids import identifiers_among, identifiers_in
from message_centre.domain.folding import compact, fold, name_words
from message_centre.domain.kinds import extension_of
from message_centre.domain.patients import Patient

_SHORTEST_NAME = 2
_SHORTEST_GIVEN = 3
#: A date of the last years in a text is far more often the day of a picture than of a birth.
_YEARS_OF_PICTURES = 2
#: Names that stand in file names as months.
_MONTHS = frozenset({"april", "may", "june", "august"})
_DATE_GAP = r"[-_. ]?"


class Where(StrEnum):
    """Where something stands written; the value is how a sentence names the place."""

    NAME = "the file name"
    FOLDER = "the folder name"
    METADATA = "the picture's own text"
    HEADER = "the DICOM header"
    CAPTURE = "the name that inTOUCH gave"
    PHONE = "what was typed on the phone"


@dataclass(frozen=True, slots=True)
class Clue:
    """What stands at one place: free text, or fields that are meant to tell the patient."""

    where: Where
    text: str = ""
    patient_id: str = ""
    name: str = ""
    birth_date: date | None = None

    @property
    def identifiers(self) -> frozenset[str]:
        """Words that may be an NHI or a number, and what is called an id."""
        told = frozenset({self.patient_id}) if self.patient_id else frozenset()
        read = identifiers_in if self.where is Where.NAME else identifiers_among
        return told | (read(self.text) if self.text else frozenset())

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the text and of the name."""
        return tuple(fold(f"{self._stem} {self.name}").split())

    @property
    def name_pairs(self) -> frozenset[tuple[str, str]]:
        """Two words that may be somebody's names: neighbours in a text, any two in a field for names."""
        words = [word for word in fold(self.name).split() if _may_be_name(word)]
        named = {(first, other) for first in words for other in words if first < other}
        return frozenset(named | {_ordered(pair) for pair in self._neighbours()})

    def _neighbours(self) -> Iterator[tuple[str, str]]:
        for first, other in pairwise(fold(self._stem).split()):
            if _may_be_name(first) and _may_be_name(other):
                yield first, other

    @property
    def _stem(self) -> str:
        if self.where is not Where.NAME:
            return self.text
        return self.text[: len(self.text) - len(extension_of(self.text))]


def _may_be_name(word: str) -> bool:
    return word.isalpha() and len(word) >= _SHORTEST_NAME


def _ordered(pair: tuple[str, str]) -> tuple[str, str]:
    first, other = sorted(pair)
    return first, other


def has_pair(patient: Patient, pair: tuple[str, str]) -> bool:
    """Whether one of the two words is of the patient's last name and the other one of the others."""
    last, others = name_words(patient)
    first, second = pair
    return (first in last and second in others) or (second in last and first in others)


def shares_name(patient: Patient, clue: Clue) -> bool:
    """Whether a word of the last name stands there, or a given name that is not too short to tell."""
    last, others = name_words(patient)
    words = frozenset(clue.words) - (_MONTHS if clue.text else frozenset())
    given = {word for word in others if len(word) >= _SHORTEST_GIVEN}
    return not words.isdisjoint({word for word in last if len(word) >= _SHORTEST_NAME} | given)


def has_identifier(patient: Patient, identifier: str) -> bool:
    """Whether it is the patient's number, NHI or alternate id, as identifiers are compared."""
    wanted = compact(identifier)
    return bool(wanted) and wanted in map(
        compact, (patient.number, patient.nhi, patient.alternate_id)
    )


def tells_birth(patient: Patient, clue: Clue, *, seen_in: int) -> bool:
    """Whether the birth date stands there. In a text it counts only if no picture of `seen_in` has it."""
    if clue.birth_date is not None:
        return clue.birth_date == patient.birth_date
    born = patient.birth_date
    if not clue.text or born.year > seen_in - _YEARS_OF_PICTURES:
        return False
    day, month, year = f"{born.day:02d}", f"{born.month:02d}", f"{born.year:04d}"
    forms = (_DATE_GAP.join(parts) for parts in ((year, month, day), (day, month, year)))
    return bool(re.search(rf"(?<![0-9])(?:{'|'.join(forms)})(?![0-9])", clue.text))
