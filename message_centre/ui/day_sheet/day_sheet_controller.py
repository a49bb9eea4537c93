"""Opens the day sheet, counts on a worker, prints and exports."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from message_centre.domain.day_sheets import DayFile
from message_centre.domain.names import shown
from message_centre.domain.people import Operator
from message_centre.services.counting import DaySheets
from message_centre.services.day_sheet_files import write_csv
from message_centre.services.ports import DayCount
from message_centre.services.work import CancelToken, Report
from message_centre.ui.day_sheet.day_sheet_dialog import DaySheetDialog
from message_centre.ui.day_sheet.day_sheet_words import as_html
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.words import tr


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One counted day."""

    day: date
    counts: tuple[DayCount, ...]
    files: tuple[DayFile, ...]


class DaySheetController(QObject):
    """One for the window; the day sheet stands beside the work and may stay open."""

    def __init__(self, sheets: DaySheets, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._sheets = sheets
        self._runner = runner
        self._window = window
        self._dialog: DaySheetDialog | None = None
        self._desk: tuple[Operator, str] | None = None
        self._sheet: _Sheet | None = None
        self._counting = Newest(runner, self)

    def open(self, operator: Operator, provider: str) -> None:
        """Show today's sheet for this operator and provider."""
        self._desk = operator, provider
        if self._dialog is None:
            self._dialog = DaySheetDialog(self._sheets.today(), self._window)
            self._dialog.day_chosen.connect(self._count)
            self._dialog.print_requested.connect(self._print)
            self._dialog.export_requested.connect(self._export)
            self._dialog.finished.connect(self._close)
        self._dialog.show()
        self._dialog.raise_()
        self._count(self._dialog.chosen)

    def _count(self, day: date) -> None:
        self._sheet = None
        if self._dialog is not None and self._desk is not None:
            self._dialog.show_nothing(tr("Counting\u2026"))
            work = partial(self._counted, day, *self._desk)
            self._counting.ask(Lane.FETCH, work, self._show, self._fail)

    def _counted(
        self, day: date, operator: Operator, provider: str, token: CancelToken, _report: Report
    ) -> _Sheet:
        counts = self._sheets.of(day, operator, provider, token)
        return _Sheet(day, counts, self._sheets.files(day))

    def _show(self, sheet: object) -> None:
        if self._dialog is not None and isinstance(sheet, _Sheet):
            self._sheet = sheet
            self._dialog.show_sheet(sheet.day, sheet.counts, sheet.files)

    def _fail(self, error: object) -> None:
        if self._dialog is not None and isinstance(error, Exception):
            self._dialog.show_nothing(problem_of(error).sentence, is_problem=True)

    def document(self) -> QTextDocument:
        """The shown sheet as it is printed."""
        made = QTextDocument(self)
        if self._sheet is not None and self._desk is not None:
            head = shown(self._desk[0].name) or self._desk[0].id
            sheet = self._sheet
            made.setHtml(as_html(sheet.day, sheet.counts, sheet.files, head))
        return made

    def _print(self) -> None:
        if self._sheet is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        asking = QPrintDialog(printer, self._dialog)
        asking.setWindowTitle(tr("Print the day sheet"))
        if asking.exec():
            self.document().print_(printer)

    def _export(self) -> None:
        if self._sheet is None:
            return
        name = f"day-sheet-{self._sheet.day.isoformat()}.csv"
        chosen, _ = QFileDialog.getSaveFileName(
            self._dialog, tr("Export the day sheet"), name, tr("Table (*.csv)")
        )
        if chosen:
            self.export_to(Path(chosen))

    def export_to(self, path: Path) -> None:
        """Write the shown sheet to a file."""
        if self._sheet is None:
            return
        job = self._runner.submit(Lane.FETCH, partial(_written, path, self._sheet))
        job.failed.connect(partial(show_failure, self._dialog))

    def _close(self) -> None:
        self._counting.forget()
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


def _written(path: Path, sheet: _Sheet, _token: CancelToken, _report: Report) -> None:
    write_csv(path, sheet.day, sheet.counts, sheet.files)
