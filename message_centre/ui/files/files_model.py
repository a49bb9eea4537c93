"""The Ext list as Qt sees it: a flat table whose `data` is a look-up and whose order is its own list.

Selection and focus survive every change: a sort and a filter are a layout change, a listing arrives as
inserted, removed and changed rows, and there is never a reset.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from message_centre.domain.files import FileKey, Listing, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.outcomes import Outcome
from message_centre.ui.files.counts import Counts, Ticks, tickable
from message_centre.ui.files.files_sorting import (
    SAVING,
    Orders,
    Wish,
    places_of,
    shown_rows,
    sorted_rows,
    with_arrivals,
)
from message_centre.ui.files.ordered_model import Index, OrderedModel
from message_centre.ui.files.roles import ANSWERS, heading
from message_centre.ui.files.row_book import LEFT_OVER, RowBook
from message_centre.ui.files.rows import (
    TICKABLE,
    Column,
    FileRow,
    SourceRows,
    Standing,
    standing_after,
    standing_of,
)

_ROLE = Qt.ItemDataRole
_DISPLAY = int(_ROLE.DisplayRole)
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
#: Put together once: every cell that is painted asks for them.
_PLAIN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_TICKABLE = _PLAIN | Qt.ItemFlag.ItemIsUserCheckable
_TICK = int(Column.TICK)
_FEW = 8


class FilesModel(OrderedModel):
    """Rows of the Ext list in the order a person wished for."""

    ticks_changed = Signal()
    counts_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = RowBook()
        self._wish = Wish()
        self.orders = Orders()
        self._ticks = Ticks()
        self._counts = Counts()
        self._looked_at = 0
        #: Of the rows that are shown, what can be ticked and what is; None where that is not known.
        self._shown: tuple[int, int] | None = None
        self.ticks_changed.connect(self._forget_shown)
        self.counts_changed.connect(self._forget_places)
        self.layoutChanged.connect(self._forget_places)

    # What Qt asks

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Qt: a look-up; display first, since nine of ten questions are that one."""
        if role == _DISPLAY:
            return self._order[index.row()].cells[index.column()]
        answer = ANSWERS.get(role)
        return answer(self._order[index.row()], index.column()) if answer else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Qt: the column's heading."""
        is_heading = orientation is Qt.Orientation.Horizontal
        return heading(section, role) if is_heading else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: every row can be the current one; only some can be ticked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        can_be_ticked = index.column() == _TICK and self._order[index.row()].can_be_ticked
        return _TICKABLE if can_be_ticked else _PLAIN

    def setData(self, index: Index, value: Any, role: int = int(_ROLE.EditRole)) -> bool:
        """Qt: ticks are the only thing a person can set here."""
        if role != _ROLE.CheckStateRole or not index.isValid():
            return False
        return self.tick(self._order[index.row()], ticked=Qt.CheckState(value) is _CHECKED)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: sort by a column, naturally."""
        descending = order is Qt.SortOrder.DescendingOrder
        self.wish_for(replace(self._wish, column=Column(column), descending=descending))

    # What a person wants to see

    @property
    def wish(self) -> Wish:
        """The sort and filter in force."""
        return self._wish

    def wish_for(self, wish: Wish) -> None:
        """Show the rows so from now on."""
        if wish == self._wish:
            return
        is_only_filter = replace(wish, text="") == replace(self._wish, text="")
        is_narrower = is_only_filter and wish.text.startswith(self._wish.text)
        self._wish = wish
        if is_narrower:
            self._lay_out(self._let_through(self._order))
        else:
            self._lay_out(self._let_through(self.orders.of(self._book, wish)))
        self.ticks_changed.emit()

    def filter(self, text: str) -> None:
        """Show the rows that hold every word of `text` in some column."""
        self.wish_for(replace(self._wish, text=text))

    def show_other(self, *, wanted: bool) -> None:
        """Show the files of other types too, or no longer."""
        self.wish_for(replace(self._wish, with_other=wanted))

    # Rows

    def find(self, key: FileKey) -> FileRow | None:
        """The row of a file, shown or not."""
        return self._book.find(key)

    def rows(self) -> list[FileRow]:
        """Every row, shown or not."""
        return list(self._book)

    def count(self, *standings: Standing) -> int:
        """How many rows stand so, shown or not."""
        return self._counts.of(self._book, standings)

    # What sources say

    def refresh(self, made: SourceRows) -> None:
        """Take over a listing that a person asked for: saved and gone rows leave."""
        has_left_over = made.gone is not None and self.count(*LEFT_OVER)
        changed = self._book.merge(made, is_refresh=True)
        if has_left_over:
            changed += self._book.settle(made.listing)
        self._forget_gone()
        self.orders.forget()
        self._tell(changed)
        wished = replace(self._wish, text="", with_other=False)
        is_ready = made.sorted_by == wished and self._book.holds_only(made)
        rows = made.rows if is_ready else self.orders.of(self._book, self._wish)
        self._become(self._let_through(rows))

    def refresh_unchanged(self, listing: Listing) -> None:
        """Take over a refresh that shows what the last listing showed: rows need no making."""
        if self.count(*LEFT_OVER):
            self._tell(self._book.settle(listing))
            self._forget_gone()
            self.orders.forget()
        self._become(self._let_through(self.orders.of(self._book, self._wish)))

    def keep_only(self, sources: Iterable[str]) -> None:
        """Drop the rows of every other source."""
        if self._book.keep_only(sources):
            self._forget_gone()
            self.orders.forget()
            there = set(self._book)
            self._become([row for row in self._order if row in there])

    def _forget_gone(self) -> None:
        """Rows may have left."""
        self._counts.forget()
        self._ticks.keep_only(self._book)

    def look_again(self, made: SourceRows, pinned: FileRow | None = None) -> None:
        """Take over a listing that nobody asked for: rows come, none leaves, none changes its place.

        Arrivals that belong above `pinned` are put right below it instead, so that it stays where it
        is on the screen; the next refresh sorts them in.
        """
        new = [row for row in made.rows if self._book.find(row.file.key) is None]
        changed = self._book.merge(made, is_refresh=False)
        self._counts.came(new)
        self._tell(changed)
        if new or changed:
            self.orders.forget()
        arrived = shown_rows(sorted_rows(new, self._wish), self._wish)
        first = self._order.index(pinned) + 1 if pinned is not None else 0
        self._add(arrived, with_arrivals(arrived, self._order, self._wish, first))

    def to_inspect(self, limit: int) -> tuple[SourceFile, ...]:
        """Ready files whose bytes nobody looked at yet, those on top of the list first."""
        found: list[SourceFile] = []
        for row in islice(self._order, self._looked_at, None):
            if len(found) == limit:
                break
            if not row.was_inspected and row.can_be_ticked:
                found.append(row.file)
            elif not found:
                # Nothing above needs to be looked through again, as long as the order stays.
                self._looked_at += 1
        return tuple(found)

    def inspected(self, files: Iterable[SourceFile], odd: Iterable[SourceFile]) -> None:
        """Take over what a look at the bytes of these files found: which of them are odd."""
        strange = {file.key: file for file in odd}
        found = (self._book.inspected(file, strange.get(file.key)) for file in files)
        looked_at = self._looked_at
        self._tell([row for row in found if row])
        # What was found changes nothing of what is still to be looked at.
        self._looked_at = looked_at

    # What became of a save

    def mark_saved(
        self, key: FileKey, patient_name: str, title: str, outcome: Outcome = Outcome.SAVED
    ) -> None:
        """Grey the row, give it patient, title and a new icon; it leaves at the next refresh."""
        if row := self._book.find(key):
            row.is_ticked = False
            row.patient, row.title = shown(patient_name), shown(title)
            row.standing, row.note = standing_after(outcome), ""
            self._redo(row)

    def mark_reassigned(self, key: FileKey, patient_name: str, title: str) -> None:
        """Let a saved row tell whose record its file is on now."""
        row = self._book.find(key)
        told = shown(patient_name), shown(title)
        if row and row.is_saved and (row.patient, row.title) != told:
            row.patient, row.title = told
            self._redo(row)

    def mark_failed(self, key: FileKey, reason: str) -> None:
        """Say on the row why its file was not saved; it can be tried again."""
        if (row := self._book.find(key)) and not row.is_saved:
            row.standing, row.note = Standing.NOT_SAVED, reason
            self._redo(row)

    def mark_unsaved(self, key: FileKey) -> None:
        """Make the row what it was before its file was saved."""
        if row := self._book.find(key):
            row.patient = row.title = ""
            row.standing, row.note = standing_of(row.file), row.file.reason
            self._redo(row)

    # Ticks

    def tick(self, row: FileRow, *, ticked: bool) -> bool:
        """Tick or untick one row; False if it can not be ticked."""
        if not row.can_be_ticked:
            return False
        self._ticks.tick([row], ticked=ticked)
        self._tell([row])
        self.ticks_changed.emit()
        return True

    def tick_all(self, *, ticked: bool) -> None:
        """Tick every shown row that can be saved, or untick every row there is."""
        if ticked:
            self._ticks.tick(tickable(self._order), ticked=True)
        else:
            self._ticks.clear()
        self._tell_ticks()

    def clear_ticks(self) -> None:
        """Untick everything."""
        if self._ticks.are_any:
            self.tick_all(ticked=False)

    def ticked(self) -> tuple[SourceFile, ...]:
        """The ticked files that can be saved: shown ones first, then hidden ones, as they are sorted."""
        if not self._ticks.count:
            return ()
        chosen = self._ticks.of(self._order)
        if len(chosen) < self._ticks.count:
            seen = set(chosen)
            every = self._ticks.of(self.orders.of(self._book, self._wish))
            chosen += [row for row in every if row not in seen]
        return tuple([row.file for row in chosen])

    def count_ticked(self) -> int:
        """How many files are ticked and can be saved, shown or not; goes through nothing."""
        return self._ticks.count

    def shown_ticks(self) -> int:
        """How many of the ticked files are shown now."""
        return self._in_sight()[1]

    def tick_state(self) -> Qt.CheckState:
        """Whether all, some or none of the shown rows that can be ticked are ticked."""
        can_be_ticked, are_ticked = self._in_sight()
        if not are_ticked:
            return _UNCHECKED
        return _CHECKED if are_ticked == can_be_ticked else Qt.CheckState.PartiallyChecked

    @property
    def shown_files(self) -> int:
        """How many of the rows are files."""
        return len(self._order)

    def _in_sight(self) -> tuple[int, int]:
        """How many of the shown rows can be ticked, and how many are."""
        if self._shown is None:
            other = 0 if self._wish.with_other else self.count(Standing.OTHER)
            if self._wish.text or self.shown_files != len(self._book) - other:
                self._shown = len(tickable(self._order)), len(self._ticks.of(self._order))
            else:
                self._shown = self.count(*TICKABLE), self._ticks.count
        return self._shown

    def _forget_places(self) -> None:
        self._forget_shown()
        self._looked_at = 0

    def _forget_shown(self) -> None:
        self._shown = None

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        if self._order:
            self._tell_columns(0, len(self._order) - 1)

    def _let_through(self, rows: Iterable[FileRow]) -> list[FileRow]:
        """Those of the rows that are wished for; where there are no other types, none is looked for."""
        with_other = self._wish.with_other or not self.count(Standing.OTHER)
        return shown_rows(rows, replace(self._wish, with_other=with_other))

    # How changes are told

    def _redo(self, row: FileRow) -> None:
        row.changed()
        self._tell([row])
        self.ticks_changed.emit()

    def _tell(self, rows: Iterable[FileRow]) -> None:
        """Tell that these rows look different; where they are many, that any may."""
        changed = list(rows)
        if not changed:
            return
        if len(changed) <= _FEW:
            for place in places_of(changed, self._order):
                if place >= 0:
                    self._tell_columns(place, place)
        elif self._order:
            # Only what is seen is drawn anew, and to find so many places costs more than that.
            self._tell_columns(0, len(self._order) - 1)
        self._counts.changed(changed)
        self._ticks.changed(changed)
        self.orders.forget(SAVING)
        self.counts_changed.emit()

    def _tell_ticks(self) -> None:
        if self._order:
            self._tell_columns(0, len(self._order) - 1)
        self.ticks_changed.emit()

    def _become(self, order: list[FileRow]) -> None:
        """Change to another set of rows by removing, inserting and moving, in this order."""
        if not self._order:
            self._add(order, order)
            return
        if order != self._order:
            known = set(self._order)
            coming = [row for row in order if row not in known]
            if len(order) - len(coming) < len(self._order):
                self._take_away(known.difference(order))
            self._put_in(coming, order)
        self._tell_counts()

    def _add(self, coming: list[FileRow], order: list[FileRow]) -> None:
        """Change to an order that holds the rows of now and these."""
        self._put_in(coming, order)
        self._tell_counts()

    def _tell_counts(self) -> None:
        self._forget_places()
        self.counts_changed.emit()
        self.ticks_changed.emit()
