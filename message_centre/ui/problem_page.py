"""A whole page for the case that there is nothing to work with: what happened, and one button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from message_centre.ui.empty_pane import centred
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.problems import Problem, Remedy, Severity

_SYMBOL = 56
_WIDTH = 520
_LOOKS = {
    Severity.NOTE: ("note", Ink.ACCENT),
    Severity.WARNING: ("warning", Ink.WARNING),
    Severity.STOP: ("error", Ink.BAD),
}


class ProblemPage(QWidget):
    """Words and a button; `retried` where trying again may help, else `given_up`."""

    retried = Signal()
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problemPage")
        self._look = _LOOKS[Severity.NOTE]
        self._remedy = Remedy.DISMISS
        self._symbol = QLabel(self)
        self._title = with_font(plain_label("", "problemTitle", self), scale=1.4, bold=True)
        self._text = plain_label("", "problemText", self)
        self._advice = plain_label("", "problemAdvice", self, role="muted")
        self._button = push_button("", "problemButton", self, role="primary")
        self._button.clicked.connect(self._press)
        middle = Qt.AlignmentFlag.AlignCenter
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for label in (self._symbol, self._title, self._text, self._advice):
            label.setAlignment(middle)
            layout.addLayout(centred(label))
        self._title.setWordWrap(False)
        for label in (self._text, self._advice):
            label.setFixedWidth(_WIDTH)
        layout.addSpacing(8)
        layout.addLayout(centred(self._button))
        layout.addStretch(3)

    def show_problem(self, problem: Problem) -> None:
        """Show a problem in full."""
        self._look = _LOOKS[problem.severity]
        self._remedy = problem.remedy
        self._title.setText(problem.title)
        self._text.setText(problem.text)
        self._advice.setText(problem.advice)
        self._button.setText(problem.button)
        self.setAccessibleName(f"{problem.title}. {problem.sentence}")
        self.dress()
        self._button.setFocus()

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        name, ink = self._look
        self._symbol.setPixmap(pixmap(name, _SYMBOL, ink, ratio=self.devicePixelRatioF()))

    def _press(self) -> None:
        if self._remedy is Remedy.RETRY:
            self.retried.emit()
        else:
            self.given_up.emit()
