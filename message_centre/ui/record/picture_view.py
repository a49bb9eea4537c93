"""PictureView: one picture, fitted or zoomed; the original is never touched."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from message_centre.services.ports import Picture
from message_centre.ui.pieces.pictures import image_of
from message_centre.ui.words import tr

_STEP = 1.25
_LARGEST = 16.0
_SMALLEST = 0.02


class PictureView(QGraphicsView):
    """Fits the picture until a person zooms: `+`, `-`, `0` for fit, `1` for full size, Ctrl+wheel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pictureView")
        self.setAccessibleName(tr("Picture"))
        self.setAccessibleDescription(tr("Plus and minus zoom, 0 fits, 1 shows full size."))
        self.setProperty("role", "stage")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._is_fitted = True
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        scene = QGraphicsScene(self)
        scene.addItem(self._item)
        self.setScene(scene)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_picture(self, picture: Picture) -> None:
        """Show a picture, fitted."""
        self._item.setPixmap(QPixmap.fromImage(image_of(picture)))
        self.scene().setSceneRect(self._item.boundingRect())
        self.fit()

    def clear(self) -> None:
        """Show nothing."""
        self._item.setPixmap(QPixmap())

    def fit(self) -> None:
        """As large as fits, but never larger than the picture itself."""
        self._is_fitted = True
        self.resetTransform()
        size, room = self._item.boundingRect().size(), self.viewport().size()
        if size.isEmpty():
            return
        scale = min(room.width() / size.width(), room.height() / size.height(), 1.0)
        self.scale(scale, scale)

    def show_full_size(self) -> None:
        """One pixel of the picture for one of the screen."""
        self._is_fitted = False
        self.resetTransform()

    def zoom_in(self) -> None:
        """A step larger."""
        self._zoom(_STEP)

    def zoom_out(self) -> None:
        """A step smaller."""
        self._zoom(1 / _STEP)

    @property
    def zoom(self) -> float:
        """Screen pixels for one of the picture's."""
        return self.transform().m11()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: zoom keys."""
        keys = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.show_full_size,
        }
        act = keys.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: the wheel zooms with Ctrl and scrolls without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: a fitted picture stays fitted."""
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def _zoom(self, factor: float) -> None:
        self._is_fitted = False
        if _SMALLEST <= self.zoom * factor <= _LARGEST:
            self.scale(factor, factor)
