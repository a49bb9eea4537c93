"""Undoing: the last save of this session, taken back as a withdrawal with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import FileKey
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.people import Operator
from message_centre.services.pulling_back import Corrector
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.words import counted, tr

_REASON = "Undo"


@dataclass(frozen=True, slots=True)
class LastSave:
    """What the last save filed, in words and as results."""

    words: str
    results: tuple[ImportResult, ...]


class Undoing(QObject):
    """Goes back exactly one save: a second Undo must never reach for an older one unasked."""

    undone = Signal(object)
    changed = Signal(str)
    told = Signal(str)
    _arrived = Signal(object)

    def __init__(
        self, corrector: Corrector, runner: Runner, operator: Operator, window: QWidget
    ) -> None:
        super().__init__(window)
        self._corrector = corrector
        self._runner = runner
        self._operator = operator
        self._window = window
        self._last: LastSave | None = None
        self._back: set[FileKey] = set()
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def remember(self, last: LastSave | None) -> None:
        """This is what Undo takes back from now on."""
        self._last = last
        self.changed.emit(last.words if last else "")

    def change_operator(self, operator: Operator) -> None:
        """Undo in this operator's name from now on."""
        self._operator = operator

    def undo(self) -> None:
        """Withdraw every file of the last save, on the WRITE lane."""
        last, self._last = self._last, None
        if last is None:
            return
        self._back.clear()
        self.changed.emit("")
        job = self._runner.submit(Lane.WRITE, partial(self._withdraw, last.results))
        job.succeeded.connect(self._tell)
        job.failed.connect(partial(self._show_failure, last))

    def _withdraw(self, results: Sequence[ImportResult], token: CancelToken, report: Report) -> int:
        """Every file gets its try; the first failure is told once the others are back."""
        del token, report
        failure: MessageCentreError | None = None
        for result in results:
            try:
                self._corrector.withdraw(
                    result.record_id, operator=self._operator.id, reason=_REASON
                )
            except MessageCentreError as error:
                failure = failure or error
            else:
                self._arrived.emit(result.key)
        if failure is not None:
            raise failure
        return len(results)

    def _take(self, key: FileKey) -> None:
        self._back.add(key)
        self.undone.emit(key)

    def _show_failure(self, last: LastSave, error: object) -> None:
        """What is not back can be undone later, unless something was saved meanwhile."""
        rest = tuple(result for result in last.results if result.key not in self._back)
        if rest and self._last is None:
            self.remember(LastSave(last.words, rest))
        show_failure(self._window, error)

    def _tell(self, count: object) -> None:
        if isinstance(count, int):
            back = counted(count, "The file is back in the list", "{n} files are back in the list")
            self.told.emit(tr("Undone. {what}", what=back))
