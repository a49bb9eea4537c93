"""Names as they are compared: case, accents, macrons, hyphens and apostrophes make no difference.

Folded text is for finding only; what people see keeps its spelling.
"""

import functools
import itertools
import re
import unicodedata

from message_centre.domain.patients import Patient

#: Letters that Unicode does not take apart into a base letter and a mark.
_UNDIVIDED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_MARKS = frozenset({"Mn", "Me", "Cf"})
#: Most names are plain: whatever is no letter and no digit becomes a blank.
_PLAIN = str.maketrans(
    {code: " " for code in range(128) if not chr(code).isalnum()}
    | {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
)
#: Names repeat; a search folds those of every patient it shows.
_REMEMBERED = 32_768
_PHONE = re.compile(r"\+?\d[\d\s().-]{2,}")


@functools.lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Lower case letters and digits with single spaces: `Ngā-Tai O'Brien` is `nga tai o brien`."""
    if text.isascii():
        return " ".join(text.translate(_PLAIN).split())
    # Taking apart can bring capitals back: some letters are made of them.
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_UNDIVIDED)
    kept = (
        character if character.isalnum() else " "
        for character in apart
        if unicodedata.category(character) not in _MARKS
    )
    return " ".join("".join(kept).split())


def compact(text: str) -> str:
    """Folded text without its spaces: how identifiers are compared."""
    return fold(text).replace(" ", "")


def name_words(patient: Patient) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folded words of the last name, and those of the other names; none appears twice.

    A name of several parts is also there in one piece, since people type `obrien` and `terangi`.
    """
    return _words(patient.last_name, f"{patient.first_names} {patient.known_as}")


@functools.lru_cache(maxsize=_REMEMBERED)
def _words(last_name: str, others: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    last = _with_joined(fold(last_name).split())
    other: list[str] = []
    for written in others.split():
        other += _with_joined(fold(written).split())
    unique_last = tuple(dict.fromkeys(last))
    return unique_last, tuple(word for word in dict.fromkeys(other) if word not in unique_last)


def _with_joined(parts: list[str]) -> list[str]:
    """The parts, each two neighbours in one piece, and all of them in one piece."""
    pairs = ["".join(pair) for pair in itertools.pairwise(parts)]
    return [*parts, *pairs, "".join(parts)] if len(parts) > 1 else parts


def identifiers(patient: Patient) -> tuple[str, ...]:
    """Number, NHI and alternate id in compact form, those that are there."""
    return _codes(patient.number, patient.nhi, patient.alternate_id)


@functools.lru_cache(maxsize=_REMEMBERED)
def _codes(*written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in map(compact, written) if code))


def phone_digits(text: str) -> str:
    """The digits as dialled inside the country: `+64 21 555 123` is `021555123`."""
    digits = "".join(character for character in text if character in "0123456789")
    if text.lstrip().startswith("+"):
        return f"0{digits[2:]}" if digits.startswith("64") else digits
    return f"0{digits[4:]}" if digits.startswith("0064") else digits


def phones(patient: Patient) -> tuple[str, ...]:
    """Every phone number of the patient as digits."""
    return tuple(dict.fromkeys(phone_digits(found) for found in _PHONE.findall(patient.phone)))
