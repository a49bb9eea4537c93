"""How the two special columns are drawn: the tick box and the name with its state beside it."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from message_centre.ui.files.looks import BOX, BOX_EDGE, Look, box_picture
from message_centre.ui.files.rows import Column, FileRow, Standing
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.theme import colours

Index = QModelIndex | QPersistentModelIndex

_MARK = 14
_GAP = 6
_PAD = 7
_RADIUS = 4
_FOCUS_WIDTH = 3
_INKS = {
    Standing.DOUBTFUL: Ink.WARNING,
    Standing.NOT_SAVED: Ink.BAD,
    Standing.HELD: Ink.WARNING,
    Standing.SAVED: Ink.GOOD,
    Standing.SAVED_SOURCE_KEPT: Ink.GOOD,
}


def draw_box(painter: QPainter, cell: QRect, state: Qt.CheckState, *, is_enabled: bool) -> None:
    """Draw a tick box in the middle of `cell`: empty, ticked or partly ticked."""
    box = QRect(0, 0, BOX, BOX)
    box.moveCenter(cell.center())
    ratio = painter.device().devicePixelRatioF()
    drawn = box_picture(state, is_enabled=is_enabled, wears=colours(), ratio=ratio)
    painter.drawPixmap(box.left() - BOX_EDGE, box.top() - BOX_EDGE, drawn)


class CellDelegate(QStyledItemDelegate):
    """Draws a text: plain ones by the look of the list, all others as Qt does."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: a cell."""
        look, place = self._look, index.row()
        if look.is_plain(place):
            look.write(painter, _rect(option), look.row(place), index.column())
        else:
            super().paint(painter, option, index)


class TickDelegate(CellDelegate):
    """Draws the tick box in the middle of its cell; the whole cell is the target of a click."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: ground and box."""
        look, place = self._look, index.row()
        row = look.row(place)
        if look.is_plain(place):
            look.draw_box(painter, _rect(option), row)
            return
        draw_ground(painter, option)
        is_ticked = row.is_ticked and row.can_be_ticked
        state = Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        draw_box(painter, _rect(option), state, is_enabled=row.can_be_ticked)
        if option.state & QStyle.StateFlag.State_Selected:
            _draw_focus_bar(painter, option)


class NameDelegate(CellDelegate):
    """Draws the name and, where the row is more than ready, its state in a small frame at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: the name as Qt draws it, in what the frame leaves."""
        look, place = self._look, index.row()
        row = look.row(place)
        if not row.badge:
            super().paint(painter, option, index)
            return
        if not look.is_plain(place):
            draw_ground(painter, option)
        whole = QRect(_rect(option))
        metrics: QFontMetrics = option.fontMetrics
        name = metrics.horizontalAdvance(row.cells[Column.NAME]) + _PAD
        words = metrics.horizontalAdvance(row.badge) + _GAP
        # The name comes first: where both do not fit, the state keeps its symbol and loses its words.
        has_words = name + words + _MARK + 2 * _PAD + 2 * _GAP <= whole.width()
        wide = _MARK + 2 * _PAD + (words if has_words else -_GAP)
        frame = QRect(whole.right() - wide - _GAP, whole.top(), wide, metrics.height() + 4)
        frame.moveTop(whole.top() + (whole.height() - frame.height()) // 2)
        text = whole.adjusted(_PAD - 4, 0, -(wide + 2 * _GAP), 0)
        _draw_text(painter, option, text, index)
        painter.setFont(option.font)
        _draw_badge(painter, frame, row, row.badge if has_words else "")


class IconDelegate(CellDelegate):
    """Draws the icon in the middle of its cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: ground and icon."""
        look, place = self._look, index.row()
        if not look.is_plain(place):
            draw_ground(painter, option)
        look.draw_icon(painter, _rect(option), look.row(place))


def draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw what lies under a cell, selected or not, without its text and box."""
    # Without `initStyleOption`: it asks for all that a cell shows, and nothing of it is drawn here.
    ground = QStyleOptionViewItem(option)
    widget = option.widget
    widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, ground, painter, widget)


def _draw_text(painter: QPainter, option: QStyleOptionViewItem, room: QRect, index: Index) -> None:
    metrics: QFontMetrics = option.fontMetrics
    shown = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
    brush = index.data(Qt.ItemDataRole.ForegroundRole)
    painter.save()
    painter.setFont(option.font)
    painter.setPen(brush.color() if brush else QColor(colours().text))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    painter.restore()


def _draw_badge(painter: QPainter, frame: QRect, row: FileRow, words: str) -> None:
    ink = Ink.WARNING if row.odd else _INKS.get(row.standing, Ink.MUTED)
    colour = QColor(str(getattr(colours(), ink.value)))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QColor(colour)
    outline.setAlphaF(0.45)
    painter.setPen(QPen(outline, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
    ratio = painter.device().devicePixelRatioF()
    mark = pixmap(row.mark[0], _MARK, ink, ratio=ratio)
    left = frame.left() + (_PAD - 2 if words else (frame.width() - _MARK) // 2)
    painter.drawPixmap(left, frame.center().y() - _MARK // 2 + 1, mark)
    painter.setPen(colour)
    room = frame.adjusted(_PAD + _MARK + _GAP - 4, 0, 0, 0)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
    painter.restore()


def _draw_focus_bar(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """A bar at the left of the current row: it is told by shape too, not by colour alone."""
    edge = QRect(_rect(option))
    edge.setWidth(_FOCUS_WIDTH)
    painter.fillRect(edge, QColor(colours().accent))


def _rect(option: QStyleOptionViewItem) -> QRect:
    found: QRect = option.rect
    return found
