"""PhonesDialog: pairing phones, and the server behind them."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from message_centre.domain.names import shown
from message_centre.domain.people import Provider
from message_centre.ui.icons import icon
from message_centre.ui.phones.pair_page import PairPage
from message_centre.ui.phones.server_page import ServerPage
from message_centre.ui.pieces.alert_box import AlertBox
from message_centre.ui.pieces.fitting import open_at
from message_centre.ui.words import tr


class PhonesDialog(QDialog):
    """Two pages; closing it forgets the code that was shown."""

    def __init__(self, provider: Provider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phonesDialog")
        name = shown(provider.name) or provider.number
        self.setWindowTitle(tr("Phones of {provider}", provider=name))
        self.setAccessibleName(self.windowTitle())
        self.pair_page = PairPage(self)
        self.server_page = ServerPage(self)
        self.read_only = AlertBox(
            "note", tr("You can look, but not change"), "phonesReadOnly", self
        )
        words = tr("Pairing takes the right to set up the practice. Ask an administrator.")
        self.read_only.add_words(words)
        self.read_only.hide()
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("phonesTabs")
        self.tabs.setAccessibleName(tr("Phones"))
        self.tabs.addTab(self.pair_page, icon("medimage"), tr("&Pair a phone"))
        self.tabs.addTab(self.server_page, icon("connected"), tr("&MedImage Server"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.read_only)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        self.finished.connect(self.pair_page.hide_code)
        open_at(self, 780, 600)

    def forbid(self) -> None:
        """Who sits here may look alone: what would be refused is greyed."""
        self.read_only.show()
        self.pair_page.setEnabled(False)
        self.server_page.setEnabled(False)
