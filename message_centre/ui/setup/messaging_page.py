"""Setup > Personnel > Operators > Messaging Options: what one operator's list shows."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from message_centre.domain.files import SourceKind
from message_centre.domain.settings import (
    AUTO_IMPORT,
    AZURE_CONTAINER,
    DOCUMENT_FOLDERS,
    IMAGE_FOLDERS,
    drive_enabled,
    drive_folder,
)
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.ui.pieces.labels import plain_label, push_button
from message_centre.ui.setup.draft import Draft, of_operator, of_provider
from message_centre.ui.setup.folders_field import FoldersField
from message_centre.ui.setup.page import Page, captioned, people_box
from message_centre.ui.setup.people import Desk, SignedState
from message_centre.ui.setup.rows import FlagRow, Panel, TextRow, Told
from message_centre.ui.setup.trying import Try, TryRow, try_azure, try_signed
from message_centre.ui.words import tr

_PATH_HINT = "Empty for the root, or a folder that starts with a slash, such as /apps/intouch"
_DRIVES = (
    (SourceKind.DROPBOX, "Dropbox", "Show files of &Dropbox"),
    (SourceKind.ONEDRIVE, "OneDrive", "Show files of &OneDrive"),
    (SourceKind.AZURE, "Azure Storage", "Show files of A&zure Storage"),
)


class MessagingPage(Page):
    """Folders, drives and sign-ins of the operator that is chosen above."""

    operator_chosen = Signal(str)
    sign_in_requested = Signal(object)
    sign_out_requested = Signal(object)
    names_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("Personnel \u203a Operators"), tr("Messaging Options"), "setup-messaging", parent
        )
        self._desk = Desk()
        self.people = people_box("setupOperator", tr("Operator"), self)
        self.people.currentIndexChanged.connect(self._choose)
        self.column.addLayout(captioned(tr("O&perator"), self.people, self))
        self._add_folders()
        self.panels = {kind: self._add_drive(kind, name, words) for kind, name, words in _DRIVES}
        self._add_auto_import()
        self.column.addStretch()

    @property
    def operator(self) -> str:
        """Whose options are shown, by id."""
        return str(self.people.currentData() or "")

    def sit_down(self, desk: Desk) -> None:
        """Know who is at work here, and for whom: they sign in."""
        self._desk = desk

    def show_signed(self, states: Mapping[SourceKind, SignedState]) -> None:
        """Show which drives somebody is signed in to on this workstation."""
        for kind, state in states.items():
            self.panels[kind].show_signed(state)

    def show_draft(self, draft: Draft, *, may_edit: bool) -> None:
        """Show every value, and whose sign-ins can be changed here."""
        super().show_draft(draft, may_edit=may_edit)
        for panel in self.panels.values():
            panel.show_owner(self._desk, self.operator, may_edit=may_edit)

    def dress(self) -> None:
        """Take the colours of the theme now in force."""
        super().dress()
        for field in self.findChildren(FoldersField):
            field.dress()

    def _choose(self) -> None:
        self.forget_findings()
        self.operator_chosen.emit(self.operator)

    def _key(self, template: str) -> Callable[[], str]:
        def key() -> str:
            return of_operator(template, self.operator)

        return key

    def _add_folders(self) -> None:
        panel = Panel(tr("Folders to watch"), "folder", "setupFolders", self)
        for caption, name, key in (
            (tr("&Images"), "setupImageFolders", IMAGE_FOLDERS),
            (tr("Other docu&ments"), "setupDocumentFolders", DOCUMENT_FOLDERS),
        ):
            field = FoldersField(panel.rows, caption, name, panel)
            self.bind(field, self._key(key))
            self.offer(field.trial, stays=True)
        self.column.addWidget(panel)

    def _add_drive(self, kind: SourceKind, name: str, words: str) -> "DrivePanel":
        panel = DrivePanel(kind, name, tr(words), partial(self._make_try, kind), self)
        self.bind(panel.flag, self._key(drive_enabled(kind)))
        self.bind(panel.path, self._key(drive_folder(kind)))
        self.offer(panel.trial)
        panel.sign_in.clicked.connect(partial(self.sign_in_requested.emit, kind))
        panel.sign_out.clicked.connect(partial(self.sign_out_requested.emit, kind))
        self.column.addWidget(panel)
        return panel

    def _add_auto_import(self) -> None:
        panel = Panel(tr("Auto-import"), "inbox", "setupAutoImport", self)
        box = FlagRow(tr("Let phone photos file themselves for this operator"), "autoImport", panel)
        self.bind(box, self._key(AUTO_IMPORT))
        told = Told("autoImportTold", panel)
        told.say(
            tr(
                "At the start and at each refresh of My Mail. Only a file whose whole name fits is filed;"
                " whatever is in doubt waits under Unclaimed."
            )
        )
        panel.rows.add("", box, told)
        link = panel.add_link(tr("Which names?"), "autoImportNames")
        link.clicked.connect(self.names_requested)
        self.column.addWidget(panel)

    def _make_try(self, kind: SourceKind) -> Try | None:
        draft, desk = self.draft, self._desk
        path = of_operator(drive_folder(kind), self.operator)
        container = of_provider(AZURE_CONTAINER, desk.provider)
        if not self.is_sound(path, container):
            return None
        if kind is SourceKind.AZURE:
            return partial(try_azure, draft.azure_trial(container, path))
        owner = self.operator if kind is SourceKind.DROPBOX else desk.provider
        return partial(try_signed, OwnedDrive(kind, owner), draft.folder(kind, self.operator))


class DrivePanel(Panel):
    """One drive: shown or not, which folder, who is signed in, and a test."""

    def __init__(
        self,
        kind: SourceKind,
        name: str,
        words: str,
        make: Callable[[], Try | None],
        parent: QWidget,
    ) -> None:
        super().__init__(name, kind.value, f"setup-{kind}", parent)
        self._kind = kind
        self._state = SignedState()
        self.flag = FlagRow(words, f"{kind}Enabled", self)
        self.reason = Told(f"{kind}Reason", self)
        self.rows.add("", self.flag, self.reason)
        self.path = TextRow(self.rows, tr("Folder"), f"{kind}Path", self, tr(_PATH_HINT))
        self.path.line.setAccessibleName(tr("Folder of {name}", name=name))
        self.account = plain_label("", f"{kind}Account", self)
        self.sign_in = push_button(tr("Sign in\u2026"), f"{kind}SignIn", self)
        self.sign_in.setAccessibleName(tr("Sign in to {name}", name=name))
        self.sign_out = push_button(tr("Sign out"), f"{kind}SignOut", self)
        self.sign_out.setAccessibleName(tr("Sign out of {name}", name=name))
        self.trial = TryRow(f"{kind}Test", name, make, self)
        if kind is not SourceKind.AZURE:
            self._add_account()
        else:
            for widget in (self.account, self.sign_in, self.sign_out):
                widget.hide()
        self.add_below(self.trial)

    def show_signed(self, state: "SignedState") -> None:
        """Show whether somebody is signed in, and why perhaps nobody may."""
        self._state = state

    def show_owner(self, desk: Desk, operator: str, *, may_edit: bool) -> None:
        """Say whose sign-in it is; only who sits here can sign in."""
        state = self._state
        is_own = self._kind is not SourceKind.DROPBOX or operator == desk.operator
        self.reason.say(state.refusal, role="bad")
        self.flag.setEnabled(may_edit and (not state.refusal or self.flag.isChecked()))
        self.account.setText(_account_words(self._kind, state, desk, is_own=is_own))
        may_sign = is_own and not state.refusal and not state.trouble
        self.sign_in.setEnabled(may_sign)
        self.sign_out.setEnabled(may_sign and state.is_signed_in)

    def _add_account(self) -> None:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.account, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.sign_in)
        row.addWidget(self.sign_out)
        self.rows.add(tr("Account"), holder, Told(f"{self._kind}AccountTold", self))


def _account_words(kind: SourceKind, state: SignedState, desk: Desk, *, is_own: bool) -> str:
    if state.trouble:
        return state.trouble
    if not is_own:
        return tr("Each operator signs in to their own Dropbox, at their own desk.")
    if kind is SourceKind.ONEDRIVE:
        words = "Signed in for {name}." if state.is_signed_in else "Nobody is signed in for {name}."
        return tr(words, name=desk.provider_name)
    return tr("Signed in on this workstation.") if state.is_signed_in else tr("Not signed in.")
