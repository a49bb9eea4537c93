"""MediaView: a video or a sound with its controls; it shows pictures that somebody else decoded."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from message_centre.services.previewing import Medium
from message_centre.ui.icons import Ink, icon, pixmap
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.playing.player import State
from message_centre.ui.viewing.picture_view import PictureView
from message_centre.ui.words import tr

_SYMBOL = 48
_SIDE = 20
_LABEL = 16
#: Videos are often smaller than the room that there is for them.
_LARGEST_FIT = 4
_STEP_MS = 5000


class MediaView(QWidget):
    """Emits what a person wants; nothing is opened before somebody asked for it."""

    load_requested = Signal()
    play_toggled = Signal()
    seek_requested = Signal(int)
    volume_changed = Signal(int)
    hidden = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mediaView")
        self.picture = PictureView(self)
        self.picture.setObjectName("mediaPicture")
        self.picture.fit_up_to(_LARGEST_FIT)
        self.picture.setAccessibleName(tr("Picture of the video"))
        self._symbol = plain_label("", "mediaSymbol", self)
        self.words = plain_label("", "mediaWords", self, role="muted")
        self.load = push_button(tr("&Show the video"), "loadMedia", self)
        self._page = self._lay_page()
        self._faces = QStackedWidget(self)
        self.play = QToolButton(self)
        self.place = QSlider(Qt.Orientation.Horizontal, self)
        self.time = plain_label("", "mediaTime", self, role="muted", wrap=False)
        self.volume = QSlider(Qt.Orientation.Horizontal, self)
        self._loudness = plain_label("", "mediaLoudness", self, wrap=False)
        self._controls = QWidget(self)
        self._row = QHBoxLayout(self._controls)
        self._lay_out()
        self._connect()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: tell that nobody sees it."""
        super().hideEvent(event)
        self.hidden.emit()

    def add_action(self, action: QAction) -> None:
        """Have another button beside the controls."""
        button = QToolButton(self)
        button.setProperty("role", "tool")
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        button.setIconSize(QSize(_SIDE, _SIDE))
        self._row.addWidget(button)

    def show_closed(self, medium: Medium, words: str) -> None:
        """Show what the file is, and offer to open it."""
        is_video = medium is Medium.VIDEO
        self.picture.clear()
        self._draw("video" if is_video else "sound")
        self.words.setText(words)
        self.load.setText(tr("&Show the video") if is_video else tr("&Listen"))
        self.load.setAccessibleName(self.load.text().replace("&", ""))
        self.load.show()
        self._controls.hide()
        self._faces.setCurrentWidget(self._page)

    def show_waiting(self, words: str) -> None:
        """The file is on its way."""
        self.words.setText(words)
        self.load.hide()

    def show_failed(self, words: str) -> None:
        """It cannot be played."""
        self._draw("error")
        self.words.setText(words)
        self.load.hide()
        self._controls.hide()
        self._faces.setCurrentWidget(self._page)

    def show_frame(self, image: QImage, full: QSize) -> None:
        """Show the next picture."""
        if self.picture.image.isNull() or self.picture.full != full:
            self.picture.show_image([image], full)
        else:
            self.picture.change_image([image])
        self._faces.setCurrentWidget(self.picture)

    def show_state(self, state: State) -> None:
        """Show how far it is played."""
        if not (state.has_picture or state.has_sound):
            return
        if not state.has_picture:
            self.words.setText(tr("Sound"))
            self.load.hide()
        self._controls.show()
        self.play.setIcon(icon("pause" if state.is_playing else "play"))
        words = tr("Pause") if state.is_playing else tr("Play")
        self.play.setAccessibleName(words)
        self.play.setToolTip(tr("{what} (Space)", what=words))
        self.place.setMaximum(max(state.duration, 1))
        if not self.place.isSliderDown():
            self.place.blockSignals(True)
            self.place.setValue(state.position)
            self.place.blockSignals(False)
        self.time.setText(f"{_clock(state.position)} / {_clock(state.duration)}")
        self._loudness.setPixmap(pixmap("sound", _LABEL, Ink.MUTED, ratio=self.devicePixelRatioF()))
        for part in (self._loudness, self.volume):
            part.setVisible(state.has_sound)

    def _draw(self, symbol: str) -> None:
        self._symbol.setPixmap(pixmap(symbol, _SYMBOL, Ink.MUTED, ratio=self.devicePixelRatioF()))

    def _lay_page(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.addStretch()
        for label in (self._symbol, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(8)
        layout.addWidget(self.load, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
        return page

    def _lay_out(self) -> None:
        self.play.setObjectName("playMedia")
        self.play.setProperty("role", "tool")
        self.play.setIconSize(QSize(_SIDE, _SIDE))
        self.play.setAccessibleName(tr("Play"))
        self.place.setObjectName("mediaPlace")
        self.place.setAccessibleName(tr("Place in the recording"))
        self.place.setSingleStep(_STEP_MS)
        self.place.setPageStep(_STEP_MS * 2)
        self.volume.setObjectName("mediaVolume")
        self.volume.setAccessibleName(tr("Volume"))
        self.volume.setRange(0, 100)
        self.volume.setValue(100)
        self.volume.setFixedWidth(56)
        row = self._row
        row.setContentsMargins(0, 0, 0, 0)
        self._loudness.setContentsMargins(8, 0, 0, 0)
        self.volume.setToolTip(tr("Volume"))
        for widget in (self.play, self.place, self.time, self._loudness, self.volume):
            row.addWidget(widget, int(widget is self.place))
        self._faces.addWidget(self._page)
        self._faces.addWidget(self.picture)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._faces, 1)
        layout.addWidget(self._controls)

    def _connect(self) -> None:
        self.load.clicked.connect(self.load_requested)
        self.play.clicked.connect(self.play_toggled)
        self.place.valueChanged.connect(self.seek_requested)
        self.volume.valueChanged.connect(self.volume_changed)


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
