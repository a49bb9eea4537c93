"""One row of the register: the columns it may have, and the patient that it describes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from message_centre.domain import birth_dates, nhi
from message_centre.domain.errors import FixTheInput
from message_centre.domain.patients import Patient, PatientStatus

COLUMNS = (
    "number last_name first_names known_as birth_date sex nhi alternate_id phone email address status"
).split()
REQUIRED = ("number", "last_name", "birth_date")
#: Ids of our own start so; a number that did would be taken for one.
OWN_ID = "pt-"
_MERGED_INTO = "merged:"
_LIMITS = {"number": 40, "sex": 20, "nhi": 20, "address": 500}
_LIMIT = 200
#: Stands for what could not be decoded, and for halves of characters, which no database takes.
_DAMAGED = "\ufffd"
#: Joiners that some scripts need inside a word; every other invisible character goes.
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A row as the file gave it. Columns that the file does not have are absent, not empty.

    `problem` says why the row could not even be read.
    """

    line: int
    fields: Mapping[str, str]
    problem: str = ""

    @property
    def number(self) -> str:
        """The practice's number for this patient, or an empty string."""
        return cleaned(self.fields.get("number", ""))


def cleaned(text: str) -> str:
    """Composed text without control and invisible characters, with single spaces."""
    composed = unicodedata.normalize("NFC", text)
    kept = (_kept(character) for character in composed)
    return " ".join("".join(kept).split())


def described(fields: Mapping[str, str], *, into: Patient, today: date) -> Patient:
    """`into` brought up to date with the columns that are there, `status` apart.

    Raises:
        FixTheInput: a required column is empty, or a value is wrong; the detail says which.
    """
    given = {name: cleaned(value) for name, value in fields.items() if name in COLUMNS}
    for name in REQUIRED:
        if not given.get(name):
            raise FixTheInput(f"The {name} is missing.")
    for name, value in given.items():
        if _DAMAGED in value:
            raise FixTheInput(f"The {name} has characters that were damaged on their way here.")
        if len(value) > _LIMITS.get(name, _LIMIT):
            raise FixTheInput(f"The {name} is too long.")
    if given["number"].lower().startswith(OWN_ID):
        raise FixTheInput(f"A number may not start with {OWN_ID}.")
    given.pop("status", None)
    born = _born(given.pop("birth_date"), today)
    if "nhi" in given:
        given["nhi"] = _nhi(given["nhi"])
    values: dict[str, Any] = {**given, "birth_date": born}
    return replace(into, **values)


def status_of(fields: Mapping[str, str], *, known: Patient) -> tuple[PatientStatus, str]:
    """The status that a row gives, and the number of the patient merged into, if it names one.

    A row without the column leaves the status as it is.

    Raises:
        FixTheInput: the word is none of ours.
    """
    if "status" not in fields:
        return known.status, ""
    word = cleaned(fields["status"])
    if word.lower().startswith(_MERGED_INTO):
        return PatientStatus.MERGED, word[len(_MERGED_INTO) :].strip()
    try:
        return PatientStatus(word.lower() or "active"), ""
    except ValueError:
        choices = ", ".join(status.value for status in PatientStatus)
        raise FixTheInput(f'The status "{word}" is none of {choices}.') from None


def nhi_of(fields: Mapping[str, str]) -> str:
    """The NHI of a row as it is compared, right or wrong, or an empty string."""
    return nhi.normalise(fields.get("nhi", ""))


def blank(patient_id: str) -> Patient:
    """A patient of whom only our id is known; to be described before anybody sees it."""
    return Patient(patient_id, "", "", "", date.min)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cs":
        return _DAMAGED
    return "" if category == "Cf" and character not in _JOINERS else character


def _born(text: str, today: date) -> date:
    born = birth_dates.parse(text, today=today)
    if born is None:
        raise FixTheInput(f'The birth_date "{text}" is not a full date.')
    if born > today:
        raise FixTheInput(f'The birth_date "{text}" lies in the future.')
    if not birth_dates.is_plausible(born, today=today):
        raise FixTheInput(f'The birth_date "{text}" is too long ago.')
    return born


def _nhi(text: str) -> str:
    """The NHI as it is compared. Raises `FixTheInput` where its check character is wrong."""
    if text and not nhi.is_valid(text):
        raise FixTheInput(f'The nhi "{text}" is not valid (its check character does not fit).')
    return nhi.normalise(text)
