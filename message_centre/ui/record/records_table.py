"""RecordsTable: a table of records that tells which one a person opens."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from message_centre.domain.records import Record
from message_centre.ui.pieces.thumbnail_model import Index
from message_centre.ui.record.records_model import RecordsModel


class RecordsTable(QTableView):
    """`opened` comes with a click or Enter; `moved_to` when the keys reach another row."""

    opened = Signal(str)
    moved_to = Signal(str)

    def __init__(self, model: RecordsModel, name: str, spoken: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._records = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(32)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    def show_records(self, records: Sequence[Record], *, wide: int) -> None:
        """Replace every row; the column `wide` takes what room is left."""
        self._records.show_records(records)
        self.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)

    def select(self, record_id: str) -> None:
        """Mark a record's row, if it is there."""
        row = self._records.row_of(record_id)
        if row >= 0:
            self.setCurrentIndex(self._records.index(row, 0))

    def current_id(self) -> str:
        """The record of the marked row, or an empty text."""
        record = self._records.record(self.currentIndex().row())
        return record.id if record is not None else ""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Qt: tell where the keys went."""
        super().currentChanged(current, previous)
        record = self._records.record(current.row())
        if record is not None and self.hasFocus():
            self.moved_to.emit(record.id)

    def _open(self, index: QModelIndex) -> None:
        record = self._records.record(index.row())
        if record is not None:
            self.opened.emit(record.id)
