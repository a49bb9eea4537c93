"""What a file says about itself: when it was taken, its size, its format, its device.

Header only, nothing is decoded, and nothing here raises: facts are a help, never a condition.
"""

import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from message_centre.domain.contents import ContentKind, sniff
from message_centre.domain.errors import UnreadablePicture
from message_centre.domain.names import shown
from message_centre.domain.records import TakenFrom
from message_centre.imaging import dicom_facts
from message_centre.imaging.decoding import is_decodable, opened, orientation
from message_centre.imaging.translating import translating
from message_centre.services.ports import CaptureFacts

if TYPE_CHECKING:
    from PIL import Image

_MAKE, _MODEL = 0x010F, 0x0110
_PHOTO_TAGS = 0x8769
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_SIDEWAYS = 5
_TAGS_START = b"Exif\0\0"
_MOST_TAGS = 64 * 1024
_FIRST_DIGITAL_YEAR = 1990
#: Characters of a device's name that are kept.
LONGEST_DEVICE = 60
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_NAMES = {ContentKind.JPEG_2000_STREAM: "JPEG 2000"}
_BOXED = frozenset({ContentKind.MP4, ContentKind.MOV, ContentKind.MP4_SOUND})
_BOX_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)


def facts_of(data: bytes, *, now: datetime) -> CaptureFacts:
    """Facts from the head of a file or all of it. A date before 1990 or in the future is no fact."""
    kind = sniff(data)
    if kind in _BOXED:
        taken = plausible(_recorded(data), now)
        return CaptureFacts(taken, TakenFrom.CONTAINER if taken else None, format_name=kind.words)
    if kind is ContentKind.DICOM:
        return _of_dicom(data, now)
    if kind in {ContentKind.EMPTY, ContentKind.UNKNOWN}:
        return CaptureFacts()
    try:
        with translating():
            return _of_picture(opened(data), _NAMES.get(kind, kind.words), now)
    except UnreadablePicture:
        # Of a HEIC that is not all there nothing can be opened, yet its tags often come early.
        tags, photo = _loose_tags(data) if kind is ContentKind.HEIF else ({}, {})
        taken = plausible(_taken(photo), now)
        origin = TakenFrom.EXIF if taken else None
        return CaptureFacts(taken, origin, format_name=_plain(kind), device=_device(tags))


def plain_facts(data: bytes) -> CaptureFacts:
    """What the signature alone tells. Loads no decoder."""
    kind = sniff(data)
    known = kind not in {ContentKind.EMPTY, ContentKind.UNKNOWN}
    return CaptureFacts(format_name=_plain(kind)) if known else CaptureFacts()


def has_facts(data: bytes) -> bool:
    """Whether a look behind the signature may tell more than the signature."""
    kind = sniff(data)
    return kind is ContentKind.DICOM or kind in _BOXED or is_decodable(kind)


def _plain(kind: ContentKind) -> str:
    return kind.words.removeprefix("an ").removeprefix("a ")


def _of_dicom(data: bytes, now: datetime) -> CaptureFacts:
    header = dicom_facts.header_of(data)
    if header is None:
        return plain_facts(data)
    taken = plausible(dicom_facts.taken_at(header), now)
    maker = shown(dicom_facts.device(header))[:LONGEST_DEVICE]
    origin = TakenFrom.CONTAINER if taken else None
    return CaptureFacts(taken, origin, *dicom_facts.size(header), ContentKind.DICOM.words, maker)


def _of_picture(image: "Image.Image", name: str, now: datetime) -> CaptureFacts:
    width, height = image.size
    # Pillow has already turned the size of a TIFF.
    if image.format != "TIFF" and orientation(image) >= _SIDEWAYS:
        width, height = height, width
    tags, photo = _tags(image)
    taken = plausible(_taken(photo), now)
    return CaptureFacts(
        taken, TakenFrom.EXIF if taken else None, width, height, name, _device(tags)
    )


def _tags(image: "Image.Image") -> tuple[Mapping[int, Any], Mapping[int, Any]]:
    try:
        with translating():
            exif = image.getexif()
            return dict(exif), dict(exif.get_ifd(_PHOTO_TAGS))
    except UnreadablePicture:
        return {}, {}


def _loose_tags(data: bytes) -> tuple[Mapping[int, Any], Mapping[int, Any]]:
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    at = data.find(_TAGS_START)
    if at < 0:
        return {}, {}
    try:
        with translating():
            exif = Image.Exif()
            exif.load(data[at : at + _MOST_TAGS])
            return dict(exif), dict(exif.get_ifd(_PHOTO_TAGS))
    except UnreadablePicture:
        return {}, {}


def _taken(photo: Mapping[int, Any]) -> datetime | None:
    text = _text(photo.get(_TAKEN))
    try:
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - made aware below
        return _with_offset(moment, _text(photo.get(_TAKEN_OFFSET)))
    except (ValueError, OverflowError, OSError):
        return None


def _with_offset(moment: datetime, offset: str) -> datetime:
    """The camera's own offset, or this computer's for that day where the camera tells none."""
    found = _OFFSET.fullmatch(offset)
    if found is None:
        return moment.astimezone()
    away = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return moment.replace(tzinfo=timezone(-away if found[1] == "-" else away))


def _recorded(data: bytes) -> datetime | None:
    """Creation time in a video's movie header; UTC by its standard."""
    at = data.find(b"mvhd") + 4
    try:
        wide = data[at] == 1
        seconds = struct.unpack_from(">Q" if wide else ">I", data, at + 4)[0]
        return (_BOX_EPOCH + timedelta(seconds=seconds)).astimezone() if seconds else None
    except (IndexError, struct.error, OverflowError, ValueError, OSError):
        return None


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment if a digital camera can have taken a picture then, with a day's grace for zones."""
    if moment is None or moment.year < _FIRST_DIGITAL_YEAR:
        return None
    return moment if moment <= now + timedelta(days=1) else None


def _device(tags: Mapping[int, Any]) -> str:
    make, model = _text(tags.get(_MAKE)), _text(tags.get(_MODEL))
    words = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return shown(words.strip())[:LONGEST_DEVICE]


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.split("\0")[0].strip() if isinstance(value, str) else ""
