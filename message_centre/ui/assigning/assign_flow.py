"""AssignFlow: one save from the open dialog to the orders; it ends with the dialog."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from message_centre.domain.assignments import Assignment
from message_centre.domain.errors import UnknownPatient
from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.assigning import Alerts
from message_centre.services.bundle import Services
from message_centre.services.ports import Picture
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.assigning.files_panel import file_of
from message_centre.ui.assigning.proposal_flow import ProposalFlow
from message_centre.ui.assigning.telling import Teller, write_before
from message_centre.ui.imports.batch import Batch
from message_centre.ui.messages.compose_dialog import Wish
from message_centre.ui.patients.picker import PickerController
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.pieces.thumbnail_loader import ThumbnailLoader
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.words import tr

_THUMBNAIL = 256


@dataclass(frozen=True, slots=True)
class Desk:
    """Who saves, and for whom."""

    operator: Operator
    provider: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    patient: Patient
    files: tuple[SourceFile, ...]
    assignment: Assignment
    message: Wish | None
    titles: Mapping[FileKey, str]


class AssignFlow(QObject):
    """Drives one dialog. `ordered` comes at most once; a cancelled dialog leaves no trace."""

    ordered = Signal(object)

    def __init__(
        self,
        services: Services,
        runner: Runner,
        dialog: AssignDialog,
        files: tuple[SourceFile, ...],
        desk: Desk,
    ) -> None:
        super().__init__(dialog)
        self._services = services
        self._dialog = dialog
        self._files = files
        self._desk = desk
        self._patient: Patient | None = None
        self._before: Patient | None = None
        self._titles: Mapping[FileKey, str] = {}
        self._runner = runner
        self._newest = Newest(runner, self)
        self._picker = PickerController(
            services.register,
            runner,
            dialog.picker,
            operator=desk.operator.id,
            today=lambda: services.clock.now().date(),
        )
        self._proposals = ProposalFlow(services, runner, dialog.proposal, files, desk.operator.id)
        self._proposals.chosen.connect(self._choose)
        self._thumbnails = ThumbnailLoader(
            runner,
            dialog.files_panel.view,
            self._picture,
            glance=self._glance,
            lane=Lane.FETCH,
        )
        presets = partial(_title_presets, services, desk.operator.id)
        runner.submit(Lane.READ, presets).succeeded.connect(dialog.details.form.presets.show_titles)
        dialog.patient_chosen.connect(self._choose)
        dialog.back_requested.connect(self._go_back)
        dialog.file_requested.connect(self._make_orders)
        dialog.details.tell.write_requested.connect(self._write_message)
        dialog.finished.connect(self._end)

    def start(self, before: Patient | None) -> None:
        """Ask for the patient; `before` is offered by its own key."""
        self._before = before
        self._dialog.show_picker()
        self._picker.start(before)
        self._proposals.start()

    def start_for(self, patient: Patient, titles: Mapping[FileKey, str]) -> None:
        """Go on with the one patient for whom the files were chosen; `titles` are files' own."""
        self._titles = titles
        self._dialog.keep_to_patient()
        self._choose(patient)

    def _choose(self, patient: Patient) -> None:
        """Freeze the patient and gather the alerts, dropping those of a patient chosen before."""
        self._patient = patient
        self._picker.forget()
        self._proposals.forget()
        self._dialog.show_patient(patient)
        work = partial(_alerts, self._services, patient, self._files)
        job = self._newest.ask(Lane.FETCH, work, self._show_alerts, self._show_problem)
        job.progressed.connect(partial(self._show_progress, self._newest.generation))

    def _go_back(self) -> None:
        self._patient = None
        self._newest.forget()
        self.start(self._before)

    def _show_progress(self, generation: int, progress: object) -> None:
        if generation == self._newest.generation and isinstance(progress, Progress):
            self._dialog.details.show_progress(progress)

    def _show_alerts(self, answer: object) -> None:
        if isinstance(answer, Alerts):
            self._dialog.show_alerts(answer)

    def _show_problem(self, error: object) -> None:
        self._dialog.details.show_problem(words_of(error))

    def _make_orders(self) -> None:
        patient = self._patient
        if patient is None:
            return
        assignment = Assignment(
            patient_id=patient.id,
            provider=self._desk.provider,
            operator=self._desk.operator.id,
            title=self._dialog.details.form.title,
            comment=self._dialog.details.form.comment,
            accepted=self._dialog.details.accepted(),
            identity=patient.label,
        )
        message = self._dialog.details.tell.wish
        wanted = _Wanted(patient, self._files, assignment, message, self._titles)
        work = partial(_orders, self._services, wanted)
        self._newest.ask(Lane.READ, work, self._hand_over, self._show_problem)

    def _write_message(self) -> None:
        if self._patient is not None:
            teller = Teller(self._desk.operator.id, self._desk.provider)
            row = self._dialog.details.tell
            write_before(self._services, self._runner, row, teller, self._patient.label)

    def _hand_over(self, batch: object) -> None:
        if isinstance(batch, Batch):
            self._dialog.accept()
            self.ordered.emit(batch)

    def _end(self) -> None:
        self._newest.forget()
        self._picker.forget()
        self._proposals.forget()
        self._thumbnails.forget()

    def _glance(self, key: Hashable, token: CancelToken) -> Picture | None:
        file = file_of(self._files, key)
        token.check()
        return self._services.previewer.quick(file, longest=_THUMBNAIL) if file else None

    def _picture(self, key: Hashable, token: CancelToken) -> Picture | None:
        file = file_of(self._files, key)
        token.check()
        if file is None:
            return None
        return self._services.previewer.small(file, longest=_THUMBNAIL)


def _title_presets(
    services: Services, operator: str, token: CancelToken, _report: Report
) -> tuple[str, ...]:
    token.check()
    return services.configuring.title_presets(operator)


def _alerts(
    services: Services,
    patient: Patient,
    files: tuple[SourceFile, ...],
    token: CancelToken,
    report: Report,
) -> Alerts:
    return services.assigner.alerts(patient, files, token, report)


def _orders(services: Services, wanted: _Wanted, token: CancelToken, report: Report) -> Batch:
    """The orders, unless the patient's row is no longer the one that was confirmed."""
    del report
    token.check()
    if services.register.get(wanted.patient.id) != wanted.patient:
        raise UnknownPatient(tr("This patient's details have been changed meanwhile."))
    orders = services.assigner.orders(wanted.files, wanted.assignment, wanted.titles)
    return Batch(wanted.patient, wanted.assignment, orders, wanted.message)
