"""Wires signing in: starts attempts, shows the dialog, and lists the drive once it is open."""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from message_centre.domain.files import Listing, SourceKind, SourceState
from message_centre.domain.people import Operator
from message_centre.domain.sign_ins import SIGN_IN_DRIVES, OwnedDrive, SignIn, Step
from message_centre.services.signing_in import Attempt, SigningIn
from message_centre.services.work import CancelToken, Report
from message_centre.ui.pieces.failures import show_failure
from message_centre.ui.runner import Job, Lane, Runner
from message_centre.ui.sources.sign_in_dialog import SignInDialog

_LOOK_MS = 250
#: How long an attempt waits for this thread to have asked for a browser.
_PATIENCE = 10.0

OpenUrl = Callable[[QUrl], bool]


class Browser(QObject):
    """Opens pages for any thread; the desktop is asked on the thread of the window."""

    _wanted = Signal(str, object)

    def __init__(self, parent: QObject, open_url: OpenUrl) -> None:
        super().__init__(parent)
        self._open_url = open_url
        self._wanted.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def open(self, address: str) -> bool:
        """Open a page; whether the desktop took it. Not to be called on the window's thread."""
        answer: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._wanted.emit(address, answer)
        try:
            return answer.get(timeout=_PATIENCE)
        except queue.Empty:
            return False

    def open_here(self, address: str) -> None:
        """Open a page from the window's own thread."""
        self._open_url(QUrl(address))

    def _open(self, address: str, answer: "queue.SimpleQueue[bool]") -> None:
        answer.put(bool(self._open_url(QUrl(address))))


@dataclass(frozen=True, slots=True)
class _Wish:
    """Which drive is signed in to, and how."""

    kind: SourceKind
    codes: "queue.SimpleQueue[str]"
    is_by_code: bool


class SigningController(QObject):
    """One attempt and one dialog at a time; further drives wait for their turn.

    After `wish`, every drive that the next listings show as in need of a sign-in is signed in to.
    """

    signed_in = Signal(object)

    def __init__(
        self,
        signing_in: SigningIn,
        runner: Runner,
        window: QWidget,
        open_url: OpenUrl = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(window)
        self._signing_in = signing_in
        self._runner = runner
        self._window = window
        self._browser = Browser(self, open_url)
        self._desk: tuple[Operator, str] | None = None
        self._is_wished = False
        self._waiting: list[SourceKind] = []
        self._kind: SourceKind | None = None
        self._job: Job | None = None
        self._is_by_code_next = False
        self._codes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._dialog: SignInDialog | None = None
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._show_running)

    @property
    def dialog(self) -> SignInDialog | None:
        """The dialog that is open."""
        return self._dialog

    @property
    def is_idle(self) -> bool:
        """Whether no attempt is under way."""
        return self._job is None

    def sit_down(self, operator: Operator, provider: str) -> None:
        """Sign in for this operator and provider from now on; what was under way is given up."""
        self.stop()
        self._desk = (operator, provider)

    def stop(self) -> None:
        """Give up what is under way and hear no more."""
        self._desk = None
        self._waiting.clear()
        self._is_wished = False
        if self._job is not None:
            self._job.cancel()
        self._close_dialog()

    def wish(self) -> None:
        """Sign in wherever the listings to come say that it is needed; comes with My Mail."""
        self._is_wished = True
        if self._dialog is not None:
            self._dialog.show()
            self._dialog.raise_()

    def hear(self, listing: Listing) -> None:
        """A source was listed."""
        is_needed = listing.state is SourceState.SIGN_IN_NEEDED and listing.kind in SIGN_IN_DRIVES
        if self._is_wished and is_needed:
            self.sign_in(listing.kind)

    def be_content(self) -> None:
        """The listings that were wished for have all come."""
        self._is_wished = False

    def sign_in(self, kind: SourceKind) -> None:
        """Begin an attempt now, or after the one that is under way; that one is shown again."""
        if self._job is not None:
            is_another = kind != self._kind or self._job.token.is_cancelled
            if is_another and kind not in self._waiting:
                self._waiting.append(kind)
            if self._dialog is not None:
                self._dialog.raise_()
            return
        self._begin(kind)

    def _attempt(
        self, wish: _Wish, desk: tuple[Operator, str], token: CancelToken, _report: Report
    ) -> SignIn:
        """On the lane: one attempt from its beginning to its end."""
        operator, provider = desk
        drive = self._signing_in.drive_of(wish.kind, operator, provider)
        open_page = self._browser.open
        attempt = Attempt(drive, operator, open_page, token, wish.is_by_code, wish.codes)
        return self._signing_in.sign_in(attempt)

    def _begin(self, kind: SourceKind, *, by_code: bool = False) -> None:
        if self._desk is None:
            return
        self._kind = kind
        # Each attempt has its own: a code that came too late is nobody else's.
        self._codes = queue.SimpleQueue()
        self._show(SignIn(OwnedDrive(kind, ""), Step.OPENING))
        wish = _Wish(kind, self._codes, by_code)
        self._job = self._runner.submit(Lane.FETCH, partial(self._attempt, wish, self._desk))
        self._job.succeeded.connect(self._end)
        self._job.failed.connect(self._fail)
        self._job.finished.connect(self._go_on)
        self._look.start()

    def _show(self, state: SignIn) -> None:
        if self._dialog is None:
            self._dialog = SignInDialog(state, self._window)
            self._dialog.cancel_requested.connect(self._cancel)
            self._dialog.again_requested.connect(self._try_again)
            self._dialog.open_requested.connect(self._browser.open_here)
            self._dialog.by_code_requested.connect(self._turn_to_code)
            self._dialog.code_given.connect(self._give_code)
            self._dialog.finished.connect(self._forget_dialog)
            self._dialog.show()
        self._dialog.show_state(state)

    def _show_running(self) -> None:
        running = self._signing_in.running
        if running is not None and self._dialog is not None and running.drive.kind == self._kind:
            self._dialog.show_state(running)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _try_again(self) -> None:
        if self._kind is not None:
            self.sign_in(self._kind)

    def _turn_to_code(self) -> None:
        """Sign in by a code; an attempt that waits for the browser is given up for it."""
        if self._job is not None:
            self._is_by_code_next = True
            self._job.cancel()
        elif self._kind is not None:
            self._begin(self._kind, by_code=True)

    def _give_code(self, code: str) -> None:
        self._codes.put(code)

    def _end(self, ended: object) -> None:
        if not isinstance(ended, SignIn) or self._desk is None:
            return
        if ended.step is Step.CONNECTED and not ended.warning:
            self._close_dialog()
        elif self._dialog is not None:
            self._dialog.show_state(ended)
        if ended.step is Step.CONNECTED:
            self.signed_in.emit(ended)

    def _fail(self, error: object) -> None:
        self._close_dialog()
        if self._desk is not None:
            show_failure(self._window, error)

    def _go_on(self) -> None:
        """The attempt has ended: turn to the next drive, unless a person is reading why it failed."""
        self._look.stop()
        self._job = None
        is_by_code, self._is_by_code_next = self._is_by_code_next, False
        if is_by_code and self._dialog is not None and self._kind is not None:
            self._begin(self._kind, by_code=True)
            return
        if self._waiting and self._dialog is None:
            self._begin(self._waiting.pop(0))

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.done(0)

    def _forget_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
        if self._job is None and self._waiting:
            self._begin(self._waiting.pop(0))
