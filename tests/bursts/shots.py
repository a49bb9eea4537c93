"""Photos as phones take them, and what must become of each: whose, whose provider's, taken when."""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image

from message_centre.domain.files import Destination
from message_centre.domain.records import TakenFrom
from tests.support.pictures import a_picture, encoded

PATIENTS = tuple(str(number) for number in range(1001, 1021))
PROVIDERS = ("1", "2")
_PDF = b"%PDF-1.4 synthetic\n"
#: Every so many inTOUCH files is a document, which goes to the notes.
_DOCUMENT_EVERY = 10
_DAY = datetime(2026, 8, 21, 7, 0, 0)  # noqa: DTZ001 - a phone's local time, without a zone
_EXIF_EARLIER = timedelta(days=3)
_DATE_TAKEN = 0x9003
_EXIF_BLOCK = 0x8769


@dataclass(frozen=True)
class Shot:
    """One file on its way, and where it has to arrive."""

    name: str
    content: bytes
    patient: str
    provider: str
    destination: Destination
    taken_at: datetime
    taken_from: TakenFrom
    title: str = ""
    #: The time in the name that a phone gives a photo.
    phone_time: str = ""

    @property
    def sha256(self) -> str:
        """Of the bytes that were sent."""
        return hashlib.sha256(self.content).hexdigest()


class Camera:
    """Makes photos of one size, each with bytes of its own; noise gives them the weight of real ones."""

    def __init__(self, width: int, height: int) -> None:
        noise = [Image.effect_noise((width, height), spread) for spread in (18, 22, 20)]
        scene = Image.blend(a_picture(width, height), Image.merge("RGB", noise), 0.35)
        self.megapixels = width * height / 1e6
        self._plain = encoded(scene, "JPEG", quality=90)
        self._taken = 0

    def _photo(self, plain: bytes) -> bytes:
        """The same picture with other bytes: a comment before its end that nobody can foretell."""
        self._taken += 1
        words = f"{self._taken:06}".encode() + os.urandom(8)
        return b"".join((plain[:-2], b"\xff\xfe", (len(words) + 2).to_bytes(2), words, plain[-2:]))

    def phone(self, number: int) -> Shot:
        """A photo for the MedImage app: of every other one the camera wrote down when it was taken."""
        patient = PATIENTS[number % len(PATIENTS)]
        named = _DAY + timedelta(seconds=number)
        has_exif = number % 2 == 1
        taken = named - _EXIF_EARLIER if has_exif else named
        photo = self._photo(_with_exif(self._plain, taken) if has_exif else self._plain)
        origin = TakenFrom.EXIF if has_exif else TakenFrom.FILE_NAME
        local = taken.astimezone()
        title = f"wound n{number}"
        told = f"{named:%d-%b-%Y-%H-%M-%S}"
        return Shot(title, photo, patient, "1", Destination.IMAGES, local, origin, title, told)

    def intouch(self, number: int) -> Shot:
        """A photo or document of the app inTOUCH, whose name says everything."""
        patient = PATIENTS[(number * 7) % len(PATIENTS)]
        provider = PROVIDERS[number % len(PROVIDERS)]
        taken = _DAY + timedelta(seconds=number // 3)
        is_document = number % _DOCUMENT_EVERY == 0
        extension = "pdf" if is_document else "JPG"
        burst = f"_{number % 3 + 1:02}" if number % 3 else ""
        name = f"INTOUCH_P{patient}_D{provider}_{taken:%Y%m%d_%H%M%S}{burst}.{extension}"
        content = self._document() if is_document else self._photo(self._plain)
        destination = Destination.NOTES if is_document else Destination.IMAGES
        local = taken.astimezone()
        return Shot(name, content, patient, provider, destination, local, TakenFrom.FILE_NAME)

    def _document(self) -> bytes:
        self._taken += 1
        return _PDF + b"%" + os.urandom(4000).hex().encode() + b"\n%%EOF\n"


def _with_exif(photo: bytes, taken: datetime) -> bytes:
    """The photo with the time that a camera writes down; the picture itself is not encoded anew."""
    exif = Image.Exif()
    exif.get_ifd(_EXIF_BLOCK)[_DATE_TAKEN] = taken.strftime("%Y:%m:%d %H:%M:%S")
    block = exif.tobytes()
    with Image.open(io.BytesIO(photo)) as whole:
        if whole.format != "JPEG":
            raise ValueError("not a JPEG")
    return b"".join((photo[:2], b"\xff\xe1", (len(block) + 2).to_bytes(2), block, photo[2:]))
