"""RunBox: one batch under way, then its end with a reason and a Retry for each unsaved file."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.services.work import Progress
from message_centre.ui.imports.batch import (
    Batch,
    end_words,
    reason_words,
    running_words,
    state_words,
    unsaved,
)
from message_centre.ui.patients.wording import target_words
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import counted, tr

_ROWS = 100
_ROWS_HEIGHT = 170


class RunBox(QFrame):
    """Shows progress with a Cancel that stops between files; stays at the end if it must be read."""

    cancel_requested = Signal()
    retry_requested = Signal(object)
    close_requested = Signal()

    def __init__(self, batch: Batch, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("importRun")
        self.setProperty("role", "panel")
        self._batch = batch
        self._done = self._copied = 0
        self._heading = plain_label("", "importRunHeading", self)
        self._who = plain_label(target_words(batch.patient), "importRunWho", self, role="muted")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("importRunProgress")
        self._bar.setTextVisible(False)
        self._cancel = push_button(tr("Stop after this file"), "importRunCancel", self)
        self._close = push_button(tr("Close"), "importRunClose", self)
        self._rows = QScrollArea(self)
        self._lay_out()
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._close.clicked.connect(self.close_requested)
        self.show_progress(0)

    def show_progress(self, done: int) -> None:
        """Show how many files have come to their end."""
        self._heading.setText(running_words(self._batch, done))
        self._done = done
        self._show_bar()
        self._bar.setAccessibleName(self._heading.text())
        self._bar.show()
        self._rows.hide()
        self._close.hide()
        self._cancel.setEnabled(True)
        self._cancel.show()

    def show_copied(self, progress: Progress) -> None:
        """Show how many files are in the store, though not yet on record: large batches go in groups."""
        self._copied = progress.done
        self._show_bar()

    def _show_bar(self) -> None:
        """Half of the way is copying, half is filing."""
        self._bar.setRange(0, 2 * len(self._batch.orders))
        self._bar.setValue(max(self._copied, self._done) + self._done)

    def show_end(self, results: Sequence[ImportResult]) -> None:
        """Show the counts, and every unsaved file with its reason."""
        self._bar.hide()
        self._cancel.hide()
        self._close.show()
        self._heading.setText(end_words(results))
        self.setAccessibleName(self._heading.text())
        rows = self._list(unsaved(results))
        self._rows.setWidget(rows)
        rows.setAutoFillBackground(False)
        self._rows.setVisible(bool(unsaved(results)))

    def _ask_to_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancel_requested.emit()

    def _list(self, results: Sequence[ImportResult]) -> QWidget:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 4, 6, 0)
        for result in results[:_ROWS]:
            column.addLayout(self._row(result, inner))
        rest = len(results) - _ROWS
        if rest > 0:
            text = counted(rest, "and one more file", "and {n} more files")
            column.addWidget(plain_label(text, "importRunRest", inner, role="muted"))
        column.addStretch(1)
        return inner

    def _row(self, result: ImportResult, parent: QWidget) -> QHBoxLayout:
        name = shown(result.name)
        words = f"{state_words(result)}: {reason_words(result)}"
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(with_font(plain_label(name, "unsavedName", parent), bold=True))
        texts.addWidget(plain_label(words, "unsavedReason", parent))
        row = QHBoxLayout()
        row.addLayout(texts, 1)
        if result.outcome is not Outcome.ALREADY_FILED:
            retry = push_button(tr("Retry"), "retry", parent)
            retry.setAccessibleName(tr("Retry {file}", file=name))
            retry.clicked.connect(partial(self.retry_requested.emit, result))
            row.addWidget(retry, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _lay_out(self) -> None:
        self._rows.setObjectName("unsavedFiles")
        self._rows.setAccessibleName(tr("Files that were not saved"))
        self._rows.setWidgetResizable(True)
        self._rows.setFrameShape(QFrame.Shape.NoFrame)
        self._rows.setMaximumHeight(_ROWS_HEIGHT)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(with_font(self._heading, bold=True))
        texts.addWidget(self._who)
        top = QHBoxLayout()
        top.addLayout(texts, 1)
        top.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.addLayout(top)
        layout.addWidget(self._bar)
        layout.addWidget(self._rows)
