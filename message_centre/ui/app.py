"""Start-up and shut-down order, and the last resort for what nobody foresaw.

The window is painted first; the record, and the heavy libraries it needs, are opened on a lane.
"""

import gc
import logging
import os
import sys
import threading
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from message_centre.services.tracing import where
from message_centre.services.work import CancelToken, Report
from message_centre.ui.actions import Name
from message_centre.ui.entering.entering_controller import EnteringController, look_at_door
from message_centre.ui.first_start.first_start_controller import FirstStartController
from message_centre.ui.main_controller import MainController
from message_centre.ui.main_window import MainWindow
from message_centre.ui.night_watch import NightWatch
from message_centre.ui.opened import Opened
from message_centre.ui.phones.receiver_watch import ReceiverWatch
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Lane, Runner
from message_centre.ui.single_instance import SingleInstance
from message_centre.ui.theme import Theme, ThemeMode
from message_centre.ui.window_state import WindowState
from message_centre.ui.words import tr

if TYPE_CHECKING:
    from message_centre.services.bundle import Services

_log = logging.getLogger(__name__)

_NOTHING_COULD_BE_DONE = 3
_CALLS = 200
#: A list of a hundred thousand rows makes a full collection last longer than a person's blink.
_GARBAGE_PACE = (50_000, 20, 50)
#: How long a worker may keep the interpreter from the window: drawing a list asks for it many times.
_TURN_SECONDS = 0.0005
_NONE_IS_IMMORTAL = (3, 12)
_NEXT_THEME = {
    ThemeMode.AUTO: ThemeMode.LIGHT,
    ThemeMode.LIGHT: ThemeMode.DARK,
    ThemeMode.DARK: ThemeMode.AUTO,
}
_THEMES = {
    ThemeMode.AUTO: "Theme: as the desktop",
    ThemeMode.LIGHT: "Theme: light",
    ThemeMode.DARK: "Theme: dark",
}


def run(home: Path, operator_id: str | None) -> int:
    """Open the window on a home and stay until it is closed; returns the exit code."""
    if not toolkit_counts_rightly():
        sys.stderr.write(
            tr("This version of PySide6 is faulty on this Python. Install another one.\n")
        )
        return _NOTHING_COULD_BE_DONE
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        return _NOTHING_COULD_BE_DONE
    app.setApplicationName("Message Centre")
    app.setDesktopFileName("message-centre")
    instance = SingleInstance(home)
    if not instance.claim():
        return 0
    gc.set_threshold(*_GARBAGE_PACE)
    sys.setswitchinterval(_TURN_SECONDS)
    program = Program(app, home, operator_id or "")
    instance.raise_requested.connect(program.window.come_forward)
    program.start()
    code = app.exec()
    has_ended = program.shut_down()
    instance.release()
    if not has_ended:
        # A thread hangs in the operating system; waiting for it would keep the person waiting.
        logging.shutdown()
        os._exit(code)
    return code


def toolkit_counts_rightly() -> bool:
    """Whether calls into Qt leave the reference count of None alone.

    PySide6 6.12.0 loses one at each call on Python 3.11, until the interpreter aborts.
    """
    if sys.version_info >= _NONE_IS_IMMORTAL:
        return True
    probe = QObject()
    before = sys.getrefcount(None)
    for _ in range(_CALLS):
        probe.setObjectName("probe")
    return sys.getrefcount(None) > before - _CALLS // 2


class Program(QObject):
    """The parts that live as long as the program, made in order and ended in reverse."""

    def __init__(self, app: QApplication, home: Path, operator_id: str) -> None:
        super().__init__()
        self._app = app
        self._home = home
        self._operator_id = operator_id
        self._state = WindowState(home)
        self._theme = Theme(app, self._state.theme())
        self._runner = Runner(self)
        self._main: MainController | None = None
        self._services: Services | None = None
        self._entering: EnteringController | None = None
        self._first: FirstStartController | None = None
        self._watch: NightWatch | None = None
        self._receiver: ReceiverWatch | None = None
        self._is_ended = False
        self._hook = LastResort(self)
        self.window = MainWindow()
        self.window.recall(self._state)
        self.window.closing.connect(app.quit)
        self.window.problem.retried.connect(self._open)
        self.window.problem.given_up.connect(self.window.close)
        self.window.actions_[Name.THEME].triggered.connect(self._turn_theme)
        self.window.actions_[Name.QUIT].triggered.connect(self.window.close)
        self._theme.changed.connect(self.window.dress)

    @property
    def main(self) -> MainController | None:
        """The controller of the opened home, once it is open."""
        return self._main

    def start(self) -> None:
        """Show the window; open the home once it has been painted."""
        self._hook.install(self.window)
        self.window.show()
        self.window.ext.show_empty(tr("Opening the practice\u2026"))
        QTimer.singleShot(0, self._open)

    def shut_down(self) -> bool:
        """End in order; says whether every thread ended. May be called again.

        Watchers stop first, then reading work, then writes, which stop before their commit or finish
        after it; the record is closed when nothing uses it any more.
        """
        if self._is_ended:
            return True
        self._is_ended = True
        self.window.remember(self._state)
        self._state.keep("window/theme", self._theme.mode.value)
        self.window.hide()
        for part in (self._main, self._watch, self._receiver, self._first, self._entering):
            if part is not None:
                part.stop()
        if self._services is not None:
            self._services.lister.unwatch()
        has_ended = self._runner.shutdown()
        if self._services is not None:
            self._services.close()
        if self._home.is_dir():
            self._state.write()
        self._hook.remove()
        return has_ended

    def _open(self) -> None:
        self.window.show_work()
        job = self._runner.submit(Lane.WRITE, self._open_home)
        job.succeeded.connect(self._receive)
        job.failed.connect(self._explain)

    def _open_home(self, token: CancelToken, report: Report) -> object:
        # The adapters bring heavy libraries along; the window is on the screen before they load.
        from message_centre.bootstrap import open_home  # noqa: PLC0415

        services = open_home(self._home)
        with ExitStack() as half_open:
            half_open.callback(services.close)
            token.check()
            door = look_at_door(services, token, report)
            half_open.pop_all()
        return services, door

    def _receive(self, found: object) -> None:
        """The home is open: let somebody in."""
        if isinstance(found, tuple):
            self._services, door = found
            self._watch = NightWatch(self._services, self._runner, self._state, self)
            self._watch.found.connect(partial(show_failure, self.window))
            self._watch.start()
            self._receiver = ReceiverWatch(self._services.medimage.receiver, self._runner, self)
            self._receiver.failed.connect(partial(show_failure, self.window))
            self._receiver.start()
            self._entering = EnteringController(self._services, self._runner, self.window)
            self._entering.entered.connect(self._work)
            self._entering.left.connect(self._rest)
            self.window.actions_[Name.LOCK].triggered.connect(self._entering.lock)
            self.window.actions_[Name.SIGN_OUT].triggered.connect(self._entering.sign_out)
            self._entering.begin(door, self._operator_id)

    def _work(self, opened: object) -> None:
        """Somebody sits down, for the first time or again."""
        if not isinstance(opened, Opened) or self._entering is None or self._services is None:
            return
        if self._main is None:
            self._main = MainController(opened, self._runner, self.window)
            self._main.setup.changed.connect(self._entering.look)
            if self._receiver is not None:
                self._main.setup.changed.connect(self._receiver.look)
            self._main.start()
            self._first = FirstStartController(self._services, self._runner, self.window)
            self._first.changed.connect(self._entering.sit_down)
            self._first.offer()
        else:
            self._main.come_back(opened)

    def _rest(self) -> None:
        """Nobody sits here for now."""
        if self._main is not None:
            self._main.lock()

    def _explain(self, error: object) -> None:
        if isinstance(error, Exception):
            self.window.problem.show_problem(problem_of(error))
            self.window.show_problem()

    def _turn_theme(self) -> None:
        self._theme.choose(_NEXT_THEME[self._theme.mode])
        self.window.strip.say(tr(_THEMES[self._theme.mode]))


class LastResort(QObject):
    """Says honestly that something unforeseen happened, logs where, and lets the program go on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._before = sys.excepthook, threading.excepthook
        self._window: MainWindow | None = None
        self._is_telling = False

    def install(self, window: MainWindow) -> None:
        """Hear of every exception that nobody caught, from now on."""
        self._window = window
        sys.excepthook = self._take
        threading.excepthook = self._take_thread

    def remove(self) -> None:
        """Hear no more."""
        sys.excepthook, threading.excepthook = self._before
        self._window = None

    def _take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _log_where(kind, trace)
        if self._window is not None and not self._is_telling:
            self._is_telling = True
            show_failure(self._window, error).finished.connect(self._told)

    def _take_thread(self, told: threading.ExceptHookArgs) -> None:
        _log_where(told.exc_type, told.exc_traceback)

    def _told(self) -> None:
        self._is_telling = False


def _log_where(kind: type[BaseException], trace: TracebackType | None) -> None:
    """Where it happened, not its words: those may hold a name."""
    _log.error("Unforeseen %s in %s", kind.__name__, where(trace))
