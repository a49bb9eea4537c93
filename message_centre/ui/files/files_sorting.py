"""Which rows are shown, and in which order: plain functions over prepared keys, no proxy model."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from message_centre.ui.files.rows import Column, FileRow, SourceRows, Standing, folded, natural

_ANSWERS_KEPT = 4096
#: So many are sorted at a time on a worker: a sort lets no other thread work until it is done.
_SLICE = 4000
_LASTING = (Column.DATE, Column.NAME, Column.TYPE, Column.SIZE, Column.SOURCE)
#: So few rows are looked for one by one; for more it is faster to go through the order once.
_FEW_ROWS = 2
#: What saving a file changes of its row.
SAVING = (Column.ICON, Column.PATIENT, Column.TITLE)


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
    rows = _sorted_in_turns(list(made.rows), wish)
    return replace(made, by_ident={row.ident: row for row in rows}, sorted_by=wish)


def _sorted_in_turns(rows: list[FileRow], wish: Wish) -> list[FileRow]:
    key, done = KEYS[wish.column], list[FileRow]()
    for start in range(0, len(rows), _SLICE):
        done += sorted(rows[start : start + _SLICE], key=key, reverse=wish.descending)
    # What is sorted in stretches is merged, which is a small part of the work.
    done.sort(key=key, reverse=wish.descending)
    return done


class Orders:
    """The rows in the order of each column, as long as no key of it has changed: sorting is a look-up."""

    def __init__(self) -> None:
        self._known: dict[Column, list[FileRow]] = {}
        #: Grows with each change, so that what a worker made of older rows is not taken.
        self.version = 0

    def of(self, rows: Iterable[FileRow], wish: Wish) -> list[FileRow]:
        """These rows, which must be all there are, in the wished order."""
        if wish.column is Column.TICK:
            return sorted_rows(rows, wish)
        known = self._known.get(wish.column)
        if known is None:
            known = sorted_rows(rows, replace(wish, descending=False))
            self._known[wish.column] = known
        return known[::-1] if wish.descending else known

    def take(self, version: int, made: dict[Column, list[FileRow]]) -> None:
        """Take over what a worker made ready, unless something has changed meanwhile."""
        if version == self.version:
            self._known = made | self._known

    def forget(self, columns: Iterable[Column] = tuple(Column)) -> None:
        """Keys of these columns have changed."""
        for column in columns:
            self._known.pop(column, None)
            # Only what a worker may have at hand makes its work worthless.
            self.version += column in _LASTING


def orders_of(rows: list[FileRow], check: Callable[[], None]) -> dict[Column, list[FileRow]]:
    """The rows by every column that files alone decide; for a worker, `check` may raise in between."""
    made = {}
    for column in _LASTING:
        check()
        made[column] = _sorted_in_turns(rows, Wish(column, descending=False))
    return made


def shown_rows(rows: Iterable[FileRow], wish: Wish) -> list[FileRow]:
    """The rows that the filter lets through, in the order in which they come."""
    words, other = folded(wish.text).split(), Standing.OTHER
    for word in sorted(words, key=len, reverse=True):
        rows = [row for row in rows if word in row.haystack]
    return list(rows) if wish.with_other else [row for row in rows if row.standing is not other]


def with_arrivals(
    arrivals: list[FileRow], order: list[FileRow], wish: Wish, first: int = 0
) -> list[FileRow]:
    """An order that is sorted, or nearly so, with sorted rows put in; none above the place `first`.

    The rows of the order keep theirs, whatever their keys are by now.
    """
    if not arrivals:
        return order
    key, made, done = KEYS[wish.column], list[FileRow](), 0
    for row in arrivals:
        place = max(_place_of(key(row), order, wish), first, done)
        made += order[done:place]
        made.append(row)
        done = place
    return made + order[done:]


def _place_of(wanted: Any, order: list[FileRow], wish: Wish) -> int:
    """Behind what is equal, where the order ascends; before it, where it descends."""
    key = KEYS[wish.column]
    if wish.descending:
        return bisect_left(order, True, key=lambda row: key(row) <= wanted)
    return bisect_right(order, wanted, key=key)


def places_of(rows: list[FileRow], order: list[FileRow]) -> list[int]:
    """Where these rows stand in an order, -1 for those that do not."""
    wanted = set(rows)
    if len(wanted) <= _FEW_ROWS:
        where = {row: order.index(row) for row in wanted if row in order}
    else:
        where = {row: place for place, row in enumerate(order) if row in wanted}
    return [where.get(row, -1) for row in rows]


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
