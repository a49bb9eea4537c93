"""How many rows stand how, and which are ticked: kept up by what changes, for a key press cannot wait.

A pass over a hundred thousand rows lasts longer than a frame of the screen.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter

from message_centre.ui.files.rows import LAST_TO_TICK, FileRow, Standing

_COUNTED = attrgetter("counted")


class Counts:
    """Rows by standing. Each row remembers as what it was counted, so that a change is one step."""

    def __init__(self) -> None:
        self._counted: Counter[Standing] | None = None

    def of(self, rows: Iterable[FileRow], standings: Sequence[Standing]) -> int:
        """How many of these rows stand so; they are gone through only if nothing is known."""
        if self._counted is None:
            self._counted = Counter(map(_COUNTED, rows))
        return sum(map(self._counted.__getitem__, standings))

    def came(self, rows: Iterable[FileRow]) -> None:
        """Count rows that were not there before."""
        if self._counted is not None:
            self._counted.update(map(_COUNTED, rows))

    def changed(self, rows: Iterable[FileRow]) -> None:
        """Count rows that were there anew."""
        for row in rows:
            if self._counted is not None:
                self._counted[row.counted] -= 1
                self._counted[row.standing] += 1
            row.counted = row.standing

    def forget(self) -> None:
        """Rows may have left: count everything when next asked."""
        self._counted = None


class Ticks:
    """The ticked rows, kept up by what changes: to count them goes through no list.

    A row keeps its tick while it cannot be saved; it counts for nothing until then.
    """

    def __init__(self) -> None:
        self._rows: set[FileRow] = set()
        self._barred: set[FileRow] = set()

    @property
    def are_any(self) -> bool:
        """Whether any row is ticked, even one that cannot be saved now."""
        return bool(self._rows)

    @property
    def count(self) -> int:
        """How many ticked rows can be saved."""
        return len(self._rows) - len(self._barred)

    def tick(self, rows: Sequence[FileRow], *, ticked: bool) -> None:
        """Tick or untick these rows, all of which can be ticked."""
        for row in rows:
            row.is_ticked = ticked
        if ticked:
            self._rows.update(rows)
        else:
            self._rows.difference_update(rows)

    def clear(self) -> None:
        """Untick everything."""
        for row in self._rows:
            row.is_ticked = False
        self._rows.clear()
        self._barred.clear()

    def changed(self, rows: Iterable[FileRow]) -> None:
        """These rows may stand otherwise now, or have lost their tick."""
        for row in rows:
            if row in self._rows:
                self._barred.discard(row)
                if not row.is_ticked:
                    self._rows.discard(row)
                elif not row.can_be_ticked:
                    self._barred.add(row)

    def keep_only(self, rows: Iterable[FileRow]) -> None:
        """All others are no longer there."""
        if self._rows:
            self._rows.intersection_update(rows)
            self._barred &= self._rows

    def of(self, rows: Iterable[FileRow]) -> list[FileRow]:
        """Those of these rows that are ticked and can be saved."""
        return [row for row in rows if row.is_ticked and row.standing <= LAST_TO_TICK]


def tickable(rows: Iterable[FileRow]) -> list[FileRow]:
    """The rows that can be ticked."""
    return [row for row in rows if row.standing <= LAST_TO_TICK]
