"""How many rows stand how, and which are ticked: kept up by what changes, for a key press cannot wait.

A pass over a hundred thousand rows lasts longer than a frame of the screen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from message_centre.domain.files import SourceFile
from message_centre.ui.files.rows import LAST_TO_TICK, FileRow, Standing


class Counts:
    """Rows by standing. Each row remembers as what it was counted, so that a change is one step."""

    def __init__(self) -> None:
        self._counted: list[int] | None = None

    def of(self, rows: Iterable[FileRow], standings: Sequence[Standing]) -> int:
        """How many of these rows stand so; they are gone through only if nothing is known."""
        if self._counted is None:
            self._counted = [0] * len(Standing)
            self.came(rows)
        return sum(self._counted[standing] for standing in standings)

    def came(self, rows: Iterable[FileRow]) -> None:
        """Count rows that were not there before."""
        if self._counted is not None:
            for row in rows:
                self._counted[row.standing] += 1
                row.counted = row.standing

    def changed(self, rows: Iterable[FileRow]) -> None:
        """Count rows that were there anew."""
        if self._counted is not None:
            for row in rows:
                self._counted[row.counted] -= 1
                self._counted[row.standing] += 1
                row.counted = row.standing

    def forget(self) -> None:
        """Rows may have left: count everything when next asked."""
        self._counted = None


@dataclass(frozen=True, slots=True)
class Ticked:
    """The ticked files that can be saved, shown ones first, and how many are shown."""

    files: tuple[SourceFile, ...]
    shown: int


class Ticks:
    """The ticked rows. Every row that was ticked is known: without any there is nothing to go through."""

    def __init__(self) -> None:
        self._marked: dict[int, FileRow] = {}
        self._found: Ticked | None = None
        self._tickable: int | None = None

    @property
    def are_any(self) -> bool:
        """Whether any row is ticked, even one that cannot be saved now."""
        return any(row.is_ticked for row in self._marked.values())

    def tick(self, rows: Sequence[FileRow], *, ticked: bool) -> None:
        """Tick or untick these."""
        for row in rows:
            row.is_ticked = ticked
        self._marked.update(zip(map(id, rows), rows, strict=True))

    def clear(self) -> None:
        """Untick everything."""
        for row in self._marked.values():
            row.is_ticked = False
        self._marked.clear()

    def of(self, order: Sequence[FileRow], holds: Callable[[FileRow], bool]) -> Ticked:
        """Those of the shown rows in their order, then those that are there and not shown."""
        if self._found is None:
            chosen = _chosen(order) if self._marked else []
            hidden: list[FileRow] = []
            if len(chosen) < len(self._marked):
                seen = {id(row) for row in chosen}
                every = _chosen(self._marked.values())
                hidden = [row for row in every if id(row) not in seen and holds(row)]
            self._found = Ticked(tuple([row.file for row in (*chosen, *hidden)]), len(chosen))
        return self._found

    def tickable(self, order: Iterable[FileRow]) -> int:
        """How many of the shown rows can be ticked."""
        if self._tickable is None:
            self._tickable = len(tickable(order))
        return self._tickable

    def forget(self) -> None:
        """Ticks have changed."""
        self._found = None

    def forget_places(self) -> None:
        """The rows that are shown have changed, or what can be done with them."""
        self._found = self._tickable = None


def tickable(rows: Iterable[FileRow]) -> list[FileRow]:
    """The rows that can be ticked."""
    return [row for row in rows if row.standing <= LAST_TO_TICK]


def _chosen(rows: Iterable[FileRow]) -> list[FileRow]:
    return [row for row in rows if row.is_ticked and row.standing <= LAST_TO_TICK]
