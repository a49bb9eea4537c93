"""ProposalFlow: asks for a proposal on a worker and hands on the patient who is taken."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from message_centre.domain.files import SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.proposals import Proposals
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.assigning.proposal_panel import ProposalPanel
from message_centre.ui.runner import Lane, Newest, Runner


class ProposalFlow(QObject):
    """Asks once for a dialog's files. A proposal fills the picker, and the confirmation follows."""

    chosen = Signal(object)

    def __init__(
        self,
        services: Services,
        runner: Runner,
        panel: ProposalPanel,
        files: tuple[SourceFile, ...],
        operator: str,
    ) -> None:
        super().__init__(panel)
        self._services = services
        self._panel = panel
        self._files = files
        self._operator = operator
        self._answer: Proposals | None = None
        self._asking = Newest(runner, self)
        self._reading = Newest(runner, self)
        panel.taken.connect(self._take)

    def start(self) -> None:
        """Show the answer, or ask for it."""
        if self._answer is not None:
            self._show(self._answer)
            return
        self._panel.show_looking()
        self._asking.ask(Lane.FETCH, self._propose, self._show, self._fail)

    def forget(self) -> None:
        """Drop every answer still on its way."""
        self._asking.forget()
        self._reading.forget()

    def _propose(self, token: CancelToken, _report: Report) -> Proposals:
        return self._services.proposing.propose(self._files, self._operator, token)

    def _show(self, answer: object) -> None:
        if isinstance(answer, Proposals):
            self._answer = answer
            self._panel.show_proposals(answer, self._services.clock.now().date())

    def _fail(self, _error: object) -> None:
        """A guess that cannot be made is none; whatever is wrong shows where it matters."""
        self._panel.show_nothing()

    def _take(self, patient: Patient) -> None:
        """The patient as the register has it now: the proposal may have stood there for a while."""
        self._reading.ask(Lane.READ, partial(self._read, patient.id), self._hand_on, self._fail)

    def _read(self, patient_id: str, token: CancelToken, _report: Report) -> Patient | None:
        token.check()
        return self._services.register.get(patient_id)

    def _hand_on(self, patient: object) -> None:
        if isinstance(patient, Patient) and self._panel.isVisible():
            self.chosen.emit(patient)
