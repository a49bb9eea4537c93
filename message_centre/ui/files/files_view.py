"""The list on the screen: one current row, ticks, and rows that stay where the eye left them."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from message_centre.domain.files import SourceFile
from message_centre.ui.files.files_header import FilesHeader
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.looks import Look
from message_centre.ui.files.painting import CellDelegate, IconDelegate, NameDelegate, TickDelegate
from message_centre.ui.files.rows import Column, FileRow, SourceRows
from message_centre.ui.words import tr

_SAMPLE = 200
_ROW_PADDING = 13
_CELL_PADDING = 16
_BADGE_ROOM = 90
_WIDEST = 270
_DOUBT_ROOM, _LEAST_WITH_DOUBT, _WIDEST_WITH_DOUBT = 210, 500, 560
_NARROW = {Column.TICK: 38, Column.ICON: 34}
_LEAST = {Column.PATIENT: 130, Column.TITLE: 80, Column.NAME: 240}
_ARROW = 20
#: The first of these selects a row; what it does to a selected row comes with the second.
_FIRST_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space})
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FilesView(QTableView):
    """Shows the files; a click on a row selects only that row and clears the ticks."""

    current_changed = Signal()
    save_requested = Signal()

    def __init__(self, model: FilesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filesView")
        self.setAccessibleName(tr("Ext list"))
        self.setAccessibleDescription(
            tr("Files waiting to be saved. Space ticks the current file, Ctrl+S saves.")
        )
        self._files = model
        self._is_fitted = False
        self._told: FileRow | None = None
        self._badge_room, self._widest_name = _BADGE_ROOM, _WIDEST
        self._least_name = _LEAST[Column.NAME]
        self._header = FilesHeader(self)
        look = self._look = Look(self, model.row)
        self.setItemDelegate(CellDelegate(look, self))
        kinds = (TickDelegate, IconDelegate, NameDelegate)
        self._delegates = tuple(kind(look, self) for kind in kinds)
        self._dress()
        self.setModel(model)
        self._set_columns()
        self._header.all_ticked.connect(self._tick_all)
        model.ticks_changed.connect(self._show_ticks)
        self.selectionModel().selectionChanged.connect(self._tell_current)
        model.layoutChanged.connect(self._tell_current)
        model.rowsRemoved.connect(self._tell_current)

    @property
    def header(self) -> FilesHeader:
        """The heading, whose state may be kept."""
        return self._header

    @property
    def files(self) -> FilesModel:
        """The rows, shown or not."""
        return self._files

    def go_to(self, row: FileRow | None) -> None:
        """Make a shown row the current one and bring it into sight; without one nothing changes."""
        place = self._files.place(row)
        if place >= 0:
            self.selectRow(place)
            self.scrollTo(self._files.index(place, Column.NAME))

    def current_row(self) -> FileRow | None:
        """The selected row, or None.

        Qt gives a list with the focus a current index that nobody chose and nobody sees; only what is
        selected counts.
        """
        chosen = self.selectionModel().selectedRows(Column.NAME)
        return self._files.row(chosen[0].row()) if chosen else None

    def current_file(self) -> SourceFile | None:
        """The file of the current row, or None."""
        row = self.current_row()
        return row.file if row else None

    def fit_columns(self) -> None:
        """Give each column the width of its widest text among the first rows."""
        metrics = self.fontMetrics()
        for column in Column:
            if column not in _NARROW:
                self.setColumnWidth(column, self._width_of(column, metrics))
        too_wide = self._header.length() - self.viewport().width()
        name = self.columnWidth(Column.NAME) - max(too_wide, 0)
        self.setColumnWidth(Column.NAME, max(name, self._least_name))

    def tell_doubts(self) -> None:
        """Give names room for a doubt in words; what the right side tells as well makes way."""
        self._badge_room, self._widest_name = _DOUBT_ROOM, _WIDEST_WITH_DOUBT
        self._least_name = _LEAST_WITH_DOUBT
        for column in (Column.TYPE, Column.SIZE, Column.TITLE):
            self.setColumnHidden(column, True)
        self.fit_columns()

    def was_recalled(self) -> None:
        """Sort as the heading, whose state was just restored, says."""
        self._is_fitted = True
        section, order = self._header.sortIndicatorSection(), self._header.sortIndicatorOrder()
        self._files.sort(min(max(section, 0), len(Column) - 1), order)

    @property
    def is_fitted(self) -> bool:
        """Whether the columns have widths that are worth keeping."""
        return self._is_fitted

    def fit_once(self) -> None:
        """Fit the columns to the first rows that ever came, unless a person has set them."""
        if not self._is_fitted and self._files.rowCount():
            self._is_fitted = True
            self.fit_columns()

    def look_again(self, made: SourceRows) -> None:
        """Take over a listing that nobody asked for; the current row keeps its place on the screen."""
        row = self.current_row()
        top = self.rowViewportPosition(self.currentIndex().row()) if row else 0
        self._files.look_again(made, pinned=None if self._can_absorb() else row)
        if row is not None:
            self._bring_back(row, top)

    def refresh(self, made: SourceRows) -> None:
        """Take over a listing that was asked for; the current row keeps its place on the screen."""
        row = self.current_row()
        top = self.rowViewportPosition(self.currentIndex().row()) if row else 0
        self._files.refresh(made)
        if row is not None:
            self._bring_back(row, top)

    # What Qt tells

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the rows in sight, most of which look plain."""
        self._look.begin()
        super().paintEvent(event)
        self._look.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: the box adds to the selection, the rest of the row replaces it."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        if index.column() == Column.TICK:
            self.setFocus()
            self.selectRow(index.row())
            self.toggle_current()
            return
        super().mousePressEvent(event)
        self._files.clear_ticks()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: dragging over rows must not wander through them while a button is down."""
        if not event.buttons():
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: a second click on a box is one more click on it."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Space ticks the current row, Enter saves, Escape clears the ticks."""
        key = Qt.Key(event.key())
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_plain = plain is Qt.KeyboardModifier.NoModifier or not plain.value
        if key in _FIRST_KEYS and self.current_row() is None and self._files.rowCount():
            self.selectRow(max(self.currentIndex().row(), 0))
        elif key is Qt.Key.Key_Space and is_plain:
            self.toggle_current()
        elif key in _ENTER and is_plain:
            self.save_requested.emit()
        elif key is Qt.Key.Key_Escape and self._files.count_ticked():
            self._files.clear_ticks()
        else:
            super().keyPressEvent(event)

    def toggle_current(self) -> None:
        """Tick the current row, or untick it; nothing happens to one that can not be ticked."""
        if row := self.current_row():
            self._files.tick(row, ticked=not row.is_ticked)

    # Inside

    def _dress(self) -> None:
        self.setHorizontalHeader(self._header)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + _ROW_PADDING)

    def _set_columns(self) -> None:
        for column, delegate in zip(Column, self._delegates, strict=False):
            self.setItemDelegateForColumn(column, delegate)
        for column, width in _NARROW.items():
            self._header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        self._header.setStretchLastSection(True)
        wish = self._files.wish
        order = Qt.SortOrder.DescendingOrder if wish.descending else Qt.SortOrder.AscendingOrder
        self._header.setSortIndicator(wish.column, order)
        self.setSortingEnabled(True)
        self.fit_columns()

    def _width_of(self, column: Column, metrics: QFontMetrics) -> int:
        heading = self._header.fontMetrics().horizontalAdvance(
            str(self._files.headerData(column, Qt.Orientation.Horizontal))
        )
        rows = min(_SAMPLE, self._files.rowCount())
        texts = {self._files.row(place).cells[column] for place in range(rows)}
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        widest += self._badge_room if column is Column.NAME else _CELL_PADDING
        least = max(heading + _CELL_PADDING + _ARROW, _LEAST.get(column, 0))
        return min(max(widest, least), self._widest_name if column is Column.NAME else _WIDEST)

    def _show_ticks(self) -> None:
        self._header.show_state(self._files.tick_state())

    def _tick_all(self, wanted: bool) -> None:
        self._files.tick_all(ticked=wanted)

    def _tell_current(self, *_what: object) -> None:
        """Tell when another row is selected, or none: a filter or removal tells the selection nothing."""
        row = self.current_row()
        if row is not self._told:
            self._told = row
            self.current_changed.emit()

    def _can_absorb(self) -> bool:
        """Whether the scroll bar has room to hold the current row still when rows come above it."""
        return self.verticalScrollBar().maximum() > 0

    def _bring_back(self, row: FileRow, top: int) -> None:
        place = self._files.place(row)
        if place < 0:
            return
        height = self.verticalHeader().defaultSectionSize()
        # Until then the scroll bar ends where the rows ended that were there before.
        self.updateGeometries()
        self.verticalScrollBar().setValue(place - round(top / height))

    def row_rect(self, row: FileRow) -> QRect:
        """Where a row stands on the screen."""
        index = self._files.index(self._files.place(row), Column.NAME)
        return self.visualRect(index)
