"""GroupList: the groups by time; choosing one selects its files."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from message_centre.ui.words import counted, tr


class GroupList(QListWidget):
    """`chosen` carries a group's number, and whether it is added to what is selected (Ctrl)."""

    chosen = Signal(int, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("browseGroups")
        self.setAccessibleName(tr("Groups by time"))
        self.setAccessibleDescription(
            tr("Enter selects the files of a group; with Ctrl adds them.")
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_groups(self, groups: Sequence[tuple[str, int]]) -> None:
        """Replace the groups: when, and how many files."""
        self.clear()
        for when, files in groups:
            how_many = counted(files, "{n} file", "{n} files")
            item = QListWidgetItem(f"{when}\n{how_many}", self)
            spoken = f"{when}, {how_many}".replace("\n", ", ")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _choose(self, item: QListWidgetItem) -> None:
        keys = QGuiApplication.keyboardModifiers()
        self.chosen.emit(self.row(item), bool(keys & Qt.KeyboardModifier.ControlModifier))
