"""The grouped list on the screen: headings are drawn, ticked as a whole, and stepped over."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.grouped_model import GroupedModel, Snapshot
from message_centre.ui.files.heading_painting import (
    IconOrHeading,
    NameOrHeading,
    PlainOrHeading,
    TickOrHeading,
)
from message_centre.ui.files.headings import Arrangement, HeadingRow
from message_centre.ui.files.rows import Column

_Action = QAbstractItemView.CursorAction
_UPWARDS = frozenset({_Action.MoveUp, _Action.MovePrevious, _Action.MovePageUp})


class GroupedView(FilesView):
    """Shift+Space, or a click on a heading's box, ticks a group; a click beside it does nothing."""

    def __init__(self, model: GroupedModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._grouped = model
        #: A plain list is drawn as fast as it can be: by delegates that know of no heading.
        look = self._look
        self._plain, self._headed = self.itemDelegate(), PlainOrHeading(look, self)
        kinds = (TickOrHeading, IconOrHeading, NameOrHeading)
        self._own = tuple(kind(look, self) for kind in kinds)

    def arrange(self, arrangement: Arrangement | None) -> None:
        """Show the rows under headings, or no longer; the current row keeps its place on the screen."""
        row = self.current_row()
        top = self.rowViewportPosition(self.currentIndex().row()) if row else 0
        self._draw_headings(is_wanted=arrangement is not None)
        self._grouped.arrange(arrangement)
        if row is not None:
            self._bring_back(row, top)

    def snapshot(self, count: int) -> Snapshot:
        """The rows as they are now; so many from the topmost in sight on are asked for first."""
        return self._grouped.snapshot(max(self.rowAt(0), 0), count)

    def toggle_group(self) -> None:
        """Tick the group of the current row, or untick it; where nothing is grouped, the row."""
        place = self._grouped.place(self.current_row())
        heading = next((at for at in range(place, -1, -1) if self._grouped.is_heading(at)), -1)
        if heading >= 0:
            self._tick_group(heading)
        else:
            self.toggle_current()

    # What Qt tells

    def selectRow(self, row: int) -> None:
        """Qt: make a row the current one; for a heading the first row below it."""
        super().selectRow(row + self._grouped.is_heading(row))

    def moveCursor(self, action: _Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Qt: where a key leads; never to a heading."""
        index = super().moveCursor(action, modifiers)
        if not index.isValid() or not self._grouped.is_heading(index.row()):
            return index
        is_up = action in _UPWARDS and index.row() > 0
        return self._grouped.index(index.row() + (-1 if is_up else 1), index.column())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: on a heading only its box does something."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or not self._grouped.is_heading(index.row()):
            super().mousePressEvent(event)
            return
        self.setFocus()
        if event.button() is Qt.MouseButton.LeftButton and index.column() == Column.TICK:
            self._tick_group(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Shift+Space ticks a group."""
        is_space = event.key() == Qt.Key.Key_Space
        if is_space and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.toggle_group()
        else:
            super().keyPressEvent(event)

    def _draw_headings(self, *, is_wanted: bool) -> None:
        self.setItemDelegate(self._headed if is_wanted else self._plain)
        drawing = self._own if is_wanted else self._delegates
        for column, delegate in zip(Column, drawing, strict=False):
            self.setItemDelegateForColumn(column, delegate)

    def _tick_group(self, place: int) -> None:
        heading = self._grouped.row(place)
        if isinstance(heading, HeadingRow):
            self._grouped.tick_together(heading.members)
