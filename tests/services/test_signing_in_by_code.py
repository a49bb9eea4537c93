"""Signing in where the browser cannot come back: a code passes between its page and this program."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest

from message_centre.domain.files import SourceKind
from message_centre.domain.sign_ins import SignIn, Step
from message_centre.services.hosting import Hosting
from message_centre.services.ports import Receiver
from message_centre.services.signing_in import Attempt, SigningIn, SigningParts
from message_centre.services.work import CancelToken
from tests.support.drive_accesses import ACCOUNT, CODE, TOKEN, FakeAccess
from tests.support.engine import Engine


def no_receiver(ports: Sequence[int]) -> AbstractContextManager[Receiver]:
    raise AssertionError("nobody comes back, so that nobody has to listen")


@dataclass
class Desk:
    """A sign-in by code, on a thread of its own, whose window is as long as a test says."""

    engine: Engine
    window: float = 30.0
    access: FakeAccess = field(default_factory=FakeAccess)
    can_open: bool = True

    def __post_init__(self) -> None:
        services = self.engine.services
        self.opened: list[str] = []
        self.signing = SigningIn(
            SigningParts(
                {SourceKind.DROPBOX: lambda _owner: self.access},
                no_receiver,
                Hosting(tuple, tuple),
                services.permitting,
                services.trail,
                services.clock,
                self.window,
            )
        )
        drive = self.signing.drive_of(SourceKind.DROPBOX, self.engine.operator, "1")
        self.attempt = Attempt(drive, self.engine.operator, self.open, CancelToken(), by_code=True)
        self.ended: list[SignIn] = []
        self.thread = threading.Thread(target=self._run)

    def open(self, address: str) -> bool:
        self.opened.append(address)
        return self.can_open

    def begin(self) -> SignIn:
        self.thread.start()
        return self.until(lambda: self.signing.state(self.attempt.drive).step is Step.WAITING)

    def until(self, is_so: Callable[[], bool]) -> SignIn:
        for _ in range(500):
            if is_so():
                return self.signing.state(self.attempt.drive)
            threading.Event().wait(0.02)
        raise AssertionError("it never came so far")

    def end(self) -> SignIn:
        self.thread.join(10)
        return self.ended[0]

    def _run(self) -> None:
        self.ended.append(self.signing.sign_in(self.attempt))


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_a_code_that_the_page_shows_is_entered_here(desk: Desk) -> None:
    waiting = desk.begin()
    assert (waiting.wants_code, waiting.code) == (True, "")
    assert waiting.address == desk.opened[0]
    assert 0 < waiting.seconds_left <= 30
    desk.attempt.codes.put(f" {CODE}\n")
    ended = desk.end()
    assert (ended.step, ended.detail) == (Step.CONNECTED, f"Signed in as {ACCOUNT}.")
    assert desk.access.tokens == TOKEN
    assert not ended.wants_code


def test_a_wrong_code_has_failed_and_nothing_is_kept(desk: Desk) -> None:
    desk.begin()
    desk.attempt.codes.put("wrong")
    ended = desk.end()
    assert ended.step is Step.FAILED
    assert "refused the code" in ended.detail
    assert not desk.access.is_signed_in()


def test_a_code_for_the_page_is_shown_until_somebody_has_entered_it(desk: Desk) -> None:
    desk.access.shows_code, desk.can_open = "ABCD-EFGH", False
    waiting = desk.begin()
    assert (waiting.wants_code, waiting.code) == (False, "ABCD-EFGH")
    assert "No browser could be opened" in waiting.detail
    assert "ABCD" not in repr(waiting)
    desk.access.has_entered = True
    assert desk.end().step is Step.CONNECTED


def test_it_can_be_cancelled(desk: Desk) -> None:
    desk.begin()
    desk.attempt.token.cancel()
    assert desk.end().step is Step.ABANDONED
    assert desk.signing.running is None


def test_it_is_given_up_after_its_time(engine: Engine) -> None:
    desk = Desk(engine, window=0.5)
    desk.begin()
    ended = desk.end()
    assert ended.step is Step.ABANDONED
    assert "Nobody finished signing in" in ended.detail
