"""MyTaskPane: the tasks and the messages of an operator, and beside them the conversation."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.messages import Mailbox, Message
from message_centre.ui.icons import Ink
from message_centre.ui.messages import message_words
from message_centre.ui.messages.conversation_pane import ConversationPane
from message_centre.ui.messages.lines_table import Line, LinesTable
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.pieces.sizes import moment_words
from message_centre.ui.words import counted, tr


class MyTaskPane(QWidget):
    """`looked_at` comes when a person has a conversation before them: with the ids of its messages."""

    looked_at = Signal(object)

    def __init__(self, write: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("myTask")
        self.setAccessibleName(tr("My Task"))
        self._mailbox, self._today = Mailbox(), date.min
        self.tasks = _tasks_table(self)
        self.inbox = _inbox_table(self)
        self.conversation = ConversationPane(self)
        self._show_done = QCheckBox(tr("Show &finished tasks"), self)
        self._pages = QTabWidget(self)
        self._no_tasks = _nothing(tr("No tasks for you"), "noTasks", self)
        self._no_messages = _nothing(tr("No messages for you"), "noMessages", self)
        self._lay_out(write)
        self._connect()
        self.show_mailbox(Mailbox(), date.min)

    def show_mailbox(self, mailbox: Mailbox, today: date) -> None:
        """Show what waits for the operator now; what one reads and writes stays before one."""
        self._mailbox, self._today = mailbox, today
        counts = mailbox.counts
        self._pages.setTabText(0, tr("&Tasks ({n})", n=counts.open_tasks))
        messages = counted(counts.unseen, "M&essages ({n} unseen)", "M&essages ({n} unseen)")
        self._pages.setTabText(1, messages if counts.unseen else tr("M&essages"))
        self._fill()
        self._show_again()

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        self.tasks.dress()
        self.inbox.dress()
        self.conversation.dress()

    def event(self, event: QEvent) -> bool:
        """Qt: whoever comes back to the window sees what arrived meanwhile."""
        if event.type() is QEvent.Type.WindowActivate:
            self._show_again()
        return super().event(event)

    def _fill(self) -> None:
        is_wanted = self._show_done.isChecked()
        tasks = [one for one in self._mailbox.tasks if one.is_open_task or is_wanted]
        self.tasks.show_lines([_task_line(one, self._today) for one in tasks])
        self.inbox.show_lines([_inbox_line(all_) for all_ in self._mailbox.conversations])
        self._no_tasks.setCurrentIndex(1 if tasks else 0)
        self._no_messages.setCurrentIndex(1 if self._mailbox.conversations else 0)

    def _conversation(self) -> tuple[Message, ...]:
        """The one whose row is current in the list in sight."""
        table = self.tasks if self._pages.currentIndex() == 0 else self.inbox
        key = table.key
        return next(
            (
                all_
                for all_ in self._mailbox.conversations
                if key in {all_[0].conversation, *(one.id for one in all_)}
            ),
            (),
        )

    def _show_again(self, *_what: object) -> None:
        messages = self._conversation()
        self.conversation.show_conversation(messages, self._today)
        unseen = [one.id for one in messages if one.is_unseen]
        if unseen and self.isVisible() and self.isActiveWindow():
            self.looked_at.emit(unseen)

    def _refill(self, _wanted: bool) -> None:
        self._fill()
        self._show_again()

    def _connect(self) -> None:
        self.tasks.chosen.connect(self._show_again)
        self.inbox.chosen.connect(self._show_again)
        self._pages.currentChanged.connect(self._show_again)
        self._show_done.toggled.connect(self._refill)

    def _lay_out(self, write: QAction) -> None:
        self._show_done.setObjectName("showDone")
        self._pages.setObjectName("taskPages")
        self._pages.setAccessibleName(tr("Tasks and messages"))
        self._no_tasks.addWidget(self.tasks)
        self._no_messages.addWidget(self.inbox)
        tasks = QWidget(self)
        column = QVBoxLayout(tasks)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self._no_tasks, 1)
        column.addWidget(self._show_done)
        messages = QWidget(self)
        column = QVBoxLayout(messages)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self._no_messages, 1)
        self._pages.addTab(tasks, tr("&Tasks"))
        self._pages.addTab(messages, tr("M&essages"))
        self._pages.setCornerWidget(_write_button(write, self))
        self.conversation.setMinimumWidth(340)
        divider = QSplitter(Qt.Orientation.Horizontal, self)
        divider.addWidget(self._pages)
        divider.addWidget(self.conversation)
        divider.setChildrenCollapsible(False)
        divider.setSizes([800, 520])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 4, 8)
        layout.addWidget(divider)


def _write_button(write: QAction, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName("writeMessage")
    button.setDefaultAction(write)
    button.setProperty("role", "primary")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(write.statusTip())
    return button


def _tasks_table(parent: QWidget) -> LinesTable:
    headings = (tr("Due"), tr("From"), tr("Task"), tr("About"))
    table = LinesTable("tasksTable", tr("Tasks for you"), headings, parent)
    table.set_columns((170, 130, 200, 220), wide=2, by=0, falling=False)
    return table


def _inbox_table(parent: QWidget) -> LinesTable:
    headings = (tr("With"), tr("Message"), tr("About"), tr("When"))
    table = LinesTable("inboxTable", tr("Messages"), headings, parent)
    table.set_columns((190, 200, 200, 150), wide=1, by=3, falling=True)
    return table


def _task_line(task: Message, today: date) -> Line:
    due, about = message_words.due_words(task, today), message_words.item_words(task.item)
    who = tr("You") if task.is_mine else task.sender_name
    text = message_words.one_line(task)
    words = tr("Urgent: {said}", said=text) if task.is_urgent else text
    is_done = task.done_at is not None
    symbol, ink = ("check", Ink.GOOD) if is_done else ("task", Ink.MUTED)
    if not is_done and task.days_left(today) < 0:
        symbol, ink = "warning", Ink.BAD
    return Line(
        key=task.id,
        cells=(due, who, words, about),
        order=((is_done, task.due, not task.is_urgent, task.at), who, words, about),
        symbol=symbol,
        ink=ink,
        is_bold=task.is_unseen,
        spoken=", ".join(part for part in (due, _new(task.is_unseen), who, words, about) if part),
    )


def _inbox_line(conversation: Sequence[Message]) -> Line:
    newest = conversation[-1]
    unseen = sum(message.is_unseen for message in conversation)
    is_urgent = any(message.is_urgent for message in conversation if message.is_unseen)
    who = message_words.partners(conversation)
    if unseen:
        who = counted(unseen, "{n} new: {who}", "{n} new: {who}", who=who)
    text = message_words.one_line(newest)
    words = tr("Urgent: {said}", said=text) if is_urgent else text
    about, when = message_words.item_words(conversation[0].item), moment_words(newest.at)
    return Line(
        key=newest.conversation,
        cells=(who, words, about, when),
        order=(who, words, about, newest.at),
        symbol="warning" if is_urgent else "message",
        ink=Ink.BAD if is_urgent else (Ink.ACCENT if unseen else Ink.MUTED),
        is_bold=bool(unseen),
        spoken=", ".join(part for part in (who, words, about, when) if part),
    )


def _new(is_unseen: bool) -> str:
    return tr("new") if is_unseen else ""


def _nothing(text: str, name: str, parent: QWidget) -> QStackedWidget:
    """Shows the words until something is there."""
    stack = QStackedWidget(parent)
    label = plain_label(text, name, stack, role="muted")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    stack.addWidget(label)
    return stack
