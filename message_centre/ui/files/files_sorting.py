"""Which rows are shown, and in which order: plain functions over prepared keys, no proxy model."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from message_centre.ui.files.rows import Column, FileRow, SortKey, Standing, folded


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants to see: a sort, a filter text, and files of other types or not."""

    column: Column = Column.DATE
    descending: bool = True
    text: str = ""
    with_other: bool = False


def sorted_rows(rows: Iterable[FileRow], wish: Wish) -> list[FileRow]:
    """The rows in the wished order; rows that are equal there stand by name, then by key."""
    column = wish.column
    if column is Column.TICK:
        return sorted(rows, key=_by_tick, reverse=wish.descending)
    return sorted(rows, key=lambda row: row.keys[column], reverse=wish.descending)


def shown_rows(rows: Iterable[FileRow], wish: Wish) -> list[FileRow]:
    """The rows that the filter lets through, in the order in which they come."""
    words = folded(wish.text).split()
    if not wish.with_other:
        rows = [row for row in rows if row.standing is not Standing.OTHER]
    if not words:
        return list(rows)
    if len(words) == 1:
        word = words[0]
        return [row for row in rows if word in row.haystack]
    return [row for row in rows if all(word in row.haystack for word in words)]


def place_of(row: FileRow, order: list[FileRow], wish: Wish) -> int:
    """Where a new row belongs in an order that is sorted, or nearly so."""
    if wish.descending:
        return len(order) - bisect_right(
            order[::-1], _key(row, wish), key=lambda at: _key(at, wish)
        )
    return bisect_right(order, _key(row, wish), key=lambda at: _key(at, wish))


def _key(row: FileRow, wish: Wish) -> SortKey:
    return _by_tick(row) if wish.column is Column.TICK else row.keys[wish.column]


def _by_tick(row: FileRow) -> SortKey:
    return (row.is_ticked,)
