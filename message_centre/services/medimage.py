"""The use cases of MedImage, as the front doors find them."""

from dataclasses import dataclass
from functools import partial

from message_centre.services.configuring import Configuring
from message_centre.services.listing import Lister
from message_centre.services.medimage_checking import CheckingParts, MedImageChecking
from message_centre.services.medimage_filing import FilingParts, MedImageFiling
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.services.medimage_rescue import MedImageRescue, RescueParts
from message_centre.services.pairing import Pairing, PairingParts
from message_centre.services.permitting import Permitting
from message_centre.services.photographing import Photographing
from message_centre.services.ports import (
    Clock,
    Imager,
    Landing,
    PairingLine,
    Patients,
    Records,
    ServerGround,
    ServerLine,
    SourceRegistry,
    Trail,
    TypedIds,
)
from message_centre.services.receiver import Receiver
from message_centre.services.receiving import ReceivingParts, ServePhotos, Serving, receiver_at


@dataclass(frozen=True)
class MedImageParts:
    """What MedImage is made of."""

    configuring: Configuring
    permitting: Permitting
    keys: MedImageKeys
    typed: TypedIds
    patients: Patients
    sources: SourceRegistry
    lister: Lister
    records: Records
    imager: Imager
    pairing_line: PairingLine
    server_line: ServerLine
    ground: ServerGround
    landing: Landing
    serve: ServePhotos
    trail: Trail
    clock: Clock


class MedImage:
    """What a practice does with phones and their server.

    `filing` knows whom a photo belongs to, `photographing` what arrives for one patient; `pairing` is
    for phones, `checking` for servers, `rescue` for what they delivered by half, `serving` for phones
    that post to the Message Centre itself, `receiver` for as long as is set.
    """

    def __init__(self, parts: MedImageParts) -> None:
        self.filing = MedImageFiling(
            FilingParts(
                parts.keys,
                parts.typed,
                parts.patients,
                parts.sources,
                parts.imager,
                parts.permitting.require_here,
            )
        )
        self.photographing = Photographing(parts.lister, self.filing, parts.records, parts.clock)
        self.pairing = Pairing(
            PairingParts(
                parts.configuring,
                parts.keys,
                parts.permitting,
                parts.pairing_line,
                parts.trail,
                parts.clock,
            )
        )
        self.checking = MedImageChecking(
            CheckingParts(
                parts.configuring,
                parts.keys,
                parts.permitting,
                parts.ground,
                parts.server_line,
                parts.trail,
            )
        )
        self.rescue = MedImageRescue(
            RescueParts(
                parts.configuring, parts.permitting, parts.lister, parts.ground, parts.trail
            )
        )
        receiving = ReceivingParts(
            parts.configuring, parts.keys, parts.landing, parts.imager, parts.clock
        )
        self.serving = Serving(receiving, parts.permitting, parts.serve)
        begin = partial(receiver_at, parts=receiving, serve=parts.serve)
        self.receiver = Receiver(parts.configuring, begin)
