"""PatientsModel: the found patients as a table; a thin adapter over plain values."""

from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.ui.patients.wording import spoken, status_words
from message_centre.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

#: The role under which a row hands out its `Patient`.
PatientRole = Qt.ItemDataRole.UserRole + 1


class PatientColumn(IntEnum):
    """The columns, in the order in which they are shown."""

    NAME = 0
    BORN = 1
    SEX = 2
    NUMBER = 3
    NHI = 4
    STATUS = 5
    ADDRESS = 6


class PatientsModel(QAbstractTableModel):
    """Found patients, best first. Rows are only ever replaced as a whole: a new answer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._patients: tuple[Patient, ...] = ()
        self._cells: tuple[tuple[str, ...], ...] = ()
        self._spoken: tuple[str, ...] = ()

    def show_patients(self, patients: Sequence[Patient], today: date) -> None:
        """Replace every row."""
        self.beginResetModel()
        self._patients = tuple(patients)
        self._cells = tuple(_cells(patient, today) for patient in patients)
        self._spoken = tuple(spoken(patient, today) for patient in patients)
        self.endResetModel()

    def patient(self, row: int) -> Patient | None:
        """The patient of a row, or None if there is no such row."""
        return self._patients[row] if 0 <= row < len(self._patients) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of patients."""
        return 0 if parent.isValid() else len(self._patients)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Qt: number of columns."""
        return 0 if parent.isValid() else len(PatientColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: a look-up, never work."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells[row][column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken[row] if column == PatientColumn.NAME else self._cells[row][column]
        if role == PatientRole:
            return self._patients[row]
        if role == Qt.ItemDataRole.FontRole and column in {
            PatientColumn.NAME,
            PatientColumn.STATUS,
        }:
            return _bold()
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt: the column's name."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        names = ("Name", "Date of birth", "Sex", "Number", "NHI", "Status", "Address")
        return tr(names[section])


def _cells(patient: Patient, today: date) -> tuple[str, ...]:
    return (
        shown(patient.name),
        patient.born(today),
        shown(patient.sex).capitalize(),
        shown(patient.number),
        shown(patient.nhi),
        status_words(patient),
        shown(patient.address),
    )


def _bold() -> QFont:
    font = QFont()
    font.setWeight(QFont.Weight.DemiBold)
    return font
