"""Telling: the message that goes with a save, written before and sent after it."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from message_centre.domain.messages import LinkedItem
from message_centre.domain.names import shown
from message_centre.domain.outcomes import ImportResult
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.assigning.tell_row import TellRow
from message_centre.ui.imports.batch import Batch
from message_centre.ui.messages.compose_dialog import ComposeDialog, Wish
from message_centre.ui.messages.composing import Choosing, Composing, draft_of
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.words import tr


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells, and of which provider's files."""

    operator: str
    provider: str


def write_before(
    services: Services, runner: Runner, row: TellRow, teller: Teller, patient: str
) -> None:
    """Let the message be written now; the row keeps it, and nothing is sent."""
    today = services.clock.now().date()
    dialog = ComposeDialog(today, tr("Send after the save"), row.window())
    dialog.show_item(tr("what is being saved to {who}", who=shown(patient)))
    if row.wish is not None:
        dialog.show_wish(row.wish)
    dialog.wished.connect(row.take)
    dialog.wished.connect(dialog.accept)
    dialog.finished.connect(dialog.deleteLater)
    Choosing(services, runner, teller.operator, dialog).start(None, teller.provider)
    dialog.open()
    dialog.recipients.setFocus()


class Telling(QObject):
    """Sends what was written, once files are on record. The save stands whatever becomes of it."""

    def __init__(self, services: Services, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._runner = runner
        self._window = window

    def tell(self, batch: Batch, filed: tuple[ImportResult, ...]) -> None:
        """Send the batch's message, if it has one, about the first of its records.

        A retry of the batch brings the same message, which is sent once.
        """
        wish = batch.message
        if wish is None or not filed:
            return
        operator = batch.assignment.operator
        item = LinkedItem(batch.patient.id, filed[0].record_id)
        draft = draft_of(wish, operator, item)

        def work(_token: CancelToken, _report: Report) -> None:
            self._services.messenger.send(draft)

        job = self._runner.submit(Lane.WRITE, work)
        job.failed.connect(partial(self._try_again, wish, operator, item))

    def _try_again(self, wish: Wish, operator: str, item: LinkedItem, error: object) -> None:
        """Nothing that was written is lost: it stands in a dialog with the reason."""
        made = Composing(self._services, self._runner, operator, item, self._window)
        words = tr(
            "The file is on record, but the message was not sent. {why}", why=words_of(error)
        )
        made.open(wish, words)
