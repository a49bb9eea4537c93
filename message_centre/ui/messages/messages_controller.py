"""MessagesController: keeps My Task true while colleagues write, and carries out what one does there."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.files import FileKey
from message_centre.domain.messages import Counts, LinkedItem, Mailbox
from message_centre.domain.patients import Patient
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.messages.composing import Composing
from message_centre.ui.messages.my_task_pane import MyTaskPane
from message_centre.ui.pieces.failures import show_failure, words_of
from message_centre.ui.record.opening import open_patient_window
from message_centre.ui.runner import Job, Lane, Newest, Runner

_EVERY_MS = 2000
_AT_MOST_MS = 30_000

_Seen = tuple[tuple[int, int], Mailbox | None]


class MessagesController(QObject):
    """Looks at the record every two seconds; `counted` tells what waits whenever it was read anew.

    A record that does not answer is asked ever more seldom, until it answers again.
    """

    counted = Signal(object)

    def __init__(
        self, services: Services, runner: Runner, pane: MyTaskPane, window: QWidget
    ) -> None:
        super().__init__(window)
        self._services = services
        self._messenger = services.messenger
        self._runner = runner
        self._pane = pane
        self._window = window
        self._operator = ""
        self._stamp: tuple[int, int] | None = None
        self._day = date.min
        self._asking = Newest(runner, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._ask)
        pane.looked_at.connect(self._mark_seen)
        pane.conversation.open_requested.connect(self._open_item)
        pane.conversation.done_requested.connect(self._mark_done)
        pane.conversation.reply_requested.connect(self._reply)

    def sit_down(self, operator: str) -> None:
        """Show this operator's messages from now on, and nothing of whoever sat here before."""
        if operator != self._operator:
            self._operator = operator
            self._clear()
        self.look_again()

    def look_again(self) -> None:
        """Read everything anew, now."""
        self._stamp = None
        self._ask()

    def stop(self) -> None:
        """Look no more and hear no more, and let nothing stand there."""
        self._timer.stop()
        self._asking.forget()
        self._clear()

    def compose(self, item: LinkedItem | None = None) -> None:
        """F10: write a message, about this if it is about anything."""
        made = Composing(self._services, self._runner, self._operator, item, self._window)
        made.sent.connect(self.look_again)
        made.open()

    def compose_about(self, key: FileKey) -> None:
        """F10 on a saved row: write about the record that the file became."""
        job = self._runner.submit(Lane.READ, partial(self._record_of, key))
        job.succeeded.connect(self._compose_found)
        job.failed.connect(self._show_failure)

    def _record_of(self, key: FileKey, _token: CancelToken, _report: Report) -> LinkedItem | None:
        record = self._services.records.filed_from(key)
        return LinkedItem(record.patient_id, record.id) if record else None

    def _compose_found(self, item: object) -> None:
        self.compose(item if isinstance(item, LinkedItem) else None)

    def _clear(self) -> None:
        self.counted.emit(Counts())
        self._pane.show_mailbox(Mailbox(), self._services.clock.now().date())
        self._pane.conversation.forget()

    # Looking

    def _ask(self) -> None:
        """With the day changes what is due."""
        self._timer.stop()
        today = self._services.clock.now().date()
        known = self._stamp if today == self._day else None
        self._day = today
        work = partial(self._look, self._operator, known)
        self._asking.ask(Lane.READ, work, self._take, self._wait_longer)

    def _look(
        self, operator: str, known: tuple[int, int] | None, _token: CancelToken, _report: Report
    ) -> _Seen:
        """The stamp first: what comes between it and the reading is read again the next time."""
        stamp = self._messenger.stamp(operator)
        return stamp, None if stamp == known else self._messenger.mailbox(operator)

    def _take(self, seen: object) -> None:
        if isinstance(seen, tuple):
            self._stamp, mailbox = seen
            if isinstance(mailbox, Mailbox):
                self.counted.emit(mailbox.counts)
                self._pane.show_mailbox(mailbox, self._services.clock.now().date())
        self._timer.start(_EVERY_MS)

    def _wait_longer(self, _error: object) -> None:
        self._timer.start(min(_AT_MOST_MS, 2 * self._timer.interval()))

    # Doing

    def _mark_seen(self, message_ids: list[str]) -> None:
        self._do(partial(self._messenger.mark_seen, self._operator, message_ids), self._wait_longer)

    def _mark_done(self, message_id: str, is_done: bool) -> None:
        work = partial(self._messenger.mark_done, self._operator, message_id, is_done=is_done)
        self._do(work, self._say)

    def _reply(self, message_id: str, draft_id: str, text: str, is_urgent: bool) -> None:
        work = partial(
            self._messenger.reply,
            message_id,
            draft_id=draft_id,
            operator=self._operator,
            text=text,
            is_urgent=is_urgent,
        )
        job = self._do(work, self._say)
        job.succeeded.connect(partial(self._end_reply, draft_id))

    def _do(self, work: Callable[[], object], fail: Callable[[object], None]) -> Job:
        job = self._runner.submit(Lane.WRITE, lambda _token, _report: work())
        job.succeeded.connect(self._look_on)
        job.failed.connect(fail)
        return job

    def _look_on(self, _answer: object) -> None:
        self.look_again()

    def _end_reply(self, draft_id: str, _message: object) -> None:
        self._pane.conversation.end_reply(draft_id)

    def _say(self, error: object) -> None:
        self._pane.conversation.say(words_of(error))

    def _open_item(self, message_id: str) -> None:
        work = partial(self._messenger.open_item, self._operator, message_id)
        job = self._runner.submit(Lane.READ, lambda _token, _report: work())
        job.succeeded.connect(self._show_item)
        job.failed.connect(self._show_failure)

    def _show_item(self, found: object) -> None:
        match found:
            case (Patient() as patient, str() as record_id):
                operator = self._services.permitting.operator(self._operator)
                controller = open_patient_window(
                    self._services, self._runner, patient, operator, self._window
                )
                controller.show_record(record_id)
            case _:
                pass

    def _show_failure(self, error: object) -> None:
        show_failure(self._window, error)
