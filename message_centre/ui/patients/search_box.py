"""SearchBox: type, see patients, choose one. It emits intentions and accepts answers."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.patients import Patient
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.patients.search_model import PatientColumn, PatientsModel
from message_centre.ui.patients.wording import status_words
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.words import tr

_WIDTHS = {
    PatientColumn.NAME: 210,
    PatientColumn.BORN: 140,
    PatientColumn.SEX: 64,
    PatientColumn.NUMBER: 76,
    PatientColumn.NHI: 82,
}


class SearchBox(QWidget):
    """A search field over a table of patients.

    A patient is only ever chosen from rows that answer the text in the field: Enter pressed before
    the answer is in waits for it, and then chooses only if exactly one patient fits.
    """

    asked = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patientSearch")
        self._answered: str | None = None
        self._enter_waits = False
        self._leaves_unmarked = False
        self._line = SearchLine(self)
        self._hint = plain_label("", "patientSearchHint", self)
        self._model = PatientsModel(self)
        self._table = _table(self._model, self)
        self._lay_out()
        self._line.textChanged.connect(self._ask)
        self._line.moved.connect(self._move)
        self._line.entered.connect(self._enter)
        self._table.activated.connect(self._choose_index)
        self.setFocusProxy(self._line)

    def start(self) -> None:
        """Clear the field, ask for the recent patients and take the focus."""
        self._line.clear()
        self._ask()
        self._line.setFocus()

    def text(self) -> str:
        """What is being searched for."""
        return self._line.text().strip()

    def show_patients(self, text: str, patients: Sequence[Patient], today: date) -> None:
        """Show the answer to `text`; an answer to anything but the present text is dropped."""
        if text != self.text():
            return
        self._answered = text
        self._model.show_patients(patients, today)
        is_usual = not any(status_words(patient) for patient in patients)
        self._table.setColumnHidden(PatientColumn.STATUS, is_usual)
        self._hint.setText(_hint(text, len(patients)))
        self._mark_first()
        if self._enter_waits and len(patients) == 1:
            self._enter()
        self._enter_waits = False

    def show_problem(self, text: str) -> None:
        """Say why there is no answer."""
        self._model.show_patients((), date.min)
        self._hint.setText(text)

    def leave_unmarked(self, is_so: bool) -> None:
        """Mark none of the recent patients, since something else is proposed: Enter chooses nobody then."""
        self._leaves_unmarked = is_so
        if not self.text():
            self._mark_first()

    def current(self) -> Patient | None:
        """The patient of the marked row."""
        return self._model.patient(self._table.currentIndex().row())

    def choose_current(self) -> None:
        """Choose the marked row, as Enter does."""
        self._enter()

    def _ask(self) -> None:
        self._answered = None
        self._enter_waits = False
        self._hint.setText(tr("Searching…"))
        self.asked.emit(self.text())

    def _enter(self) -> None:
        if self._answered != self.text():
            self._enter_waits = True
            return
        self._choose(self.current())

    def _choose_index(self, index: QModelIndex) -> None:
        if self._answered == self.text():
            self._choose(self._model.patient(index.row()))

    def _choose(self, patient: Patient | None) -> None:
        if patient is not None:
            self.chosen.emit(patient)

    def _move(self, step: int) -> None:
        last = self._model.rowCount() - 1
        self._select(max(0, min(last, self._table.currentIndex().row() + step)))

    def _mark_first(self) -> None:
        if self._leaves_unmarked and not self.text():
            self._table.setCurrentIndex(QModelIndex())
            self._table.clearSelection()
        else:
            self._select(0)

    def _select(self, row: int) -> None:
        if self._model.rowCount():
            self._table.setCurrentIndex(self._model.index(row, PatientColumn.NAME))

    def _lay_out(self) -> None:
        self._line.setObjectName("patientSearchLine")
        self._line.setAccessibleName(tr("Search patient"))
        self._line.setPlaceholderText(tr("Name, date of birth, number, NHI or phone"))
        self._line.setMinimumHeight(36)
        caption = QLabel(tr("&Search patient"), self)
        caption.setBuddy(self._line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (caption, self._line, self._hint):
            layout.addWidget(widget)
        layout.addWidget(self._table, 1)


def _table(model: PatientsModel, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setObjectName("patientTable")
    table.setAccessibleName(tr("Patients found"))
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(32)
    _size_columns(table)
    return table


def _size_columns(table: QTableView) -> None:
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(PatientColumn.ADDRESS, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(PatientColumn.STATUS, QHeaderView.ResizeMode.ResizeToContents)
    for column, width in _WIDTHS.items():
        table.setColumnWidth(column, width)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)


def _hint(text: str, count: int) -> str:
    if not text:
        return tr("Recent patients") if count else tr("Type to search the register")
    if not count:
        return tr("No patient fits. Try part of the name, the date of birth or the number.")
    if count == 1:
        return tr("1 patient fits")
    return tr("{count} patients fit, the best first", count=count)
