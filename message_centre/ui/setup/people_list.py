"""The list beside a page of people: one line for each, those who left are muted."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from message_centre.domain.names import shown
from message_centre.ui.icons import Ink, icon
from message_centre.ui.theme import colours
from message_centre.ui.words import tr

_WIDTH = 250
_KEY = int(Qt.ItemDataRole.UserRole)


def unsaved_words() -> str:
    """Why nobody else is shown while something is unsaved."""
    return tr("Save first what you changed here, or close Setup to take it back.")


class PeopleList(QListWidget):
    """`symbol` is the icon of each line."""

    #: The key of the one whom a person selected.
    turned = Signal(str)

    def __init__(self, name: str, spoken: str, symbol: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFixedWidth(_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemSelectionChanged.connect(self._turn)

    def fill(self, people: Iterable[tuple[str, str, bool]], current: str) -> None:
        """Show these, each with key, name and whether active; `current` is selected, telling nobody."""
        self.blockSignals(True)
        self.clear()
        for key, name, is_active in people:
            self._add(key, name, is_active=is_active)
            if key == current:
                self.setCurrentRow(self.count() - 1)
        self.blockSignals(False)

    def _add(self, key: str, name: str, *, is_active: bool) -> None:
        words = f"{shown(name)}  ({shown(key)})"
        if not is_active:
            words = tr("{who} (inactive)", who=shown(name))
        item = QListWidgetItem(icon(self._symbol, Ink.MUTED), words, self)
        item.setData(_KEY, key)
        item.setToolTip(words.replace("<", "&lt;"))
        if not is_active:
            item.setForeground(QColor(colours().muted))

    def _turn(self) -> None:
        """By what is selected: a list that gets the focus makes its first line the current one."""
        for item in self.selectedItems():
            self.turned.emit(str(item.data(_KEY)))
