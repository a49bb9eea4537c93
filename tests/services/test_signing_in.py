"""The steps of a sign-in, by an injected clock and a receiver that does what a test says."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from message_centre.domain.errors import (
    BadSetting,
    Cancelled,
    MessageCentreError,
    NotPermitted,
    RateLimited,
    SignInNeeded,
    SignInUnderWay,
    SourceOffline,
    VaultLocked,
)
from message_centre.domain.files import SourceKind
from message_centre.domain.people import Operator
from message_centre.domain.sign_ins import OwnedDrive, SignIn, Step
from message_centre.services.hosting import Hosting
from message_centre.services.signing_in import Attempt, SigningIn, SigningParts
from message_centre.services.work import CancelToken
from message_centre.sources.sign_in import listening
from tests.support.clocks import StandingClock
from tests.support.drive_accesses import ACCOUNT, CODE, STATE, TOKEN, VERIFIER, Browser, FakeAccess
from tests.support.engine import Engine

Answer = Mapping[str, str] | None


class ScriptedReceiver:
    """Answers when `allowed`, with what `answer` gives; says that it was opened and closed."""

    address = "http://localhost:5000"

    def __init__(self) -> None:
        self.answer: Callable[[CancelToken], Answer] = lambda _token: {"state": STATE, "code": CODE}
        self.asked: list[tuple[str, float]] = []
        self.is_open = False
        self.expected = ""
        self.reached = threading.Event()
        self.allowed = threading.Event()
        self.allowed.set()

    def expect(self, state: str) -> None:
        self.expected = state

    def receive(self, *, seconds: float, token: CancelToken) -> Answer:
        self.asked.append((self.expected, seconds))
        self.reached.set()
        assert self.allowed.wait(10)
        return self.answer(token)

    @contextlib.contextmanager
    def listen(self, ports: Sequence[int]) -> Iterator["ScriptedReceiver"]:
        assert list(ports) == [0]
        self.is_open = True
        try:
            yield self
        finally:
            self.is_open = False


@dataclass
class Desk:
    """What a test of signing in holds in its hands."""

    engine: Engine
    operator: Operator
    access: FakeAccess = field(default_factory=FakeAccess)
    receiver: ScriptedReceiver = field(default_factory=ScriptedReceiver)
    clock: StandingClock = field(default_factory=StandingClock)
    computers: list[str] = field(default_factory=lambda: ["pc7.practice.example"])
    domains: list[str] = field(default_factory=lambda: ["incloud.clinic"])
    made: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    can_open: bool = True

    def __post_init__(self) -> None:
        self.token = CancelToken()
        self.signing = SigningIn(
            SigningParts(
                {SourceKind.DROPBOX: self.make, SourceKind.ONEDRIVE: self.make},
                self.receiver.listen,
                Hosting(lambda: self.computers, lambda: self.domains),
                self.engine.services.permitting,
                self.engine.services.trail,
                self.clock,
            )
        )

    def make(self, owner: str) -> FakeAccess:
        self.made.append(owner)
        return self.access

    def open(self, address: str) -> bool:
        assert self.receiver.expected == STATE  # a browser may come back at once
        self.opened.append(address)
        return self.can_open

    def drive(self, kind: SourceKind = SourceKind.DROPBOX) -> OwnedDrive:
        return self.signing.drive_of(kind, self.operator, "1")

    def sign_in(self, kind: SourceKind = SourceKind.DROPBOX) -> SignIn:
        attempt = Attempt(self.drive(kind), self.operator, self.open, self.token)
        return self.signing.sign_in(attempt)

    def trail(self) -> list[str]:
        entries = self.engine.services.trail.entries()
        return [entry.detail for entry in entries if entry.action.startswith("sign-")]


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine, engine.operator)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def cancelled(token: CancelToken) -> Answer:
    token.cancel()
    raise Cancelled


def test_an_approved_sign_in_keeps_tokens_and_tells_the_trail(desk: Desk) -> None:
    assert desk.signing.state(desk.drive()).step is Step.SIGNED_OUT
    ended = desk.sign_in()
    assert ended.step is Step.CONNECTED
    assert ended == desk.signing.state(desk.drive())
    assert ended.detail == f"Signed in as {ACCOUNT}."
    assert desk.access.tokens == TOKEN
    assert desk.access.redirect == "http://localhost:5000"
    assert [STATE in address for address in desk.opened] == [True]
    assert desk.receiver.asked == [(STATE, 180.0)]
    assert desk.trail() == [f"Dropbox: connected. Signed in as {ACCOUNT}."]
    assert not desk.receiver.is_open


def test_tokens_that_are_not_kept_are_told(desk: Desk) -> None:
    desk.access.is_kept = False
    assert "the next start of the program asks again" in desk.sign_in().warning


def test_whose_drive_it_is(desk: Desk) -> None:
    assert desk.drive() == OwnedDrive(SourceKind.DROPBOX, "ADM")
    assert desk.drive(SourceKind.ONEDRIVE) == OwnedDrive(SourceKind.ONEDRIVE, "1")
    desk.sign_in(SourceKind.ONEDRIVE)
    assert desk.made == ["1"]
    assert desk.signing.state(desk.drive()).step is Step.SIGNED_OUT
    for kind in (SourceKind.AZURE, SourceKind.FOLDER, SourceKind.RETURNED):
        with pytest.raises(BadSetting):
            desk.drive(kind)
    nobody = Operator("NOB", "Nobody")
    with pytest.raises(NotPermitted):
        desk.signing.drive_of(SourceKind.DROPBOX, nobody, "1")


def test_a_person_who_says_no_has_failed_with_the_reason(desk: Desk) -> None:
    desk.receiver.answer = lambda _token: {"state": STATE, "error": "access_denied"}
    ended = desk.sign_in()
    assert ended.step is Step.FAILED
    assert "The permission was not given." in ended.detail
    assert not desk.access.tokens
    assert desk.trail()[0].startswith("Dropbox: failed. The permission was not given.")


def test_nobody_comes_and_the_drive_is_given_up_for_now(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def nobody(_token: CancelToken) -> Answer:
        desk.clock.go_on(180)
        return None

    desk.receiver.answer = nobody
    ended = desk.sign_in()
    assert ended.step is Step.ABANDONED
    assert "within 3 minutes" in ended.detail
    assert "My Mail or Reconnect" in ended.detail
    assert desk.trail()[0].startswith("Dropbox: abandoned. Nobody finished")
    (told,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert told.name == "message_centre.drives.dropbox"
    assert told.getMessage().endswith("abandoned after 180.0 s")


def test_a_cancel_gives_up(desk: Desk) -> None:
    desk.receiver.answer = cancelled
    ended = desk.sign_in()
    assert (ended.step, ended.detail) == (Step.ABANDONED, "The sign-in was cancelled.")
    assert not desk.receiver.is_open
    assert desk.trail() == ["Dropbox: abandoned. The sign-in was cancelled."]


def test_a_cancel_before_the_page_opens_no_browser(desk: Desk) -> None:
    desk.token.cancel()
    assert desk.sign_in().step is Step.ABANDONED
    assert desk.opened == []


@pytest.mark.parametrize("when", ["begin_fault", "finish_fault"])
@pytest.mark.parametrize(
    "fault",
    [
        BadSetting("The App ID is unknown."),
        SignInNeeded("The secret has expired."),
        SourceOffline("Dropbox does not answer."),
        RateLimited("Slower, please.", after=3),
        VaultLocked("The vault does not open."),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_fault_on_the_way_is_told_and_the_next_attempt_starts_afresh(
    desk: Desk, when: str, fault: MessageCentreError
) -> None:
    setattr(desk.access, when, fault)
    ended = desk.sign_in()
    assert ended.step is Step.FAILED
    assert ended.detail == f"{fault.detail} {fault.advice}"
    assert not desk.receiver.is_open
    setattr(desk.access, when, None)
    again = desk.sign_in()
    assert again.step is Step.CONNECTED
    assert again.attempt != ended.attempt
    assert len(desk.made) == 2  # an access of its own for each attempt


def test_a_fault_of_our_own_leaves_no_attempt_behind(desk: Desk) -> None:
    def broken(_token: CancelToken) -> Answer:
        raise RuntimeError

    desk.receiver.answer = broken
    with pytest.raises(RuntimeError):
        desk.sign_in()
    assert desk.signing.running is None
    assert not desk.receiver.is_open


def test_while_it_waits_it_shows_its_page_and_the_time_left(
    desk: Desk, pool: ThreadPoolExecutor
) -> None:
    desk.receiver.allowed.clear()
    desk.can_open = False
    ended = pool.submit(desk.sign_in)
    assert desk.receiver.reached.wait(5)
    desk.clock.go_on(50)
    waiting = desk.signing.running
    assert waiting is not None
    assert (waiting.step, waiting.seconds_left) == (Step.WAITING, 130.0)
    assert waiting.address == desk.opened[0]
    assert "Copy the address" in waiting.detail
    assert desk.signing.state(desk.drive()) == waiting
    desk.clock.go_on(500)
    assert desk.signing.state(desk.drive()).seconds_left == 0.0
    desk.receiver.allowed.set()
    assert ended.result().address == ""
    assert desk.signing.running is None


def test_the_window_is_counted_from_the_page_not_from_the_click(
    desk: Desk, pool: ThreadPoolExecutor
) -> None:
    begin = desk.access.begin

    def slow(redirect: str) -> object:
        desk.clock.go_on(100)
        return begin(redirect)

    desk.access.begin = slow  # type: ignore[method-assign,assignment] # a slow network
    desk.receiver.allowed.clear()
    ended = pool.submit(desk.sign_in)
    assert desk.receiver.reached.wait(5)
    assert desk.signing.state(desk.drive()).seconds_left == 180.0
    desk.receiver.allowed.set()
    assert ended.result().step is Step.CONNECTED


def test_one_attempt_at_a_time(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.receiver.allowed.clear()
    first = pool.submit(desk.sign_in)
    assert desk.receiver.reached.wait(5)
    for kind in (SourceKind.DROPBOX, SourceKind.ONEDRIVE):
        with pytest.raises(SignInUnderWay, match="Dropbox is under way"):
            desk.sign_in(kind)
    with pytest.raises(SignInUnderWay):
        desk.signing.sign_out(desk.drive(), desk.operator)
    assert desk.access.begun == 1
    desk.receiver.allowed.set()
    assert first.result().step is Step.CONNECTED
    assert desk.sign_in(SourceKind.ONEDRIVE).step is Step.CONNECTED


@pytest.mark.parametrize(
    "computer", ["ts1.incloud.clinic", "TS1.InCloud.CLINIC.", "incloud.clinic"]
)
def test_dropbox_is_refused_where_it_is_hosted_before_anything_is_opened(
    desk: Desk, computer: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.computers.append(computer)
    ended = desk.sign_in()
    assert ended.step is Step.NOT_ALLOWED
    assert "not allowed for applications hosted in incloud.clinic" in ended.detail
    assert desk.made == []
    assert desk.opened == []
    assert not desk.receiver.asked
    assert ended.detail in caplog.text
    assert desk.trail()[0].startswith("Dropbox: not-allowed.")
    assert desk.sign_in(SourceKind.ONEDRIVE).step is Step.CONNECTED


@pytest.mark.parametrize("computer", ["ts1.myincloud.clinic", "incloud.clinic.example", "clinic"])
def test_a_name_that_only_looks_alike_is_not_refused(desk: Desk, computer: str) -> None:
    desk.computers.append(computer)
    assert desk.sign_in().step is Step.CONNECTED


def test_signing_out_forgets_and_tells_the_trail(desk: Desk) -> None:
    desk.sign_in()
    assert desk.signing.sign_out(desk.drive(), desk.operator).step is Step.SIGNED_OUT
    assert not desk.access.is_signed_in()
    assert desk.trail()[-1] == "Dropbox"


def test_the_logs_hold_no_secret_and_no_account(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.sign_in()
    desk.access.finish_fault = SignInNeeded(f"{ACCOUNT} {CODE}")
    desk.sign_in()
    desk.signing.sign_out(desk.drive(), desk.operator)
    assert "connected after" in caplog.text
    assert "failed after" in caplog.text
    for canary in (CODE, STATE, VERIFIER, TOKEN, ACCOUNT, "example.test"):
        assert canary not in caplog.text
        assert canary not in "".join(map(repr, (desk.signing.state(desk.drive()),)))


def test_the_whole_way_with_a_real_receiver_and_a_browser(desk: Desk) -> None:
    parts = SigningParts(
        {SourceKind.DROPBOX: desk.make},
        listening,
        Hosting(list, list),
        desk.engine.services.permitting,
        desk.engine.services.trail,
        desk.engine.services.clock,
        window=1.0,
    )
    signing = SigningIn(parts)
    drive = signing.drive_of(SourceKind.DROPBOX, desk.operator, "1")
    for fields, step in (
        ({"code": CODE}, Step.CONNECTED),
        ({"error": "access_denied"}, Step.FAILED),
        ({"code": CODE, "state": "foreign"}, Step.ABANDONED),
    ):
        browser = Browser(desk.access, **fields)
        ended = signing.sign_in(Attempt(drive, desk.operator, browser.open, CancelToken()))
        browser.join()
        assert ended.step is step
        assert browser.statuses == [400 if step is Step.ABANDONED else 200]
