"""How the two special columns are drawn: the tick box and the name with its state beside it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from message_centre.ui.files.roles import RowRole
from message_centre.ui.files.rows import FileRow, Standing
from message_centre.ui.icons import Ink, pixmap
from message_centre.ui.theme import Colours, colours

Index = QModelIndex | QPersistentModelIndex

_BOX = 16
_MARK = 14
_ICON = 18
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
    wears = colours()
    box = QRect(0, 0, _BOX, _BOX)
    box.moveCenter(cell.center())
    is_empty = state is Qt.CheckState.Unchecked
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(_outline(wears, is_empty=is_empty, is_enabled=is_enabled)), 1.4))
    painter.setBrush(QColor(wears.base if is_empty else wears.accent))
    if not is_enabled:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, _RADIUS, _RADIUS)
    if not is_empty and is_enabled:
        name = "check" if state is Qt.CheckState.Checked else "partial"
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(box.topLeft(), pixmap(name, _BOX, Ink.ON_ACCENT, ratio=ratio))
    painter.restore()


def _outline(wears: Colours, *, is_empty: bool, is_enabled: bool) -> str:
    if not is_enabled:
        return wears.line
    return wears.strong_line if is_empty else wears.accent


class TickDelegate(QStyledItemDelegate):
    """Draws the tick box in the middle of its cell; the whole cell is the target of a click."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: ground and box."""
        row: FileRow = index.data(RowRole)
        draw_ground(painter, option)
        is_ticked = row.is_ticked and row.can_be_ticked
        state = Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        draw_box(painter, _rect(option), state, is_enabled=row.can_be_ticked)
        if option.state & QStyle.StateFlag.State_Selected:
            _draw_focus_bar(painter, option)


class NameDelegate(QStyledItemDelegate):
    """Draws the name and, where the row is more than ready, its state in a small frame at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: the name as Qt draws it, in what the frame leaves."""
        row: FileRow = index.data(RowRole)
        if not row.badge:
            super().paint(painter, option, index)
            return
        draw_ground(painter, option)
        whole = QRect(_rect(option))
        metrics: QFontMetrics = option.fontMetrics
        name = metrics.horizontalAdvance(str(index.data())) + _PAD
        words = metrics.horizontalAdvance(row.badge) + _GAP
        # The name comes first: where both do not fit, the state keeps its symbol and loses its words.
        has_words = name + words + _MARK + 2 * _PAD + 2 * _GAP <= whole.width()
        wide = _MARK + 2 * _PAD + (words if has_words else -_GAP)
        frame = QRect(whole.right() - wide - _GAP, whole.top(), wide, metrics.height() + 4)
        frame.moveTop(whole.top() + (whole.height() - frame.height()) // 2)
        text = whole.adjusted(_PAD - 4, 0, -(wide + 2 * _GAP), 0)
        _draw_text(painter, option, text, index)
        _draw_badge(painter, frame, row, row.badge if has_words else "")


class IconDelegate(QStyledItemDelegate):
    """Draws the icon in the middle of its cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: ground and icon."""
        row: FileRow = index.data(RowRole)
        draw_ground(painter, option)
        box = QRect(0, 0, _ICON, _ICON)
        box.moveCenter(_rect(option).center())
        name, ink = row.mark
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(box.topLeft(), pixmap(name, _ICON, ink, ratio=ratio))


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
    ink = _INKS.get(row.standing, Ink.MUTED)
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
