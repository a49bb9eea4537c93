"""Turns an understood query into look-ups that walk a short stretch of one index each.

A look-up may bring too many patients, never too few (up to its bound); `domain.searching.fits` decides.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, union

from message_centre.domain.birth_dates import Span
from message_centre.domain.searching import Born, Code, Name, Reading
from message_centre.store.patient_index import as_number, forms
from message_centre.store.tables import patients, search_codes, search_forms, search_names

#: Greater than every text that continues a prefix.
_END = "\U0010ffff"
_TELLING_CODE = 4
_BOUND = 1000
_SOUND_ALIKES = 12
_LEAST_LIKENESS = 0.6

#: A blank ends a word, and nothing that folding leaves lies between a blank and this.
_AFTER_WORD = "!"


class Word(NamedTuple):
    """A word that a name is to have, or only the start of one."""

    text: str
    is_whole: bool


Found = Sequence[Row[Any]]


def candidates(connection: Connection, reading: Reading, *, limit: int) -> Found:
    """Rows of patients who may fit this reading, in the order of what they were found by."""
    names = [condition.start for condition in reading if isinstance(condition, Name)]
    codes = [condition for condition in reading if isinstance(condition, Code)]
    spans = [condition.span for condition in reading if isinstance(condition, Born)]
    telling = max(codes, key=lambda code: len(code.start), default=None)
    days = [span for span in spans if span.first == span.last]
    if telling and (not names or len(telling.start) >= _TELLING_CODE):
        return _by_code(connection, telling, bound=limit if len(reading) == 1 else _BOUND)
    if days or not names:
        return _by_birth(connection, (days or spans)[0], bound=limit if not names else _BOUND)
    return _by_name(connection, names, [*map(_born, spans), *map(_has_code, codes)], bound=limit)


def sounding_alike(connection: Connection, typed: str) -> dict[str, float]:
    """The words of the register that sound or read like this one, with their likeness, best first."""
    wanted = forms(typed)
    if not wanted:
        return {}
    from rapidfuzz.distance import OSA, JaroWinkler  # noqa: PLC0415 - only for what is misspelt

    found = connection.execute(
        select(search_forms.c.word).where(search_forms.c.form.in_(wanted)).distinct()
    )
    likeness = {
        word: _likeness(JaroWinkler.similarity(typed, word), OSA.distance(typed, word))
        for word in found.scalars()
    }
    near = [word for word, value in likeness.items() if value >= _LEAST_LIKENESS]
    near.sort(key=lambda word: (-likeness[word], word))
    return {word: likeness[word] for word in near[:_SOUND_ALIKES]}


def _likeness(similarity: float, slips: int) -> float:
    """One slip is more likely than a name that merely starts alike."""
    return (1.0 + 9 * similarity if slips <= 1 else 9 * similarity) / 10


def with_words(
    connection: Connection,
    choices: Sequence[Sequence[Word]],
    spans: Sequence[Span],
    *,
    limit: int,
) -> Found:
    """Rows of patients who have, for each set of choices, at least one of its words."""
    first, *others = choices
    also = [or_(*(_holds(word) for word in words)) for words in others]
    rows: list[Row[Any]] = []
    for word in first:
        end = f"{word.text}{_AFTER_WORD if word.is_whole else _END}"
        for rank in (0, 1):
            words = search_names.c.words
            in_range = and_(search_names.c.rank == rank, words >= word.text, words < end)
            rows += connection.execute(_named(and_(in_range, *also, *map(_born, spans)), limit))
    return rows


def in_codes(codes: Iterable[str]) -> Select[tuple[str]]:
    """The ids of patients who have one of these codes, complete."""
    return select(search_codes.c.patient_id).where(search_codes.c.code.in_(list(codes)))


def _by_code(connection: Connection, code: Code, *, bound: int) -> Found:
    rows: list[Row[Any]] = []
    for prefix in _prefixes(code):
        wanted = (
            select(patients)
            .join(search_codes, search_codes.c.patient_id == patients.c.id)
            .where(_starts(search_codes.c.code, prefix))
            .order_by(search_codes.c.code)
            .limit(bound)
        )
        rows += connection.execute(wanted)
    return rows


def _by_birth(connection: Connection, span: Span, *, bound: int) -> Found:
    wanted = (
        select(patients)
        .where(patients.c.birth_date.between(span.first, span.last))
        .order_by(patients.c.birth_date)
        .limit(bound)
    )
    return connection.execute(wanted).all()


def _by_name(
    connection: Connection, names: list[str], also: list[ColumnElement[bool]], *, bound: int
) -> Found:
    """Last names first: a person who types `james` means the Jameses before every James."""
    longest, *others = sorted(names, key=len, reverse=True)
    conditions = [_starts(search_names.c.words, longest), *map(_holds_start, others), *also]
    rows: list[Row[Any]] = []
    for rank in (0, 1):
        wanted = _named(and_(search_names.c.rank == rank, *conditions), bound)
        rows += connection.execute(wanted)
    return rows


def _named(where: ColumnElement[bool], limit: int) -> Select[Any]:
    return (
        select(patients, search_names.c.words, search_names.c.rank)
        .join(search_names, search_names.c.patient_id == patients.c.id)
        .where(where)
        .order_by(search_names.c.rank, search_names.c.words)
        .limit(limit)
    )


def _starts(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    return and_(column >= prefix, column < prefix + _END)


def _holds_start(start: str) -> ColumnElement[bool]:
    return search_names.c.words.like(f"% {start}%")


def _holds(word: Word) -> ColumnElement[bool]:
    """Folded words are letters and digits, so nothing in them is a wildcard."""
    if not word.is_whole:
        return _holds_start(word.text)
    padded = " " + search_names.c.words + " "
    return padded.like(f"% {word.text} %")


def _born(span: Span) -> ColumnElement[bool]:
    return search_names.c.born.between(as_number(span.first), as_number(span.last))


def _has_code(code: Code) -> ColumnElement[bool]:
    lookups = (
        select(search_codes.c.patient_id).where(_starts(search_codes.c.code, prefix))
        for prefix in _prefixes(code)
    )
    return search_names.c.patient_id.in_(union(*lookups))


def _prefixes(code: Code) -> tuple[str, ...]:
    if not code.digits:
        return (f"i{code.start}",)
    return (f"i{code.start}", f"p{code.digits}", f"r{code.digits[::-1]}")
