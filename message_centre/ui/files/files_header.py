"""The heading of the list, with a tri-state box that ticks every file that can be saved."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from message_centre.ui.files.painting import draw_box
from message_centre.ui.files.rows import Column


class FilesHeader(QHeaderView):
    """Sorts by every column but the first, whose box stands for all the ticks below it."""

    all_ticked = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._state = Qt.CheckState.Unchecked
        self.setObjectName("filesHeader")
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(False)

    def show_state(self, state: Qt.CheckState) -> None:
        """Draw the box so from now on."""
        if state is not self._state:
            self._state = state
            self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        """Qt: the ordinary section, and the box on the first one."""
        super().paintSection(painter, rect, logical_index)
        if logical_index == Column.TICK:
            draw_box(painter, rect, self._state, is_enabled=True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a press on the box does not sort."""
        if not self._is_on_box(event):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on the box ticks all, or nothing if all are ticked."""
        if self._is_on_box(event):
            self.all_ticked.emit(self._state is not Qt.CheckState.Checked)
        else:
            super().mouseReleaseEvent(event)

    def _is_on_box(self, event: QMouseEvent) -> bool:
        place = self.logicalIndexAt(event.position().toPoint())
        is_resizing = self.cursor().shape() is Qt.CursorShape.SplitHCursor
        return place == Column.TICK and not is_resizing
