"""How a heading is drawn: one strip over all columns, each of which draws its own part of it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

from message_centre.ui.files.headings import HeadingRow
from message_centre.ui.files.looks import Look
from message_centre.ui.files.painting import (
    CellDelegate,
    IconDelegate,
    NameDelegate,
    TickDelegate,
    draw_box,
)
from message_centre.ui.files.rows import Column
from message_centre.ui.theme import colours

Index = QModelIndex | QPersistentModelIndex
_PAD = 7


def draw_heading(
    painter: QPainter, option: QStyleOptionViewItem, index: Index, row: HeadingRow
) -> None:
    """Draw the part of the strip that lies in one cell: a word may begin in one and end in the next."""
    wears, cell = colours(), QRect(option.rect)
    painter.save()
    painter.setClipRect(cell)
    painter.fillRect(cell, QColor(wears.window))
    painter.fillRect(cell.left(), cell.top(), cell.width(), 1, QColor(wears.strong_line))
    if index.column() == Column.TICK:
        draw_box(painter, cell, row.tick_state(), is_enabled=row.can_be_toggled)
    else:
        _draw_words(painter, option, row.words)
    painter.restore()


def _draw_words(painter: QPainter, option: QStyleOptionViewItem, words: str) -> None:
    view = option.widget
    if not isinstance(view, QTableView):
        return
    left = view.columnViewportPosition(Column.ICON) + _PAD
    room = QRect(option.rect)
    room.setLeft(left)
    room.setRight(view.viewport().width() - _PAD)
    font = QFont(option.font)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(colours().text))
    elided = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, elided)


class _OverHeadings:
    """Draws headings, and leaves every other row to the delegate it is mixed into."""

    _look: Look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: a heading, or whatever is usual."""
        row = self._look.row(index.row())
        if isinstance(row, HeadingRow):
            draw_heading(painter, option, index, row)
        else:
            super().paint(painter, option, index)  # type: ignore[misc]  # that of the delegate


class PlainOrHeading(_OverHeadings, CellDelegate):
    """For columns without a delegate of their own."""


class TickOrHeading(_OverHeadings, TickDelegate):
    """For the tick boxes."""


class IconOrHeading(_OverHeadings, IconDelegate):
    """For the icons."""


class NameOrHeading(_OverHeadings, NameDelegate):
    """For the names."""
