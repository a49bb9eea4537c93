"""The page that pairs phones: the code large, spelled and running out, and what to do with the key."""

import math
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from message_centre.domain.medimage_pairing import CODE_SECONDS, PhoneCode
from message_centre.domain.names import shown
from message_centre.services.pairing import KeyState
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import counted, tr

_SECOND = 1000
_SIZE = 54


class PairPage(QWidget):
    """Shows what it is told and emits what is wanted; a code that ran out is not shown any more."""

    pair_requested = Signal()
    replace_requested = Signal()
    retire_requested = Signal()
    reveal_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pairPage")
        self._until: datetime | None = None
        self._code = ""
        self._state = plain_label("", "keyState", self)
        self._big = plain_label("", "phoneCode", self, wrap=False)
        self._spelled = plain_label("", "phoneCodeSpelled", self)
        self._left = plain_label("", "phoneCodeLeft", self, role="muted")
        self._bar = QProgressBar(self)
        self._steps = plain_label(_steps(), "phoneSteps", self)
        self._words = plain_label("", "pairWords", self, role="muted")
        self.pair = push_button(tr("&Pair a phone"), "pairPhone", self, role="primary")
        self.copy = push_button(tr("&Copy code"), "copyPhoneCode", self)
        self.replace = push_button(tr("&Replace key\u2026"), "replaceKey", self)
        self.retire = push_button(tr("Re&tire key\u2026"), "retireKey", self, role="danger")
        self.reveal = push_button(tr("Sho&w key"), "revealKey", self, role="quiet")
        self._timer = QTimer(self)
        self._timer.setInterval(_SECOND)
        self._timer.timeout.connect(self._tick)
        self._lay_out()
        self._connect()
        self.hide_code()

    def show_state(self, state: KeyState) -> None:
        """Show what is known of the provider's key."""
        has_key = bool(state.key)
        words = (
            tr("Address key {key} of provider {n}.", key=state.key, n=state.provider)
            if has_key
            else tr(
                "Provider {n} has no address key yet; the first code makes one.", n=state.provider
            )
        )
        if state.retired:
            words += " " + counted(
                state.retired, "{n} key was replaced.", "{n} keys were replaced."
            )
        server = tr("Phones send to {server}", server=shown(state.server))
        if not state.server:
            server = tr("No server address is set: see MedImage Server.")
        self._state.setText(f"{words}\n{server}")
        self.pair.setEnabled(bool(state.server))
        for button in (self.replace, self.retire, self.reveal):
            button.setEnabled(has_key and bool(state.server))

    def show_code(self, made: PhoneCode, now: datetime) -> None:
        """Show a code until it runs out."""
        self._code, self._until = made.code, made.until
        self._big.setText(made.code)
        self._big.setAccessibleName(tr("Code: {words}", words=made.spelled))
        self._spelled.setText(made.spelled)
        self.pair.setText(tr("&New code"))
        self.show_time(now)
        self._set_code_visible(is_visible=True)
        self._timer.start()
        self.copy.setFocus()

    def show_time(self, now: datetime) -> None:
        """Show how long the code is still good; one that ran out goes."""
        seconds = math.ceil((self._until - now).total_seconds()) if self._until else 0
        if seconds <= 0:
            self.hide_code()
            self.say(tr("The code has run out. Make a new one."))
            return
        self._bar.setValue(seconds)
        minutes = f"{seconds // 60}:{seconds % 60:02}"
        self._left.setText(tr("Good for {time}, for any number of phones", time=minutes))

    def show_key(self, key: str) -> None:
        """Show the key in clear, selectable, until the next change."""
        self.say(tr("Address key: {key}", key=key))

    def hide_code(self) -> None:
        """Show no code."""
        self._timer.stop()
        self._code, self._until = "", None
        self._big.setText("")
        self._spelled.setText("")
        self._set_code_visible(is_visible=False)

    def say(self, text: str) -> None:
        """Say what happened, or what is happening."""
        self._words.setText(text)

    def set_busy(self, is_busy: bool) -> None:
        """While something is under way nothing else can be asked for."""
        for button in (self.pair, self.replace, self.retire, self.reveal):
            button.setEnabled(not is_busy)

    def _tick(self) -> None:
        self.show_time(datetime.now().astimezone())

    def _set_code_visible(self, *, is_visible: bool) -> None:
        for widget in (self._panel, self.copy):
            widget.setVisible(is_visible)

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._code)

    def _connect(self) -> None:
        self.copy.clicked.connect(self._copy_code)
        self.pair.clicked.connect(self.pair_requested)
        self.replace.clicked.connect(self.replace_requested)
        self.retire.clicked.connect(self.retire_requested)
        self.reveal.clicked.connect(self.reveal_requested)

    def _lay_out(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSize(_SIZE)
        font.setBold(True)
        self._big.setFont(font)
        self._big.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._spelled.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._left.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar.setObjectName("phoneCodeTime")
        self._bar.setAccessibleName(tr("Time left for the code"))
        self._bar.setRange(0, CODE_SECONDS)
        self._bar.setTextVisible(False)
        self._panel = QFrame(self)
        self._panel.setProperty("role", "note")
        inner = QVBoxLayout(self._panel)
        inner.setContentsMargins(18, 12, 18, 14)
        for shown_part in (self._big, with_font(self._spelled, scale=1.1), self._bar, self._left):
            inner.addWidget(shown_part)
        keys = QHBoxLayout()
        for button in (self.replace, self.retire, self.reveal):
            keys.addWidget(button)
        keys.addStretch()
        keys.addWidget(self.copy)
        keys.addWidget(self.pair)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        for part in (self._state, self._panel, self._steps, self._words):
            layout.addWidget(part)
        layout.addStretch()
        layout.addLayout(keys)


def _steps() -> str:
    return "\n".join(
        (
            tr("1.  On the phone open the MedImage app and tap the big button."),
            tr("2.  Type the four characters, capital and small letters as shown."),
            tr("3.  Answer No to Wi-Fi: photos then carry the practice's key and find their way."),
        )
    )
