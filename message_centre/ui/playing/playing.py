"""PlayingController: brings a private copy of a recording to the player, and removes it afterwards.

The file itself is open only while it is copied, so that a recording that plays never stands in the way
of moving it.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtGui import QImage

from message_centre.services.previewing import Medium
from message_centre.services.work import CancelToken, Report
from message_centre.ui.playing.media_view import MediaView
from message_centre.ui.playing.player import Player, State
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Lane, Newest, Runner
from message_centre.ui.viewing.stage import Stage
from message_centre.ui.viewing.viewing_actions import View
from message_centre.ui.words import tr

#: A larger recording, or one on a drive, is not opened before somebody asks for it.
SMALL_BYTES = 100 * 1024 * 1024

Copy = Callable[[Path, CancelToken], Path]


class PlayingController(QObject):
    """Plays one recording at a time on a stage."""

    def __init__(self, runner: Runner, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._view = MediaView(stage)
        self._view.hide()
        self._view.add_action(stage.tools[View.FULL_SCREEN])
        self._player = Player(self)
        self._copying = Newest(runner, self)
        self._copy: Copy | None = None
        self._wanted: object = None
        self._folder: TemporaryDirectory[str] | None = None
        self._state = State()
        self._connect()

    @property
    def player(self) -> Player:
        """What plays."""
        return self._player

    @property
    def view(self) -> MediaView:
        """Where it is shown."""
        return self._view

    def offer(self, medium: Medium, copy: Copy, *, at_once: bool) -> None:
        """Show that there is something to play; `at_once` its first picture, too."""
        self.forget()
        self._copy = copy
        words = tr("Video") if medium is Medium.VIDEO else tr("Sound")
        self._view.show_closed(medium, words)
        self._stage.show_player(self._view)
        if at_once:
            self._load()

    def forget(self) -> None:
        """Let go of everything that was opened."""
        self._copying.forget()
        self._copy, self._wanted = None, None
        self._state = State()
        self._player.close()
        self._remove()

    def toggle(self) -> None:
        """Play, or pause; open the recording first if need be."""
        if not self._player.is_open:
            self._load()
        elif self._state.is_playing:
            self._player.pause()
        else:
            self._player.play()

    def _load(self) -> None:
        if self._copy is None or self._wanted is not None:
            return
        wanted = self._wanted = object()
        self._view.show_waiting(tr("Opening the recording\u2026"))
        job = self._copying.ask(Lane.FETCH, partial(_copied, self._copy), _nothing, self._fail)
        job.succeeded.connect(partial(self._open, wanted))

    def _open(self, wanted: object, answer: object) -> None:
        if not isinstance(answer, tuple):
            return
        folder, path = answer
        if wanted is not self._wanted:
            # Nobody waits for it any more; it must not lie about.
            folder.cleanup()
            return
        self._folder = folder
        self._player.open(path)

    def _fail(self, error: object) -> None:
        self._remove()
        words = problem_of(error).sentence if isinstance(error, Exception) else ""
        self._view.show_failed(words)

    def _say_unplayable(self) -> None:
        self._remove()
        self._view.show_failed(
            tr("This recording cannot be played here. It can be saved all the same.")
        )

    def _show_frame(self, image: QImage, width: int, height: int) -> None:
        self._view.show_frame(image, QSize(width, height))

    def _show_state(self, state: object) -> None:
        if isinstance(state, State):
            self._state = state
            self._view.show_state(state)
            self._stage.tools.show_playing(is_playing=state.is_playing)

    def _rest(self) -> None:
        """What nobody sees is not heard either: the window was locked, or something else came up."""
        if self._state.is_playing and not self._view.isVisible():
            self._player.pause()

    def _mind(self) -> None:
        # On its way to the full screen a view is hidden for a moment.
        QTimer.singleShot(0, self, self._rest)

    def _remove(self) -> None:
        self._wanted = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _play_from_tools(self) -> None:
        if self._copy is not None:
            self.toggle()

    def _connect(self) -> None:
        self._player.framed.connect(self._show_frame)
        self._player.changed.connect(self._show_state)
        self._player.failed.connect(self._say_unplayable)
        self._view.load_requested.connect(self._load)
        self._view.hidden.connect(self._mind)
        self._view.play_toggled.connect(self.toggle)
        self._view.seek_requested.connect(self._player.seek)
        self._view.volume_changed.connect(self._player.set_volume)
        self._stage.tools[View.PLAY].triggered.connect(self._play_from_tools)


def _copied(
    copy: Copy, token: CancelToken, _report: Report
) -> tuple[TemporaryDirectory[str], Path]:
    folder = TemporaryDirectory(prefix="message-centre-", ignore_cleanup_errors=True)
    try:
        return folder, copy(Path(folder.name), token)
    except BaseException:
        folder.cleanup()
        raise


def _nothing(_answer: object) -> None:
    """The answer comes another way, so that one that was overtaken can be removed."""
