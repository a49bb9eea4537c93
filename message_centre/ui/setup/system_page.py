"""Setup > System > Drives and File Locations: what holds for the whole practice."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from message_centre.domain.settings import (
    AZURE_ACCOUNT,
    AZURE_ENDPOINT,
    AZURE_KEY,
    DOCUMENTS_STORE,
    DROPBOX_APP_KEY,
    HOSTED_DOMAINS,
    IMAGES_STORE,
    LOG_FOLDER,
)
from message_centre.domain.waiting_settings import UNALLOCATED_DOCUMENTS, UNALLOCATED_IMAGES
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.setup.folders_field import ChooseFolder, choose_folder
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.rows import Panel, SecretRow, TextRow
from message_centre.ui.setup.trying import Try, TryRow, try_account, try_folder, try_own_folder
from message_centre.ui.words import tr

_WAITING_HINT = "Files in it wait for a patient; every operator\u2019s list shows them."


class SystemDrivesPage(Page):
    """The practice's account of Azure Storage and its Dropbox app."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("System"), tr("Drives"), "setup-drives", parent)
        self._add_azure()
        self._add_dropbox()
        self.column.addStretch()

    def _add_azure(self) -> None:
        panel = Panel(tr("Azure Storage"), "azure", "setupSystemAzure", self)
        self.link_permissions(panel)
        hint = tr("The name of the storage account, without the address around it.")
        account = TextRow(panel.rows, tr("&Account"), "azureAccount", panel, hint)
        self.bind(account, partial(str, AZURE_ACCOUNT))
        hint = tr("It lies in this workstation's vault; enter it on each workstation.")
        key = SecretRow(panel.rows, tr("&Key"), "azureKey", panel, hint)
        self.bind(key, partial(str, AZURE_KEY))
        hint = tr("Empty for the public cloud, else an address that starts with https://")
        endpoint = TextRow(panel.rows, tr("&Endpoint"), "azureEndpoint", panel, hint)
        self.bind(endpoint, partial(str, AZURE_ENDPOINT))
        trial = TryRow("accountTest", tr("Azure account"), self._try_account, panel)
        panel.add_below(self.offer(trial))
        self.column.addWidget(panel)

    def _add_dropbox(self) -> None:
        panel = Panel(tr("Dropbox"), "dropbox", "setupSystemDropbox", self)
        self.link_permissions(panel)
        hint = tr("The App key of the practice's app; no secret is needed. A sign-in tests it.")
        app_key = TextRow(panel.rows, tr("App ke&y"), "dropboxAppKey", panel, hint)
        self.bind(app_key, partial(str, DROPBOX_APP_KEY))
        hint = tr("Dropbox is refused on workstations in these domains.")
        domains = TextRow(panel.rows, tr("Hosted &domains"), "hostedDomains", panel, hint)
        self.bind(domains, partial(str, HOSTED_DOMAINS))
        self.column.addWidget(panel)

    def _try_account(self) -> Try | None:
        if not self.is_sound(AZURE_ACCOUNT, AZURE_ENDPOINT):
            return None
        return partial(try_account, self.draft.azure_trial("", ""))


class LocationsPage(Page):
    """Where the stores and the logs lie."""

    browsed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("System"), tr("File Locations"), "setup-locations", parent)
        self.choose: ChooseFolder = choose_folder
        words = tr(
            "Full paths; addresses of shares are welcome. An empty field means the folder in the home;"
            " for files that wait unallocated it means none."
            " A store that holds files is copied first, whole, while nobody works. The log folder"
            " changes when the program is started anew."
        )
        self.column.addWidget(plain_label(words, "locationsWords", self, role="muted"))
        images = self._panel(tr("Images"), "image")
        self._add(images, IMAGES_STORE, tr("Images store"), "imagesStore")
        self._add(images, UNALLOCATED_IMAGES, tr("Images, unallocated"), "unallocatedImages")
        documents = self._panel(tr("Documents"), "document")
        self._add(documents, DOCUMENTS_STORE, tr("Documents store"), "documentsStore")
        name = tr("Documents, unallocated")
        self._add(documents, UNALLOCATED_DOCUMENTS, name, "unallocatedDocuments")
        self._add(self._panel(tr("Logs"), "note"), LOG_FOLDER, tr("Log folder"), "logFolder")
        self.column.addStretch()

    def show_browse(self, *, may_edit: bool) -> None:
        """Browsing is for who may change."""
        for button in self.findChildren(QPushButton):
            if button.objectName().endswith("Browse"):
                button.setEnabled(may_edit)

    def _panel(self, title: str, symbol: str) -> Panel:
        panel = Panel(title, symbol, f"{symbol}Places", self)
        self.column.addWidget(panel)
        return panel

    def _add(self, panel: Panel, key: str, title: str, name: str) -> None:
        is_waiting = name.startswith("unallocated")
        caption = tr("Unallocated") if is_waiting else tr("Store")
        hint = tr(_WAITING_HINT) if is_waiting else ""
        row = TextRow(panel.rows, caption if key != LOG_FOLDER else tr("Folder"), name, panel, hint)
        row.line.setAccessibleName(title)
        browse = push_button(tr("Browse\u2026"), f"{name}Browse", row)
        browse.setAccessibleName(tr("Browse for {what}", what=title))
        browse.clicked.connect(partial(self._browse, row))
        row.row.addWidget(browse)
        self.bind(row, partial(str, key))
        trial = TryRow(f"{name}Test", title, partial(self._try, row), panel)
        panel.rows.add_beneath(self.offer(trial))

    def _browse(self, row: TextRow) -> None:
        path = self.choose(row, tr("Choose a folder"))
        if path:
            row.edited.emit(path)

    def _try(self, row: TextRow) -> Try:
        is_waiting = row.line.objectName().startswith("unallocated")
        path = row.line.text().strip()
        return try_folder(path) if is_waiting else try_own_folder(path)
