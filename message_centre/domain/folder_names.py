"""The grammar of a tower's folder names: which part of a name is the patient's number, which a name.

A grammar is written as people read it: `<patient id>[_<first names>][_<last name>]`. What stands in angle
brackets is a part, what stands in square brackets may be missing, the rest stands for itself in either
case. A name may be read in more than one way; whoever judges it gets every reading, and decides by none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product


class Part(StrEnum):
    """What a piece of a folder's name is; the words stand in a grammar."""

    NUMBER = "patient number"
    NHI = "nhi"
    ANY_ID = "patient id"
    LAST_NAME = "last name"
    FIRST_NAMES = "first names"
    BIRTH_DATE = "birth date"
    DATE = "date"
    ANYTHING = "anything"


#: Parts that say who it is by themselves, or not at all.
IDS = frozenset({Part.NUMBER, Part.NHI, Part.ANY_ID})
_WORDS = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f '\u2019._-]){0,79}"
_DATE = (
    r"[0-9]{8}|[0-9]{4}[-. ][0-9]{1,2}[-. ][0-9]{1,2}|[0-9]{1,2}[-. ][0-9]{1,2}[-. ][0-9]{4}"
    r"|[0-9]{1,2}[-. ]?[a-z]{3,9}[-. ]?[0-9]{4}"
)
_FORMS = {
    Part.NUMBER: r"[a-z0-9](?:[a-z0-9./-]{0,30}[a-z0-9])?",
    Part.NHI: r"[a-z]{3}(?:[0-9]{4}|[0-9]{2}[a-z]{2})",
    Part.ANY_ID: r"[^\s_](?:[^_]{0,62}[^\s_])?",
    Part.LAST_NAME: _WORDS,
    Part.FIRST_NAMES: _WORDS,
    Part.BIRTH_DATE: _DATE,
    Part.DATE: rf"{_DATE}|[0-9]{{14}}",
    Part.ANYTHING: r".{1,200}",
}
_COMPILED = {part: re.compile(form, re.IGNORECASE) for part, form in _FORMS.items()}
_TOKEN = re.compile(r"<([^<>\[\]]*)>|([\[\]])|([^<>\[\]]+)")
_TOKENS = re.compile(r"(?:<[^<>\[\]]*>|[^<>])*")
_NO_FOLDER_NAME = frozenset('/\\:*?"|')
_LONGEST, _LONGEST_NAME = 200, 255
_MOST_OPTIONAL = 4
#: A name with more readings than this is read in none: nobody could say which one was meant.
MOST_READINGS = 64

Reading = Mapping[Part, str]


@dataclass(frozen=True, slots=True)
class _Token:
    """A part or some text, and the number of the optional piece it is in; 0 for none."""

    text: str
    part: Part | None
    piece: int


class FolderGrammar:
    """Reads folder names by one grammar.

    Raises:
        ValueError: it is none; the words say what to change.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        tokens = _tokens(text)
        self._variants = tuple(_variants(tokens))
        for variant in self._variants:
            _check(variant)

    def readings(self, name: str) -> tuple[Reading, ...]:
        """Every way in which the whole name fits; none if it does not, or fits in too many."""
        if len(name) > _LONGEST_NAME:
            return ()
        found: list[Reading] = []
        for variant in self._variants:
            for reading in _read(variant, name):
                if reading not in found:
                    found.append(reading)
                if len(found) > MOST_READINGS:
                    return ()
        return tuple(found)


def _read(tokens: Sequence[_Token], rest: str) -> Iterator[Reading]:
    if not tokens:
        if not rest:
            yield {}
        return
    first, *others = tokens
    if first.part is None:
        if rest[: len(first.text)].casefold() == first.text.casefold():
            yield from _read(others, rest[len(first.text) :])
        return
    for end in _ends(others, rest):
        written = rest[:end]
        if _COMPILED[first.part].fullmatch(written):
            for reading in _read(others, rest[end:]):
                yield {first.part: written.strip(), **reading}


def _ends(others: Sequence[_Token], rest: str) -> Iterator[int]:
    """Where a part may end: before what follows it, or with the name."""
    if not others:
        yield len(rest)
        return
    following, start = others[0].text.casefold(), 1
    folded = rest.casefold()
    if len(folded) != len(rest):
        return  # letters that fold to two stand in no separator and cannot be told apart here
    while (at := folded.find(following, start)) >= 0:
        yield at
        start = at + 1


def _tokens(text: str) -> list[_Token]:
    if not text or len(text) > _LONGEST:
        raise ValueError(f"a grammar has 1 to {_LONGEST} characters")
    if bad := [sign for sign in text if sign in _NO_FOLDER_NAME or not sign.isprintable()]:
        raise ValueError(f"{bad[0]!r} stands in no folder name and means nothing here")
    if not _TOKENS.fullmatch(text):
        raise ValueError("every bracket needs its other half")
    tokens: list[_Token] = []
    pieces, inside = 0, False
    for named, bracket, literal in _TOKEN.findall(text):
        if bracket:
            if (bracket == "[") is inside:
                raise ValueError("square brackets come in pairs, none inside another")
            inside = not inside
            pieces += inside
            continue
        part = None if literal else _part(named)
        tokens.append(_Token(literal or named, part, pieces if inside else 0))
    if inside or pieces > _MOST_OPTIONAL:
        raise ValueError(f"at most {_MOST_OPTIONAL} pieces may be missing, each in two brackets")
    return tokens


def _part(named: str) -> Part:
    words = " ".join(named.lower().split())
    try:
        return Part(words)
    except ValueError:
        raise ValueError(f"there is no part <{words}>; parts are <{'>, <'.join(Part)}>") from None


def _variants(tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """The grammar with and without each piece that may be missing."""
    pieces = max(token.piece for token in tokens) if tokens else 0
    for present in product((True, False), repeat=pieces):
        yield [token for token in tokens if not token.piece or present[token.piece - 1]]


def _check(variant: Sequence[_Token]) -> None:
    """Somebody is named, no part twice, and two parts have something between them."""
    parts = [token.part for token in variant if token.part is not None]
    named = [part for part in parts if part is not Part.ANYTHING]
    if len(set(named)) != len(named):
        raise ValueError("no part but <anything> may stand twice")
    if not IDS & set(parts) and not {Part.LAST_NAME, Part.BIRTH_DATE} <= set(parts):
        raise ValueError("it needs a number, an NHI or an id; or else <last name> and <birth date>")
    for token, following in pairwise(variant):
        if token.part is not None and following.part is not None:
            raise ValueError(
                f"something has to stand between <{token.part}> and <{following.part}>"
            )
