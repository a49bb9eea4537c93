"""The strip at the bottom: one button a source, and the details behind it."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.files import Listing, SourceState
from message_centre.domain.names import shown
from message_centre.domain.sign_ins import SIGN_IN_DRIVES
from message_centre.ui.files.roles import plain_tip
from message_centre.ui.files.rows import short_source
from message_centre.ui.icons import Ink, icon, pixmap
from message_centre.ui.pieces.fitting import open_at, scrolling
from message_centre.ui.pieces.labels import plain_label, push_button, unmarked, with_font
from message_centre.ui.sources.source_words import (
    STATES,
    card_rows,
    spoken,
    state_words,
    switched_off,
)
from message_centre.ui.words import tr

_SYMBOL = 16
_NAME_LENGTH = 28
_NARROWEST = 64
_DIALOG = QSize(560, 640)
#: Margins, buttons and what is between them.
_AROUND_CARDS = 92


class SourcesStrip(QFrame):
    """Shows the last listing of every source; a click asks for the details."""

    details_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sourcesStrip")
        self.setProperty("role", "strip")
        self.setAccessibleName(tr("State of the sources"))
        self._buttons: dict[str, QToolButton] = {}
        self._listings: dict[str, Listing] = {}
        self._nothing = plain_label("", "noSources", self, role="muted", wrap=False)
        self._words = plain_label("", "stripWords", self, role="muted", wrap=False)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 14, 4)
        self._row.setSpacing(4)
        self._row.addWidget(self._nothing)
        self._row.addStretch()
        self._row.addWidget(self._words)

    @property
    def listings(self) -> tuple[Listing, ...]:
        """What is shown, in the order in which sources came."""
        return tuple(self._listings.values())

    def clear(self) -> None:
        """Show no source."""
        for source_id in tuple(self._buttons):
            self._drop(source_id)

    def say(self, words: str) -> None:
        """Say something at the right end, such as how many files are ticked."""
        self._words.setText(words)

    def say_no_sources(self, words: str) -> None:
        """Say why there is nothing to show."""
        self._nothing.setText(words)
        self._nothing.setVisible(bool(words) and not self._buttons)

    def show_listing(self, listing: Listing) -> None:
        """Show one source's newest state; when it was last listed is remembered while it is away."""
        before = self._listings.get(listing.source_id)
        if listing.listed_at is None and before is not None:
            listing = replace(listing, listed_at=before.listed_at)
        self._listings[listing.source_id] = listing
        button = self._buttons.get(listing.source_id) or self._add(listing.source_id)
        look = STATES[listing.state]
        name = short_source(listing.source_name)
        short = name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}\u2026"
        button.setIcon(icon(look.symbol, look.ink))
        button.setText(unmarked(f"{short}: {state_words(listing)}"))
        said = spoken(listing)
        button.setAccessibleName(said)
        button.setToolTip(plain_tip(said))
        self._nothing.hide()

    def keep_only(self, source_ids: set[str]) -> None:
        """Drop every other source."""
        for source_id in set(self._buttons) - source_ids:
            self._drop(source_id)

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        for listing in self.listings:
            self.show_listing(listing)

    def _add(self, source_id: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"source-{len(self._buttons)}")
        button.setProperty("role", "source")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(_SYMBOL, _SYMBOL))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Many sources share what room there is, instead of making the window wider than the screen.
        button.setMinimumWidth(_NARROWEST)
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self.details_requested)
        self._row.insertWidget(len(self._buttons), button)
        self._buttons[source_id] = button
        return button

    def _drop(self, source_id: str) -> None:
        self._listings.pop(source_id, None)
        button = self._buttons.pop(source_id)
        self._row.removeWidget(button)
        button.deleteLater()


class SourcesDialog(QDialog):
    """Every source with its state, last listing, counts and what is wrong, all as plain text."""

    look_requested = Signal()
    #: Sign in to this kind of drive.
    reconnect_requested = Signal(object)

    def __init__(self, listings: tuple[Listing, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sourcesDialog")
        self.setWindowTitle(tr("Sources"))
        self.setAccessibleName(self.windowTitle())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        inner = QWidget(self)
        layout.addWidget(scrolling(inner, "sourcesScroll", self), 1)
        cards = QVBoxLayout(inner)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(12)
        for listing in listings:
            button = self._reconnect(listing) if offers_sign_in(listing) else None
            cards.addWidget(_card(listing, self, button))
        if off := switched_off(listings):
            cards.addWidget(plain_label(off, "switchedOff", self, role="muted"))
        cards.addStretch()
        layout.addWidget(self._buttons())
        wanted = cards.totalHeightForWidth(_DIALOG.width() - 40) + _AROUND_CARDS
        open_at(self, _DIALOG.width(), min(_DIALOG.height(), wanted))

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        again = push_button(tr("&Look again"), "lookAgain", self, role="primary")
        buttons.addButton(again, QDialogButtonBox.ButtonRole.ActionRole)
        again.clicked.connect(self.look_requested)
        again.clicked.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _reconnect(self, listing: Listing) -> QPushButton:
        name = shown(SIGN_IN_DRIVES[listing.kind])
        button = push_button(tr("&Reconnect"), f"reconnect-{listing.kind}", self)
        button.setAccessibleName(tr("Reconnect {name}", name=name))
        button.clicked.connect(partial(self.reconnect_requested.emit, listing.kind))
        button.clicked.connect(self.accept)
        return button


def offers_sign_in(listing: Listing) -> bool:
    """Whether signing in may help a source that is not connected."""
    helps = listing.state in {SourceState.SIGN_IN_NEEDED, SourceState.ERROR, SourceState.OFFLINE}
    return helps and listing.kind in SIGN_IN_DRIVES


def _card(listing: Listing, parent: QWidget, button: QPushButton | None) -> QFrame:
    card = QFrame(parent)
    card.setProperty("role", "panel")
    look = STATES[listing.state]
    grid = QGridLayout(card)
    grid.setContentsMargins(14, 12, 14, 12)
    grid.setHorizontalSpacing(14)
    symbol = plain_label("", "", card)
    ratio = parent.devicePixelRatioF()
    symbol.setPixmap(pixmap(look.symbol, 24, look.ink, ratio=ratio))
    top = Qt.AlignmentFlag.AlignTop
    grid.addWidget(symbol, 0, 0, top)
    grid.addWidget(
        with_font(plain_label(shown(listing.source_name), "", card), bold=True), 0, 1, 1, 2
    )
    rows = card_rows(listing)
    for line, (name, text) in enumerate(rows, start=1):
        grid.addWidget(plain_label(name, "", card, role="muted", wrap=False), line, 1, top)
        role = {Ink.BAD: "bad", Ink.WARNING: "warning"}.get(look.ink, "") if line == 1 else ""
        grid.addWidget(plain_label(text, "", card, role=role), line, 2)
    if button is not None:
        grid.addWidget(button, len(rows) + 1, 2, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(2, 1)
    return card
