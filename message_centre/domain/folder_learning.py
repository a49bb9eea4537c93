"""Learns a grammar from one folder's name: cuts it into pieces, proposes what each one is.

A person looks at the pieces and says where the program is wrong; nothing is filed by a mere proposal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from message_centre.domain import birth_dates, nhi
from message_centre.domain.folder_names import Part

_PIECES = re.compile(
    r"(?P<stamp>[0-9]{14})(?![0-9])"
    r"|(?P<date>[0-9]{4}[-.][0-9]{2}[-.][0-9]{2}|[0-9]{2}[-.][0-9]{2}[-.][0-9]{4})(?![0-9])"
    r"|(?P<word>[^\W_]+(?:['\u2019-][^\W\d_]+)*)"
    r"|(?P<between>[\W_]+)"
)
#: Somebody born within these years before today is not told from a day of this year's visits.
_YOUNGEST = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the example, and what it is; None for text that stands in every name."""

    text: str
    part: Part | None
    is_between: bool = False


def propose(example: str, *, today: date) -> tuple[Piece, ...]:
    """The pieces of a folder's name with a proposal for each."""
    taken: set[Part] = set()
    pieces = []
    for found in _PIECES.finditer(example):
        text = found.group()
        if found.lastgroup == "between":
            pieces.append(Piece(text, None, is_between=True))
            continue
        part = _guess(text, taken, today)
        if part is not None:
            taken.add(part)
        pieces.append(Piece(text, part))
    return tuple(_names_in_order(pieces))


def grammar_of(pieces: Sequence[Piece]) -> str:
    """The grammar that the marked pieces make; neighbours marked alike are one part."""
    told: list[str] = []
    before: Part | None = None
    between = ""
    for piece in pieces:
        if piece.is_between:
            between += piece.text
            continue
        if piece.part is None or piece.part is not before:
            told += [between, f"<{piece.part}>" if piece.part else piece.text]
        before, between = piece.part, ""
    return "".join((*told, between))


def _guess(text: str, taken: set[Part], today: date) -> Part | None:
    if nhi.is_valid(text) and Part.NHI not in taken:
        return Part.NHI
    if not _is_word(text):
        return _guess_of_digits(text, taken, today)
    for part in (Part.LAST_NAME, Part.FIRST_NAMES):
        if part not in taken:
            return part
    return Part.FIRST_NAMES


def _is_word(text: str) -> bool:
    return not any(character.isdigit() for character in text)


def _guess_of_digits(text: str, taken: set[Part], today: date) -> Part:
    day = birth_dates.parse(text, today=today) if len(text) >= len("19610307") else None
    if day is not None and birth_dates.is_plausible(day, today=today):
        is_birth = today.year - day.year > _YOUNGEST and Part.BIRTH_DATE not in taken
        return Part.BIRTH_DATE if is_birth else Part.DATE
    if len(text) == len("20261123143005") and text.isdigit():
        return Part.DATE
    return Part.ANYTHING if Part.NUMBER in taken else Part.NUMBER


def _names_in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """`Jane SMITH`: where the second of two names alone stands in capitals, it is the last name."""
    names = [one for one in pieces if one.part in {Part.LAST_NAME, Part.FIRST_NAMES}]
    swapped = len(names) == len(("first", "last")) and names[1].text.isupper()
    if not swapped or names[0].text.isupper():
        return list(pieces)
    other = {Part.LAST_NAME: Part.FIRST_NAMES, Part.FIRST_NAMES: Part.LAST_NAME}
    return [Piece(p.text, other[p.part]) if p in names and p.part else p for p in pieces]
