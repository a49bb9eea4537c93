"""Asks for the content of the current file; an answer about another file is dropped."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from message_centre.domain.files import Destination, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.records import TakenFrom
from message_centre.services.exporting import Exporter
from message_centre.services.ports import CaptureFacts
from message_centre.services.previewing import Preview, Previewer
from message_centre.services.work import CancelToken, Report
from message_centre.ui.files.rows import (
    Column,
    FileRow,
    Standing,
    moment,
    short_source,
    symbol_of,
)
from message_centre.ui.pieces.pictures import levels_of
from message_centre.ui.playing.playing import SMALL_BYTES, PlayingController
from message_centre.ui.preview.comparables import candidates, is_comparable, no_rows
from message_centre.ui.preview.preview_pane import PreviewPane, Shown
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.viewing.compare_window import CompareWindow, Comparing
from message_centre.ui.viewing.full_screen import FullScreen
from message_centre.ui.viewing.viewing import Viewing
from message_centre.ui.words import tr

_LONGEST = 1600
_PAUSE_MS = 90
_WAITING_SHOWS_MS = 250
_ROLES = {
    Standing.READY: "good",
    Standing.DOUBTFUL: "warning",
    Standing.NOT_SAVED: "bad",
    Standing.HELD: "warning",
    Standing.SAVED: "good",
    Standing.SAVED_SOURCE_KEPT: "good",
}
_ORIGINS = {
    TakenFrom.EXIF: "from the picture itself",
    TakenFrom.CONTAINER: "from the file itself",
    TakenFrom.FILE_NAME: "from the file name",
    TakenFrom.FILE_TIME: "from the file's time",
}


class PreviewController(QObject):
    """Follows the current row; waits a moment, so that running through the list opens nothing."""

    stepped = Signal(int)

    def __init__(
        self, previewer: Previewer, exporter: Exporter, runner: Runner, pane: PreviewPane
    ) -> None:
        super().__init__(pane)
        self._exporter = exporter
        self._runner = runner
        self._previewer = previewer
        self._pane = pane
        self._row: FileRow | None = None
        self._shown: object = None
        self._facts = CaptureFacts()
        self._newest = Newest(runner, self)
        self.playing = PlayingController(runner, pane.stage)
        self.screen = FullScreen(pane.stage)
        self.screen.stepped.connect(self.stepped)
        self.comparables = no_rows
        pane.stage.compare_requested.connect(self._compare)
        self._viewing = Viewing(previewer, runner, pane.stage, longest=_LONGEST)
        self._pause = _timer(self, _PAUSE_MS, self._open)
        self._patience = _timer(self, _WAITING_SHOWS_MS, pane.show_waiting)

    def show_row(self, row: FileRow | None) -> None:
        """Show this row's file, or nothing. The same bytes are not opened again."""
        self._row = row
        if row is None:
            self._forget()
            self._pane.show_nothing()
            return
        if (row.file.key, row.file.fingerprint, row.is_saved) != self._shown:
            self._forget()
            self._shown = (row.file.key, row.file.fingerprint, row.is_saved)
            self._facts = CaptureFacts()
            self._choose_way(row)
        self.screen.caption(row.cells[Column.NAME])
        self._pane.show_facts(shown_of(row, self._facts))

    def _choose_way(self, row: FileRow) -> None:
        if row.is_saved:
            words = tr(
                "Saved for {patient}. The file is in the patient's record.", patient=row.patient
            )
            self._pane.stage.show_words("saved", words)
        elif row.standing in {Standing.AWAY, Standing.GONE}:
            self._pane.stage.show_words("offline", row.note)
        else:
            self._pause.start()
            self._patience.start()

    def _forget(self) -> None:
        self._pause.stop()
        self._patience.stop()
        self._newest.forget()
        self._viewing.forget()
        self.playing.forget()
        self._shown = None

    def _open(self) -> None:
        if self._row is not None:
            file = self._row.file
            work = partial(self._fetch, file)
            self._newest.ask(Lane.FETCH, work, self._show, self._fail)

    def _fetch(self, file: SourceFile, token: CancelToken, _report: Report) -> object:
        token.check()
        preview = self._previewer.of_source(file, longest=_LONGEST)
        return preview, levels_of(preview.picture)

    def _show(self, answer: object) -> None:
        self._patience.stop()
        if self._row is None or not isinstance(answer, tuple):
            return
        preview, levels = answer
        self._show_content(self._row, preview, levels)
        self._facts = preview.facts
        self._pane.show_facts(shown_of(self._row, self._facts))

    def _show_content(self, row: FileRow, preview: Preview, levels: Sequence[QImage]) -> None:
        name = row.cells[Column.NAME]
        self._pane.stage.can_compare = is_comparable(row)
        if levels:
            self._viewing.show(preview, levels, name)
        elif preview.medium is not None:
            copy = partial(self._exporter.copy_listed, row.file)
            is_near = not row.file.kind.is_drive and row.file.size <= SMALL_BYTES
            self.playing.offer(preview.medium, copy, at_once=is_near)
        elif preview.reason:
            self._pane.stage.show_words(symbol_of(row.file), _why_not(preview))
        else:
            self._pane.stage.show_text(preview.text)

    def _compare(self) -> None:
        rows = list(self.comparables())
        here = next((n for n, row in enumerate(rows) if row is self._row), -1)
        if here < 0 or self._row is None:
            return
        made = candidates(rows, self._previewer)
        window = CompareWindow(made, tr("waiting files"), self._pane.window())
        Comparing(self._previewer, self._runner, made, window)
        window.choose(here, here + 1 if here + 1 < len(rows) else max(0, here - 1))
        window.show()

    def _fail(self, error: object) -> None:
        self._patience.stop()
        if isinstance(error, Exception):
            self._pane.stage.show_words("error", problem_of(error).sentence)


def _told(state: str, note: str) -> str:
    """The state and what is noted of it, which may begin with the very words."""
    if not note or note.lower().startswith(state.lower()):
        return note or state
    return f"{state}. {note}"


def _why_not(preview: Preview) -> str:
    """Why nothing is shown; of a file that could be read also that this does not matter for saving."""
    why = shown(preview.reason)
    words = tr("It can be saved all the same.")
    return f"{why}\n{words}" if preview.facts.format_name else why


def shown_of(row: FileRow, facts: CaptureFacts) -> Shown:
    """What the pane tells of a row: texts, in the order of their weight."""
    told = [
        (tr("Goes to"), _destination(row.file)),
        (tr("Type"), row.cells[Column.TYPE]),
        (tr("Size"), row.cells[Column.SIZE]),
        (tr("File date"), row.cells[Column.DATE]),
        (tr("Taken"), _taken(facts)),
        (tr("Picture"), f"{facts.width} \u00d7 {facts.height}" if facts.width else ""),
        (tr("Device"), shown(facts.device)),
        (tr("Source"), short_source(row.file.source_name)),
        (tr("Patient"), row.patient),
        (tr("Title"), row.title),
    ]
    state = row.badge.capitalize() if row.badge else tr("Ready to save")
    note = shown(row.note)
    return Shown(
        name=row.cells[Column.NAME],
        state=_told(state, note),
        role=_ROLES.get(row.standing, "muted"),
        facts=tuple((name, text) for name, text in told if text),
    )


def _destination(file: SourceFile) -> str:
    if file.destination is Destination.IMAGES:
        return tr("Images of the patient")
    return tr("Notes of the patient, as an external document")


def _taken(facts: CaptureFacts) -> str:
    if facts.taken_at is None:
        return ""
    origin = _ORIGINS.get(facts.taken_from) if facts.taken_from else None
    when = moment(facts.taken_at)
    return f"{when}, {tr(origin)}" if origin else when


def _timer(parent: QObject, milliseconds: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
