"""Which rows are shown, and in which order: plain functions over prepared keys, no proxy model."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from message_centre.ui.files.rows import Column, FileRow, SourceRows, Standing, folded, natural

_ANSWERS_KEPT = 4096
#: So many are sorted at a time on a worker: a sort lets no other thread work until it is done.
_SLICE = 4000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants to see: a sort, a filter text, and files of other types or not."""

    column: Column = Column.DATE
    descending: bool = True
    text: str = ""
    with_other: bool = False


def sorted_rows(rows: Iterable[FileRow], wish: Wish) -> list[FileRow]:
    """The rows in the wished order; rows that are equal there stay in the order in which they come."""
    return sorted(rows, key=KEYS[wish.column], reverse=wish.descending)


def presorted(made: SourceRows, wish: Wish) -> SourceRows:
    """The same rows in the wished order; for a worker, so that the list need only take them over."""
    rows, key = list(made.rows), KEYS[wish.column]
    sorted_so_far: list[FileRow] = []
    for start in range(0, len(rows), _SLICE):
        sorted_so_far += sorted(rows[start : start + _SLICE], key=key, reverse=wish.descending)
    # What is sorted in stretches is merged, which is a small part of the work.
    sorted_so_far.sort(key=key, reverse=wish.descending)
    return replace(made, by_ident={row.ident: row for row in sorted_so_far}, sorted_by=wish)


def get_ready(rows: Iterable[FileRow]) -> None:
    """Make what sorting by name needs, for a worker; whoever sorts earlier makes it then."""
    for row in rows:
        _by_name(row)


def shown_rows(rows: Iterable[FileRow], wish: Wish) -> list[FileRow]:
    """The rows that the filter lets through, in the order in which they come."""
    words = folded(wish.text).split()
    if not wish.with_other:
        other = Standing.OTHER
        rows = [row for row in rows if row.standing is not other]
    if not words:
        return list(rows)
    if len(words) == 1:
        word = words[0]
        return [row for row in rows if word in row.haystack]
    return [row for row in rows if all(word in row.haystack for word in words)]


def with_arrivals(
    arrivals: list[FileRow], order: list[FileRow], wish: Wish, first: int = 0
) -> list[FileRow]:
    """An order that is sorted, or nearly so, with sorted rows put in; none above the place `first`.

    The rows of the order keep theirs, whatever their keys are by now.
    """
    if not arrivals:
        return order
    key = KEYS[wish.column]
    known = [key(row) for row in order]
    if wish.descending:
        known.reverse()
    made: list[FileRow] = []
    done = 0
    for row in arrivals:
        place = bisect_right(known, key(row))
        place = max(len(order) - place if wish.descending else place, first, done)
        made += order[done:place]
        made.append(row)
        done = place
    return made + order[done:]


def _by_standing(row: FileRow) -> tuple[int, str]:
    return int(row.standing), row.file.kind.value


def _by_name(row: FileRow) -> str:
    """Made when somebody sorts by name for the first time, then kept."""
    if not row.by_name:
        row.by_name = natural(row.cells[Column.NAME])
    return row.by_name


def _by_type(row: FileRow) -> str:
    return row.cells[Column.TYPE]


def _by_source(row: FileRow) -> str:
    return _natural(row.cells[Column.SOURCE])


def _by_patient(row: FileRow) -> str:
    return _natural(row.patient)


def _by_title(row: FileRow) -> str:
    return _natural(row.title)


_natural = lru_cache(_ANSWERS_KEPT)(natural)

#: What each column sorts by: always one plain number or string, for those compare fastest.
KEYS: dict[Column, Callable[[FileRow], Any]] = {
    Column.TICK: attrgetter("is_ticked"),
    Column.ICON: _by_standing,
    Column.NAME: _by_name,
    Column.TYPE: _by_type,
    Column.DATE: attrgetter("file.fingerprint.modified_ns"),
    Column.SIZE: attrgetter("file.fingerprint.size"),
    Column.SOURCE: _by_source,
    Column.PATIENT: _by_patient,
    Column.TITLE: _by_title,
}
