"""How each kind of drive is made; none calls anybody or loads its SDK before it is asked."""

from collections.abc import Callable
from functools import partial

from message_centre.domain.files import SourceKind
from message_centre.domain.settings import AZURE_KEY, DROPBOX_APP_KEY, ONEDRIVE_APP_ID
from message_centre.services.configuring import Configuring
from message_centre.services.ports import People, Vault
from message_centre.sources.drive import Drive
from message_centre.sources.drive_source import DrivePlace
from message_centre.sources.registry import DriveMaker
from message_centre.sources.signed_drives import SignedDrives, SignedParts


def signed_drives(
    vault: Vault,
    configuring: Configuring,
    people: People,
    check: Callable[[SourceKind], None],
) -> SignedDrives:
    """The drives that one signs in to; `check` raises where a kind is not allowed."""

    def app_id(provider: str) -> str:
        return configuring.value(ONEDRIVE_APP_ID.replace(".N.", f".{provider}."))

    return SignedDrives(
        SignedParts(
            vault=vault,
            check=check,
            app_key=partial(configuring.value, DROPBOX_APP_KEY),
            app_id=app_id,
            operators=lambda: [one.id for one in people.operators()],
            providers=lambda: [one.number for one in people.providers()],
        )
    )


def drive_makers(configuring: Configuring, signed: SignedDrives) -> dict[SourceKind, DriveMaker]:
    """A maker for each kind."""

    def azure(source_id: str) -> tuple[DrivePlace, Drive]:
        from message_centre.sources import azure_blobs  # noqa: PLC0415 - for those who use it

        def access() -> azure_blobs.AzureAccess:
            endpoint, key = configuring.azure_endpoint(), configuring.secret(AZURE_KEY)
            return azure_blobs.AzureAccess(endpoint, key)

        return azure_blobs.azure_place(access, source_id)

    return {
        SourceKind.AZURE: azure,
        SourceKind.DROPBOX: signed.dropbox_place,
        SourceKind.ONEDRIVE: signed.onedrive_place,
    }
