"""The day sheet's window: a day, its sources, and every file that is named."""

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.day_sheets import DayFile, Fate
from message_centre.services.ports import DayCount
from message_centre.ui.day_sheet.day_sheet_words import (
    COUNT_HEADINGS,
    FILE_HEADINGS,
    count_cells,
    file_cells,
    sum_words,
    total_of,
)
from message_centre.ui.icons import Ink, icon
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import counted, tr

_ROW = 30
_MOST_SOURCES = 7
_MARKS = {
    Fate.HELD: ("held", Ink.WARNING),
    Fate.IMPORTED: ("saved", Ink.GOOD),
    Fate.CAME_AGAIN: ("other", Ink.MUTED),
}
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DaySheetDialog(QDialog):
    """Shows what it is given; `day_chosen` carries the day that is wished for."""

    day_chosen = Signal(object)
    print_requested = Signal()
    export_requested = Signal()

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("daySheet")
        self.setWindowTitle(tr("Day sheet"))
        self.setAccessibleName(self.windowTitle())
        self.day = self._make_day(today)
        self.counts = _table(COUNT_HEADINGS, "daySheetCounts", tr("Sources and their counts"), self)
        self.files = _table(FILE_HEADINGS, "daySheetFiles", tr("Files by name"), self)
        self.sum = with_font(plain_label("", "daySheetSum", self), bold=True)
        self.named = plain_label("", "daySheetNamed", self, role="muted")
        self.problem = plain_label("", "daySheetProblem", self, role="bad")
        self.print_ = push_button(tr("&Print\u2026"), "daySheetPrint", self)
        self.export = push_button(tr("&Export\u2026"), "daySheetExport", self)
        self.print_.clicked.connect(self.print_requested)
        self.export.clicked.connect(self.export_requested)
        self._lay_out()
        open_at(self, 1080, 640)
        self.show_nothing(tr("Looking into every source\u2026"))

    @property
    def chosen(self) -> date:
        """The day that is wished for."""
        return date.fromisoformat(self.day.date().toString(Qt.DateFormat.ISODate))

    def show_nothing(self, words: str, *, is_problem: bool = False) -> None:
        """Say why there is nothing to show."""
        self.problem.setText(words if is_problem else "")
        self.problem.setVisible(is_problem)
        self.sum.setText("" if is_problem else words)
        self.named.setText("")
        self.counts.setRowCount(0)
        self.files.setRowCount(0)
        self._fit()
        self._enable(is_full=False)

    def show_sheet(
        self, day: date, counts: tuple[DayCount, ...], files: tuple[DayFile, ...]
    ) -> None:
        """Show a day."""
        total = total_of(day, counts)
        self.problem.hide()
        self.sum.setText(sum_words(total))
        rows = [*counts, total] if counts else []
        self.counts.setRowCount(len(rows))
        for place, count in enumerate(rows):
            self._fill_count(place, count, is_total=count is total)
        self.named.setText(
            counted(len(files), "{n} file is named:", "{n} files are named:")
            if files
            else tr("No file waits for a person, and none was filed by itself.")
        )
        self.files.setRowCount(len(files))
        for place, file in enumerate(files):
            self._fill_file(place, file)
        self._fit()
        self._enable(is_full=True)

    def _fill_count(self, place: int, count: DayCount, *, is_total: bool) -> None:
        for column, text in enumerate(count_cells(count)):
            item = _item(text, count.source if column == 0 else "")
            if column:
                item.setTextAlignment(_NUMBER)
            if is_total:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self.counts.setItem(place, column, item)

    def _fill_file(self, place: int, file: DayFile) -> None:
        for column, text in enumerate(file_cells(file)):
            item = _item(text, text)
            if column == 1:
                item.setIcon(icon(*_MARKS[file.fate]))
            self.files.setItem(place, column, item)

    def _fit(self) -> None:
        """As many lines as there are sources; the rest of the room belongs to the files."""
        lines = min(max(self.counts.rowCount(), 1), _MOST_SOURCES)
        height = self.counts.horizontalHeader().sizeHint().height() + lines * _ROW + 4
        self.counts.setFixedHeight(height)
        self.files.setVisible(self.files.rowCount() > 0)

    def _enable(self, *, is_full: bool) -> None:
        self.print_.setEnabled(is_full)
        self.export.setEnabled(is_full)

    def _make_day(self, today: date) -> QDateEdit:
        made = QDateEdit(QDate(today.year, today.month, today.day), self)
        made.setObjectName("daySheetDay")
        made.setAccessibleName(tr("Day"))
        made.setDisplayFormat("dd MMM yyyy")
        made.setCalendarPopup(True)
        made.setMaximumDate(made.date())
        made.dateChanged.connect(lambda _day: self.day_chosen.emit(self.chosen))
        return made

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        label = plain_label(tr("&Day"), "", self, wrap=False)
        label.setBuddy(self.day)
        top.addWidget(label)
        top.addWidget(self.day)
        top.addStretch()
        top.addWidget(self.print_)
        top.addWidget(self.export)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.problem)
        layout.addWidget(self.counts)
        layout.addWidget(self.sum)
        layout.addWidget(self.named)
        layout.addWidget(self.files, 1)
        layout.addStretch()
        layout.addWidget(buttons)


def _item(text: str, tip: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(tip.replace("<", "&lt;"))
    return item


def _table(headings: tuple[str, ...], name: str, spoken: str, parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(headings), parent)
    table.setObjectName(name)
    table.setAccessibleName(spoken)
    table.setHorizontalHeaderLabels([tr(heading) for heading in headings])
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(_ROW)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    is_counts = len(headings) == len(COUNT_HEADINGS)
    for column in range(len(headings)):
        stretches = column == (0 if is_counts else 2)
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(column, mode.Stretch if stretches else mode.ResizeToContents)
        item = table.horizontalHeaderItem(column)
        if is_counts and column and item is not None:
            item.setTextAlignment(_NUMBER)
    return table
