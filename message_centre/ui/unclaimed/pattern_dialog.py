"""The name pattern of auto-import, tried on names while one types."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.capture_names import DEFAULT_PATTERN, CaptureName, CapturePattern
from message_centre.domain.names import shown
from message_centre.ui.files.rows import moment
from message_centre.ui.icons import Ink, icon
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_MOST = 200
_ROW = 28
_GAP = 24
_EXAMPLES = (
    "INTOUCH_P1002_D1_20260102_101112.jpg",
    "intouch_p1002_d1_20260102_101112_02.MOV",
    "DSC0001.JPG",
)


class PatternDialog(QDialog):
    """Shows at once what each name says by the pattern; `save_requested` carries a pattern that can be."""

    save_requested = Signal(str)

    def __init__(self, pattern: str, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patternDialog")
        self.setWindowTitle(tr("Names of files that file themselves"))
        self.setAccessibleName(self.windowTitle())
        self.pattern = QLineEdit(pattern, self)
        self.pattern.setObjectName("patternLine")
        self.names = QPlainTextEdit("\n".join(names or _EXAMPLES), self)
        self.names.setObjectName("patternNames")
        self.names.setTabChangesFocus(True)
        self.problem = plain_label("", "patternProblem", self, role="bad")
        self.table = self._make_table()
        self.save = push_button(tr("&Save"), "patternSave", self, role="primary")
        self.usual = push_button(tr("&Usual pattern"), "patternUsual", self)
        self._lay_out()
        self.pattern.textChanged.connect(self._try)
        self.names.textChanged.connect(self._try)
        self.usual.clicked.connect(self._use_usual)
        self.save.clicked.connect(self._ask_to_save)
        open_at(self, 820, 620)
        self._try()

    def word_save(self, words: str) -> None:
        """Say on the button what becomes of the pattern."""
        self.save.setText(words)
        self.save.setAccessibleName(words.replace("&", ""))

    def show_problem(self, words: str) -> None:
        """Say why it was not saved."""
        self.problem.setText(words)
        self.problem.show()

    def _use_usual(self) -> None:
        self.pattern.setText(DEFAULT_PATTERN)

    def _ask_to_save(self) -> None:
        self.save_requested.emit(self.pattern.text())

    def _try(self) -> None:
        """Read every name by the pattern as it stands."""
        pattern, problem = _made(self.pattern.text())
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.save.setEnabled(pattern is not None)
        names = [line for line in self.names.toPlainText().splitlines() if line][:_MOST]
        self.table.setRowCount(len(names) if pattern else 0)
        for place, name in enumerate(names if pattern else ()):
            said = pattern.read(name) if pattern else None
            was_meant = pattern is not None and pattern.was_meant(name)
            fits = said is not None and said.taken_at is not None
            first = QTableWidgetItem(icon(*_mark(fits=fits)), shown(name))
            self.table.setItem(place, 0, first)
            self.table.setItem(place, 1, QTableWidgetItem(_words(said, was_meant=was_meant)))
        self.table.setColumnWidth(0, min(self.table.sizeHintForColumn(0) + _GAP, self.width() // 2))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 2, self)
        table.setObjectName("patternTable")
        table.setAccessibleName(tr("What each name says"))
        table.setHorizontalHeaderLabels([tr("Name"), tr("What it says")])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setHighlightSections(False)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        table.horizontalHeader().setDefaultAlignment(left)
        mode = QHeaderView.ResizeMode
        table.horizontalHeader().setSectionResizeMode(1, mode.Stretch)
        return table

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        for words, field in (
            (tr("&Pattern"), self.pattern),
            (tr("&Names to try it on, one a line"), self.names),
        ):
            label = plain_label(words, "", self, wrap=False)
            label.setBuddy(field)
            field.setAccessibleName(words.replace("&", ""))
            layout.addWidget(label)
            layout.addWidget(field)
        self.names.setFixedHeight(110)
        help_words = tr(
            "<patient number> and <provider number> are digits; a date is <yyyymmdd>, <ddmmyyyy> or"
            " <yyyy-mm-dd>, a time <hhmmss> or <hh-mm-ss>; <nn> counts; it ends with .<ext>. What stands"
            " in square brackets may be missing. The whole name must fit."
        )
        layout.insertWidget(2, plain_label(help_words, "patternHelp", self, role="muted"))
        layout.insertWidget(3, self.problem)
        layout.addWidget(self.table, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        buttons.addButton(self.usual, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


def _made(text: str) -> tuple[CapturePattern | None, str]:
    try:
        return CapturePattern(text), ""
    except ValueError as error:
        return None, tr("This cannot be a pattern: {why}.", why=error)


def _mark(*, fits: bool) -> tuple[str, Ink]:
    return ("saved", Ink.GOOD) if fits else ("other", Ink.MUTED)


def _words(said: CaptureName | None, *, was_meant: bool) -> str:
    if said is None and was_meant:
        return tr("Begins like it, but the whole does not fit; waits under Unclaimed")
    if said is None:
        return tr("Does not fit; an ordinary file")
    if said.taken_at is None:
        return tr("Fits, but tells a day or time that does not exist")
    return tr(
        "Patient {patient}, Provider {provider}, {at}",
        patient=said.patient_number,
        provider=said.provider_number,
        at=moment(said.taken_at),
    )
