"""LearnDialog: one folder's name in pieces; a person says what each piece is, and names the device."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.folder_learning import Piece, grammar_of, propose
from message_centre.domain.folder_names import FolderGrammar, Part
from message_centre.domain.names import shown
from message_centre.domain.tower_profiles import Profile
from message_centre.ui.help_pane import offer_help
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import counted, tr

_MOST_SHOWN = 8


class LearnDialog(QDialog):
    """`learnt` carries the profile; whoever keeps it closes the dialog, or says what is wrong."""

    learnt = Signal(object)

    def __init__(self, example: str, names: Sequence[str], today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("learnDialog")
        self.setWindowTitle(tr("Learn how a tower names its folders"))
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._names, self._today = tuple(names), today
        self._pieces: tuple[Piece, ...] = ()
        self._boxes: list[QComboBox] = []
        self.example = _line("learnExample", tr("A folder's name"), self)
        self.grammar = _line("learnGrammar", tr("Grammar"), self)
        self.name = _line("learnName", tr("Name of the device"), self)
        self._cut = QWidget(self)
        self._cut.setObjectName("learnPieces")
        self._fits = plain_label("", "learnFits", self)
        self._problem = plain_label("", "learnProblem", self, role="bad")
        self.keep = push_button(tr("&Keep"), "learnKeep", self, role="primary")
        self._lay_out()
        self.example.textChanged.connect(self._cut_up)
        self.grammar.textChanged.connect(self._judge)
        self.name.textChanged.connect(self._judge)
        self.keep.clicked.connect(self._tell)
        self.example.setText(example)
        offer_help(self, "setup-towers")
        open_at(self, 680, 460)

    def say_problem(self, text: str) -> None:
        """Why the profile was not kept."""
        self._problem.setText(text)

    def _cut_up(self, example: str) -> None:
        """Propose what each piece of the example is."""
        self._pieces = propose(example, today=self._today)
        fresh = QWidget(self)
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        self._boxes = []
        column = 0
        for piece in self._pieces:
            label = plain_label(shown(piece.text), "learnPiece", fresh, wrap=False)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(label, 0, column)
            if not piece.is_between:
                grid.addWidget(self._box(piece, fresh), 1, column)
            column += 1
        grid.setColumnStretch(column, 1)
        self._column.replaceWidget(self._cut, fresh)
        self._cut.setParent(None)
        self._cut.deleteLater()
        self._cut = fresh
        self._write()

    def _box(self, piece: Piece, parent: QWidget) -> QComboBox:
        box = QComboBox(parent)
        box.setObjectName("learnPart")
        box.setAccessibleName(tr("What {piece} is", piece=shown(piece.text)))
        for part, words in _part_words():
            box.addItem(words, part)
        box.setCurrentIndex(max(0, box.findData(piece.part)))
        box.currentIndexChanged.connect(self._write)
        self._boxes.append(box)
        return box

    def _write(self) -> None:
        """The grammar that the marked pieces make."""
        marks = iter(self._boxes)
        marked = [
            piece if piece.is_between else replace(piece, part=next(marks).currentData())
            for piece in self._pieces
        ]
        self.grammar.setText(grammar_of(marked))

    def _judge(self) -> None:
        """Say whether the grammar is one, and how many of the folders fit it."""
        try:
            reader = FolderGrammar(self.grammar.text())
        except ValueError as error:
            self._fits.setText(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            self.keep.setEnabled(False)
            return
        unfit = [name for name in self._names if not reader.readings(name)]
        fits = len(self._names) - len(unfit)
        words = tr("{n} of {all} folders fit.", n=f"{fits:,}", all=f"{len(self._names):,}")
        if unfit:
            few = ", ".join(shown(name) for name in unfit[:_MOST_SHOWN])
            more = len(unfit) - _MOST_SHOWN
            words += " " + tr("Not: {names}", names=few)
            words += counted(more, " and {n} more", " and {n} more") if more > 0 else ""
        self._fits.setText(words if self._names else "")
        self.keep.setEnabled(bool(self.name.text().strip()))

    def _tell(self) -> None:
        self._problem.clear()
        self.learnt.emit(Profile(" ".join(self.name.text().split()), self.grammar.text().strip()))

    def _lay_out(self) -> None:
        leave = push_button(tr("Cancel"), "learnCancel", self)
        leave.clicked.connect(self.reject)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(10)
        hint = tr("Type or choose one folder's name, then say what each piece of it is.")
        layout.addWidget(plain_label(hint, "learnHint", self, role="muted"))
        for caption, editor in ((tr("&Example"), self.example),):
            layout.addLayout(_captioned(caption, editor, self))
        layout.addWidget(self._cut)
        layout.addLayout(_captioned(tr("&Grammar"), self.grammar, self))
        layout.addWidget(self._fits)
        layout.addLayout(_captioned(tr("&Device"), self.name, self))
        layout.addWidget(self._problem)
        layout.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.keep)
        layout.addLayout(buttons)


def _part_words() -> tuple[tuple[Part | None, str], ...]:
    return (
        (None, tr("exactly this text")),
        (Part.NUMBER, tr("patient number")),
        (Part.NHI, tr("NHI")),
        (Part.ANY_ID, tr("number, NHI or other id")),
        (Part.LAST_NAME, tr("last name")),
        (Part.FIRST_NAMES, tr("first names")),
        (Part.BIRTH_DATE, tr("birth date")),
        (Part.DATE, tr("another date")),
        (Part.ANYTHING, tr("anything")),
    )


def _line(name: str, spoken: str, parent: QWidget) -> QLineEdit:
    line = QLineEdit(parent)
    line.setObjectName(name)
    line.setAccessibleName(spoken)
    return line


def _captioned(caption: str, editor: QWidget, parent: QWidget) -> QHBoxLayout:
    label = QLabel(caption, parent)
    label.setBuddy(editor)
    label.setMinimumWidth(80)
    row = QHBoxLayout()
    row.addWidget(label)
    row.addWidget(editor, 1)
    return row
