"""Stage: where content is shown: a picture with its tools, plain text, a player, or a sentence."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.viewing.grey_panel import GreyPanel
from message_centre.ui.viewing.picture_view import PictureView
from message_centre.ui.viewing.view_bar import ViewBar
from message_centre.ui.viewing.viewing_actions import Seen, View, ViewingActions
from message_centre.ui.words import tr

_SYMBOL = 48
_MOST_TEXT = 64 * 1024


class Stage(QFrame):
    """One face at a time. `seen` is what decides which tools can be used."""

    full_screen_requested = Signal()
    compare_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, shares_window: bool = False) -> None:
        """A stage that `shares_window` with another has its keys only while it is worked in."""
        super().__init__(parent)
        self.setProperty("role", "stage")
        self.setObjectName("previewStage")
        self.can_compare = False
        self._seen = Seen()
        self.picture = PictureView(self)
        self.picture.setObjectName("previewPicture")
        self.text = _text_box(self)
        self.symbol = plain_label("", "previewSymbol", self)
        self.words = plain_label("", "previewReason", self, role="muted")
        self.note = plain_label("", "previewNote", self, role="muted")
        self.greys = GreyPanel(self)
        self.tools = ViewingActions(self, shares_window=shares_window)
        self.bar = ViewBar(self.tools, self)
        self._words_page = self._lay_words()
        self._faces = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self._show_tools(Seen())

    @property
    def seen(self) -> Seen:
        """What is shown now, as far as the tools are concerned."""
        return self._seen

    def show_picture(self, levels: Sequence[QImage], name: str, full: QSize | None = None) -> None:
        """Show another picture; `name` is what a screen reader says, `full` the original's size."""
        self.picture.show_image(levels, full)
        self.picture.setAccessibleName(tr("Preview of {name}", name=name))
        self._faces.setCurrentWidget(self.picture)
        self._show_tools(Seen(is_picture=True, can_compare=self.can_compare, is_content=True))

    def show_pages(self, number: int, count: int, *, can_play: bool = False) -> None:
        """Say which of how many pages the picture is, and whether they can be played."""
        self._show_tools(
            Seen(
                is_picture=True,
                page=number,
                pages=count,
                can_play=can_play,
                can_compare=self.can_compare,
                is_content=True,
            )
        )

    def show_text(self, text: str) -> None:
        """Show plain text, however it is written."""
        self.text.setPlainText(text[:_MOST_TEXT])
        self._leave_picture(self.text, Seen(is_content=True))

    def show_words(self, symbol: str, words: str) -> None:
        """Show a symbol and a sentence."""
        self.symbol.setPixmap(pixmap(symbol, _SYMBOL, Ink.MUTED, ratio=self.devicePixelRatioF()))
        self.words.setText(words)
        self._leave_picture(self._words_page, Seen())

    def show_player(self, face: QWidget) -> None:
        """Show a player, which brings its own controls."""
        if self._faces.indexOf(face) < 0:
            self._faces.addWidget(face)
        self._leave_picture(face, Seen(can_play=True, is_content=True))

    def say(self, words: str) -> None:
        """Say something about the picture that is shown."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def offer_greys(self, window: tuple[float, float] | None) -> None:
        """Offer brightness and contrast where there is such a thing."""
        self.greys.setVisible(window is not None)
        if window is not None:
            self.greys.offer(window)

    def has_focus_within(self) -> bool:
        """Whether somebody works in the stage itself."""
        focused = self.focusWidget()
        return focused is not None and focused.hasFocus()

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        self.tools.dress()

    def _leave_picture(self, face: QWidget, seen: Seen) -> None:
        self.picture.clear()
        self._faces.setCurrentWidget(face)
        self._show_tools(seen)

    def _show_tools(self, seen: Seen) -> None:
        self._seen = seen
        self.tools.show(seen)
        self.bar.setVisible(seen.is_picture)
        if not seen.is_picture:
            self.greys.hide()
            self.say("")
        self._show_numbers()

    def _show_numbers(self) -> None:
        seen = self._seen
        zoom = f"{round(self.picture.zoom * 100)} %" if seen.is_picture else ""
        page = f"{seen.page + 1} / {seen.pages}" if seen.pages > 1 else ""
        self.bar.show_words(zoom, page)

    def _connect(self) -> None:
        view = self.picture
        slots = {
            View.ZOOM_IN: view.zoom_in,
            View.ZOOM_OUT: view.zoom_out,
            View.FIT: view.fit,
            View.ACTUAL_SIZE: view.show_full_size,
            View.ROTATE_LEFT: view.rotate_left,
            View.ROTATE_RIGHT: view.rotate_right,
        }
        for name, slot in slots.items():
            self.tools[name].triggered.connect(slot)
        self.tools[View.FULL_SCREEN].triggered.connect(self.full_screen_requested)
        self.tools[View.COMPARE].triggered.connect(self.compare_requested)
        view.moved.connect(self._show_numbers)

    def _lay_out(self) -> None:
        for face in (self._words_page, self.picture, self.text):
            self._faces.addWidget(face)
        self.note.hide()
        self.greys.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(2)
        layout.addWidget(self._faces, 1)
        for part in (self.note, self.greys, self.bar):
            layout.addWidget(part)

    def _lay_words(self) -> QWidget:
        page = QWidget(self)
        middle = Qt.AlignmentFlag.AlignCenter
        self.words.setAlignment(middle)
        self.symbol.setAlignment(middle)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.addStretch()
        layout.addWidget(self.symbol)
        layout.addWidget(self.words)
        layout.addStretch()
        return page


def _text_box(parent: QWidget) -> QPlainTextEdit:
    box = QPlainTextEdit(parent)
    box.setObjectName("previewText")
    box.setAccessibleName(tr("Text of the file"))
    box.setReadOnly(True)
    box.setUndoRedoEnabled(False)
    box.setTabChangesFocus(True)
    box.setFrameShape(QFrame.Shape.NoFrame)
    return box
