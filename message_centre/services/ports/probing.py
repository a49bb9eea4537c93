"""Asking a place whether it can be used, before anybody relies on it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.secrets import Secret
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.services.work import CancelToken


@dataclass(frozen=True, slots=True)
class Look:
    """What one look showed. `may_remove` is None where only a removal would tell."""

    files: int
    #: There are more; counting them would have taken another call.
    has_more: bool = False
    may_remove: bool | None = None
    #: Whom the drive names as signed in, or empty.
    account: str = ""


class Probes(Protocol):
    """Each asks the place itself, and leaves it as it was.

    A drive answers or fails within seconds; a folder of a share that is away may never answer.

    Raises:
        SourceOffline, AccessDenied, SignInNeeded, NotAllowedHere, VaultLocked, BadSetting, Cancelled
    """

    def folder(self, path: Path) -> Look:
        """A folder: whether it can be read, and files removed from it."""

    def azure(self, place: AzureFolder, endpoint: str, key: Secret, token: CancelToken) -> Look:
        """A container's folder, opened with this key."""

    def azure_account(self, account: str, endpoint: str, key: Secret) -> None:
        """Whether the account answers and takes this key."""

    def signed(self, drive: OwnedDrive, folder: str, token: CancelToken) -> Look:
        """A folder of a drive that somebody has signed in to."""
