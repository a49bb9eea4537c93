"""Where the content is shown: a picture that fits, plain text, or a sentence why neither."""

from PySide6.QtCore import QMargins, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.words import tr

_SYMBOL = 48
_ROOM = QMargins(10, 10, 10, 10)
_MOST_TEXT = 64 * 1024


class PictureBox(QWidget):
    """Paints an image as large as it fits, never larger than it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("previewPicture")
        self._image = QImage()
        self._scaled = QImage()

    def show_image(self, image: QImage, name: str) -> None:
        """Show this image; `name` is what a screen reader says."""
        self._image, self._scaled = image, QImage()
        self.setAccessibleName(tr("Preview of {name}", name=name))
        self.update()

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    def sizeHint(self) -> QSize:
        """Qt: any size will do."""
        return QSize(320, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the image in the middle; scaled once for a size, not at every paint."""
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.size().shrunkBy(_ROOM) * ratio
        if room.isEmpty():
            return
        whole = self._image.size()
        if whole.width() > room.width() or whole.height() > room.height():
            whole = whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if self._scaled.size() != whole:
            self._scaled = self._image.scaled(
                whole,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        box = QRect(0, 0, round(whole.width() / ratio), round(whole.height() / ratio))
        box.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.drawImage(box, self._scaled)
        painter.end()


class Stage(QFrame):
    """One of three faces at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "stage")
        self.setObjectName("previewStage")
        self.picture = PictureBox(self)
        self.text = _text_box(self)
        self.symbol = QLabel(self)
        self.words = plain_label("", "previewReason", self, role="muted")
        self._words_page = self._lay_words()
        self._faces = QStackedLayout(self)
        for face in (self._words_page, self.picture, self.text):
            self._faces.addWidget(face)

    def show_picture(self, image: QImage, name: str) -> None:
        """Show an image."""
        self.picture.show_image(image, name)
        self._faces.setCurrentWidget(self.picture)

    def show_text(self, text: str) -> None:
        """Show plain text, however it is written."""
        self.text.setPlainText(text[:_MOST_TEXT])
        self._faces.setCurrentWidget(self.text)

    def show_words(self, symbol: str, words: str) -> None:
        """Show a symbol and a sentence."""
        self.symbol.setPixmap(pixmap(symbol, _SYMBOL, Ink.MUTED, ratio=self.devicePixelRatioF()))
        self.words.setText(words)
        self._faces.setCurrentWidget(self._words_page)

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
