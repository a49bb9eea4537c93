"""The Ext list as Qt sees it: a flat table whose `data` is a look-up and whose order is its own list.

Selection and focus survive every change: a sort and a filter are a layout change, a listing arrives as
inserted, removed and changed rows, and there is never a reset.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from message_centre.domain.files import FileKey, Listing, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.outcomes import Outcome
from message_centre.ui.files.files_sorting import Wish, place_of, shown_rows, sorted_rows
from message_centre.ui.files.roles import ANSWERS, heading
from message_centre.ui.files.row_book import RowBook
from message_centre.ui.files.rows import (
    Column,
    FileRow,
    SourceRows,
    Standing,
    standing_after,
    standing_of,
)

Index = QModelIndex | QPersistentModelIndex

_ROLE = Qt.ItemDataRole
_DISPLAY = int(_ROLE.DisplayRole)
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_NOWHERE = QModelIndex()
#: Put together once: every cell that is painted asks for them.
_PLAIN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_TICKABLE = _PLAIN | Qt.ItemFlag.ItemIsUserCheckable
_TICK = int(Column.TICK)
_FEW = 8


@dataclass(frozen=True, slots=True)
class _Tally:
    """What was counted in one pass after a change; a key press must not count again."""

    files: tuple[SourceFile, ...]
    shown: int
    tickable: int
    standings: tuple[int, ...]


class FilesModel(QAbstractTableModel):
    """Rows of the Ext list in the order a person wished for."""

    ticks_changed = Signal()
    counts_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = RowBook()
        self._order: list[FileRow] = []
        self._wish = Wish()
        self._tally: _Tally | None = None
        for signal in (self.ticks_changed, self.counts_changed, self.layoutChanged):
            signal.connect(self._forget_tally)

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: rows shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: always the same columns."""
        return 0 if parent.isValid() else len(Column)

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
        is_only_filter = replace(wish, text="") == replace(self._wish, text="")
        is_narrower = is_only_filter and wish.text.startswith(self._wish.text)
        self._wish = wish
        if is_narrower:
            self._lay_out(shown_rows(self._order, wish))
        else:
            self._lay_out(shown_rows(sorted_rows(self._book, wish), wish))
        self.ticks_changed.emit()

    def filter(self, text: str) -> None:
        """Show the rows that hold every word of `text` in some column."""
        self.wish_for(replace(self._wish, text=text))

    def show_other(self, *, wanted: bool) -> None:
        """Show the files of other types too, or no longer."""
        self.wish_for(replace(self._wish, with_other=wanted))

    # Rows

    def row(self, place: int) -> FileRow:
        """The row at a place of the list."""
        return self._order[place]

    def place(self, row: FileRow | None) -> int:
        """Where a row is shown, or -1."""
        try:
            return self._order.index(row) if row is not None else -1
        except ValueError:
            return -1

    def find(self, key: FileKey) -> FileRow | None:
        """The row of a file, shown or not."""
        return self._book.find(key)

    def count(self, *standings: Standing) -> int:
        """How many rows stand so, shown or not."""
        counted = self._counted().standings
        return sum(counted[standing] for standing in standings)

    # What sources say

    def refresh(self, made: SourceRows) -> None:
        """Take over a listing that a person asked for: saved and gone rows leave."""
        changed = self._book.merge(made, is_refresh=True)
        self._tell(changed)
        self._become(shown_rows(sorted_rows(self._book, self._wish), self._wish))

    def refresh_unchanged(self, listing: Listing) -> None:
        """Take over a refresh that shows what the last listing showed: rows need no making."""
        self._tell(self._book.settle(listing))
        self._become(shown_rows(sorted_rows(self._book, self._wish), self._wish))

    def keep_only(self, sources: Iterable[str]) -> None:
        """Drop the rows of every other source."""
        if self._book.keep_only(sources):
            self._become([row for row in self._order if self._book.find(row.file.key) is row])

    def look_again(self, made: SourceRows, pinned: FileRow | None = None) -> None:
        """Take over a listing that nobody asked for: rows come, none leaves, none changes its place.

        Arrivals that belong above `pinned` are put right below it instead, so that it stays where it
        is on the screen; the next refresh sorts them in.
        """
        before = {id(row) for row in self._book}
        changed = self._book.merge(made, is_refresh=False)
        self._tell(changed)
        arrived = [row for row in self._book if id(row) not in before]
        order = list(self._order)
        for row in shown_rows(sorted_rows(arrived, self._wish), self._wish):
            place = place_of(row, order, self._wish)
            if pinned is not None and place <= (at := order.index(pinned)):
                place = at + 1
            order.insert(place, row)
        self._become(order)

    def to_inspect(self, limit: int) -> tuple[SourceFile, ...]:
        """Ready files whose bytes nobody looked at yet, those on top of the list first."""
        rows = (row for row in self._order if not row.was_inspected and row.can_be_ticked)
        return tuple(row.file for row in islice(rows, limit))

    def inspected(self, files: Iterable[SourceFile], odd: Iterable[SourceFile]) -> None:
        """Take over what a look at the bytes of these files found: which of them are odd."""
        strange = {file.key: file for file in odd}
        found = (self._book.inspected(file, strange.get(file.key)) for file in files)
        self._tell([row for row in found if row])

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
        row.is_ticked = ticked
        self._tell([row])
        self.ticks_changed.emit()
        return True

    def tick_all(self, *, ticked: bool) -> None:
        """Tick every shown row that can be saved, or untick every row there is."""
        for row in self._order if ticked else self._book:
            row.is_ticked = ticked and (row.can_be_ticked or row.is_ticked)
        self._tell_ticks()

    def clear_ticks(self) -> None:
        """Untick everything."""
        if any(row.is_ticked for row in self._book):
            self.tick_all(ticked=False)

    def ticked(self) -> tuple[SourceFile, ...]:
        """The ticked files that can be saved: shown ones first and in their order, then hidden ones."""
        return self._counted().files

    def shown_ticks(self) -> int:
        """How many of the ticked files are shown now."""
        return self._counted().shown

    def tick_state(self) -> Qt.CheckState:
        """Whether all, some or none of the shown rows that can be ticked are ticked."""
        ticks = self._counted()
        if not ticks.shown:
            return _UNCHECKED
        is_all = ticks.shown == ticks.tickable
        return _CHECKED if is_all else Qt.CheckState.PartiallyChecked

    def _counted(self) -> _Tally:
        if self._tally is None:
            tickable = [row for row in self._order if row.can_be_ticked]
            chosen = [row for row in tickable if row.is_ticked]
            seen = {id(row) for row in chosen}
            standings = [0] * len(Standing)
            hidden = []
            for row in self._book:
                standings[row.standing] += 1
                if row.is_ticked and row.can_be_ticked and id(row) not in seen:
                    hidden.append(row)
            files = tuple(row.file for row in (*chosen, *hidden))
            self._tally = _Tally(files, len(chosen), len(tickable), tuple(standings))
        return self._tally

    def _forget_tally(self) -> None:
        self._tally = None

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        if self._order:
            self._tell_columns(0, len(self._order) - 1)

    # How changes are told

    def _redo(self, row: FileRow) -> None:
        row.changed()
        self._tell([row])
        self.ticks_changed.emit()

    def _tell(self, rows: Iterable[FileRow]) -> None:
        """Tell that these rows look different; of many, the whole stretch between them."""
        changed = list(rows)
        if not changed:
            return
        places = [place for place in _places(changed, self._order) if place >= 0]
        if len(places) > _FEW:
            self._tell_columns(min(places), max(places))
        else:
            for place in places:
                self._tell_columns(place, place)
        self.counts_changed.emit()

    def _tell_ticks(self) -> None:
        if self._order:
            self._tell_columns(0, len(self._order) - 1)
        self.ticks_changed.emit()

    def _tell_columns(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _become(self, order: list[FileRow]) -> None:
        """Change to another set of rows by removing, inserting and moving, in this order."""
        wanted = {id(row) for row in order}
        staying = [row for row in self._order if id(row) in wanted]
        if len(staying) < len(self._order):
            self._lay_out(staying + [row for row in self._order if id(row) not in wanted])
            self.beginRemoveRows(_NOWHERE, len(staying), len(self._order) - 1)
            self._order = staying
            self.endRemoveRows()
        known = {id(row) for row in staying}
        if coming := [row for row in order if id(row) not in known]:
            self.beginInsertRows(_NOWHERE, len(staying), len(order) - 1)
            self._order = staying + coming
            self.endInsertRows()
        self._lay_out(order)
        self.counts_changed.emit()
        self.ticks_changed.emit()

    def _lay_out(self, order: list[FileRow]) -> None:
        """Change order, or what is shown of it; every index that somebody holds follows its row."""
        if order == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        rows = [self._order[index.row()] for index in held]
        self._order = order
        places = _places(rows, order)
        moved = [
            self.index(place, index.column()) if place >= 0 else QModelIndex()
            for place, index in zip(places, held, strict=True)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()


def _places(rows: list[FileRow], order: list[FileRow]) -> list[int]:
    """Where these rows stand in an order, -1 for those that do not."""
    different = {id(row): row for row in rows}
    if len(different) > _FEW:
        where = {id(row): place for place, row in enumerate(order)}
    else:
        where = {mark: order.index(row) for mark, row in different.items() if row in order}
    return [where.get(id(row), -1) for row in rows]
