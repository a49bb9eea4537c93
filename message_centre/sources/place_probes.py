"""Asks folders and drives whether they can be used; nothing of it stays there."""

import secrets
from pathlib import Path

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.errors import AccessDenied, SignInNeeded, SourceOffline
from message_centre.domain.files import SourceKind
from message_centre.domain.secrets import Secret
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.services.ports import Look
from message_centre.services.work import CancelToken
from message_centre.sources.drive import Drive
from message_centre.sources.open_folder import OpenFolder
from message_centre.sources.signed_drives import SignedDrives

#: So many files are counted; beyond them it is only said that there are more.
_ENOUGH = 1000
#: A revision that no file ever has.
_NO_REVISION = {SourceKind.AZURE: "0x0", SourceKind.DROPBOX: "000000000"}


class _EnoughError(Exception):
    """Ends a listing that has shown all that was wanted."""


class PlaceProbes:
    """Implements `services.ports.Probes`. Any thread."""

    def __init__(self, signed: SignedDrives) -> None:
        self._signed = signed

    def folder(self, path: Path) -> Look:
        """A folder is emptied by setting files aside in a sub-folder, so one is made and removed."""
        try:
            with OpenFolder(path) as folder:
                files = sum(1 for name in folder.names() if not name.startswith("."))
                return Look(files, may_remove=_may_change(folder))
        except FileNotFoundError as error:
            raise SourceOffline("There is no such folder.") from error
        except NotADirectoryError as error:
            raise SourceOffline("This is a file, not a folder.") from error
        except PermissionError as error:
            raise AccessDenied("The folder may not be read.") from error
        except OSError as error:
            raise SourceOffline("The folder cannot be read; is the share away?") from error

    def azure(self, place: AzureFolder, endpoint: str, key: Secret, token: CancelToken) -> Look:
        """A page of the listing, and a removal of what is not there."""
        from message_centre.sources.azure_blobs import (  # noqa: PLC0415 - for those who use it
            AzureAccess,
            AzureBlobs,
        )

        drive = AzureBlobs(place, lambda: AzureAccess(endpoint, key))
        files, has_more = _counted(drive, token)
        inside = "/".join(part for part in (place.folder, _nobodys_name()) if part)
        return Look(files, has_more, _may_remove(drive, inside, SourceKind.AZURE))

    def azure_account(self, account: str, endpoint: str, key: Secret) -> None:
        """One page of the account's containers."""
        from message_centre.sources.azure_blobs import (  # noqa: PLC0415 - for those who use it
            AzureAccess,
            ask_account,
        )

        ask_account(account, AzureAccess(endpoint, key))

    def signed(self, drive: OwnedDrive, folder: str, token: CancelToken) -> Look:
        """A page of the listing, and whose account it is.

        OneDrive looks at a file before it is asked to remove it, so there only a removal would tell.
        """
        made = self._signed.drive(drive.kind, drive.owner, folder)
        files, has_more = _counted(made, token)
        may_remove = None
        if drive.kind is SourceKind.DROPBOX:
            may_remove = _may_remove(made, f"{folder}/{_nobodys_name()}", drive.kind)
        account = self._signed.account(drive.kind, drive.owner)
        return Look(files, has_more, may_remove, account)


def _may_change(folder: OpenFolder) -> bool:
    name = f".mc-test-{secrets.token_hex(8)}"
    try:
        folder.inside(name)
    except OSError:
        return False
    folder.remove_folder(name)
    return not folder.has(name)


def _counted(drive: Drive, token: CancelToken) -> tuple[int, bool]:
    """How many files one sees, and whether there are more than are worth counting."""
    seen = 0

    def check(count: int) -> None:
        nonlocal seen
        token.check()
        seen = max(seen, count)
        if seen > _ENOUGH:
            raise _EnoughError

    try:
        seen = max(seen, sum(1 for _ in drive.files(check)))
    except _EnoughError:
        return _ENOUGH, True
    return seen, False


def _may_remove(drive: Drive, file_id: str, kind: SourceKind) -> bool:
    """Whether a drive that is asked to remove what is not there says so, rather than that one may not."""
    try:
        drive.remove(file_id, _NO_REVISION[kind], "")
    except (AccessDenied, SignInNeeded):
        return False
    return True


def _nobodys_name() -> str:
    return f"message-centre-test-{secrets.token_hex(16)}"
