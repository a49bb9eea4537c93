"""The rights of one operator: a line for each right, a column for every provider together and each one."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.people import EVERY_PROVIDER, OF_THE_PRACTICE, Provider, Right
from message_centre.ui.words import tr

_WORDS = {
    Right.SEE_EXT: "See the Ext list",
    Right.SAVE: "Save files to patients",
    Right.CORRECT: "Withdraw and reassign",
    Right.BULK_IMPORT: "Import in bulk",
    Right.AUTO_IMPORT: "Import automatically",
    Right.SET_UP: "Set up",
    Right.SEE_TRAIL: "See the trail",
}
_ACROSS = Qt.Orientation.Horizontal
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_HEIGHT, _HEAD, _COLUMN = 30, 68, 93

Held = frozenset[tuple[str, Right]]


class RightsTable(QTableWidget):
    """What is held for every provider is ticked, and fixed, for each of them."""

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(len(Right), 1, parent)
        self.setObjectName("rightsTable")
        self.setAccessibleName(tr("Rights"))
        # Arrow keys go from cell to cell, Space ticks; Tab goes on to what comes next.
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().setDefaultSectionSize(_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setDefaultSectionSize(_COLUMN)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        across.setFixedHeight(_HEAD)
        self.setVerticalHeaderLabels([tr(_WORDS[right]) for right in Right])
        self.setFixedHeight(_HEIGHT * len(Right) + _HEAD + 22)
        self._columns: list[str] = [EVERY_PROVIDER]
        self._rights: Held = frozenset()
        self._may_edit = False
        self.itemChanged.connect(self._change)

    @property
    def rights(self) -> Held:
        """What is ticked."""
        return self._rights

    def show_rights(self, rights: Held, providers: Sequence[Provider], *, may_edit: bool) -> None:
        """Show what an operator holds."""
        self._rights, self._may_edit = rights, may_edit
        self._columns = [EVERY_PROVIDER, *(one.number for one in providers)]
        self.setColumnCount(len(self._columns))
        names = [shown(one.name) or one.number for one in providers]
        self.setHorizontalHeaderLabels([tr("Every provider"), *names])
        for column, name in enumerate(names, 1):
            tip = name.replace("<", "&lt;")
            self.model().setHeaderData(column, _ACROSS, tip, Qt.ItemDataRole.ToolTipRole)
        self._fill()

    def _fill(self) -> None:
        self.blockSignals(True)
        for line, right in enumerate(Right):
            is_for_all = (EVERY_PROVIDER, right) in self._rights
            for column, number in enumerate(self._columns):
                self.setItem(line, column, self._item(right, number, is_for_all=is_for_all))
        self.blockSignals(False)

    def _item(self, right: Right, number: str, *, is_for_all: bool) -> QTableWidgetItem:
        item = QTableWidgetItem()
        is_one = number != EVERY_PROVIDER
        if is_one and right in OF_THE_PRACTICE:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            return item
        is_on = is_for_all or (number, right) in self._rights
        item.setCheckState(_ON if is_on else _OFF)
        is_free = self._may_edit and not (is_one and is_for_all)
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if is_free else flags)
        spoken = tr("{right}: {state}", right=tr(_WORDS[right]), state=tr("yes" if is_on else "no"))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        return item

    def _change(self, item: QTableWidgetItem) -> None:
        held = (self._columns[item.column()], list(Right)[item.row()])
        is_on = item.checkState() is _ON
        self._rights = self._rights | {held} if is_on else self._rights - {held}
        self._fill()
        self.edited.emit()
