"""What the cells of the list are drawn with, found once for a whole picture of it instead of for each cell."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QTableView

from message_centre.ui.files.roles import GREYED
from message_centre.ui.files.rows import Column, FileRow
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.theme import Colours, colours

BOX, BOX_EDGE = 16, 2
_ICON, _RADIUS = 18, 4
#: Texts whose shortened form is remembered.
_MOST_TEXTS = 5000
#: Numbers stand at the right.
_RIGHT = int(Column.SIZE)


@lru_cache(maxsize=64)
def box_picture(state: Qt.CheckState, *, is_enabled: bool, wears: Colours, ratio: float) -> QPixmap:
    """A tick box with an edge of `BOX_EDGE` around it, where its outline may end."""
    side = BOX + 2 * BOX_EDGE
    drawn = QPixmap(round(side * ratio), round(side * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    is_empty = state is Qt.CheckState.Unchecked
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(_outline(wears, is_empty=is_empty, is_enabled=is_enabled)), 1.4))
    painter.setBrush(QColor(wears.base if is_empty else wears.accent))
    if not is_enabled:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(BOX_EDGE, BOX_EDGE, BOX, BOX, _RADIUS, _RADIUS)
    if not is_empty and is_enabled:
        name = "check" if state is Qt.CheckState.Checked else "partial"
        mark = pixmap(name, BOX, Ink.ON_ACCENT, ratio=ratio)
        painter.drawPixmap(BOX_EDGE, BOX_EDGE, mark)
    painter.end()
    return drawn


def _outline(wears: Colours, *, is_empty: bool, is_enabled: bool) -> str:
    if not is_enabled:
        return wears.line
    return wears.strong_line if is_empty else wears.accent


class Look:
    """Draws plain cells: texts, cut where they are too long, and icons.

    What is selected, has the focus, is disabled or runs from right to left is left to Qt, which asks for
    everything that a cell may be.
    """

    def __init__(self, view: QTableView, row: Callable[[int], FileRow]) -> None:
        self._view = view
        self.row = row
        self._is_plain = False
        self._special: tuple[int, ...] = ()
        self._font, self._metrics = view.font(), view.fontMetrics()
        self._shown: dict[tuple[str, int], tuple[str, float]] = {}
        self._icons: dict[tuple[str, Ink], QPixmap] = {}
        self._boxes: dict[tuple[bool, bool], QPixmap] = {}

    def begin(self) -> None:
        """The list is about to be drawn: from now on until `end` its rows stay as they are."""
        view = self._view
        chosen = view.selectionModel().selectedRows()
        self._special = (view.currentIndex().row(), *(index.row() for index in chosen))
        is_from_left = view.layoutDirection() is Qt.LayoutDirection.LeftToRight
        self._is_plain = view.isEnabled() and is_from_left
        if self._font != view.font() or len(self._shown) > _MOST_TEXTS:
            self._font, self._metrics = view.font(), view.fontMetrics()
            self._shown.clear()
        style, self._wears = view.style(), colours()
        self._margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, view) + 1
        self._height, self._ascent = self._metrics.height(), self._metrics.ascent()
        self._text, self._muted = view.palette().text().color(), QColor(self._wears.muted)
        self._icons.clear()
        self._boxes.clear()

    def end(self) -> None:
        """What is drawn from now on is drawn by Qt."""
        self._is_plain = False

    def is_plain(self, place: int) -> bool:
        """Whether the cells of this row are drawn here."""
        return self._is_plain and place not in self._special

    def write(self, painter: QPainter, cell: QRect, row: FileRow, column: int) -> None:
        """Draw the text of a cell."""
        if text := row.cells[column]:
            room = cell.width() - 2 * self._margin
            shown, width = self._shown.get((text, room)) or self._fitted(text, room)
            left: float = cell.x() + self._margin
            if column == _RIGHT:
                left += room - width
            line = cell.y() + (cell.height() - self._height) // 2 + self._ascent
            painter.setFont(self._font)
            painter.setPen(self._muted if row.standing in GREYED else self._text)
            painter.drawText(QPointF(left, line), shown)

    def draw_icon(self, painter: QPainter, cell: QRect, row: FileRow) -> None:
        """Draw the mark of a row in the middle of its cell."""
        mark = row.mark
        icon = self._icons.get(mark)
        if icon is None:
            ratio = painter.device().devicePixelRatioF()
            icon = self._icons[mark] = pixmap(mark[0], _ICON, mark[1], ratio=ratio)
        self._draw(painter, cell, icon, _ICON)

    def draw_box(self, painter: QPainter, cell: QRect, row: FileRow) -> None:
        """Draw the tick box of a row."""
        key = (row.is_ticked, row.can_be_ticked)
        box = self._boxes.get(key)
        if box is None:
            state = Qt.CheckState.Checked if all(key) else Qt.CheckState.Unchecked
            ratio = painter.device().devicePixelRatioF()
            box = box_picture(state, is_enabled=key[1], wears=self._wears, ratio=ratio)
            self._boxes[key] = box
        self._draw(painter, cell, box, BOX + 2 * BOX_EDGE)

    @staticmethod
    def _draw(painter: QPainter, cell: QRect, picture: QPixmap, side: int) -> None:
        # As `QRect.moveCenter` has it.
        before = (side - 1) // 2
        left = cell.x() + (cell.width() - 1) // 2 - before
        painter.drawPixmap(left, cell.y() + (cell.height() - 1) // 2 - before, picture)

    def _fitted(self, text: str, room: int) -> tuple[str, float]:
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        width = QFontMetricsF(self._font).horizontalAdvance(shown)
        found = self._shown[text, room] = shown, width
        return found
