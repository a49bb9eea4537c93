"""F2: choose the Provider from a list."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from message_centre.domain.names import shown
from message_centre.domain.people import Provider
from message_centre.ui.icons import Ink, icon
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.pieces.labels import plain_label
from message_centre.ui.words import tr

_MARK = 16
_NUMBER = int(Qt.ItemDataRole.UserRole)


class ProviderDialog(QDialog):
    """Arrow keys and Enter, or a double click. `chosen` carries the Provider's number."""

    chosen = Signal(str)

    def __init__(
        self, providers: tuple[Provider, ...], current: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("providerDialog")
        self.setWindowTitle(tr("Choose the Provider"))
        self.setAccessibleName(self.windowTitle())
        self.list = QListWidget(self)
        self.list.setObjectName("providerList")
        self.list.setAccessibleName(tr("Providers"))
        self.list.setIconSize(QSize(_MARK, _MARK))
        for provider in providers:
            self._add(provider, is_current=provider.number == current)
        self.list.itemActivated.connect(self._choose)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        words = tr("The Ext list and every save are for this Provider.")
        layout.addWidget(plain_label(words, "providerWords", self, role="muted"))
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        open_at(self, 420, 340)

    def _add(self, provider: Provider, *, is_current: bool) -> None:
        words = f"{shown(provider.name)}  ({shown(provider.number)})"
        mark = icon("check", Ink.ACCENT) if is_current else _no_mark()
        item = QListWidgetItem(mark, words, self.list)
        item.setData(_NUMBER, provider.number)
        if is_current:
            self.list.setCurrentItem(item)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is None or self.result():
            return
        self.accept()
        self.chosen.emit(item.data(_NUMBER))


def _no_mark() -> QIcon:
    """As wide as a mark, so that the names stand in line."""
    empty = QPixmap(_MARK, _MARK)
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)
