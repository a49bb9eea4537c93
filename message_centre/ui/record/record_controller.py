"""RecordController: one patient's window between the record and the person who looks at it."""

from collections.abc import Hashable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from message_centre.domain.files import Destination
from message_centre.domain.messages import LinkedItem
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Right
from message_centre.domain.records import Record, RecordState
from message_centre.services.bundle import Services
from message_centre.services.ports import Picture
from message_centre.services.previewing import Preview, Previewer
from message_centre.services.work import CancelToken, Report
from message_centre.ui.messages.composing import Composing
from message_centre.ui.phones.photographing import PhotographController
from message_centre.ui.pieces.failures import words_of
from message_centre.ui.pieces.pictures import levels_of
from message_centre.ui.pieces.sizes import moment_words
from message_centre.ui.pieces.thumbnail_loader import ThumbnailLoader
from message_centre.ui.playing.playing import SMALL_BYTES, PlayingController
from message_centre.ui.record.correcting import Correcting
from message_centre.ui.record.opening_copies import OpeningCopies
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.record.record_viewer import RecordViewer
from message_centre.ui.record.record_words import name_of, taken_words
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.viewing.compare_window import Candidate, CompareWindow, Comparing
from message_centre.ui.viewing.full_screen import FullScreen
from message_centre.ui.viewing.stepping import step
from message_centre.ui.viewing.viewing import Viewing
from message_centre.ui.words import tr

_FULL_VIEW = 2000


class RecordController(QObject):
    """Reads, shows, corrects. A full view is on the trail; a thumbnail is not.

    `provider_changed` carries for whom what is taken from folders is filed from now on.
    """

    provider_changed = Signal(str)
    #: Places whose files are to be shown for this patient.
    browse_wanted = Signal(object)

    def __init__(
        self,
        services: Services,
        runner: Runner,
        window: PatientWindow,
        patient: Patient,
        operator: Operator,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._runner = runner
        self._window = window
        self._patient = patient
        self._operator = operator
        self._records: dict[str, Record] = {}
        self._wanted = ""
        self._reading = Newest(runner, self)
        self._previewing = Newest(runner, self)
        self._thumbnails = ThumbnailLoader(
            runner, window.images, self._thumbnail, glance=self._glance
        )
        self._viewings = {
            viewer: Viewing(services.previewer, runner, viewer.stage, longest=_FULL_VIEW)
            for viewer in (window.image_viewer, window.note_viewer)
        }
        self._players = {
            viewer: PlayingController(runner, viewer.stage) for viewer in self._viewings
        }
        self._screens = {viewer: FullScreen(viewer.stage) for viewer in self._viewings}
        window.image_viewer.stage.can_compare = True
        self._correcting = Correcting(services, runner, operator, window)
        self._copies = OpeningCopies(services.exporter, runner, window)
        self._connect()

    def load(self) -> None:
        """Read the record anew."""
        self._reading.ask(Lane.READ, self._read, self._show, self._say_problem)

    def show_record(self, record_id: str) -> None:
        """Show one item in full, as soon as the record is read."""
        self._wanted = record_id
        if self._records:
            self._open_wanted()

    def close(self) -> None:
        """Close the window, and with it everything that was opened from it."""
        self._window.close()

    def _read(self, token: CancelToken, report: Report) -> tuple[Record, ...]:
        del token, report
        return self._services.records.of_patient(self._patient.id, withdrawn=True)

    def _show(self, answer: object) -> None:
        if isinstance(answer, tuple):
            self._records = {record.id: record for record in answer}
            self._window.show_records(answer)
            self._open_wanted()

    def _open_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted in self._records:
            self._open(wanted)

    def _open(self, record_id: str) -> None:
        record = self._records.get(record_id)
        viewer = self._window.viewer_of(record) if record else None
        if record is None or viewer is None or viewer.record == record:
            return
        self._window.show_record(record)
        if viewer.record != record:
            return  # a tombstone: there is nothing to see, and nothing was seen
        refusal = self._refusal(record)
        viewer.show_refusal(refusal)
        if refusal:
            self._window.say(refusal)
        self._note_view(record)
        self._screens[viewer].caption(name_of(record))
        self._previewing.ask(
            Lane.DECODE,
            partial(self._preview, record),
            partial(self._show_preview, record),
            self._say_problem,
        )

    def _pass(self, record_id: str) -> None:
        """The keys moved on: follow them once something is open."""
        record = self._records.get(record_id)
        if record is not None and self._window.viewer_of(record).record is not None:
            self._open(record_id)

    def _preview(self, record: Record, token: CancelToken, report: Report) -> object:
        del report
        token.check()
        preview = self._services.previewer.of_record(record, longest=_FULL_VIEW)
        return preview, levels_of(preview.picture)

    def _show_preview(self, record: Record, answer: object) -> None:
        viewer = self._window.viewer_of(record)
        if not isinstance(answer, tuple) or viewer.record != record:
            return
        preview, levels = answer
        if levels:
            self._viewings[viewer].show(preview, levels, name_of(record))
        elif preview.medium is not None:
            copy = partial(self._services.exporter.copy, record)
            is_small = record.size <= SMALL_BYTES
            self._players[viewer].offer(preview.medium, copy, at_once=is_small)
        else:
            viewer.show_preview(preview)

    def _let_go(self, viewer: RecordViewer) -> None:
        self._viewings[viewer].forget()
        self._players[viewer].forget()

    def _step(self, viewer: RecordViewer, by: int) -> None:
        window = self._window
        view = window.images if viewer is window.image_viewer else window.notes
        if step(view, by):
            self._open(window.current_id(viewer))

    def _compare(self) -> None:
        """The image in view beside the next one, with a choice of all of the patient's images."""
        images = [
            record
            for record in self._records.values()
            if record.destination is Destination.IMAGES and record.state is RecordState.FILED
        ]
        here = next((n for n, r in enumerate(images) if r == self._window.image_viewer.record), -1)
        if here < 0:
            return
        made = [self._candidate(record) for record in images]
        window = CompareWindow(made, shown(self._patient.label), self._window)
        comparing = Comparing(self._services.previewer, self._runner, made, window)
        comparing.looked_at.connect(self._note_compared)
        window.choose(here, here + 1 if here + 1 < len(images) else max(0, here - 1))
        window.show()

    def _candidate(self, record: Record) -> Candidate:
        return Candidate(
            key=record.id,
            name=name_of(record),
            words=taken_words(record) or tr("Filed {when}", when=moment_words(record.filed_at)),
            load=partial(_load, self._services.previewer, record),
        )

    def _note_compared(self, record_id: str) -> None:
        if record_id in self._records:
            self._note_view(self._records[record_id], detail="compared")

    def _photograph(self) -> None:
        provider = self._services.permitting.provider(self._operator, Right.SEE_EXT)
        desk = (self._operator, provider)
        controller = PhotographController(self._services, self._runner, self._patient, desk)
        controller.arrived.connect(self.load)
        controller.open(self._window)

    def _note_view(self, record: Record, detail: str = "full view") -> None:
        add = partial(
            self._services.trail.add,
            "view",
            operator=self._operator.id,
            record_id=record.id,
            patient_id=record.patient_id,
            detail=detail,
        )
        job = self._runner.submit(Lane.WRITE, lambda _token, _report: add())
        job.failed.connect(self._say_problem)

    def _glance(self, key: Hashable, token: CancelToken) -> Picture | None:
        token.check()
        record = self._records.get(str(key))
        return self._services.previewer.quick_of_record(record) if record else None

    def _thumbnail(self, key: Hashable, token: CancelToken) -> Picture | None:
        token.check()
        record = self._records.get(str(key))
        return self._services.previewer.thumbnail(record) if record else None

    def _withdraw(self, record: Record) -> None:
        self._correcting.withdraw(record, self._patient)

    def _refusal(self, record: Record) -> str:
        """Why this item cannot be corrected by who sits here, or empty; the services ask again."""
        if self._operator.may(Right.CORRECT, record.provider):
            return ""
        return tr("You may not withdraw or reassign for this Provider.")

    def _write_message(self, record_id: str) -> None:
        item = LinkedItem(self._patient.id, record_id)
        Composing(self._services, self._runner, self._operator.id, item, self._window).open()

    def _after_correction(self, words: str) -> None:
        self.load()
        self._window.say(words)

    def _say_problem(self, error: object) -> None:
        self._window.say(words_of(error))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _end(self) -> None:
        self._reading.forget()
        self._previewing.forget()
        for viewer in self._viewings:
            self._screens[viewer].close()
            self._let_go(viewer)
        self._thumbnails.forget()
        self._copies.clean_up()

    def _connect(self) -> None:
        window = self._window
        window.record_opened.connect(self._open)
        window.record_passed.connect(self._pass)
        window.reload_requested.connect(self.load)
        window.photograph_requested.connect(self._photograph)
        window.closed.connect(self._end)
        window.image_viewer.stage.compare_requested.connect(self._compare)
        window.message_requested.connect(self._write_message)
        self._correcting.corrected.connect(self._after_correction)
        self._copies.opened.connect(partial(self._note_view, detail="copy opened"))
        for viewer in (window.image_viewer, window.note_viewer):
            viewer.left.connect(partial(self._let_go, viewer))
            self._screens[viewer].stepped.connect(partial(self._step, viewer))
            viewer.open_requested.connect(self._copies.open)
            viewer.withdraw_requested.connect(self._withdraw)
            viewer.reassign_requested.connect(self._correcting.reassign)
            viewer.copy_requested.connect(self._copy)


def _load(previewer: Previewer, record: Record, longest: int) -> Preview:
    return previewer.of_record(record, longest=longest)
