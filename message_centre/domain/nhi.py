"""National Health Index numbers, old form (AAANNNC) and new form (AAANNAX): shape, check digit, writing.

A valid number proves careful typing, never the right person.
"""

import re
import unicodedata

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SHAPE = re.compile(r"[A-HJ-NP-Z]{3}(?:[0-9]{4}|[0-9]{2}[A-HJ-NP-Z]{2})")
_WEIGHTS = (7, 6, 5, 4, 3, 2)
_LENGTH = 7

#: Starts of the names that cameras, scanners and phones give; one in eleven of their counters has
#: the check digit of an NHI.
DEVICE_PREFIXES = frozenset("CAM CAP DOC DSC FAX IMG MOV MVI PAT PHT PIC PXL SCN VID WA".split())


def normalise(text: str) -> str:
    """`text` in upper case without spaces, hyphens and invisible characters; nothing is repaired."""
    composed = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in composed if character.isalnum())


def is_valid(text: str) -> bool:
    """Whether `text`, once normalised, has the shape and the check character of an NHI."""
    number = normalise(text)
    if not _SHAPE.fullmatch(number):
        return False
    total = sum(
        _value(character) * weight for character, weight in zip(number[:6], _WEIGHTS, strict=True)
    )
    if number[6].isdigit():
        return _old_check(total) == number[6]
    return _LETTERS[23 - total % 23 - 1] == number[6]


def display(text: str) -> str:
    """The number as people compare it: seven characters, upper case, unbroken."""
    return normalise(text)


def looks_like(text: str) -> bool:
    """Whether `text`, once normalised, has an NHI's shape, whatever its check character says."""
    return bool(_SHAPE.fullmatch(normalise(text)))


def is_device_name(token: str) -> bool:
    """Whether a token of a file name starts as a camera or scanner names its files."""
    return len(token) == _LENGTH and token[:3].upper() in DEVICE_PREFIXES


def _value(character: str) -> int:
    return int(character) if character.isdigit() else _LETTERS.index(character) + 1


def _old_check(total: int) -> str:
    """The check digit, or an empty string where a remainder of 0 allows none."""
    remainder = total % 11
    return str((11 - remainder) % 10) if remainder else ""
