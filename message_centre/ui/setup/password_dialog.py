"""Types a new password, twice; with the old one where it is one's own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.passwords import LEAST
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_WIDTH = 440


class PasswordDialog(QDialog):
    """`given` carries the old password (empty where none is wanted) and the new one."""

    given = Signal(object, object)

    def __init__(self, whose: str, parent: QWidget, *, wants_old: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("passwordDialog")
        self.setWindowTitle(tr("Change my password") if wants_old else tr("Set a password"))
        self.setAccessibleName(self.windowTitle())
        self.old = self._line("oldPassword", tr("Old password"))
        self.new = self._line("newPassword", tr("New password"))
        self.again = self._line("newPasswordAgain", tr("New password, once more"))
        self._wants_old = wants_old
        self.told = plain_label("", "passwordTold", self, role="bad")
        self.save = push_button(tr("&Save"), "passwordSave", self, role="primary")
        self.save.setDefault(True)
        cancel = push_button(tr("Cancel"), "passwordCancel", self)
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._give)
        form = QFormLayout()
        form.setSpacing(10)
        lines = [self.new, self.again]
        if wants_old:
            lines.insert(0, self.old)
        else:
            self.old.hide()
        for line in lines:
            caption = QLabel(line.accessibleName(), self)
            caption.setBuddy(line)
            form.addRow(caption, line)
            line.textChanged.connect(self._look)
        words = tr(
            "For {whose}. {n} characters or more: a few words that belong together only for you make"
            " a good one. Any characters will do.",
            whose=shown(whose),
            n=LEAST,
        )
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addWidget(plain_label(words, "passwordWords", self, role="muted"))
        layout.addLayout(form)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
        self.setMinimumWidth(_WIDTH)
        self.say("")
        self._look()

    def say(self, text: str) -> None:
        """Say why it was not taken; the lines may be corrected."""
        self.told.setText(text)
        self.told.setVisible(bool(text))
        self._look()

    def _line(self, name: str, spoken: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setAccessibleName(spoken)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        return line

    def _look(self) -> None:
        has_old = bool(self.old.text()) or not self._wants_old
        self.save.setEnabled(has_old and bool(self.new.text()) and bool(self.again.text()))

    def _give(self) -> None:
        if self.new.text() != self.again.text():
            self.say(tr("The two are not the same."))
            self.again.setFocus()
            return
        self.say("")
        self.save.setEnabled(False)
        old = Secret(self.old.text()) if self._wants_old else NO_SECRET
        self.given.emit(old, Secret(self.new.text()))
