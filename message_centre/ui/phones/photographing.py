"""Looks every few seconds for photos of one patient, as long as the dialog is open and some minutes more."""

from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.bundle import Services
from message_centre.services.photographing import Arrival, Session
from message_centre.services.work import CancelToken, Report
from message_centre.ui.phones.photograph_dialog import PhotographDialog
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.words import tr

LOOK_SECONDS = 5
#: After this nobody is taking photos any more.
_MINUTES = 20


class PhotographController(QObject):
    """One for an open dialog. `arrived` tells that something new came for the patient."""

    arrived = Signal()

    def __init__(
        self, services: Services, runner: Runner, patient: Patient, desk: tuple[Operator, str]
    ) -> None:
        super().__init__()
        self._photographing = services.medimage.photographing
        self._patient = patient
        self._operator, self._provider = desk
        self._asking = Newest(runner, self)
        self._session: Session | None = None
        self._seen = 0
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_SECONDS * 1000)
        self._timer.timeout.connect(self.look)
        self._today = services.clock.now().date()

    def open(self, parent: QWidget) -> PhotographDialog:
        """Show the dialog and begin."""
        to_type = self._photographing.to_type(self._patient)
        self.dialog = PhotographDialog(self._patient, self._today, to_type, parent)
        self.setParent(self.dialog)
        self.dialog.finished.connect(self._end)
        self._since.start()
        self._asking.ask(Lane.FETCH, self._begin, self._begun, self._failed)
        self.dialog.show()
        return self.dialog

    def look(self) -> None:
        """Look now."""
        if self._since.elapsed() > _MINUTES * 60_000:
            self._timer.stop()
            self.dialog.say(tr("Looking has ended. Close this, and open it again for more photos."))
            return
        if self._session is not None:
            work = partial(self._arrivals, self._session)
            self._asking.ask(Lane.FETCH, work, self._show, self._failed)

    def _begin(self, token: CancelToken, report: Report) -> Session:
        del report
        return self._photographing.begin(self._patient, self._operator, self._provider, token)

    def _arrivals(
        self, session: Session, token: CancelToken, report: Report
    ) -> tuple[Arrival, ...]:
        del report
        return self._photographing.arrivals(session, token)

    def _begun(self, session: object) -> None:
        if isinstance(session, Session):
            self._session = session
            self._timer.start()

    def _show(self, arrivals: object) -> None:
        if isinstance(arrivals, tuple) and all(isinstance(one, Arrival) for one in arrivals):
            self.dialog.show_arrivals(arrivals)
            if len(arrivals) != self._seen:
                self._seen = len(arrivals)
                self.arrived.emit()

    def _failed(self, error: object) -> None:
        self.dialog.say(words_of(error))

    def _end(self) -> None:
        self._timer.stop()
        self._asking.forget()
        self.dialog.deleteLater()
