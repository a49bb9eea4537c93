"""CompareWindow: two pictures side by side, zoomed and moved together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from message_centre.services.previewing import Preview, Previewer
from message_centre.services.work import CancelToken, Report
from message_centre.ui.help_pane import offer_help
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.pieces.pictures import levels_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.viewing.linking import Linking
from message_centre.ui.viewing.stage import Stage
from message_centre.ui.viewing.viewing import Viewing
from message_centre.ui.words import tr

_LONGEST = 1600


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that can be compared: how it is called, what is said of it, and how it is read."""

    key: str
    name: str
    words: str
    load: Callable[[int], Preview]


class CompareWindow(QWidget):
    """Two sides, each with a choice of all pictures; shows what it is given."""

    chosen = Signal(int, int)
    closed = Signal()

    def __init__(self, candidates: Sequence[Candidate], heading: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("compareWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(tr("Compare: {what}", what=heading))
        self.setAccessibleName(self.windowTitle())
        self.sides = tuple(
            CompareSide(candidates, name, self) for name in (tr("Left"), tr("Right"))
        )
        self.link = QCheckBox(tr("&Zoom and move both together"), self)
        self.linking = Linking(*(side.stage.picture for side in self.sides))
        self._swap = push_button(tr("&Swap sides"), "swapSides", self)
        self._close = push_button(tr("&Close"), "closeCompare", self)
        offer_help(self, "viewing")
        self._lay_out()
        self._connect()
        open_at(self, 1180, 740)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: tell that the window goes."""
        super().closeEvent(event)
        self.closed.emit()

    def choose(self, left: int, right: int) -> None:
        """Put these two beside each other."""
        for side, number in zip(self.sides, (left, right), strict=True):
            side.choice.setCurrentIndex(number)

    def _swap_sides(self) -> None:
        left, right = (side.choice.currentIndex() for side in self.sides)
        self.choose(right, left)

    def _set_linked(self, is_linked: bool) -> None:
        self.linking.is_on = is_linked

    def _connect(self) -> None:
        for number, side in enumerate(self.sides):
            side.choice.currentIndexChanged.connect(partial(self.chosen.emit, number))
        self.link.toggled.connect(self._set_linked)
        self._swap.clicked.connect(self._swap_sides)
        self._close.clicked.connect(self.close)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)

    def _lay_out(self) -> None:
        self.link.setObjectName("linkSides")
        self.link.setAccessibleName(tr("Zoom and move both together"))
        self.link.setChecked(True)
        both = QHBoxLayout()
        both.setSpacing(10)
        for side in self.sides:
            both.addWidget(side, 1)
        below = QHBoxLayout()
        below.addWidget(self.link)
        below.addStretch(1)
        below.addWidget(self._swap)
        below.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(10)
        layout.addLayout(both, 1)
        layout.addLayout(below)


class CompareSide(QWidget):
    """One picture, its choice above it and what is known of it below the choice."""

    def __init__(self, candidates: Sequence[Candidate], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = QComboBox(self)
        self.choice.setObjectName(f"compare{name}")
        self.choice.setAccessibleName(tr("{side}: which picture", side=name))
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.addItems([one.name for one in candidates])
        self.choice.setCurrentIndex(-1)
        self.words = plain_label("", "compareWords", self, role="muted")
        self.stage = Stage(self, shares_window=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.choice)
        layout.addWidget(self.words)
        layout.addWidget(self.stage, 1)


class Comparing(QObject):
    """Reads what is chosen. `looked_at` tells of each picture that came in sight."""

    looked_at = Signal(str)

    def __init__(
        self,
        previewer: Previewer,
        runner: Runner,
        candidates: Sequence[Candidate],
        window: CompareWindow,
    ) -> None:
        super().__init__(window)
        self._candidates = tuple(candidates)
        self._window = window
        self._readings = [Newest(runner, self) for _ in window.sides]
        self._viewings = [
            Viewing(previewer, runner, side.stage, longest=_LONGEST) for side in window.sides
        ]
        window.chosen.connect(self._choose)
        window.closed.connect(self.stop)

    def stop(self) -> None:
        """Let go of both."""
        for reading, viewing in zip(self._readings, self._viewings, strict=True):
            reading.forget()
            viewing.forget()

    def _choose(self, number: int, index: int) -> None:
        if not 0 <= index < len(self._candidates):
            return
        one, side = self._candidates[index], self._window.sides[number]
        side.words.setText(one.words)
        self._viewings[number].forget()
        side.stage.show_words("settling", tr("Opening the file\u2026"))
        self._readings[number].ask(
            Lane.FETCH, partial(_loaded, one), partial(self._show, number, one)
        )

    def _show(self, number: int, one: Candidate, answer: object) -> None:
        if not isinstance(answer, tuple):
            return
        preview, levels = answer
        if not levels:
            words = preview.reason or tr("This is no picture.")
            self._window.sides[number].stage.show_words("image", words)
        else:
            self._viewings[number].show(preview, levels, one.name)
            self.looked_at.emit(one.key)


def _loaded(one: Candidate, token: CancelToken, _report: Report) -> object:
    token.check()
    preview = one.load(_LONGEST)
    return preview, levels_of(preview.picture)
