"""Turns an understood query into look-ups that walk a short stretch of one index each.

A look-up may bring too many patients; `domain.searching.score` decides. It brings everybody who fits,
up to its bound: where more fit than are shown, those with whole words come first, then those whose last
name was typed, each in the order of the index. A number beside a name is compared with the first `BOUND`
patients who have the name or the number.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from message_centre.domain.birth_dates import Span
from message_centre.domain.searching import Born, Code, Reading, names_of
from message_centre.store.patient_index import as_number, beside
from message_centre.store.patient_statements import of_codes, of_names
from message_centre.store.tables import patients, search_codes

#: The most patients of one look-up that are judged without the help of an index.
BOUND = 100
#: The most who have a number that are asked for their names, which stand beside it in the index.
_LOOKED_AT = 2000
_MANY = 200
#: Greater than every text that continues a prefix.
_END = "\U0010ffff"
#: A blank ends a word, and nothing that folding leaves lies between a blank and this.
_AFTER_WORD = "!"
_TELLING_NAME = 3
_RANKS = (0, 1)
#: Several words of one name may start alike, so that a patient is found twice.
_SPARE = 2


class Stretch(NamedTuple):
    """A stretch of the index of names, from `low` to before `high`, of those filed under `beside`.

    Only names are meant that have further words starting as `also` says.
    """

    rank: int
    beside: str
    low: str
    high: str
    also: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A patient of a stretch, with all words of the name."""

    patient_id: str
    words: str
    rank: int


def candidates(connection: Connection, reading: Reading, *, limit: int) -> Iterator[str]:
    """Ids of patients who may fit this reading, in the order in which they are to be shown.

    One patient may come several times. Take as few as you need: the rest is not looked up.
    """
    names = names_of(reading)
    codes = [condition for condition in reading if isinstance(condition, Code)]
    spans = [condition.span for condition in reading if isinstance(condition, Born)]
    if not names:
        bound = limit * _SPARE if len(reading) == 1 else BOUND
        yield from _without_names(connection, codes, spans, bound=bound)
    elif codes:
        yield from _by_name_and_code(connection, names, codes, spans)
    else:
        yield from _by_name_and_birth(connection, names, spans, limit=limit)


def unknown(connection: Connection, names: Iterable[str]) -> set[str]:
    """Those of these starts that begin no word of any name."""
    asked = list(names)
    stretches = [starting(rank, name) for name in asked for rank in _RANKS]
    found = hits(connection, stretches, each=1, limit=len(stretches)) if asked else []
    return {name for name in asked if not any(hit.words.startswith(name) for hit in found)}


def _without_names(
    connection: Connection, codes: list[Code], spans: list[Span], *, bound: int
) -> list[str]:
    spans = sorted(spans, key=lambda span: span.last - span.first)
    if codes and not (spans and spans[0].first == spans[0].last):
        return list(filter(None, _by_code(connection, max(codes, key=_length), bound=bound)))
    return _by_birth(connection, spans[0], bound=bound)


def _by_name_and_code(
    connection: Connection, names: list[str], codes: list[Code], spans: Sequence[Span]
) -> Iterator[str]:
    """All who have the name, or where those are too many all who have the number and the name."""
    found = hits(connection, list(_stretches(names)), spans, limit=BOUND)
    if len(found) == BOUND:
        coded = _by_code(connection, max(codes, key=_length), names, bound=_LOOKED_AT)
        yield from filter(None, coded)
        if all(coded):
            return
    yield from (hit.patient_id for hit in found)


def _by_name_and_birth(
    connection: Connection, names: list[str], spans: Sequence[Span], *, limit: int
) -> Iterator[str]:
    is_day = any(span.first == span.last for span in spans)
    if spans and (is_day or (len(names) == 1 and len(names[0]) < _TELLING_NAME)):
        # Few are born on one day, or in a year long ago; where many are, many of them have the name.
        days = min(spans, key=lambda span: span.last - span.first)
        found = _by_birth(connection, days, bound=_MANY)
        if len(found) < _MANY:
            yield from found
            return
    yield from _by_name(connection, names, spans, bound=limit * _SPARE)


def _length(code: Code) -> int:
    return len(code.start)


def hits(
    connection: Connection,
    stretches: Sequence[Stretch],
    spans: Sequence[Span] = (),
    *,
    each: int = _MANY,
    limit: int,
) -> list[Hit]:
    """The first patients of these stretches, one stretch after the other, born within all spans."""
    values: dict[str, Any] = {"each": min(each, limit), "limit": limit}
    if spans:
        values["first"] = max(as_number(span.first) for span in spans)
        values["last"] = min(as_number(span.last) for span in spans)
    also = max((len(stretch.also) for stretch in stretches), default=0)
    values["stretches"] = json.dumps([_asked(stretch, also) for stretch in stretches])
    statement = of_names(connection.dialect.name, also, is_dated=bool(spans))
    return [Hit(*row) for row in connection.execute(statement, values).all()]


def whole(rank: int, *words: str, also: Sequence[str] = ()) -> Stretch:
    """Names with this word, or with these two."""
    joined = " ".join(words)
    return Stretch(rank, beside("".join(words[1:])), joined, f"{joined}{_AFTER_WORD}", tuple(also))


def longer(rank: int, *words: str, also: Sequence[str] = ()) -> Stretch:
    """Names with these words, the last of which goes on."""
    return starting(rank, *words, also=also)._replace(low=f"{' '.join(words)}{_AFTER_WORD}")


def starting(rank: int, *words: str, also: Sequence[str] = ()) -> Stretch:
    """Names with these words, the last of which may go on."""
    joined = " ".join(words)
    return Stretch(rank, beside("".join(words[1:])), joined, f"{joined}{_END}", tuple(also))


def beside_longer(rank: int, first: str, second: str, *, also: Sequence[str] = ()) -> Stretch:
    """Names with two words that start so, the first of which goes on."""
    return longer(rank, first, also=(second, *also))._replace(beside=beside(second))


def beside_starting(rank: int, first: str, second: str, *, also: Sequence[str] = ()) -> Stretch:
    """Names with two words that start so."""
    return starting(rank, first, also=(second, *also))._replace(beside=beside(second))


def orders(first: str, second: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two words are filed in the order of the name, and nobody knows how they were typed."""
    return (first, second), (second, first)


def _asked(stretch: Stretch, also: int) -> dict[str, Any]:
    """A stretch as the statement reads it; where it asks for fewer further words, any will do."""
    starts = [f" {start}" for start in stretch.also] + [""] * (also - len(stretch.also))
    further = {f"also{place}": start for place, start in enumerate(starts)}
    return {
        "rank": stretch.rank,
        "beside": stretch.beside,
        "low": stretch.low,
        "high": stretch.high,
        **further,
    }


_BORN = (
    select(patients.c.id)
    .where(patients.c.birth_date.between(bindparam("first"), bindparam("last")))
    .order_by(patients.c.birth_date)
    .limit(bindparam("limit"))
)


def _by_code(
    connection: Connection, code: Code, names: Sequence[str] = (), *, bound: int
) -> list[str]:
    """Patients who have the code and names that start so; an empty id says that there may be more."""
    prefixes = _prefixes(code)
    values: dict[str, Any] = {"bound": bound}
    for place, prefix in enumerate(prefixes):
        values |= {f"low{place}": prefix, f"high{place}": f"{prefix}{_END}"}
    values |= {f"start{place}": f" {name}" for place, name in enumerate(names)}
    statement = of_codes(connection.dialect.name, len(prefixes), len(names))
    return list(connection.execute(statement, values).scalars())


def _by_birth(connection: Connection, span: Span, *, bound: int) -> list[str]:
    values = {"first": span.first, "last": span.last, "limit": bound}
    return list(connection.execute(_BORN, values).scalars())


def _by_name(
    connection: Connection, names: list[str], spans: Sequence[Span], *, bound: int
) -> Iterator[str]:
    stretches = list(_stretches(names))
    found = hits(connection, stretches, spans, limit=bound)
    yield from (hit.patient_id for hit in found)
    if len(found) == bound:
        # Those found may be fewer patients, or fit less well than they seemed to.
        more = hits(connection, stretches, spans, limit=bound + _MANY)
        yield from (hit.patient_id for hit in more)


def _stretches(names: list[str]) -> Iterator[Stretch]:
    """Whole words before starts of words, and last names before others, as `score` has it."""
    longest, *others = sorted(names, key=len, reverse=True)
    if not others:
        yield from (kind(rank, longest) for kind in (whole, longer) for rank in _RANKS)
        return
    second, *also = others
    pairs = orders(longest, second)
    yield from (whole(rank, *pair, also=also) for rank in _RANKS for pair in pairs)
    for rank in _RANKS:
        yield from (longer(rank, *pair, also=also) for pair in pairs)
        # A first name that is whole: the last name follows it where all words are filed.
        yield from (longer(rank, *pair, also=also)._replace(beside="") for pair in pairs)
    yield from (beside_longer(rank, *pair, also=also) for rank in _RANKS for pair in pairs)


def _prefixes(code: Code) -> tuple[str, ...]:
    if not code.digits:
        return (f"i{code.start}",)
    return (f"i{code.start}", f"p{code.digits}", f"r{code.digits[::-1]}")


def in_codes(codes: Iterable[str]) -> Select[tuple[str]]:
    """The ids of patients who have one of these codes, complete."""
    return select(search_codes.c.patient_id).where(search_codes.c.code.in_(list(codes)))
