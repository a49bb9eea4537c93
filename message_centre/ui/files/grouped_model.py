"""The Ext list with headings over its sessions, if a person wants them."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from message_centre.ui.files.counts import tickable
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_sorting import Wish
from message_centre.ui.files.headings import Arrangement
from message_centre.ui.files.rows import FileRow, SourceRows, Standing

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows for a worker: those in sight with their headings, those shown without any, and all there are."""

    in_sight: list[FileRow]
    shown: list[FileRow]
    every: list[FileRow]


class GroupedModel(FilesModel):
    """Sort, filter, ticks and places of rows are those of the plain list, session by session.

    Between two refreshes files that come stand at the end, under a heading of their own.
    """

    _arrangement: Arrangement | None = None

    def arrange(self, arrangement: Arrangement | None) -> None:
        """Show the rows under headings from now on, or no longer."""
        if self._arrangement is not None:
            self._arrangement.end()
        self._arrangement = arrangement
        if arrangement is not None:
            arrangement.begin()
        self._show_sorted()
        self.dress()

    @property
    def shown_files(self) -> int:
        """How many of the rows are files."""
        return len(self._order) - (self._arrangement.headings if self._arrangement else 0)

    def is_heading(self, place: int) -> bool:
        """Whether a heading stands there."""
        is_there = 0 <= place < len(self._order)
        return is_there and self._order[place].standing is Standing.HEADING

    def snapshot(self, first: int, count: int) -> Snapshot:
        """The rows as they are now; those of some places are asked for first."""
        return Snapshot(self._order[first : first + count], self._sorted(), self.rows())

    def tick_together(self, rows: Iterable[FileRow]) -> None:
        """Tick all of these rows that can be, or untick them where all of them are ticked."""
        found = tickable(rows)
        self._ticks.tick(found, ticked=not all(row.is_ticked for row in found))
        self._tell_ticks()

    # As in the plain list, with headings put in

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: a heading can never be the current row."""
        flags = super().flags(index)
        if self._arrangement is not None and self.is_heading(index.row()):
            flags &= ~Qt.ItemFlag.ItemIsSelectable
        return flags

    def wish_for(self, wish: Wish) -> None:
        """Show the rows so from now on."""
        if self._arrangement is None or wish == self._wish:
            super().wish_for(wish)
            return
        self._wish = wish
        self._show_sorted()
        self.ticks_changed.emit()

    def look_again(self, made: SourceRows, pinned: FileRow | None = None) -> None:
        """Take over a listing that nobody asked for: files that come stand at the end of the groups."""
        super().look_again(made, pinned)
        if self._arrangement is not None:
            heading = Standing.HEADING
            self._become([row for row in self._order if row.standing is not heading])

    def _sorted(self) -> list[FileRow]:
        return self._let_through(self.orders.of(self._book, self._wish))

    def _show_sorted(self) -> None:
        order = self._sorted()
        self._lay_out(self._arrangement.arranged(order) if self._arrangement else order)

    def _become(self, order: list[FileRow]) -> None:
        super()._become(self._arrangement.arranged(order) if self._arrangement else order)
