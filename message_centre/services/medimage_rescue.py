"""Completes photos that a MedImage Server delivered by half, from the whole ones it has kept."""

from dataclasses import dataclass
from pathlib import Path

from message_centre.domain.errors import BadSetting
from message_centre.domain.files import SourceKind
from message_centre.domain.medimage_contents import INCOMPLETE
from message_centre.domain.medimage_names import path_of
from message_centre.domain.medimage_settings import PHOTOS
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.configuring import Configuring
from message_centre.services.listing import Lister
from message_centre.services.permitting import Permitting
from message_centre.services.ports import ServerGround, Trail
from message_centre.services.work import CancelToken

_KINDS = frozenset({SourceKind.MEDIMAGE})


@dataclass(frozen=True, slots=True)
class Rescued:
    """One incomplete photo: its name, and whether the whole one stands in its place now."""

    name: str
    is_whole: bool


@dataclass(frozen=True)
class RescueParts:
    """What a rescue is made of."""

    configuring: Configuring
    permitting: Permitting
    lister: Lister
    ground: ServerGround
    trail: Trail


class MedImageRescue:
    """Only who sets the practice up may. What the server keeps is copied, never moved."""

    def __init__(self, parts: RescueParts) -> None:
        self._parts = parts

    def run(self, operator: Operator, provider: str, token: CancelToken) -> tuple[Rescued, ...]:
        """Try every incomplete photo of a provider; one stays as it is unless its whole one begins with it.

        Raises:
            NotPermitted, Cancelled
            BadSetting: the server's photos folder is not set.
        """
        parts = self._parts
        parts.permitting.require(operator.id, Right.SET_UP, EVERY_PROVIDER)
        photos = parts.configuring.value(PHOTOS)
        if not photos:
            raise BadSetting(f"{PHOTOS} is not set: the MedImage Server's own photos folder.")
        told = []
        for listing in parts.lister.refresh(operator, provider, token, kinds=_KINDS):
            folder = Path(listing.source_id.partition(":")[2])
            for file in listing.files:
                if file.reason != INCOMPLETE:
                    continue
                token.check()
                is_whole = parts.ground.complete(folder, path_of(file), Path(photos))
                told.append(Rescued(file.name, is_whole))
        if any(one.is_whole for one in told):
            count = sum(one.is_whole for one in told)
            parts.trail.add("medimage-rescue", operator=operator.id, detail=f"{count} photos")
        return tuple(told)
