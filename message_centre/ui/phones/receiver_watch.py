"""Keeps this workstation's receiver of photos as it is set, while the window is open."""

from PySide6.QtCore import QObject, QTimer, Signal

from message_centre.domain.errors import AccessDenied
from message_centre.services.receiver import Receiver, ReceiverState, Standing
from message_centre.services.work import CancelToken, Report
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.words import tr

_LOOK_MS = 30 * 1000


class ReceiverWatch(QObject):
    """What cannot run is tried again; `failed` carries the problem once, until it ran again."""

    failed = Signal(object)

    def __init__(self, receiver: Receiver, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._receiver = receiver
        self._runner = runner
        self._is_busy = False
        self._is_wanted_again = False
        self._was_told = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and every half minute from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more; what runs goes on until the home is closed."""
        self._timer.stop()

    def look(self) -> None:
        """Start or stop the receiver if it is set otherwise than it stands; never waits."""
        if self._is_busy:
            self._is_wanted_again = True
            return
        self._is_busy, self._is_wanted_again = True, False
        job = self._runner.submit(Lane.FETCH, self._settle)
        job.succeeded.connect(self._tell)
        job.finished.connect(self._end)

    def _settle(self, _token: CancelToken, _report: Report) -> ReceiverState:
        return self._receiver.settle()

    def _tell(self, state: object) -> None:
        has_failed = isinstance(state, ReceiverState) and state.standing is Standing.FAILED
        if has_failed and not self._was_told and isinstance(state, ReceiverState):
            words = tr("Photos from phones are not received here. {why}", why=state.words)
            self.failed.emit(AccessDenied(words))
        self._was_told = has_failed

    def _end(self) -> None:
        self._is_busy = False
        if self._is_wanted_again:
            self.look()
