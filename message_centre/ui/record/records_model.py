"""RecordsModel: filed documents, or tombstones, as a table; a thin adapter over plain values."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from message_centre.domain.records import Record
from message_centre.ui.pieces.sizes import moment_words, size_words
from message_centre.ui.record import record_words
from message_centre.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
Cells = Callable[[Record], tuple[str, ...]]
_NOWHERE = QModelIndex()


class RecordsModel(QAbstractTableModel):
    """Rows are replaced as a whole after every reading."""

    def __init__(self, headings: Sequence[str], cells: Cells, parent: QObject) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._make_cells = cells
        self._records: tuple[Record, ...] = ()
        self._cells: tuple[tuple[str, ...], ...] = ()

    def show_records(self, records: Sequence[Record]) -> None:
        """Replace every row."""
        self.beginResetModel()
        self._records = tuple(records)
        self._cells = tuple(self._make_cells(record) for record in records)
        self.endResetModel()

    def record(self, row: int) -> Record | None:
        """The record of a row, or None."""
        return self._records[row] if 0 <= row < len(self._records) else None

    def row_of(self, record_id: str) -> int:
        """The row of a record, or -1."""
        rows = (row for row, record in enumerate(self._records) if record.id == record_id)
        return next(rows, -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of records."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of columns."""
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: a look-up, never work."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cells = self._cells[index.row()]
            return ", ".join(cells) if index.column() == 0 else cells[index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt: the column's name."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._headings[section]


def notes_model(parent: QObject) -> RecordsModel:
    """Documents: what, type, taken, filed, by whom, size."""
    headings = (tr("Document"), tr("Type"), tr("Filed"), tr("By"), tr("Size"))
    return RecordsModel(headings, _note_cells, parent)


def tombstones_model(parent: QObject) -> RecordsModel:
    """Withdrawn items: what kind, filed when, withdrawn when, by whom, why. No content."""
    headings = (tr("Item"), tr("Filed"), tr("Withdrawn"), tr("By"), tr("Reason"))
    return RecordsModel(headings, _tombstone_cells, parent)


def _note_cells(record: Record) -> tuple[str, ...]:
    return (
        record_words.name_of(record),
        record_words.type_words(record),
        moment_words(record.filed_at),
        record.operator,
        size_words(record.size),
    )


def _tombstone_cells(record: Record) -> tuple[str, ...]:
    filed = moment_words(record.filed_at)
    return (record_words.name_of(record), filed, *record_words.tombstone(record))
