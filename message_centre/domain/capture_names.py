"""The file-name grammar of auto-import: the whole name fits, or nothing.

A pattern is written as people read it: `INTOUCH_P<patient number>_D<provider number>_...`. What stands
in angle brackets is a group, what stands in square brackets may be missing, the rest stands for itself
in either case. There is nothing else to write, and so nothing that takes long or reads a name in two ways:
a group of unknown length must end at something that is no digit.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product

DEFAULT_PATTERN = "INTOUCH_P<patient number>_D<provider number>_<yyyymmdd>_<hhmmss>[_<nn>].<ext>"

PATIENT, PROVIDER = "patient number", "provider number"
_DATES = {
    "yyyymmdd": ("[0-9]{8}", "%Y%m%d"),
    "ddmmyyyy": ("[0-9]{8}", "%d%m%Y"),
    "yyyy-mm-dd": ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d"),
}
_TIMES = {
    "hhmmss": ("[0-9]{6}", "%H%M%S"),
    "hh-mm-ss": ("[0-9]{2}-[0-9]{2}-[0-9]{2}", "%H-%M-%S"),
}
_COUNTER, _EXTENSION = "nn", "ext"
_OPEN_ENDED = {PATIENT: "[0-9]{1,18}", PROVIDER: "[0-9]{1,18}", _COUNTER: "[0-9]{1,6}"}
_FORMS = (
    _OPEN_ENDED
    | {name: form for name, (form, _) in (_DATES | _TIMES).items()}
    | {_EXTENSION: "[a-z0-9]{1,16}"}
)
_NEEDED = (frozenset({PATIENT}), frozenset({PROVIDER}), frozenset(_DATES), frozenset(_TIMES))
_TOKEN = re.compile(r"<([^<>\[\]]*)>|([\[\]])|([^<>\[\]]+)")
_TOKENS = re.compile(r"(?:<[^<>\[\]]*>|[^<>])*")
_NO_FILE_NAME = frozenset('/\\:*?"|')
_LONGEST_PATTERN, _LONGEST_NAME = 200, 255
_MOST_OPTIONAL = 3
#: A name that begins with so much of a pattern's own letters was meant for it.
_TELLING = 4
#: What a camera without a clock says lies before it.
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class CaptureName:
    """What a fitting name says. `taken_at` has no zone; None where no calendar has that moment."""

    patient_number: str
    provider_number: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Token:
    """A group's name or some text, and the number of the optional part it is in; 0 for none."""

    text: str
    is_group: bool
    part: int


class CapturePattern:
    """Reads names by one pattern.

    Raises:
        ValueError: the pattern could not be read in exactly one way; the words say what to change.
    """

    def __init__(self, text: str) -> None:
        tokens = _tokens(text)
        variants = list(_variants(tokens))
        for variant in variants:
            _check(variant)
        self._forms = tuple(map(_compiled, variants))
        first = tokens[0]
        self._beginning = "" if first.is_group or first.part else first.text.casefold()

    def read(self, name: str) -> CaptureName | None:
        """What the whole name says, or None if it does not fit, or fits in two ways."""
        if len(name) > _LONGEST_NAME:
            return None
        fits = (form.fullmatch(name) for form in self._forms)
        said = {_said(fit.groupdict()) for fit in fits if fit}
        return said.pop() if len(said) == 1 else None

    def was_meant(self, name: str) -> bool:
        """Whether a name that does not fit begins as the pattern does."""
        return len(self._beginning) >= _TELLING and name.casefold().startswith(self._beginning)


def _tokens(text: str) -> list[_Token]:
    _check_text(text)
    tokens: list[_Token] = []
    parts, inside = 0, False
    for group, bracket, literal in _TOKEN.findall(text):
        if bracket:
            if (bracket == "[") is inside:
                raise ValueError("square brackets come in pairs, none inside another")
            inside = not inside
            parts += inside
            continue
        name = literal or _named(group)
        tokens.append(_Token(name, not literal, parts if inside else 0))
    if inside or parts > _MOST_OPTIONAL:
        raise ValueError(f"at most {_MOST_OPTIONAL} parts may be optional, each in two brackets")
    return tokens


def _check_text(text: str) -> None:
    if not text or len(text) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern has 1 to {_LONGEST_PATTERN} characters")
    if bad := [sign for sign in text if sign in _NO_FILE_NAME or not sign.isprintable()]:
        raise ValueError(f"{bad[0]!r} stands in no file name and means nothing here")
    if not _TOKENS.fullmatch(text):
        raise ValueError("every bracket needs its other half")


def _named(group: str) -> str:
    name = " ".join(group.lower().split())
    if name not in _FORMS:
        raise ValueError(f"there is no group <{group}>; groups are <{'>, <'.join(_FORMS)}>")
    return name


def _variants(tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """The pattern with and without each optional part."""
    parts = max(token.part for token in tokens) if tokens else 0
    for present in product((True, False), repeat=parts):
        yield [token for token in tokens if not token.part or present[token.part - 1]]


def _check(variant: Sequence[_Token]) -> None:
    """Every needed group once, the extension last, and open-ended groups ended by no digit."""
    groups = [token.text for token in variant if token.is_group]
    for needed in _NEEDED:
        if sum(group in needed for group in groups) != 1:
            raise ValueError(f"it needs <{'> or <'.join(sorted(needed))}> exactly once")
    if len(set(groups)) != len(groups):
        raise ValueError("no group may stand twice")
    ends_well = len(variant) > 1 and variant[-1] == _Token(_EXTENSION, is_group=True, part=0)
    if not ends_well or variant[-2].is_group or not variant[-2].text.endswith("."):
        raise ValueError("it ends with .<ext>")
    for token, following in pairwise(variant):
        is_open = token.is_group and token.text in _OPEN_ENDED
        if is_open and (following.is_group or following.text[0].isdigit()):
            raise ValueError(f"after <{token.text}> comes something that is no digit")


def _compiled(variant: Sequence[_Token]) -> re.Pattern[str]:
    # ASCII: otherwise letters that merely look alike, such as a long s, would fit as well.
    forms = (
        f"(?P<{_key(token.text)}>{_FORMS[token.text]})" if token.is_group else re.escape(token.text)
        for token in variant
    )
    return re.compile("".join(forms), re.IGNORECASE | re.ASCII)


def _key(group: str) -> str:
    if group in _DATES:
        return f"date_{list(_DATES).index(group)}"
    if group in _TIMES:
        return f"time_{list(_TIMES).index(group)}"
    return group.replace(" ", "_")


def _said(groups: dict[str, str]) -> CaptureName:
    return CaptureName(groups[_key(PATIENT)], groups[_key(PROVIDER)], _moment(groups))


def _moment(groups: dict[str, str]) -> datetime | None:
    [(date, date_form)] = [
        (groups[_key(n)], form) for n, (_, form) in _DATES.items() if _key(n) in groups
    ]
    [(time, time_form)] = [
        (groups[_key(n)], form) for n, (_, form) in _TIMES.items() if _key(n) in groups
    ]
    with suppress(ValueError):
        # The zone is that of whoever reads it: the name does not say one.
        taken = datetime.strptime(f"{date} {time}", f"{date_form} {time_form}")  # noqa: DTZ007 - see above
        return taken if taken.year >= _FIRST_YEAR else None
    return None
