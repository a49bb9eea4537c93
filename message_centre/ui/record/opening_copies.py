"""OpeningCopies: hands a read-only copy of a safe document to the desktop's viewer."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from message_centre.domain.contents import HEAD_BYTES, contradiction
from message_centre.domain.errors import UnreadablePicture
from message_centre.domain.kinds import extension_of
from message_centre.domain.records import Record
from message_centre.services.exporting import Exporter
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.record.safe_opening import Opening, opening_of
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.words import tr


class OpeningCopies(QObject):
    """Copies lie in a private folder that goes with the window. `opened` tells what was shown."""

    opened = Signal(object)

    def __init__(self, exporter: Exporter, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._exporter = exporter
        self._runner = runner
        self._window = window
        self._folder: TemporaryDirectory[str] | None = None

    def open(self, record: Record) -> None:
        """Open a copy if the kind is safe, after a warning if it may be risky, else never."""
        opening = opening_of(extension_of(record.original_name))
        if opening is Opening.ALLOWED:
            self._export(record)
        elif opening is Opening.RISKY:
            self._warn(record)

    def clean_up(self) -> None:
        """Remove every copy; one that a viewer still holds open goes with the system's clean-up."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _warn(self, record: Record) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("riskyDocument")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(tr("Open this document?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("A document of this kind can hold macros or links to elsewhere."))
        box.setInformativeText(tr("Open it only if you know where it comes from."))
        yes = box.addButton(tr("Open a copy"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        yes.setObjectName("openRisky")
        yes.clicked.connect(partial(self._export, record))
        box.finished.connect(box.deleteLater)
        box.open()

    def _export(self, record: Record) -> None:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="message-centre-", ignore_cleanup_errors=True)
        work = partial(_safe_copy, self._exporter, record, Path(self._folder.name))
        job = self._runner.submit(Lane.FETCH, work)
        job.succeeded.connect(partial(self._show, record))
        job.failed.connect(partial(show_failure, self._window))

    def _show(self, record: Record, copy: object) -> None:
        if isinstance(copy, Path) and self._folder is not None:
            self.opened.emit(record)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy)))


def _safe_copy(
    exporter: Exporter, record: Record, folder: Path, token: CancelToken, report: Report
) -> Path:
    """A copy whose bytes are what its name says; anything else is not handed on."""
    del report
    copy = exporter.copy(record, folder, token)
    with copy.open("rb") as file:
        words = contradiction(extension_of(record.original_name), file.read(HEAD_BYTES))
    if words:
        copy.unlink()
        raise UnreadablePicture(tr("{words}. It is not opened.", words=words))
    return copy
