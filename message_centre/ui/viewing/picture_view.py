"""PictureView: one picture, fitted or zoomed, moved and turned; the original is never touched."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from message_centre.ui.words import tr

_STEP = 1.25
_LARGEST = 16.0
_SMALLEST = 0.02
_QUARTER, _TURN = 90, 360


class PictureView(QGraphicsView):
    """Fits the picture until a person zooms: `+`, `-`, `0` for fit, `1` for full size, Ctrl+wheel.

    It is laid out in pixels of the original, so that a sharper decoding of the same picture takes the
    place of a coarse one without anything moving. `moved` comes whenever something else is in sight.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureView")
        self.setAccessibleName(tr("Picture"))
        self.setAccessibleDescription(
            tr("Plus and minus zoom, 0 fits, 1 shows full size, R turns to the right.")
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QGraphicsView { background: transparent; border: none; }")
        self._levels: tuple[QImage, ...] = ()
        self._level = -1
        self._full = QSize()
        self._turn = 0
        self._is_fitted = True
        self._most_fitted = 1.0
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._part = QGraphicsPixmapItem()
        self._part.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._detail: tuple[QImage, QRectF] | None = None
        scene = QGraphicsScene(self)
        scene.addItem(self._item)
        scene.addItem(self._part)
        self.setScene(scene)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.horizontalScrollBar().valueChanged.connect(self._tell)
        self.verticalScrollBar().valueChanged.connect(self._tell)

    @property
    def image(self) -> QImage:
        """The pixels that there are, as they were decoded."""
        return self._levels[0] if self._levels else QImage()

    @property
    def detail(self) -> QImage:
        """The sharper pixels that lie over a part of the picture, if any."""
        return self._detail[0] if self._detail else QImage()

    @property
    def detailed(self) -> QRectF:
        """Which part has sharper pixels, as shares of the original's width and height."""
        return self._detail[1] if self._detail else QRectF()

    @property
    def detail_longest(self) -> float:
        """Pixels that the longer side would have, were all of the picture as sharp as that part."""
        if self._detail is None:
            return 0.0
        image, part = self._detail
        return max(image.width() / part.width(), image.height() / part.height())

    @property
    def in_sight(self) -> QRectF:
        """Which part is seen, as shares of the original's width and height."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        width, height = max(1, self._full.width()), max(1, self._full.height())
        shares = QRectF(
            seen.x() / width, seen.y() / height, seen.width() / width, seen.height() / height
        )
        return shares.intersected(QRectF(0, 0, 1, 1))

    @property
    def full(self) -> QSize:
        """The size of the original."""
        return self._full

    @property
    def turn(self) -> int:
        """Degrees to the right by which the picture is turned on the screen."""
        return self._turn

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is in sight, however large the view is."""
        return self._is_fitted

    @property
    def zoom(self) -> float:
        """Screen pixels for one of the original's."""
        transform = self.transform()
        return math.hypot(transform.m11(), transform.m12())

    @property
    def fitting_zoom(self) -> float:
        """The zoom at which the whole picture is in sight; see `fit_up_to`."""
        size, room = self._full, self.viewport().size()
        if size.isEmpty() or room.isEmpty():
            return 1.0
        if self._turn % (2 * _QUARTER):
            size = size.transposed()
        return min(room.width() / size.width(), room.height() / size.height(), self._most_fitted)

    @property
    def middle(self) -> QPointF:
        """What is in the middle of the view, as shares of the original's width and height."""
        centre = self.mapToScene(self.viewport().rect().center())
        return QPointF(
            centre.x() / max(1, self._full.width()), centre.y() / max(1, self._full.height())
        )

    def show_image(self, levels: Sequence[QImage], full: QSize | None = None) -> None:
        """Show another picture, fitted and unturned.

        `levels` is the picture, and perhaps smaller ones of it, the largest first; `full` is the
        original's size.
        """
        self._full = full if full is not None and not full.isEmpty() else levels[0].size()
        self._turn = 0
        self._take(levels)
        self.scene().setSceneRect(QRectF(QPointF(0, 0), self._full.toSizeF()))
        self.fit()

    def change_image(self, levels: Sequence[QImage]) -> None:
        """Show other pixels of the same picture: sharper ones, or an animation's next frame."""
        self._take(levels)

    def show_detail(self, image: QImage, part: QRectF) -> None:
        """Lay sharper pixels over a part of the picture, in shares of its width and height."""
        self._detail = (image, part)
        self._part.setPixmap(QPixmap.fromImage(image))
        left, top = part.x() * self._full.width(), part.y() * self._full.height()
        across = part.width() * self._full.width() / image.width()
        down = part.height() * self._full.height() / image.height()
        self._part.setTransform(QTransform.fromScale(across, down))
        self._part.setPos(left, top)

    def drop_detail(self) -> None:
        """Show the picture without any sharper part."""
        if self._detail is not None:
            self._detail = None
            self._part.setPixmap(QPixmap())

    def clear(self) -> None:
        """Show nothing."""
        self.drop_detail()
        self._levels, self._level, self._full = (), -1, QSize()
        self._item.setPixmap(QPixmap())

    def fit(self) -> None:
        """As large as fits, but no larger than may be."""
        self._is_fitted = True
        self._set_zoom(self.fitting_zoom)

    def fit_up_to(self, zoom: float) -> None:
        """How far a fitted picture that is small may be enlarged; 1 is never."""
        self._most_fitted = zoom
        if self._is_fitted:
            self.fit()

    def show_full_size(self) -> None:
        """One pixel of the picture for one of the screen."""
        self._is_fitted = False
        self._set_zoom(1.0)

    def zoom_in(self) -> None:
        """A step larger."""
        self._zoom(_STEP)

    def zoom_out(self) -> None:
        """A step smaller."""
        self._zoom(1 / _STEP)

    def rotate_right(self) -> None:
        """A quarter to the right, on the screen only."""
        self._rotate(_QUARTER)

    def rotate_left(self) -> None:
        """A quarter to the left, on the screen only."""
        self._rotate(-_QUARTER)

    def look_at(self, zoom: float, middle: QPointF, *, is_fitted: bool) -> None:
        """Be zoomed and moved like that, as another view is."""
        self._is_fitted = is_fitted
        self._set_zoom(self.fitting_zoom if is_fitted else zoom)
        self.centerOn(middle.x() * self._full.width(), middle.y() * self._full.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: zoom keys."""
        keys = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.show_full_size,
            Qt.Key.Key_R: self.rotate_right,
            Qt.Key.Key_L: self.rotate_left,
        }
        act = keys.get(Qt.Key(event.key()))
        if act is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
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

    def _take(self, levels: Sequence[QImage]) -> None:
        self.drop_detail()
        self._levels, self._level = tuple(levels), -1
        self._choose_level()

    def _choose_level(self) -> None:
        """Paint from the smallest level that has a pixel for each of the screen's."""
        needed = self._full.width() * self.zoom * self.devicePixelRatioF()
        enough = [n for n, level in enumerate(self._levels) if level.width() >= needed]
        chosen = enough[-1] if enough else 0
        if chosen == self._level or not self._levels:
            return
        self._level, image = chosen, self._levels[chosen]
        self._item.setPixmap(QPixmap.fromImage(image))
        across, down = self._full.width() / image.width(), self._full.height() / image.height()
        self._item.setTransform(QTransform.fromScale(across, down))

    def _zoom(self, factor: float) -> None:
        if _SMALLEST <= self.zoom * factor <= _LARGEST and not self._full.isEmpty():
            self._is_fitted = False
            self._set_zoom(self.zoom * factor)

    def _rotate(self, degrees: int) -> None:
        if self._full.isEmpty():
            return
        self._turn = (self._turn + degrees) % _TURN
        self._set_zoom(self.fitting_zoom if self._is_fitted else self.zoom)

    def _set_zoom(self, zoom: float) -> None:
        centre = self.mapToScene(self.viewport().rect().center())
        self.setTransform(QTransform().rotate(self._turn).scale(zoom, zoom))
        self.centerOn(centre)
        self._choose_level()
        self._tell()

    def _tell(self) -> None:
        self.moved.emit()
