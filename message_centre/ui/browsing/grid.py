"""The grid of what was found: tiles in the order they were taken, a heading where a group begins."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.pieces.thumbnail_model import Index, KeyRole, Tile
from message_centre.ui.pieces.thumbnail_view import ThumbnailView
from message_centre.ui.theme import colours
from message_centre.ui.words import tr

SIDE = 128
_HINT = "Shift and Ctrl select several, Ctrl+A all, F2 gives the current file its own title."
_PAD, _TICK, _LINES, _MARGIN = 8, 18, 2, 60


@dataclass(frozen=True, slots=True)
class Face:
    """What a tile shows beside its picture: a second line, and the heading of the group it begins.

    A `symbol` stands in the place of a picture where there can be none.
    """

    line: str
    heading: str = ""
    is_second: bool = False
    is_titled: bool = False
    symbol: str = ""


class Grid(ThumbnailView):
    """Click, Shift and Ctrl select as everywhere; Ctrl+A selects all, Space turns one over."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(SIDE, parent)
        self.setObjectName("browseGrid")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._words = ""
        self._keys: tuple[Hashable, ...] = ()
        self._places: dict[Hashable, int] = {}
        self._delegate = _Painter(self)
        self.setItemDelegate(self._delegate)
        metrics = QFontMetrics(self.font())
        height = SIDE + (_LINES + 1) * metrics.height() + 3 * _PAD
        self.setGridSize(QSize(SIDE + 3 * _PAD, height))
        self.setSpacing(0)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(400)

    def show_faces(self, tiles: Sequence[Tile], faces: dict[Hashable, Face]) -> None:
        """Replace every tile; what was selected and is still there stays selected."""
        kept = set(self.selected_keys())
        self._delegate.faces = faces
        self._keys = tuple(tile.key for tile in tiles)
        self._places = {key: place for place, key in enumerate(self._keys)}
        self.show_tiles(tiles, mark_first=bool(tiles) and not kept)
        self.select_keys(kept)

    def say(self, words: str) -> None:
        """Say in the middle why nothing is shown; over tiles nothing is said."""
        self._words = words
        self.setAccessibleDescription(words or tr(_HINT))
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the tiles, or the words."""
        super().paintEvent(event)
        if self._words and not self._keys:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(colours().muted))
            room = self.viewport().rect().adjusted(_MARGIN, 0, -_MARGIN, 0)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._words)
            painter.end()

    def change_face(self, key: Hashable, face: Face) -> None:
        """Another second line for one tile."""
        self._delegate.faces[key] = face
        self.viewport().update()

    def face_of(self, key: Hashable) -> Face:
        """What a tile shows."""
        return self._delegate.faces.get(key, Face(""))

    def selected_keys(self) -> tuple[Hashable, ...]:
        """The keys of the selected tiles, in their order."""
        ranges = self.selected_ranges()
        return tuple(key for first, end in ranges for key in self._keys[first:end])

    def selected_ranges(self) -> list[tuple[int, int]]:
        """The selected tiles as stretches, each from a place up to before another."""
        chosen = self.selectionModel().selection()
        parts = (chosen.at(number) for number in range(chosen.count()))
        return sorted((one.top(), one.bottom() + 1) for one in parts)

    def select_keys(self, keys: Collection[Hashable], *, adds: bool = False) -> None:
        """Select these tiles, beside those selected already or instead of them."""
        chosen, model = QItemSelection(), self.model()
        rows = sorted(self._places[key] for key in keys if key in self._places)
        start = 0
        for place, row in enumerate(rows):
            if place + 1 == len(rows) or rows[place + 1] != row + 1:
                chosen.select(model.index(rows[start], 0), model.index(row, 0))
                start = place + 1
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flag.Select if adds else flag.ClearAndSelect)

    def go_to(self, key: Hashable) -> None:
        """Bring a tile into view, without changing what is selected."""
        place = self._places.get(key)
        if place is None:
            return
        index = self.model().index(place, 0)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)


class _Painter(QStyledItemDelegate):
    """Paints a tile: the heading of a new group, the picture, a tick, two lines of text."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.faces: dict[Hashable, Face] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: nothing is read or decoded here."""
        face = self.faces.get(index.data(KeyRole), Face(""))
        state = QStyleOptionViewItem(option)
        self.initStyleOption(state, index)
        painter.save()
        _paint(painter, state, face)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Qt: every tile is of one size."""
        del option, index
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else QSize(SIDE, SIDE)


def _paint(painter: QPainter, option: QStyleOptionViewItem, face: Face) -> None:
    now, cell = colours(), option.rect
    metrics = QFontMetrics(option.font)
    heading = QRect(cell.left() + 2, cell.top() + 2, cell.width() - 4, metrics.height())
    body = cell.adjusted(3, metrics.height() + 5, -3, -3)
    if face.is_second:
        painter.fillRect(cell.adjusted(0, metrics.height() + 3, 0, 0), QColor(now.alternate))
    is_selected = bool(option.state & option.state.State_Selected)
    if is_selected:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.selected))
        painter.drawRoundedRect(body, 5, 5)
    if face.heading:
        _text(painter, heading, face.heading, now.accent, _bold(option.font))
        painter.setPen(QPen(QColor(now.accent), 2))
        painter.drawLine(cell.left(), body.top(), cell.left(), cell.bottom() - 2)
    picture = QRect(body.left(), body.top() + 4, body.width(), SIDE)
    if face.symbol:
        _symbol(painter, picture, face.symbol)
    else:
        option.icon.paint(painter, picture, Qt.AlignmentFlag.AlignCenter)
    lines = QRect(body.left() + 4, picture.bottom() + 4, body.width() - 8, metrics.height())
    name = metrics.elidedText(option.text, Qt.TextElideMode.ElideMiddle, lines.width())
    _text(painter, lines, name, now.selected_text if is_selected else now.text, option.font)
    lines.translate(0, metrics.height())
    weight = _bold(option.font) if face.is_titled else option.font
    right = Qt.TextElideMode.ElideRight
    second = QFontMetrics(weight).elidedText(face.line, right, lines.width())
    _text(painter, lines, second, now.selected_text if is_selected else now.muted, weight)
    _tick(painter, QPoint(body.left() + 5, body.top() + 5), is_selected=is_selected)
    if option.state & option.state.State_HasFocus:
        painter.setPen(QPen(QColor(now.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body, 5, 5)


def _symbol(painter: QPainter, place: QRect, name: str) -> None:
    side = SIDE // 3
    ratio = painter.device().devicePixelRatioF()
    box = QRect(0, 0, side, side)
    box.moveCenter(place.center())
    painter.drawPixmap(box, pixmap(name, side, Ink.MUTED, ratio=ratio))


def _tick(painter: QPainter, at: QPoint, *, is_selected: bool) -> None:
    """A box that says in more than colour whether the tile is selected."""
    now = colours()
    painter.setPen(QPen(QColor(now.accent if is_selected else now.strong_line), 1))
    painter.setBrush(QColor(now.accent if is_selected else now.base))
    box = QRect(at.x(), at.y(), _TICK, _TICK)
    painter.drawRoundedRect(box, 4, 4)
    if is_selected:
        mark: QPixmap = pixmap(
            "check", _TICK - 4, Ink.ON_ACCENT, ratio=painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(box.adjusted(2, 2, -2, -2), mark)


def _text(painter: QPainter, place: QRect, text: str, ink: str, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(place, flags | Qt.TextFlag.TextSingleLine, text)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
