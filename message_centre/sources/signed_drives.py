"""The drives that a person signs in to: whose they are, and which source a signed-in account makes.

A source's id names the account, not who opens it, so that it is the same on every workstation:
`dropbox:<account id>/<folder>`, `onedrive:<drive id>/<folder>`. Without a sign-in the account is empty.
"""

import contextlib
import functools
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from message_centre.domain.errors import SignInAgain, SignInNeeded
from message_centre.domain.files import SourceKind
from message_centre.domain.secrets import Secret
from message_centre.services.ports import AccessOf, Receiver, Vault
from message_centre.sources.allowed_drive import AllowedDrive
from message_centre.sources.drive import Drive
from message_centre.sources.drive_source import DrivePlace

if TYPE_CHECKING:
    from message_centre.sources.dropbox_access import DropboxAccess
    from message_centre.sources.onedrive_place import OneDriveAccounts


@dataclass(frozen=True)
class SignedParts:
    """What these drives are made of; `app_id` is asked with a provider's number."""

    vault: Vault
    check: Callable[[SourceKind], None]
    app_key: Callable[[], str]
    app_id: Callable[[str], str]
    operators: Callable[[], Iterable[str]]
    providers: Callable[[], Iterable[str]]


class SignedDrives:
    """Any thread. Nobody is called before a drive is asked or signed in to.

    No SDK is loaded before that, nor what stands before it: most practices have no drive.
    """

    def __init__(self, parts: SignedParts) -> None:
        self._parts = parts
        # Each once: what signs in and what lists share the tokens that are in use.
        self._guard = threading.Lock()
        self._made_dropbox: dict[str, DropboxAccess] = {}
        self._made_onedrive: OneDriveAccounts | None = None

    @property
    def accesses(self) -> Mapping[SourceKind, AccessOf]:
        """The sign-in of each kind's owner."""
        return {
            SourceKind.DROPBOX: self._dropbox,
            SourceKind.ONEDRIVE: lambda of: self._onedrive().of(of),
        }

    def dropbox_id(self, operator: str, folder: str) -> str:
        """The source of the operator's Dropbox, signed in or not."""
        account = ""
        with contextlib.suppress(SignInAgain):
            kept = self._dropbox(operator).kept()
            account = kept.account_id if kept else ""
        # Dropbox knows no case, so that however it is typed, it is one source.
        same = "".join(one.lower() if one.isascii() else one for one in folder.strip("/"))
        return f"{SourceKind.DROPBOX}:{account}/{same}"

    def onedrive_id(self, provider: str, folder: str) -> str:
        """The source of the provider's OneDrive, signed in or not."""
        return self._onedrive().source_id(provider, folder)

    def drive(self, kind: SourceKind, owner: str, folder: str) -> Drive:
        """The adapter of the owner's drive, as a source of it would be made."""
        if kind is SourceKind.DROPBOX:
            return self.dropbox_place(self.dropbox_id(owner, folder))[1]
        return self.onedrive_place(self.onedrive_id(owner, folder))[1]

    def account(self, kind: SourceKind, owner: str) -> str:
        """Who is signed in, as the drive names the account.

        Raises:
            SignInNeeded, SourceOffline (RateLimited), VaultLocked
        """
        if kind is SourceKind.DROPBOX:
            return self._dropbox(owner).account()
        return self._onedrive().of(owner).account()

    def dropbox_place(self, source_id: str) -> tuple[DrivePlace, Drive]:
        """The place and the adapter behind a source id of Dropbox."""
        account, folder = _parsed(source_id)

        def make() -> Drive:
            from message_centre.sources.dropbox_files import DropboxFiles  # noqa: PLC0415 - see above

            return DropboxFiles(functools.partial(self._credentials, account), f"/{folder}")

        check = functools.partial(self._parts.check, SourceKind.DROPBOX)
        place = DrivePlace(source_id, _named("Dropbox", folder), SourceKind.DROPBOX)
        return place, AllowedDrive(check, make)

    def onedrive_place(self, source_id: str) -> tuple[DrivePlace, Drive]:
        """The place and the adapter behind a source id of OneDrive."""
        from message_centre.sources.onedrive_place import onedrive_place  # noqa: PLC0415 - see above

        place, drive = onedrive_place(self._onedrive().all, source_id)
        check = functools.partial(self._parts.check, SourceKind.ONEDRIVE)
        return place, AllowedDrive(check, lambda: drive)

    def _onedrive(self) -> "OneDriveAccounts":
        from message_centre.sources.onedrive_place import OneDriveAccounts  # noqa: PLC0415 - see above

        parts = self._parts
        with self._guard:
            if self._made_onedrive is None:
                made = OneDriveAccounts(parts.providers, parts.app_id, parts.vault)
                self._made_onedrive = made
            return self._made_onedrive

    def _dropbox(self, operator: str) -> "DropboxAccess":
        from message_centre.sources.dropbox_access import DropboxAccess  # noqa: PLC0415 - see above

        with self._guard:
            made = self._made_dropbox.get(operator)
            if made is None:
                made = DropboxAccess(operator, self._parts.app_key, self._parts.vault)
                self._made_dropbox[operator] = made
            return made

    def _credentials(self, account: str) -> tuple[str, Secret]:
        """Of whichever operator is signed in to this account."""
        for operator in self._parts.operators():
            kept = self._dropbox(operator).kept()
            if kept is not None and kept.account_id == account:
                return self._dropbox(operator).credentials(account)
        which = "this Dropbox account" if account else "Dropbox"
        raise SignInNeeded(f"Nobody is signed in to {which}.")


def _parsed(source_id: str) -> tuple[str, str]:
    account, _, folder = source_id.partition(":")[2].partition("/")
    return account, folder


def _named(drive: str, folder: str) -> str:
    return f"{drive} /{folder}" if folder else drive


def listen(ports: Sequence[int]) -> contextlib.AbstractContextManager[Receiver]:
    """Receive the browser of a sign-in on one of these ports of the loopback."""
    # Brings a web server along, for which no other use case waits.
    from message_centre.sources.sign_in import listening  # noqa: PLC0415

    return listening(ports)
