"""ConversationPane: one conversation, what it is about, and the place to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.messages import Message
from message_centre.services.naming import new_id
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.messages import message_words
from message_centre.ui.messages.text_box import TextBox
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import tr

_MARK = 18
_SEND_KEYS = ("Ctrl+Return", "Ctrl+Enter")


@dataclass(frozen=True, slots=True)
class _Unsent:
    """A reply that somebody began; its id stays when it is sent again."""

    id: str
    text: str = ""
    is_urgent: bool = False


class ConversationPane(QWidget):
    """Shows messages and emits intentions; each names the message it is meant for."""

    open_requested = Signal(str)
    done_requested = Signal(str, bool)
    reply_requested = Signal(str, str, str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("conversation")
        self._messages: tuple[Message, ...] = ()
        self._today = date.min
        self._conversation, self._reply_id = "", new_id()
        self._unsent: dict[str, _Unsent] = {}
        self._with = with_font(plain_label("", "conversationWith", self), scale=1.15, bold=True)
        self._item = plain_label("", "conversationItem", self)
        self._open = push_button(tr("&Open"), "conversationOpen", self)
        self._mark = QLabel(self)
        self._task = plain_label("", "conversationTask", self)
        self._done = push_button(tr("Mark &done"), "conversationDone", self)
        self._cards = QScrollArea(self)
        self._reply = TextBox("replyText", tr("Reply"), self, lines=3)
        self._urgent = QCheckBox(tr("&Urgent"), self)
        self._words = plain_label("", "replyWords", self, role="muted")
        self._problem = plain_label("", "replyProblem", self, role="bad")
        self._send = push_button(tr("&Reply"), "replySend", self, role="primary")
        self._page = QWidget(self)
        hint = tr("Choose a task or a message to read it and to answer.")
        self._hint = plain_label(hint, "conversationHint", self, role="muted")
        self._stack = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self._stack.setCurrentWidget(self._hint)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation in sight."""
        return self._messages

    def show_conversation(self, messages: Sequence[Message], today: date) -> None:
        """Show it from its first message to its newest; what was typed stays with its conversation."""
        if (tuple(messages), today) == (self._messages, self._today):
            return
        self._turn_to(messages[0].conversation if messages else "")
        self._messages, self._today = tuple(messages), today
        self._stack.setCurrentWidget(self._page if messages else self._hint)
        self.dress()

    def dress(self) -> None:
        """Show what there is to show, in the colours of the theme now in force."""
        if self._messages:
            self._with.setText(tr("With {who}", who=message_words.partners(self._messages)))
            self._show_item(self._messages[0])
            self._show_task(self._messages[0], self._today)
            self._show_cards()
            self._look_again()

    def forget(self) -> None:
        """Keep nothing of whoever sat here: no conversation, and no reply that was begun."""
        self.show_conversation((), self._today)
        self._unsent.clear()
        self._take_up(_Unsent(new_id()))

    def end_reply(self, reply_id: str) -> None:
        """Forget a reply that was sent, wherever one is by now."""
        self._unsent = {key: kept for key, kept in self._unsent.items() if kept.id != reply_id}
        if self._reply_id == reply_id:
            self._take_up(_Unsent(new_id()))

    def say(self, text: str) -> None:
        """Say why something was not done; it may be tried again."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._look_again()

    def _turn_to(self, conversation: str) -> None:
        """Put what was typed for the one conversation aside, and take up what was for the other."""
        if conversation == self._conversation:
            return
        if self._reply.text:
            text, is_urgent = self._reply.text, self._urgent.isChecked()
            self._unsent[self._conversation] = _Unsent(self._reply_id, text, is_urgent)
        self._conversation = conversation
        self._take_up(self._unsent.pop(conversation, _Unsent(new_id())))

    def _take_up(self, reply: _Unsent) -> None:
        self.say("")
        self._reply_id = reply.id
        self._reply.write(reply.text)
        self._urgent.setChecked(reply.is_urgent)
        self._look_again()

    def _show_item(self, first: Message) -> None:
        self._item.setText(message_words.item_words(first.item))
        self._item.setVisible(first.item is not None)
        self._open.setVisible(first.item is not None)
        self._open.setEnabled(first.item is not None and first.item.may_open)
        self._open.setAccessibleName(tr("Open {what}", what=self._item.text()))

    def _show_task(self, first: Message, today: date) -> None:
        is_late = first.is_open_task and first.days_left(today) < 0
        symbol, ink = ("warning", Ink.BAD) if is_late else ("task", Ink.MUTED)
        if first.done_at is not None:
            symbol, ink = "check", Ink.GOOD
        self._mark.setPixmap(pixmap(symbol, _MARK, ink, ratio=self.devicePixelRatioF()))
        self._task.setText(message_words.task_words(first, today))
        for part in (self._mark, self._task):
            part.setVisible(first.is_task)
        self._done.setVisible(first.is_task and first.is_for_me)
        self._done.setText(tr("Mark &done") if first.done_at is None else tr("Not &done after all"))
        self._done.setAccessibleName(self._done.text().replace("&", ""))

    def _show_cards(self) -> None:
        inner = QWidget(self._cards)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        for message in self._messages:
            column.addWidget(_card(message, inner))
        column.addStretch(1)
        self._cards.setWidget(inner)
        inner.setAutoFillBackground(False)
        QTimer.singleShot(0, self._cards, self._show_newest)

    def _show_newest(self) -> None:
        bar = self._cards.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _look_again(self) -> None:
        is_ready = bool(self._reply.text) and not self._reply.is_too_long
        self._send.setEnabled(is_ready)
        self._words.setText(tr("Everybody in the conversation gets it. Ctrl+Enter sends."))

    def _ask_to_reply(self) -> None:
        if self._messages and self._send.isEnabled():
            self.say("")
            self._send.setEnabled(False)
            last = self._messages[-1].id
            text, is_urgent = self._reply.text, self._urgent.isChecked()
            self.reply_requested.emit(last, self._reply_id, text, is_urgent)

    def _ask_to_open(self) -> None:
        self.open_requested.emit(self._messages[0].id)

    def _ask_done(self) -> None:
        first = self._messages[0]
        self.done_requested.emit(first.id, first.done_at is None)

    def _connect(self) -> None:
        self._reply.changed.connect(self._look_again)
        self._send.clicked.connect(self._ask_to_reply)
        self._open.clicked.connect(self._ask_to_open)
        self._done.clicked.connect(self._ask_done)
        for key in _SEND_KEYS:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._ask_to_reply)

    def _lay_out(self) -> None:
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._cards.setObjectName("conversationCards")
        self._cards.setAccessibleName(tr("Messages of the conversation"))
        self._cards.setWidgetResizable(True)
        self._cards.setFrameShape(QFrame.Shape.NoFrame)
        self._urgent.setObjectName("replyUrgent")
        bottom = QHBoxLayout()
        bottom.addWidget(self._words, 1)
        bottom.addWidget(self._urgent)
        bottom.addWidget(self._send)
        layout = QVBoxLayout(self._page)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.addWidget(self._with)
        layout.addLayout(_row(self._item, self._open))
        layout.addLayout(_row(self._mark, self._task, self._done))
        layout.addWidget(self._cards, 1)
        layout.addWidget(self._reply)
        layout.addWidget(self._problem)
        layout.addLayout(bottom)
        for page in (self._hint, self._page):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part, 1 if part.objectName().endswith(("Item", "Task")) else 0)
    return row


def _card(message: Message, parent: QWidget) -> QFrame:
    """One message; it takes the Tab key, so that it can be read without a mouse."""
    card = QFrame(parent)
    card.setObjectName("messageCard")
    card.setProperty("role", "mine" if message.is_mine else "card")
    card.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    heading = message_words.heading(message)
    parts = [tr("Urgent")] if message.is_urgent else []
    parts += [heading, message_words.text_of(message), message_words.standing(message)]
    card.setAccessibleName(". ".join(part for part in parts if part))
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 8, 12, 8)
    column.setSpacing(4)
    if message.is_urgent:
        column.addLayout(_urgent_row(card))
    column.addWidget(plain_label(heading, "cardHeading", card, role="muted"))
    column.addWidget(plain_label(message_words.text_of(message), "cardText", card))
    if message.is_mine:
        words = message_words.standing(message)
        column.addWidget(plain_label(words, "cardStanding", card, role="muted"))
    return card


def _urgent_row(card: QWidget) -> QHBoxLayout:
    mark = QLabel(card)
    mark.setPixmap(pixmap("warning", _MARK, Ink.BAD, ratio=card.devicePixelRatioF()))
    row = QHBoxLayout()
    row.addWidget(mark)
    row.addWidget(plain_label(tr("Urgent"), "cardUrgent", card, role="bad", wrap=False), 1)
    return row
