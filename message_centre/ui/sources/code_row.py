"""The code of a sign-in: shown to be entered on the page, or entered here once the page has shown it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from message_centre.domain.sign_ins import SignIn
from message_centre.ui.pieces.labels import push_button
from message_centre.ui.words import tr


class CodeRow(QWidget):
    """Out of sight unless a code is wanted or given. `given` carries the code that was entered."""

    given = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setObjectName("signInCode")
        self.line.setAccessibleName(tr("Code"))
        self.line.textEdited.connect(self._look)
        self.line.returnPressed.connect(self._give)
        caption = QLabel(tr("Co&de"), self)
        caption.setBuddy(self.line)
        self.give = push_button(tr("Co&ntinue"), "giveCode", self, role="primary")
        self.give.clicked.connect(self._give)
        self.copy = push_button(tr("Copy code"), "copyCode", self)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(caption)
        row.addWidget(self.line, 1)
        row.addWidget(self.give)
        row.addWidget(self.copy)

    def show_state(self, state: SignIn) -> None:
        """Show what a code is wanted for; what a person is typing stays."""
        is_new = self.isHidden()
        self.setVisible(state.wants_code or bool(state.code))
        if state.code and self.line.text() != state.code:
            self.line.setText(state.code)
        elif is_new and not state.code:
            self.line.clear()
        self.line.setReadOnly(bool(state.code))
        self.give.setVisible(state.wants_code)
        self.copy.setVisible(bool(state.code))
        self._look()
        if state.wants_code and is_new:
            self.line.setFocus()

    def _look(self, *_typed: object) -> None:
        self.give.setEnabled(bool(self.line.text().strip()))

    def _give(self) -> None:
        code = self.line.text().strip()
        if code and not self.line.isReadOnly():
            self.line.clear()
            self.given.emit(code)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
