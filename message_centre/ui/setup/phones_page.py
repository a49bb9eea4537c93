"""Setup > System > Phones: where photos arrive, and the receiver of this workstation."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from message_centre.domain.medimage_settings import PAIRING_SERVICE, PHOTOS, ROOT, SERVER
from message_centre.domain.receiver_settings import (
    ADDRESS,
    CERTIFICATE,
    ENABLED,
    PORT,
    PRIVATE_KEY,
)
from message_centre.services.receiver import ReceiverState, Standing
from message_centre.ui.pieces.labels import push_button
from message_centre.ui.setup.draft import Draft
from message_centre.ui.setup.folders_field import ChooseFolder, choose_folder
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.rows import FlagRow, Panel, TextRow, Told
from message_centre.ui.setup.trying import Try, TryRow, try_own_folder, try_server
from message_centre.ui.words import tr


def choose_file(parent: QWidget, title: str) -> str:
    """Ask with the desktop's own dialog."""
    kinds = tr("PEM files (*.pem *.crt *.key);;All files (*)")
    return QFileDialog.getOpenFileName(parent, title, "", kinds)[0]


class PhonesPage(Page):
    """The practice's way of photos, and whether this workstation takes them itself."""

    phones_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("System"), tr("Phones"), "setup-phones", parent)
        self._state_shown = ("", "")
        self.choose: ChooseFolder = choose_folder
        self.choose_file: ChooseFolder = choose_file
        self._add_folders()
        self._add_server()
        self._add_receiver()
        self.column.addStretch()

    def show_draft(self, draft: Draft, *, may_edit: bool) -> None:
        """Show every value; browsing is for who may change."""
        super().show_draft(draft, may_edit=may_edit)
        for button in self.findChildren(QPushButton):
            if button.objectName().endswith("Browse"):
                button.setEnabled(may_edit)

    def show_receiver(self, state: ReceiverState) -> None:
        """Show whether the receiver answers phones at this moment, and why perhaps not."""
        is_unsaved = any(self.draft.is_changed(key) for key in (ENABLED, ADDRESS, PORT))
        words, role = _receiver_words(state)
        if is_unsaved:
            words += " " + tr("What you changed counts once it is saved.")
        if (words, role) != self._state_shown:
            self._state_shown = words, role
            self.state.say(words, role=role)

    def _add_folders(self) -> None:
        panel = Panel(tr("Where photos arrive"), "folder", "phonesFolders", self)
        link = panel.add_link(tr("Pair phones\u2026"), "phonesOpen")
        link.clicked.connect(self.phones_requested)
        hint = tr(
            "The first folder of the MedImage Server\u2019s backupTo, or any empty folder for the"
            " receiver below."
        )
        root = self._path_row(panel, tr("&Delivery folder"), "medimageRoot", hint)
        self.bind(root, partial(str, ROOT))
        trial = TryRow("medimageRootTest", tr("delivery folder"), partial(_folder_try, root), panel)
        panel.rows.add_beneath(self.offer(trial))
        hint = tr(
            "May stay empty. Where the server\u2019s own photos folder can be reached, half photos are"
            " completed from it."
        )
        photos = self._path_row(panel, tr("Server\u2019s &photos"), "medimagePhotos", hint)
        self.bind(photos, partial(str, PHOTOS))
        self.column.addWidget(panel)

    def _add_server(self) -> None:
        panel = Panel(tr("How phones find it"), "medimage", "phonesServer", self)
        hint = tr("What phones use from outside: https, a host and a port.")
        server = TextRow(panel.rows, tr("&Address"), "medimageServer", panel, hint)
        self.bind(server, partial(str, SERVER))
        trial = TryRow(
            "medimageServerTest", tr("address"), partial(self._server_try, server), panel
        )
        panel.rows.add_beneath(self.offer(trial))
        hint = tr("Learns the address key and the address above, never a photo.")
        service = TextRow(panel.rows, tr("Pairing se&rvice"), "pairingService", panel, hint)
        self.bind(service, partial(str, PAIRING_SERVICE))
        self.column.addWidget(panel)

    def _add_receiver(self) -> None:
        panel = Panel(tr("Receiver on this workstation"), "inbox", "receiverPanel", self)
        words = tr("&Take photos from phones here, without a MedImage Server")
        self.enabled = FlagRow(words, "receiverEnabled", panel)
        self.bind(self.enabled, partial(str, ENABLED))
        self.state = Told("receiverState", panel)
        panel.rows.add("", self.enabled, self.state)
        hint = tr(
            "127.0.0.1 behind a reverse proxy on this computer; 0.0.0.0 for every network, which wants"
            " a certificate."
        )
        address = TextRow(panel.rows, tr("&Listen on"), "receiverAddress", panel, hint)
        self.bind(address, partial(str, ADDRESS))
        port = TextRow(panel.rows, tr("P&ort"), "receiverPort", panel)
        self.bind(port, partial(str, PORT))
        hint = tr("A PEM file with its chain.")
        certificate = self._path_row(
            panel, tr("&Certificate"), "receiverCertificate", hint, is_file=True
        )
        self.bind(certificate, partial(str, CERTIFICATE))
        hint = tr("The PEM file of its private key; only this program should be able to read it.")
        key = self._path_row(panel, tr("Private &key"), "receiverKey", hint, is_file=True)
        self.bind(key, partial(str, PRIVATE_KEY))
        self.column.addWidget(panel)

    def _path_row(
        self, panel: Panel, caption: str, name: str, hint: str, *, is_file: bool = False
    ) -> TextRow:
        row = TextRow(panel.rows, caption, name, panel, hint)
        browse = push_button(tr("Browse\u2026"), f"{name}Browse", row)
        spoken = tr("Browse for {what}", what=caption.replace("&", ""))
        browse.setAccessibleName(spoken)
        browse.clicked.connect(partial(self._browse, row, spoken, is_file=is_file))
        row.row.addWidget(browse)
        return row

    def _browse(self, row: TextRow, title: str, _checked: bool = False, *, is_file: bool) -> None:
        ask = self.choose_file if is_file else self.choose
        path = ask(row, title)
        if path:
            row.edited.emit(path)

    def _server_try(self, row: TextRow) -> Try | None:
        return partial(try_server, row.line.text().strip()) if self.is_sound(SERVER) else None


def _folder_try(row: TextRow) -> Try:
    return try_own_folder(row.line.text().strip())


def _receiver_words(state: ReceiverState) -> tuple[str, str]:
    """What is true now, and as what it is shown."""
    if state.standing is Standing.FAILED:
        why = state.words.replace(ROOT, tr("Delivery folder"))
        words = tr("Not running: {why} It is tried again every half minute.", why=why)
        return words, "bad"
    if state.listen is None:
        return tr("Not running: it is switched off."), "muted"
    listen = state.listen
    kind = (
        tr("with https")
        if listen.certificate
        else tr("without https, for a proxy on this computer")
    )
    words = tr(
        "Running on {at}, port {port}, {kind}.", at=listen.address, port=listen.port, kind=kind
    )
    return words, "good"
