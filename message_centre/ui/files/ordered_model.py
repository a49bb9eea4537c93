"""A flat table of rows whose order is a list of its own; there is never a reset.

Selection and focus survive every change: another order is a layout change, and rows that come or leave do so
at the end of it.
"""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

from message_centre.ui.files.files_sorting import places_of
from message_centre.ui.files.rows import Column, FileRow

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class OrderedModel(QAbstractTableModel):
    """Knows which rows are shown, and in which order; what they tell is for others to say."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: list[FileRow] = []

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: rows shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: always the same columns."""
        return 0 if parent.isValid() else len(Column)

    def row(self, place: int) -> FileRow:
        """The row at a place of the list."""
        return self._order[place]

    def place(self, row: FileRow | None) -> int:
        """Where a row is shown, or -1."""
        try:
            return self._order.index(row) if row is not None else -1
        except ValueError:
            return -1

    def _tell_columns(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _take_away(self, leaving: set[FileRow]) -> None:
        staying = [row for row in self._order if row not in leaving]
        self._lay_out(staying + [row for row in self._order if row in leaving])
        self.beginRemoveRows(_NOWHERE, len(staying), len(self._order) - 1)
        self._order = staying
        self.endRemoveRows()

    def _put_in(self, coming: list[FileRow], order: list[FileRow]) -> None:
        if coming:
            self.beginInsertRows(_NOWHERE, len(self._order), len(order) - 1)
            self._order = self._order + coming
            self.endInsertRows()
        self._lay_out(order)

    def _lay_out(self, order: list[FileRow]) -> None:
        """Change order, or what is shown of it; every index that somebody holds follows its row."""
        if order == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        rows = [self._order[index.row()] for index in held]
        self._order = order
        places = places_of(rows, order)
        moved = [
            self.index(place, index.column()) if place >= 0 else QModelIndex()
            for place, index in zip(places, held, strict=True)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
