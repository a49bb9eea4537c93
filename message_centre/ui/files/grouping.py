"""Groups the Ext list by sessions, on a worker; the list changes its order only when a person wished so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from PySide6.QtCore import QObject

from message_centre.domain.files import FileKey, SourceFile
from message_centre.domain.sessions import Ident, Shot, sessions_of
from message_centre.services.capture_reading import Capture, CaptureReader
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.ui.files.ext_pane import ExtPane
from message_centre.ui.files.grouped_model import Snapshot
from message_centre.ui.files.headings import Arrangement
from message_centre.ui.files.rows import Standing, ident_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.words import tr

#: A person waits for the heads of so many files, but not longer; the files in sight come first.
_READ_FIRST, _SECONDS = 300, 8.0
#: After a refresh the list is in use already: what is not known by then waits for the next one.
_SECONDS_AFTER_REFRESH = 2.0
#: The heads of so many are read once the list is grouped, for the next refresh.
_READ_LATER = 2000


@dataclass(frozen=True, slots=True)
class _Answer:
    """How the rows are grouped, and whose heads are read next."""

    arrangement: Arrangement
    to_read: Sequence[SourceFile]


class GroupingController(QObject):
    """Off until `begin` or `turn`; from then on every refresh groups the list anew, with what is known by then."""

    def __init__(self, captures: CaptureReader, runner: Runner, pane: ExtPane) -> None:
        super().__init__(pane)
        self._captures = captures
        self._view, self._banner = pane.view, pane.banner
        self._is_on = False
        self._has_banner = False
        self._grouping = Newest(runner, self)
        self._reading = Newest(runner, self)

    def begin(self, *, is_on: bool) -> None:
        """Somebody sits down: the list is plain, and stays so or is grouped by its next refresh."""
        self.stop()
        self._view.arrange(None)
        self._is_on = is_on

    def turn(self, is_on: bool) -> None:
        """Group the list, or no longer."""
        self._is_on = is_on
        if is_on:
            self._ask(_SECONDS)
        else:
            self.stop()
            self._view.arrange(None)

    def group_anew(self) -> None:
        """After a refresh: group what is listed now."""
        if self._is_on:
            self._ask(_SECONDS_AFTER_REFRESH)

    def stop(self) -> None:
        """Hear no more."""
        self._hide_banner()
        self._grouping.forget()
        self._reading.forget()

    def _ask(self, seconds: float) -> None:
        self._reading.forget()
        work = partial(_grouped, self._captures, (self._view.snapshot(_READ_LATER), seconds))
        job = self._grouping.ask(Lane.FETCH, work, self._show, self._hide_banner)
        job.progressed.connect(partial(self._show_progress, self._grouping.generation))

    def _show_progress(self, generation: int, progress: object) -> None:
        if generation == self._grouping.generation and isinstance(progress, Progress):
            words = tr("Grouping the list\u2026")
            self._banner.show_progress(words, progress.done, progress.total)
            self._has_banner = True

    def _hide_banner(self, _error: object = None) -> None:
        """Only the own one: listing and auto-import show theirs in the same place."""
        if self._has_banner:
            self._has_banner = False
            self._banner.hide()

    def _show(self, answer: object) -> None:
        if isinstance(answer, _Answer):
            self._hide_banner()
            self._view.arrange(answer.arrangement)
            work = partial(_read_more, self._captures, answer.to_read)
            self._reading.ask(Lane.FETCH, work, _nothing)


def _nothing(_answer: object) -> None:
    """What was read counts from the next refresh on: no row moves by itself."""


def _grouped(
    captures: CaptureReader,
    wanted: tuple[Snapshot, float],
    token: CancelToken,
    report: Report,
) -> _Answer:
    """Everything that goes through every row is done here; the list only takes it over."""
    (seen, seconds), heading = wanted, Standing.HEADING
    # Each once, those in sight first.
    rows = {
        row: None
        for row in chain(seen.in_sight, seen.shown, seen.every)
        if row.standing is not heading
    }
    files = [row.file for row in rows]
    captures.read(files[:_READ_FIRST], token, report, seconds=seconds)
    known = captures.known(files)
    shots = [_shot(file, known) for file in files]
    times: dict[Ident, int] = {ident_of(key): one.at for key, one in known.items() if one.at}
    token.check()
    arrangement = Arrangement(sessions_of(shots, times), rows)
    arrangement.arranged(seen.shown)
    return _Answer(arrangement, files[:_READ_LATER])


def _shot(file: SourceFile, known: Mapping[FileKey, Capture]) -> Shot:
    one = known.get(file.key) if known else None
    at = one.at if one is not None and one.at else file.fingerprint.modified_ns
    return Shot(ident_of(file.key), file.name, at, one.device if one is not None else "")


def _read_more(
    captures: CaptureReader, files: Sequence[SourceFile], token: CancelToken, _report: Report
) -> None:
    captures.read(files, token)
