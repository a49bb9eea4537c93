"""Wires sign-in page, lock and idle watch to the services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from message_centre.domain.errors import MessageCentreError, TooManyTries
from message_centre.domain.people import Operator
from message_centre.domain.people_settings import LOCK_AFTER
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken, Report
from message_centre.ui.entering.curtain import Curtain
from message_centre.ui.entering.idle import IdleWatch
from message_centre.ui.main_window import MainWindow
from message_centre.ui.opened import Opened, opened_for
from message_centre.ui.problems import problem_of
from message_centre.ui.runner import Lane, Newest, Runner, Work
from message_centre.ui.words import tr

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Door:
    """Whom the sign-in page offers, whether it wants passwords, and when the window locks."""

    choices: Sequence[Operator] = ()
    is_guarded: bool = True
    lock_after: float = 0.0


def look_at_door(services: Services, _token: CancelToken, _report: Report) -> Door:
    """Ask the record, on a lane."""
    entering = services.entering
    minutes = services.configuring.value(LOCK_AFTER)
    return Door(entering.choices(), entering.is_guarded, float(minutes or 0) * _MINUTE)


class EnteringController(QObject):
    """`entered` carries an `Opened` each time somebody sits down; `left` comes when nobody does."""

    entered = Signal(object)
    left = Signal()

    def __init__(self, services: Services, runner: Runner, window: MainWindow) -> None:
        super().__init__(window)
        self._services = services
        self._runner = runner
        self._window = window
        self._page = window.entrance
        self._door = Door()
        self._last = ""
        self._is_out = True
        self._curtain = Curtain(window)
        self._looking = Newest(runner, self)
        self._asking = Newest(runner, self)
        self.idle = IdleWatch(self)
        self.idle.idle.connect(self._lock_idle)
        self._page.given.connect(self._sign_in)

    @property
    def is_locked(self) -> bool:
        """Whether nothing of the practice is shown."""
        return self._curtain.is_drawn

    def begin(self, door: Door, operator_id: str) -> None:
        """Ask who sits here, or let the usual operator in where nobody has a password."""
        self._door = door
        self._last = operator_id
        if door.is_guarded:
            self._curtain.draw()
            self._ask(is_locked=False)
        else:
            self._sign_in(operator_id, NO_SECRET)

    def sit_down(self, opened: Opened) -> None:
        """Somebody was let in elsewhere: the assistant names who sits here anew."""
        self._last, self._is_out = opened.operator.id, False
        self.look()
        self.entered.emit(opened)

    def lock(self) -> None:
        """Ctrl+L."""
        self._lock(tr("asked for"))

    def sign_out(self) -> None:
        """Leave: what was open is closed, what is being saved goes on."""
        if self._is_out:
            return
        self._leave(is_locked=False)
        self._runner.submit(Lane.READ, _job(self._services.entering.sign_out))

    def look(self) -> None:
        """Ask the record anew whom to let in and when to lock: a setting may have changed."""
        self._looking.ask(Lane.READ, partial(look_at_door, self._services), self._take_door)

    def stop(self) -> None:
        """Hear no more."""
        self.idle.stop()
        self._looking.forget()
        self._asking.forget()

    def _lock_idle(self) -> None:
        minutes = f"{self._door.lock_after / _MINUTE:g}"
        self._lock(tr("idle for {n} minutes", n=minutes))

    def _lock(self, why: str) -> None:
        if self._is_out or self._curtain.is_drawn:
            return
        self._leave(is_locked=True)
        self._runner.submit(Lane.READ, _job(partial(self._services.entering.lock, why)))

    def _leave(self, *, is_locked: bool) -> None:
        self.idle.stop()
        self._is_out = not is_locked
        self._curtain.draw()
        self.left.emit()
        self._ask(is_locked=is_locked)
        self.look()

    def _ask(self, *, is_locked: bool) -> None:
        self._page.ask(
            self._door.choices,
            self._last,
            is_locked=is_locked,
            wants_password=self._door.is_guarded,
        )

    def _take_door(self, found: object) -> None:
        if not isinstance(found, Door):
            return
        changed = found != self._door
        self._door = found
        if self._curtain.is_drawn:
            if changed:
                self._ask(is_locked=not self._is_out)
        else:
            self._watch_idle()

    def _watch_idle(self) -> None:
        self.idle.start(self._door.lock_after if self._door.is_guarded else 0)

    def _sign_in(self, operator_id: str, password: object) -> None:
        secret = password if isinstance(password, Secret) else NO_SECRET

        def work(_token: CancelToken, _report: Report) -> Opened:
            operator = self._services.entering.sign_in(operator_id, secret)
            return opened_for(self._services, operator)

        self._asking.ask(Lane.READ, work, self._let_in, self._refuse)

    def _let_in(self, opened: object) -> None:
        if not isinstance(opened, Opened):
            return
        same = opened.operator.id == self._last and not self._is_out
        self._last, self._is_out = opened.operator.id, False
        self._curtain.lift(keeps_windows=same)
        self._watch_idle()
        self.look()
        self.entered.emit(opened)

    def _refuse(self, error: object) -> None:
        problem = problem_of(error if isinstance(error, Exception) else MessageCentreError())
        if not self._curtain.is_drawn:
            # Nobody has a password and yet the usual operator is not let in.
            self._curtain.draw()
            self._ask(is_locked=False)
        self._page.refuse(problem.sentence)
        if isinstance(error, TooManyTries):
            self._page.wait(error.after)


def _job(work: Callable[[], None]) -> Work:
    """Work that takes nothing and cannot be cancelled."""

    def run(_token: CancelToken, _report: Report) -> None:
        work()

    return run
