"""Composing: one message from the open dialog to the record."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.messages import Draft, ItemView, LinkedItem, Recipient
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.messages.compose_dialog import ComposeDialog, Wish
from message_centre.ui.messages.message_words import item_words
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.words import tr

_Known = tuple[tuple[Recipient, ...], ItemView | None]


class Composing(QObject):
    """Lives with its dialog. `sent` comes once the message is on record."""

    sent = Signal()

    def __init__(
        self,
        services: Services,
        runner: Runner,
        operator: str,
        item: LinkedItem | None,
        parent: QWidget,
    ) -> None:
        today = services.clock.now().date()
        dialog = ComposeDialog(today, tr("Send"), parent)
        super().__init__(dialog)
        self.dialog = dialog
        self._messenger = services.messenger
        self._runner = runner
        self._operator = operator
        self._item = item
        self.dialog.wished.connect(self._send)
        Choosing(services, runner, operator, self.dialog).start(item)
        self.dialog.finished.connect(self.dialog.deleteLater)

    def open(self, wish: Wish | None = None, problem: str = "") -> None:
        """Ask; with a wish, go on with what was written before."""
        if wish is not None:
            self.dialog.show_wish(wish)
            self.dialog.show_problem(problem)
        self.dialog.open()
        self.dialog.recipients.setFocus()

    def _send(self, wish: Wish) -> None:
        work = partial(self._carry_out, draft_of(wish, self._operator, self._item))
        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(self._end)
        job.failed.connect(self._show_problem)

    def _carry_out(self, draft: Draft, _token: CancelToken, _report: Report) -> None:
        self._messenger.send(draft)

    def _end(self, _message: object) -> None:
        self.dialog.accept()
        self.sent.emit()

    def _show_problem(self, error: object) -> None:
        self.dialog.show_problem(words_of(error))


class Choosing(QObject):
    """Fills a dialog with whom one may write to, and keeps the favourites."""

    def __init__(
        self, services: Services, runner: Runner, operator: str, dialog: ComposeDialog
    ) -> None:
        super().__init__(dialog)
        self._messenger = services.messenger
        self._runner = runner
        self._operator = operator
        self._dialog = dialog
        self._item: LinkedItem | None = None
        self._provider = ""
        dialog.recipients.favourite_changed.connect(self._keep_favourite)

    def start(self, item: LinkedItem | None, provider: str = "") -> None:
        """Read them; what will be linked only later is of `provider`."""
        self._item, self._provider = item, provider
        job = self._runner.submit(Lane.READ, self._read)
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_problem)

    def _read(self, _token: CancelToken, _report: Report) -> _Known:
        item = self._item
        people = self._messenger.recipients(self._operator, item, provider=self._provider)
        return people, self._messenger.describe(self._operator, item) if item else None

    def _show(self, known: _Known) -> None:
        people, item = known
        self._dialog.recipients.show_recipients(people)
        if item is not None:
            self._dialog.show_item(item_words(item))

    def _keep_favourite(self, other: str, is_wanted: bool) -> None:
        def work(token: CancelToken, report: Report) -> _Known:
            self._messenger.set_favourite(self._operator, other, is_wanted=is_wanted)
            return self._read(token, report)

        job = self._runner.submit(Lane.WRITE, work)
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_problem)

    def _show_problem(self, error: object) -> None:
        self._dialog.show_problem(words_of(error))


def draft_of(wish: Wish, sender: str, item: LinkedItem | None) -> Draft:
    """The message that was wished for."""
    return Draft(wish.id, sender, wish.recipients, wish.text, wish.is_urgent, wish.due, item)
