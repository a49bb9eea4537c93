"""Which folders and drives an operator's list shows: what is set, and which accounts are signed in."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from message_centre.domain.files import SourceKind
from message_centre.domain.setting_values import folders_in
from message_centre.domain.waiting_settings import UNALLOCATED_DOCUMENTS, UNALLOCATED_IMAGES
from message_centre.services.configuring import Configuring
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.sources.signed_drives import SignedDrives


@dataclass(frozen=True)
class ListedPlaces:
    """Implements `services.listing.Folders`; read anew at each refresh."""

    configuring: Configuring
    signed: SignedDrives
    medimage: MedImageKeys

    def image_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders for images: the operator's own, and the one where the practice's wait."""
        own = self.configuring.image_folders(operator_id)
        return (*own, *folders_in(self.configuring.value(UNALLOCATED_IMAGES)))

    def document_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders for other documents: the operator's own, and the one where the practice's wait."""
        own = self.configuring.document_folders(operator_id)
        return (*own, *folders_in(self.configuring.value(UNALLOCATED_DOCUMENTS)))

    def drives(self, operator_id: str, provider: str) -> tuple[str, ...]:
        """The source ids of the drives that are switched on."""
        owned = (
            (SourceKind.DROPBOX, partial(self.signed.dropbox_id, operator_id)),
            (SourceKind.ONEDRIVE, partial(self.signed.onedrive_id, provider)),
        )
        signed = tuple(
            source_id(self.configuring.drive_folder(kind, operator_id))
            for kind, source_id in owned
            if self.configuring.has_drive(kind, operator_id)
        )
        medimage = self.medimage.sources(operator_id, provider)
        return (*self.configuring.drives(operator_id, provider), *signed, *medimage)
