"""The page in front of everything else: who are you, and your password."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.people import Operator
from message_centre.domain.secrets import Secret
from message_centre.ui.empty_pane import centred
from message_centre.ui.icons import Ink, icon, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import tr

_SYMBOL, _WIDTH, _FIELD = 44, 400, 36
_SECOND_MS = 1000


class SignInPage(QWidget):
    """`given` carries an operator's id and a password; nothing of it is kept here."""

    given = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signInPage")
        self._symbol_name = "operator"
        self._symbol = QLabel(self)
        self._title = with_font(
            plain_label("", "signInTitle", self, wrap=False), scale=1.4, bold=True
        )
        self._words = plain_label("", "signInWords", self, role="muted")
        self.operator = QComboBox(self)
        self.password = QLineEdit(self)
        self.told = plain_label("", "signInTold", self, role="bad")
        self.button = push_button(tr("Sign &in"), "signInButton", self, role="primary")
        self._password_caption = _caption(tr("&Password"), self.password, self)
        self._wait = 0.0
        self._ticking = QTimer(self)
        self._ticking.setInterval(_SECOND_MS)
        self._ticking.timeout.connect(self._tick)
        self._set_up()
        self._lay_out()
        self.dress()

    def ask(
        self,
        choices: Sequence[Operator],
        current: str,
        *,
        is_locked: bool = False,
        wants_password: bool = True,
    ) -> None:
        """Ask anew; without a current operator the first one stands there."""
        self._symbol_name = "lock" if is_locked else "operator"
        self._title.setText(tr("Locked") if is_locked else tr("Sign in"))
        self._words.setText(_words(is_locked=is_locked, wants_password=wants_password))
        self.setAccessibleName(f"{self._title.text()}. {self._words.text()}")
        self.button.setText(_button(is_locked=is_locked, wants_password=wants_password))
        self._fill(choices, current)
        self.password.setVisible(wants_password)
        self._password_caption.setVisible(wants_password)
        self.password.clear()
        self.say("")
        self._stop_waiting()
        self.be_busy(is_so=False)
        self.dress()
        self.focus()

    def say(self, text: str) -> None:
        """Say why one was not let in, or nothing."""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def be_busy(self, *, is_so: bool) -> None:
        """A password is being looked at."""
        for part in (self.operator, self.password, self.button):
            part.setEnabled(not is_so)
        if not is_so:
            self._show_button()

    def wait(self, seconds: float) -> None:
        """No password of this operator is looked at for so long; count it down."""
        self._wait = seconds
        self._ticking.start()
        self._show_wait()

    def refuse(self, text: str) -> None:
        """Not let in: what was typed is gone, and the cursor stands there for the next try."""
        self.password.clear()
        self.be_busy(is_so=False)
        self.say(text)
        self.focus()

    def focus(self) -> None:
        """Let typing begin where something has to be typed."""
        (self.password if self.password.isVisibleTo(self) else self.button).setFocus()

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        ratio = self.devicePixelRatioF()
        self._symbol.setPixmap(pixmap(self._symbol_name, _SYMBOL, Ink.ACCENT, ratio=ratio))
        for place in range(self.operator.count()):
            self.operator.setItemIcon(place, icon("operator", Ink.MUTED))

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.dress()

    def _fill(self, choices: Sequence[Operator], current: str) -> None:
        self.operator.blockSignals(True)
        self.operator.clear()
        for one in choices:
            self.operator.addItem(f"{shown(one.name)}  ({shown(one.id)})", one.id)
        self.operator.setCurrentIndex(max(0, self.operator.findData(current)))
        self.operator.blockSignals(False)

    def _give(self) -> None:
        if not self.button.isEnabled():
            return
        self.say("")
        self.be_busy(is_so=True)
        secret = Secret(self.password.text())
        self.password.clear()
        self.given.emit(str(self.operator.currentData() or ""), secret)

    def _choose(self) -> None:
        """A wait is for one operator; another one may try at once."""
        self._stop_waiting()
        self.say("")
        self.password.clear()
        self.focus()

    def _tick(self) -> None:
        self._wait -= 1
        if self._wait <= 0:
            self._stop_waiting()
            self.say("")
            self.focus()
        else:
            self._show_wait()

    def _show_wait(self) -> None:
        seconds = math.ceil(self._wait)
        self.say(tr("Too many wrong passwords. Try again in {n} seconds.", n=seconds))
        self._show_button()

    def _stop_waiting(self) -> None:
        self._wait = 0.0
        self._ticking.stop()
        self._show_button()

    def _show_button(self) -> None:
        self.button.setEnabled(self.operator.count() > 0 and self._wait <= 0)

    def _set_up(self) -> None:
        self.operator.setObjectName("signInOperator")
        self.operator.setAccessibleName(tr("Operator"))
        self.operator.setMinimumHeight(_FIELD)
        self.operator.currentIndexChanged.connect(self._choose)
        self.password.setObjectName("signInPassword")
        self.password.setAccessibleName(tr("Password"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.password.setMinimumHeight(_FIELD)
        self.password.returnPressed.connect(self._give)
        self.button.setDefault(True)
        self.button.setMinimumHeight(_FIELD)
        self.button.clicked.connect(self._give)

    def _lay_out(self) -> None:
        card = QFrame(self)
        card.setProperty("role", "panel")
        card.setFixedWidth(_WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(28, 24, 28, 26)
        inside.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._symbol)
        head.addWidget(self._title, 1)
        inside.addLayout(head)
        inside.addWidget(self._words)
        inside.addSpacing(6)
        form = QFormLayout()
        form.setSpacing(10)
        caption = _caption(tr("&Operator"), self.operator, self)
        form.addRow(caption, self.operator)
        form.addRow(self._password_caption, self.password)
        inside.addLayout(form)
        inside.addWidget(self.told)
        inside.addSpacing(4)
        inside.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(centred(card))
        layout.addStretch(3)


def _caption(text: str, editor: QWidget, parent: QWidget) -> QLabel:
    # Not for data: `&` marks a key, which needs a buddy and is no rich text.
    label = plain_label(text, f"{editor.objectName()}Caption", parent, wrap=False)
    label.setBuddy(editor)
    return label


def _button(*, is_locked: bool, wants_password: bool) -> str:
    if not wants_password:
        return tr("&Go on")
    return tr("&Unlock") if is_locked else tr("Sign &in")


def _words(*, is_locked: bool, wants_password: bool) -> str:
    if not wants_password:
        return tr("Nobody here has a password yet. Go on, or let a colleague sign in.")
    if is_locked:
        return tr("What is being saved goes on. Unlock, or let a colleague sign in.")
    return tr("Every save and every look at a record stands on the trail with your name.")
