"""Signing in to a drive: what is happening, the time left, and what a person can do meanwhile.

Where the browser cannot come back, a code passes between its page and this dialog.
"""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.sign_ins import SignIn, Step
from message_centre.services.signing_in import WINDOW_SECONDS
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.sources.code_row import CodeRow
from message_centre.ui.words import tr

_SYMBOL = 32
_WIDTH, _LOWEST = 560, 150
#: Words, symbol and colour of each step.
STEPS = {
    Step.SIGNED_OUT: ("You are not signed in", "sign-in", Ink.MUTED),
    Step.OPENING: ("Asking {drive} for its sign-in page\u2026", "connecting", Ink.ACCENT),
    Step.WAITING: ("Sign in to {drive} in your browser", "sign-in", Ink.ACCENT),
    Step.EXCHANGING: ("Connecting to {drive}\u2026", "connecting", Ink.ACCENT),
    Step.CONNECTED: ("Signed in to {drive}", "connected", Ink.GOOD),
    Step.FAILED: ("Signing in to {drive} did not work", "error", Ink.BAD),
    Step.ABANDONED: ("{drive} is given up for now", "offline", Ink.WARNING),
    Step.NOT_ALLOWED: ("{drive} is not allowed here", "not-allowed", Ink.BAD),
}
_MAY_TRY_AGAIN = {Step.FAILED, Step.ABANDONED}
_MAY_USE_CODE = {Step.WAITING, Step.FAILED, Step.ABANDONED}


class SignInDialog(QDialog):
    """Shows what it is told; closing it while an attempt runs cancels that attempt."""

    cancel_requested = Signal()
    again_requested = Signal()
    open_requested = Signal(str)
    by_code_requested = Signal()
    code_given = Signal(str)

    def __init__(self, shows: SignIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signInDialog")
        self.setWindowTitle(tr("Sign in to {drive}", drive=shows.drive.name))
        self.setAccessibleName(self.windowTitle())
        self._shows = shows
        self._layout = QVBoxLayout(self)
        self._needed = 0
        self._symbol = plain_label("", "signInSymbol", self)
        self._title = with_font(plain_label("", "signInTitle", self), scale=1.15, bold=True)
        self._words = plain_label("", "signInWords", self)
        self._left = plain_label("", "signInTimeLeft", self, role="muted")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("signInTime")
        self._bar.setAccessibleName(tr("Time left to sign in"))
        self._bar.setRange(0, int(WINDOW_SECONDS))
        self._bar.setTextVisible(False)
        self._address = QLineEdit(self)
        self._address.setObjectName("signInAddress")
        self._address.setAccessibleName(tr("Address of the sign-in page"))
        self._address.setReadOnly(True)
        self._copy = push_button(tr("Cop&y address"), "copyAddress", self)
        self._copy.clicked.connect(self._copy_address)
        self._open = push_button(tr("&Open the browser again"), "openBrowser", self)
        self._open.clicked.connect(self._open_again)
        self._code = CodeRow(self)
        self._code.given.connect(self.code_given)
        self._by_code = push_button(tr("Use a co&de instead"), "signInByCode", self)
        self._by_code.clicked.connect(self.by_code_requested)
        self._cancel = push_button(tr("&Cancel"), "cancelSignIn", self)
        self._cancel.clicked.connect(self.reject)
        self._again = push_button(tr("&Try again"), "signInAgain", self, role="primary")
        self._again.clicked.connect(self.again_requested)
        self._lay_out()
        self.show_state(shows)

    def show_state(self, state: SignIn) -> None:
        """Show where the sign-in stands now."""
        self._shows = state
        words, symbol, ink = STEPS[state.step]
        ratio = self.devicePixelRatioF()
        self._symbol.setPixmap(pixmap(symbol, _SYMBOL, ink, ratio=ratio))
        self._title.setText(tr(words, drive=state.drive.name))
        self._words.setText(shown(f"{state.detail} {state.warning}".strip()) or _hint(state))
        self._show_time(state)
        self._show_address(state.address)
        self._code.show_state(state)
        is_by_code = state.wants_code or bool(state.code)
        self._by_code.setVisible(state.step in _MAY_USE_CODE and not is_by_code)
        leaving = tr("&Cancel") if state.step.is_running else tr("&Close")
        self._cancel.setText(leaving)
        self._cancel.setAccessibleName(leaving.replace("&", ""))
        # What is asked of the drive by then ends within seconds; to stop it would change nothing.
        self._cancel.setEnabled(state.step is not Step.EXCHANGING)
        self._again.setVisible(state.step in _MAY_TRY_AGAIN)
        self._fit()

    def reject(self) -> None:
        """Close, by button, Escape or the window's frame: a running attempt is cancelled."""
        if self._shows.step is Step.EXCHANGING:
            return
        if self._shows.step.is_running:
            self.cancel_requested.emit()
        super().reject()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.addWidget(self._title)
        told.addWidget(self._words)
        head.addLayout(told, 1)
        row = QHBoxLayout()
        row.addWidget(self._address, 1)
        row.addWidget(self._copy)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self._open, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._again, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._by_code, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._cancel, QDialogButtonBox.ButtonRole.RejectRole)
        layout = self._layout
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._left)
        layout.addLayout(row)
        layout.addWidget(self._code)
        layout.addStretch()
        layout.addWidget(buttons)

    def _fit(self) -> None:
        """Be as high as what is shown; what a person has made larger stays until something else is."""
        self._layout.activate()
        needed = max(_LOWEST, self._layout.totalHeightForWidth(_WIDTH))
        if needed != self._needed:
            self._needed = needed
            self.resize(max(_WIDTH, self.width() if self.isVisible() else 0), needed)

    def _show_time(self, state: SignIn) -> None:
        is_waiting = state.step is Step.WAITING
        seconds = math.ceil(state.seconds_left)
        self._bar.setVisible(is_waiting)
        self._left.setVisible(is_waiting)
        self._bar.setValue(seconds)
        self._left.setText(tr("{time} left to sign in", time=clock_words(seconds)))

    def _show_address(self, address: str) -> None:
        for widget in (self._address, self._copy, self._open):
            widget.setVisible(bool(address))
        if address != self._address.text():
            # Not at each look: it would undo what a person has marked in it.
            self._address.setText(address)
            self._address.setCursorPosition(0)

    def _open_again(self) -> None:
        self.open_requested.emit(self._shows.address)

    def _copy_address(self) -> None:
        QGuiApplication.clipboard().setText(self._shows.address)


def clock_words(seconds: int) -> str:
    """`2:05`: minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _hint(state: SignIn) -> str:
    if state.step is not Step.WAITING:
        return ""
    if state.wants_code:
        return tr(
            "Open this page in any browser, also on another computer. Sign in, allow the access, copy the"
            " code that the page shows, and enter it below."
        )
    if state.code:
        return tr(
            "Open this page in any browser, also on another computer or a phone, and enter the code below"
            " there. Then sign in and allow the access."
        )
    return tr(
        "Sign in there and allow the access, then come back. If the browser shows an error instead,"
        " what the practice has set for {drive} is wrong: tell it to whoever set it up.",
        drive=state.drive.name,
    )
