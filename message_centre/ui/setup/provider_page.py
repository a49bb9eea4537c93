"""Setup > Provider > Config 3: a provider's own part of each drive."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from message_centre.domain.files import SourceKind
from message_centre.domain.medimage_settings import GUID
from message_centre.domain.settings import (
    AZURE_ACCOUNT,
    AZURE_CONTAINER,
    AZURE_ENDPOINT,
    ONEDRIVE_APP_ID,
    ONEDRIVE_SECRET,
)
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.ui.setup.draft import of_provider
from message_centre.ui.setup.page import Page, captioned, people_box
from message_centre.ui.setup.rows import GuidRow, Panel, SecretRow, TextRow
from message_centre.ui.setup.trying import Try, TryRow, try_azure, try_deliveries, try_signed
from message_centre.ui.words import tr


class ProviderPage(Page):
    """Of the provider that is chosen above."""

    provider_chosen = Signal(str)
    phones_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Provider"), tr("Config 3"), "setup-provider", parent)
        self.people = people_box("setupProvider", tr("Provider"), self)
        self.people.currentIndexChanged.connect(self._choose)
        self.column.addLayout(captioned(tr("&Provider"), self.people, self))
        self._add_azure()
        self._add_onedrive()
        self._add_medimage()
        self.column.addStretch()

    @property
    def provider(self) -> str:
        """Whose page it is, by number."""
        return str(self.people.currentData() or "")

    def _choose(self) -> None:
        self.forget_findings()
        self.provider_chosen.emit(self.provider)

    def _key(self, template: str) -> Callable[[], str]:
        def key() -> str:
            return of_provider(template, self.provider)

        return key

    def _add_azure(self) -> None:
        panel = Panel(tr("Azure Storage"), "azure", "setupProviderAzure", self)
        hint = tr("A container, or container/folder. Account and key stand under System.")
        container = TextRow(panel.rows, tr("&Container"), "azureContainer", panel, hint)
        self.bind(container, self._key(AZURE_CONTAINER))
        panel.add_below(
            self.offer(TryRow("containerTest", tr("container"), self._try_azure, panel))
        )
        self.column.addWidget(panel)

    def _add_onedrive(self) -> None:
        panel = Panel(tr("OneDrive"), "onedrive", "setupProviderOneDrive", self)
        self.link_permissions(panel)
        hint = tr("The application ID of the practice's registration at Microsoft.")
        app_id = TextRow(panel.rows, tr("App &ID"), "oneDriveAppId", panel, hint)
        self.bind(app_id, self._key(ONEDRIVE_APP_ID))
        hint = tr("Leave it empty for a registration without a secret.")
        secret = SecretRow(panel.rows, tr("Secre&t"), "oneDriveSecret", panel, hint)
        self.bind(secret, self._key(ONEDRIVE_SECRET))
        trial = TryRow("oneDriveTest", tr("OneDrive"), self._try_onedrive, panel)
        panel.add_below(self.offer(trial))
        self.column.addWidget(panel)

    def _add_medimage(self) -> None:
        panel = Panel(tr("MedImage"), "medimage", "setupProviderMedImage", self)
        link = panel.add_link(tr("Pair, replace or retire\u2026"), "medimagePhones")
        link.clicked.connect(self._ask_for_phones)
        self.guid = GuidRow(panel.rows, tr("Address &key (guid)"), "medimageGuid", panel)
        self.bind(self.guid, self._key(GUID))
        trial = TryRow("medimageGuidTest", tr("address key"), self._try_medimage, panel)
        panel.add_below(self.offer(trial))
        self.column.addWidget(panel)

    def _ask_for_phones(self) -> None:
        self.phones_requested.emit(self.provider)

    def _try_medimage(self) -> Try | None:
        key = of_provider(GUID, self.provider)
        if not self.is_sound(key):
            return None
        typed = self.draft.value(key) if self.draft.is_changed(key) else ""
        return partial(try_deliveries, self.provider, typed)

    def _try_azure(self) -> Try | None:
        key = of_provider(AZURE_CONTAINER, self.provider)
        if not self.is_sound(key, AZURE_ACCOUNT, AZURE_ENDPOINT):
            return None
        return partial(try_azure, self.draft.azure_trial(key, ""))

    def _try_onedrive(self) -> Try:
        return partial(try_signed, OwnedDrive(SourceKind.ONEDRIVE, self.provider), "")
