"""LinesTable: messages as rows of words, sorted by any column; the chosen row outlives every refresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from message_centre.ui.icons import Ink, icon

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROLE = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is of, its cells and what they sort by, its mark, and whether it is new."""

    key: str
    cells: tuple[str, ...]
    order: tuple[Any, ...]
    symbol: str
    ink: Ink = Ink.MUTED
    is_bold: bool = False
    spoken: str = ""


class LinesModel(QAbstractTableModel):
    """Rows are replaced as a whole, and only if something changed."""

    def __init__(self, headings: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._lines: list[Line] = []
        self._sorting = (0, Qt.SortOrder.AscendingOrder)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace every row."""
        self.beginResetModel()
        self._lines = list(lines)
        self._order()
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """The line of a row, or None."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, key: str) -> int:
        """The row of a key, or -1."""
        return next((row for row, line in enumerate(self._lines) if line.key == key), -1)

    def is_showing(self, lines: Sequence[Line]) -> bool:
        """Whether these are the rows already, in whatever order."""
        mine = {line.key: line for line in self._lines}
        return len(mine) == len(lines) and all(mine.get(line.key) == line for line in lines)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: sort by a column, from now on."""
        if 0 <= column < len(self._headings):
            self._sorting = (column, order)
            self.layoutAboutToBeChanged.emit()
            before = list(self._lines)
            self._order()
            for index in self.persistentIndexList():
                row = self._lines.index(before[index.row()])
                self.changePersistentIndex(index, self.index(row, index.column()))
            self.layoutChanged.emit()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of rows."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of columns."""
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        """Qt: a look-up, never work."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return line.cells[index.column()]
        if role == _ROLE.AccessibleTextRole:
            return line.spoken if index.column() == 0 else line.cells[index.column()]
        if role == _ROLE.DecorationRole and index.column() == 0:
            return icon(line.symbol, line.ink)
        if role == _ROLE.FontRole and line.is_bold:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        """Qt: the column's name."""
        if role == _ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != _ROLE.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._headings[section]

    def _order(self) -> None:
        column, order = self._sorting
        is_falling = order is Qt.SortOrder.DescendingOrder
        self._lines.sort(key=lambda line: line.order[column], reverse=is_falling)


class LinesTable(QTableView):
    """`chosen` carries the key of the row that a person went to, and nothing where there is none."""

    chosen = Signal(str)

    def __init__(self, name: str, spoken: str, headings: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._lines = LinesModel(headings, self)
        self._is_filling = False
        self.setModel(self._lines)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(34)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def set_columns(self, widths: Sequence[int], *, wide: int, by: int, falling: bool) -> None:
        """Widths, which column takes the room left, and by which column rows are sorted first."""
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(by, order)
        self.setSortingEnabled(True)

    @property
    def key(self) -> str:
        """The key of the current row, or nothing."""
        line = self._lines.line(self.currentIndex().row())
        return line.key if line else ""

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace every row; the current one stays the current one while it is there."""
        if self._lines.is_showing(lines):
            return
        key, self._is_filling = self.key, True
        self._lines.show_lines(lines)
        row = self._lines.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._lines.index(row, 0))
        self._is_filling = False
        if key and row < 0:
            self.chosen.emit("")

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Qt: tell where one went."""
        super().currentChanged(current, previous)
        if not self._is_filling:
            line = self._lines.line(current.row())
            self.chosen.emit(line.key if line else "")
