"""ProposalPanel: beside the picker, a guess at the patient with its evidence in words, or nothing."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.patients import Patient
from message_centre.domain.proposals import Proposal, Proposals
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.patients.wording import spoken, status_words, target_words
from message_centre.ui.pieces.labels import plain_label, push_button, with_font
from message_centre.ui.words import tr

_TAKE_KEY = "F3"
_ICON = 20
_HEIGHT = 78


class ProposalPanel(QFrame):
    """Keeps its height whatever it shows: the rows below it never move while one reads them.

    `taken` comes for the key or the button alone. Enter never takes a proposal.
    """

    taken = Signal(object)
    #: Whether something is told now, a proposal or a conflict.
    told = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("proposalPanel")
        self._patient: Patient | None = None
        self._mark = QLabel(self)
        self._mark.setFixedWidth(_ICON + 2)
        self._who = with_font(plain_label("", "proposalWho", self), scale=1.1, bold=True)
        self._why = plain_label("", "proposalWhy", self, role="muted")
        self._take = push_button("", "takeProposal", self)
        self._take.clicked.connect(self._tell)
        self._lay_out()
        shortcut = QShortcut(QKeySequence(_TAKE_KEY), parent)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self._tell)
        self.show_nothing()

    def show_looking(self) -> None:
        """An answer is awaited."""
        self._show(None, "", tr("Looking for hints at the patient…"))

    def show_nothing(self) -> None:
        """Nothing is good enough to be shown."""
        self._show(None, "", "")

    def show_proposals(self, proposals: Proposals, today: date) -> None:
        """Show the one that may be shown, or what contradicts itself, or nothing."""
        if proposals.conflict:
            title = tr("Look closely: what is written does not fit together")
            self._show(None, title, shown(proposals.conflict), role="warning")
        elif told := proposals.told:
            self._show_proposal(told, today)
        else:
            self.show_nothing()

    def _show_proposal(self, proposal: Proposal, today: date) -> None:
        patient = proposal.patient
        status = status_words(patient)
        who = f"{target_words(patient)}  ⚠ {status}" if status else target_words(patient)
        why = shown(proposal.words)
        self._show(patient, tr("Proposal: {who}", who=who), why[:1].upper() + why[1:], role="note")
        words = tr("Take the proposal: {who}. {why}", who=spoken(patient, today), why=why)
        self._take.setAccessibleName(words)

    def _show(self, patient: Patient | None, title: str, words: str, *, role: str = "") -> None:
        self._patient = patient
        self._who.setText(title)
        self._who.setVisible(bool(title))
        self._why.setText(words)
        self._why.setToolTip(words.replace("&", "&amp;").replace("<", "&lt;"))
        self._take.setVisible(patient is not None)
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        symbol, ink = ("warning", Ink.WARNING) if role == "warning" else ("patient", Ink.ACCENT)
        self._mark.setVisible(bool(role))
        self._mark.setPixmap(pixmap(symbol, _ICON, ink, ratio=self.devicePixelRatioF()))
        self.setAccessibleName(f"{title}. {words}".strip(". ") or tr("No proposal"))
        self.told.emit(bool(title))

    def _tell(self) -> None:
        if self._patient is not None and self.isVisible():
            self.taken.emit(self._patient)

    def _lay_out(self) -> None:
        self.setFixedHeight(_HEIGHT)
        self._take.setText(tr("Take it ({key})", key=_TAKE_KEY))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._who)
        words.addWidget(self._why)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self._take, 0, Qt.AlignmentFlag.AlignVCenter)
