"""ThumbnailView: a grid or column of tiles that wishes for the pictures one can see."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from message_centre.services.ports import Picture
from message_centre.ui.pieces.pictures import fitted
from message_centre.ui.pieces.thumbnail_model import Index, ThumbnailModel, Tile

#: Long enough to let a flick of the wheel pass, short enough not to be noticed.
_SETTLE_MS = 30


class ThumbnailView(QListView):
    """Shows tiles; `wished` carries the keys of visible tiles without a picture, top first."""

    wished = Signal(object)
    opened = Signal(object)
    current_changed = Signal(object)

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._tiles = ThumbnailModel(self._placeholder(), self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self._wish)
        self.setModel(self._tiles)
        self._set_up()

    def show_tiles(self, tiles: Sequence[Tile], *, mark_first: bool = True) -> None:
        """Replace every tile; the first one is marked unless that would mean opening it."""
        self._tiles.show_tiles(tiles)
        if tiles and mark_first:
            self.setCurrentIndex(self._tiles.index(0))
        self._timer.start()

    def show_picture(self, key: Hashable, picture: Picture, *, is_sharp: bool = True) -> None:
        """Give a tile its picture; one that is not sharp stands there until a sharper one comes."""
        pixmap = fitted(picture, self._side, self.devicePixelRatioF())
        self._tiles.show_picture(key, pixmap, is_sharp=is_sharp)

    def show_nothing(self, key: Hashable) -> None:
        """Let a tile keep its placeholder for good: nothing can be shown of it."""
        self._tiles.show_picture(key, self._placeholder(crossed=True))

    def select_key(self, key: Hashable) -> None:
        """Mark the tile with this key, if it is there."""
        row = self._tiles.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._tiles.index(row))

    def current_key(self) -> Hashable | None:
        """The key of the marked tile, or None."""
        tile = self._tiles.tile(self.currentIndex().row())
        return tile.key if tile else None

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Qt: tell which tile is marked now."""
        super().currentChanged(current, previous)
        tile = self._tiles.tile(current.row())
        self.current_changed.emit(tile.key if tile else None)

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt: what becomes visible is wished for."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._timer.start()
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt: what scrolls into view is wished for."""
        super().scrollContentsBy(dx, dy)
        self._timer.start()

    def _wish(self) -> None:
        if not self.isVisible():
            return
        tiles = (self._tiles.tile(row) for row in self._visible_rows())
        keys = tuple(tile.key for tile in tiles if tile and self._tiles.lacks_picture(tile.key))
        if keys:
            self.wished.emit(self.ordered(keys))

    def ordered(self, keys: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        """What is wished for first; from the top, unless a view knows better."""
        return keys

    def _visible_rows(self) -> range:
        """Tiles lie in reading order, so the first and last visible rows are found by halving."""
        view, rows = self.viewport().rect(), range(self._tiles.rowCount())
        first = bisect_left(rows, view.top(), key=lambda row: self._place(row).bottom())
        last = bisect_right(rows, view.bottom(), key=lambda row: self._place(row).top())
        return range(first, last)

    def _place(self, row: int) -> QRect:
        return self.visualRect(self._tiles.index(row))

    def _open(self, index: QModelIndex) -> None:
        tile = self._tiles.tile(index.row())
        if tile:
            self.opened.emit(tile.key)

    def _set_up(self) -> None:
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(self._side, self._side))
        self.setGridSize(QSize(self._side + 20, self._side + 46))
        self.setSpacing(4)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setViewportMargins(6, 6, 0, 6)
        self.activated.connect(self._open)

    def _placeholder(self, *, crossed: bool = False) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self._side * ratio), round(self._side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        inner = pixmap.deviceIndependentSize().toSize()
        width, height = inner.width(), inner.height()
        painter.drawRoundedRect(width // 8, height // 8, width * 3 // 4, height * 3 // 4, 6, 6)
        if crossed:
            painter.drawLine(width // 3, height // 3, width * 2 // 3, height * 2 // 3)
            painter.drawLine(width * 2 // 3, height // 3, width // 3, height * 2 // 3)
        painter.end()
        return pixmap
