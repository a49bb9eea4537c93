"""ComposeDialog: to whom, what, how urgent, until when. It sends nothing itself."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QDialog,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from message_centre.services.naming import new_id
from message_centre.ui.messages.recipients_box import RecipientsBox
from message_centre.ui.messages.text_box import TextBox
from message_centre.ui.pieces.deliberate_button import DeliberateButton
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.words import tr

_SEND_KEYS = ("Ctrl+Return", "Ctrl+Enter")


@dataclass(frozen=True, slots=True)
class Wish:
    """A message as it was written; its `id` stays when it is sent again."""

    id: str
    recipients: tuple[str, ...]
    text: str
    is_urgent: bool
    due: date | None


class ComposeDialog(QDialog):
    """`wished` carries the message once it is complete. Esc sends nothing."""

    wished = Signal(object)

    def __init__(self, today: date, button: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("composeDialog")
        self.setWindowTitle(tr("Message to colleagues"))
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._id = new_id()
        self._is_sent = False
        self._item = plain_label(tr("Linked: nothing"), "composeItem", self, role="title")
        self.recipients = RecipientsBox(self)
        self._text = TextBox("composeText", tr("Message"), self)
        self._urgent = QCheckBox(tr("&Urgent"), self)
        self._task = QCheckBox(tr("As a &task, due"), self)
        self._due = _due_edit(today, self)
        self._words = plain_label("", "composeWords", self, role="muted")
        self._problem = plain_label("", "composeProblem", self, role="bad")
        self._send = DeliberateButton("composeSend", self, takes_enter=False)
        self._send.setText(button)
        self._send.setAccessibleName(button.replace("&", ""))
        self._problem.hide()
        self._lay_out()
        self._connect()
        open_at(self, 820, 520)
        self._look_again()

    def show_item(self, words: str) -> None:
        """Name what is linked."""
        self._item.setText(tr("Linked: {what}", what=words))

    def show_wish(self, wish: Wish) -> None:
        """Go on with a message that was written before; it stays the same one."""
        self._id = wish.id
        self.recipients.choose(wish.recipients)
        self._text.write(wish.text)
        self._urgent.setChecked(wish.is_urgent)
        self._task.setChecked(wish.due is not None)
        if wish.due is not None:
            self._due.setDate(QDate(wish.due.year, wish.due.month, wish.due.day))

    def show_problem(self, text: str) -> None:
        """Say why it was not sent; what was written stays."""
        self._is_sent = False
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._look_again()

    def _lack(self) -> str:
        if not self.recipients.chosen:
            return tr("Choose at least one recipient.")
        if not self._text.text:
            return tr("Write a message.")
        return tr("The message is too long.") if self._text.is_too_long else ""

    def _look_again(self) -> None:
        lack = self._lack()
        self._due.setEnabled(self._task.isChecked())
        self._send.setEnabled(not lack and not self._is_sent)
        self._words.setText(lack or tr("Ctrl+Enter sends. Enter alone never does."))
        self._send.setAccessibleDescription(self._words.text())

    def _press(self) -> None:
        """Ctrl+Enter: press the button if it is on."""
        self._send.click()

    def _wish(self) -> None:
        self.show_problem("")
        self._is_sent = True
        self._look_again()
        day = self._due.date()
        due = date(day.year(), day.month(), day.day()) if self._task.isChecked() else None
        wish = Wish(
            self._id, self.recipients.chosen, self._text.text, self._urgent.isChecked(), due
        )
        self.wished.emit(wish)

    def _connect(self) -> None:
        self.recipients.changed.connect(self._look_again)
        self._text.changed.connect(self._look_again)
        self._task.toggled.connect(self._look_again)
        self._send.clicked.connect(self._wish)
        for key in _SEND_KEYS:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._press)

    def _lay_out(self) -> None:
        self._urgent.setObjectName("composeUrgent")
        self._task.setObjectName("composeTask")
        cancel = push_button(tr("Cancel"), "composeCancel", self)
        cancel.clicked.connect(self.reject)
        marks = QHBoxLayout()
        marks.addWidget(self._urgent)
        marks.addSpacing(16)
        marks.addWidget(self._task)
        marks.addWidget(self._due)
        marks.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._item)
        right.addWidget(self._caption())
        right.addWidget(self._text, 1)
        right.addLayout(marks)
        right.addWidget(self._words)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.recipients, 1)
        body.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.addLayout(body, 1)
        layout.addWidget(self._problem)
        layout.addLayout(buttons)

    def _caption(self) -> QLabel:
        caption = QLabel(tr("&Message"), self)
        caption.setBuddy(self._text)
        return caption


def _due_edit(today: date, parent: QWidget) -> QDateEdit:
    edit = QDateEdit(QDate(today.year, today.month, today.day), parent)
    edit.setObjectName("composeDue")
    edit.setAccessibleName(tr("Due day"))
    edit.setDisplayFormat("dd MMM yyyy")
    edit.setCalendarPopup(True)
    edit.setMinimumDate(edit.date())
    return edit
