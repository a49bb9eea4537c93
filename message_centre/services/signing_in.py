"""Signs in to a drive through the system's browser, or by a code, one attempt at a time.

An attempt goes OPENING (a receiver listens, the drive gives its page), WAITING (for the browser, from the
moment the page was handed to it), EXCHANGING (the answer becomes tokens), and ends CONNECTED, FAILED or
ABANDONED; where the drive is not allowed it ends NOT_ALLOWED before anything was opened. Whatever the end,
the receiver is closed, the trail and the drive's log tell it, and the next attempt starts afresh.
"""

import logging
import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from message_centre.domain.errors import (
    BadSetting,
    Cancelled,
    MessageCentreError,
    NotAllowedHere,
    SignInUnderWay,
)
from message_centre.domain.files import SourceKind
from message_centre.domain.people import Operator, Right
from message_centre.domain.sign_ins import OwnedDrive, SignIn, Step
from message_centre.services.hosting import Hosting
from message_centre.services.permitting import Permitting
from message_centre.services.ports import (
    AccessOf,
    Clock,
    CodePage,
    DriveAccess,
    DriveAccount,
    Listening,
    Trail,
)
from message_centre.services.work import CancelToken

#: How long a person has, from the moment the page is available.
WINDOW_SECONDS = 180.0

_GLANCE = 0.2
_NO_BROWSER = "No browser could be opened. Copy the address into one on this computer."
_NOT_KEPT = "This computer keeps no secrets: the next start of the program asks again."
_CANCELLED = "The sign-in was cancelled."

#: Opens an address in the browser; whether that worked.
OpenPage = Callable[[str], bool]


@dataclass(frozen=True)
class SigningParts:
    """What signing in is made of; `window` is the time a person has."""

    accesses: Mapping[SourceKind, AccessOf]
    listen: Listening
    hosting: Hosting
    permitting: Permitting
    trail: Trail
    clock: Clock
    window: float = WINDOW_SECONDS


@dataclass(frozen=True, slots=True)
class Attempt:
    """One wish to sign in: whose drive, who wants it, how to open a page and how to give up.

    `by_code` is the way for a browser that cannot come back to this computer; a code that the page shows
    is put into `codes`.
    """

    drive: OwnedDrive
    operator: Operator
    open_page: OpenPage
    token: CancelToken
    by_code: bool = False
    codes: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)


class SigningIn:
    """Implements the sign-ins of one opened home. Any thread."""

    def __init__(self, parts: SigningParts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._states: dict[OwnedDrive, SignIn] = {}
        self._deadline = 0.0
        self._began = 0.0

    def drive_of(self, kind: SourceKind, operator: Operator, provider: str) -> OwnedDrive:
        """The drive of this kind that the operator sees when at work for the provider.

        Raises:
            BadSetting: nobody signs in to this kind.
            NotPermitted: the operator may not see the Ext list of this provider.
        """
        if kind not in self._parts.accesses:
            raise BadSetting("This source needs no sign-in.")
        self._parts.permitting.require(operator.id, Right.SEE_EXT, provider)
        return OwnedDrive(kind, operator.id if kind is SourceKind.DROPBOX else provider)

    @property
    def running(self) -> SignIn | None:
        """The attempt that is under way, with the time it has left."""
        with self._lock:
            found = next((one for one in self._states.values() if one.step.is_running), None)
        return self._timed(found) if found else None

    def state(self, drive: OwnedDrive) -> SignIn:
        """Where the drive's sign-in stands in this run of the program; nothing is asked for it."""
        with self._lock:
            return self._timed(self._states.get(drive, SignIn(drive, Step.SIGNED_OUT)))

    def is_signed_in(self, drive: OwnedDrive) -> bool:
        """Whether a sign-in is kept on this workstation; the drive is not asked.

        Raises:
            VaultLocked
        """
        return self._access(drive).is_signed_in()

    def refusal(self, kind: SourceKind) -> str:
        """Why this kind of drive is not allowed on this workstation, or empty; may ask a name service."""
        return self._parts.hosting.refusal(kind)

    def sign_in(self, attempt: Attempt) -> SignIn:
        """Carry out one attempt, however it ends; returns its end, which says why.

        Ends within the window and the few seconds that opening and exchanging may take.

        Raises:
            SignInUnderWay: an attempt is running already; it goes on.
            NotPermitted, NotSignedIn
        """
        self._parts.permitting.require_here(Right.SEE_EXT)
        self._start(attempt)
        try:
            ended = self._ended(attempt)
        except BaseException:
            self._move(attempt.drive, Step.FAILED)
            raise
        self._settle(attempt, ended)
        return ended

    def sign_out(self, drive: OwnedDrive, operator: Operator) -> SignIn:
        """Forget the drive's tokens on this workstation.

        Raises:
            SignInUnderWay: an attempt of this drive is running.
            VaultLocked, StoreFull, AccessDenied: the tokens are still kept.
            NotPermitted, NotSignedIn
        """
        self._parts.permitting.require_here(Right.SEE_EXT)
        if self.state(drive).step.is_running:
            raise SignInUnderWay(f"A sign-in to {drive.name} is under way. Cancel it first.")
        self._access(drive).sign_out()
        self._move(drive, Step.SIGNED_OUT)
        _log(drive).info("signed out")
        self._parts.trail.add("sign-out", operator=operator.id, detail=drive.name)
        return self.state(drive)

    # One attempt

    def _start(self, attempt: Attempt) -> None:
        drive = attempt.drive
        with self._lock:
            running = next((one for one in self._states.values() if one.step.is_running), None)
            if running is not None:
                raise SignInUnderWay(
                    f"A sign-in to {running.drive.name} is under way. Finish or cancel it first."
                )
            number = uuid.uuid4().hex[:8]
            self._states[drive] = SignIn(drive, Step.OPENING, attempt=number)
            self._began = self._parts.clock.monotonic()
        self._tell(drive)

    def _ended(self, attempt: Attempt) -> SignIn:
        """Go through the steps; every way an attempt may end becomes a state with its sentence."""
        drive = attempt.drive
        try:
            self._parts.hosting.check(drive.kind)
            account = self._approved(attempt)
        except NotAllowedHere as error:
            _log(drive).warning("%s", error.detail)
            return self._end(drive, Step.NOT_ALLOWED, error.detail)
        except Cancelled:
            return self._end(drive, Step.ABANDONED, _CANCELLED)
        except MessageCentreError as error:
            # Its words are for the person: a drive's may hold the account's name.
            _log(drive).warning("%s", type(error).__name__)
            return self._end(drive, Step.FAILED, f"{error.detail} {error.advice}")
        if account is None:
            return self._end(drive, Step.ABANDONED, self._nobody(drive))
        ended = self._end(drive, Step.CONNECTED, f"Signed in as {account.name}.")
        return ended if account.is_kept else replace(ended, warning=_NOT_KEPT)

    def _approved(self, attempt: Attempt) -> DriveAccount | None:
        """From the receiver to the tokens; None if nobody came in time."""
        access = self._access(attempt.drive)
        if attempt.by_code:
            return self._approved_by_code(attempt, access)
        with self._parts.listen(access.ports) as receiver:
            page = access.begin(receiver.address)
            attempt.token.check()
            receiver.expect(page.state)
            self._wait(attempt, page.address)
            answer = receiver.receive(seconds=self._parts.window, token=attempt.token)
        if answer is None:
            return None
        # From here on a cancel comes too late: what is asked of the drive ends within seconds.
        self._move(attempt.drive, Step.EXCHANGING)
        return access.finish(page, answer)

    def _approved_by_code(self, attempt: Attempt, access: DriveAccess) -> DriveAccount | None:
        """The drive is asked again and again, or once a person has entered what the page showed."""
        page = access.begin_by_code()
        attempt.token.check()
        self._wait(attempt, page.address, page)
        while self._parts.clock.monotonic() < self._deadline:
            attempt.token.check()
            try:
                typed = attempt.codes.get(timeout=_GLANCE).strip()
            except queue.Empty:
                typed = ""
            if typed:
                self._move(attempt.drive, Step.EXCHANGING)
            if typed or page.code:
                account = access.finish_by_code(page, typed)
                if account is not None:
                    return account
        return None

    def _wait(self, attempt: Attempt, address: str, by_code: CodePage | None = None) -> None:
        """Hand the page to the browser; the window is counted from then on."""
        is_open = attempt.open_page(address)
        self._deadline = self._parts.clock.monotonic() + self._parts.window
        waiting = SignIn(
            attempt.drive,
            Step.WAITING,
            "" if is_open else _NO_BROWSER,
            address=address,
            code=by_code.code if by_code else "",
            wants_code=by_code is not None and not by_code.code,
        )
        self._move_to(waiting)

    def _access(self, drive: OwnedDrive) -> DriveAccess:
        return self._parts.accesses[drive.kind](drive.owner)

    def _nobody(self, drive: OwnedDrive) -> str:
        minutes = self._parts.window / 60
        return (
            f"Nobody finished signing in to {drive.name} within {minutes:g} minutes, so it is given up"
            " for now. Click My Mail or Reconnect to try again. If the browser showed an error, tell"
            " it to whoever set up the practice."
        )

    # What is told

    def _end(self, drive: OwnedDrive, step: Step, detail: str) -> SignIn:
        """The end as a value; it counts once it has been settled."""
        return SignIn(drive, step, detail, attempt=self.state(drive).attempt)

    def _settle(self, attempt: Attempt, ended: SignIn) -> None:
        """Tell the trail, then let the end count: the next attempt may start from then on."""
        detail = f"{ended.drive.name}: {ended.step}. {ended.detail}".strip()
        try:
            self._parts.trail.add("sign-in", operator=attempt.operator.id, detail=detail)
        finally:
            with self._lock:
                self._states[ended.drive] = ended
            self._tell(ended.drive)

    def _move(self, drive: OwnedDrive, step: Step) -> None:
        self._move_to(SignIn(drive, step))

    def _move_to(self, state: SignIn) -> None:
        with self._lock:
            before = self._states.get(state.drive, state)
            self._states[state.drive] = replace(state, attempt=before.attempt)
        self._tell(state.drive)

    def _tell(self, drive: OwnedDrive) -> None:
        """One line of the drive's log: attempt, step and seconds, never an address or an account."""
        told = self._states[drive]
        if not told.attempt:
            return
        seconds = self._parts.clock.monotonic() - self._began
        level = logging.WARNING if told.step in _WORTH_A_LOOK else logging.INFO
        _log(drive).log(level, "attempt %s: %s after %.1f s", told.attempt, told.step, seconds)

    def _timed(self, found: SignIn) -> SignIn:
        if found.step is not Step.WAITING:
            return found
        left = max(0.0, self._deadline - self._parts.clock.monotonic())
        return replace(found, seconds_left=left)


_WORTH_A_LOOK = {Step.NOT_ALLOWED, Step.FAILED, Step.ABANDONED}


def _log(drive: OwnedDrive) -> logging.Logger:
    """The log of this drive; see `host.drive_logs`."""
    return logging.getLogger(f"message_centre.drives.{drive.kind}")
