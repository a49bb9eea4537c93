"""The small picture that a camera puts into the head of a photo, found without decoding anything.

Whatever is read may be hostile: every offset is looked up within the EXIF part alone, which has at most
64 KiB, and nothing is followed twice.
"""

import struct
from dataclasses import dataclass

#: So much of a photo holds its EXIF part.
EMBEDDED_BYTES = 64 * 1024

_SOI, _EOI_MARK = b"\xff\xd8", 0xD9
_MARK, _APP1, _SOS = 0xFF, 0xE1, 0xDA
#: A segment's length counts its own two bytes.
_LEAST_LENGTH = 2
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_EXIF = b"Exif\0\0"
_ORIENTATION, _EXIF_PART = 0x0112, 0x8769
_THUMBNAIL_AT, _THUMBNAIL_BYTES = 0x0201, 0x0202
_WIDTH, _HEIGHT = 0xA002, 0xA003
_SHORT, _LONG = 3, 4
_MOST_ENTRIES = 200
#: Black bars beside a picture, or a crop it knows nothing of, change its proportions by more than this.
_SAME_PROPORTION = 0.02
_UPRIGHT = range(1, 9)


@dataclass(frozen=True, slots=True)
class _Part:
    """One table of a TIFF structure: its plain numbers, and where the next one stands."""

    numbers: dict[int, int]
    following: int


def embedded_thumbnail(head: bytes) -> bytes | None:
    """The thumbnail of a JPEG as a JPEG of its own that says which way is up; None if there is none.

    One of other proportions than the photo is left out: it shows something else.
    """
    exif = _segment(head, _APP1, _EXIF)
    if exif is None:
        return None
    try:
        return _thumbnail(exif, _size(head))
    except (struct.error, LookupError):
        return None


def _thumbnail(exif: bytes, size: tuple[int, int] | None) -> bytes | None:
    order = {b"II": "<", b"MM": ">"}[exif[:2]]
    first = _part(exif, order, struct.unpack_from(order + "I", exif, 4)[0])
    if not first.following:
        return None
    second = _part(exif, order, first.following)
    start, length = second.numbers[_THUMBNAIL_AT], second.numbers[_THUMBNAIL_BYTES]
    data = exif[start : start + length]
    if len(data) < length or not data.startswith(_SOI):
        return None
    photo = size or _told_size(exif, order, first)
    if photo is None or not _is_alike(_size(data), photo):
        return None
    turn = first.numbers.get(_ORIENTATION, 1)
    return _turned(data, turn if turn in _UPRIGHT else 1)


def _part(exif: bytes, order: str, start: int) -> _Part:
    (count,) = struct.unpack_from(order + "H", exif, start)
    count = min(count, _MOST_ENTRIES)
    numbers: dict[int, int] = {}
    for place in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, many = struct.unpack_from(order + "HHI", exif, place)
        if many == 1 and kind in {_SHORT, _LONG}:
            numbers[tag] = struct.unpack_from(order + "HI"[kind == _LONG], exif, place + 8)[0]
    (following,) = struct.unpack_from(order + "I", exif, start + 2 + 12 * count)
    return _Part(numbers, following)


def _told_size(exif: bytes, order: str, first: _Part) -> tuple[int, int] | None:
    """The photo's size as its EXIF part tells it."""
    if _EXIF_PART not in first.numbers:
        return None
    told = _part(exif, order, first.numbers[_EXIF_PART]).numbers
    width, height = told.get(_WIDTH, 0), told.get(_HEIGHT, 0)
    return (width, height) if width and height else None


def _is_alike(small: tuple[int, int] | None, photo: tuple[int, int]) -> bool:
    if small is None or not all((*small, *photo)):
        return False
    proportion = (small[0] * photo[1]) / (small[1] * photo[0])
    # A small picture is a whole number of pixels high: its proportions are a little off.
    slack = _SAME_PROPORTION + 1 / min(small)
    return 1 - slack <= proportion <= 1 + slack


def _turned(data: bytes, turn: int) -> bytes:
    """The JPEG with an EXIF part that holds its orientation and nothing else."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, _ORIENTATION, _SHORT, 1, turn, 0, 0)
    body = _EXIF + tiff
    return _SOI + struct.pack(">BBH", _MARK, _APP1, len(body) + 2) + body + data[2:]


def _size(jpeg: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, where its head tells them."""
    for mark, start, _ in _segments(jpeg):
        if mark in _FRAMES and start + 5 <= len(jpeg):
            height, width = struct.unpack_from(">HH", jpeg, start + 1)
            return width, height
    return None


def _segment(jpeg: bytes, wanted: int, prefix: bytes) -> bytes | None:
    """What follows the prefix in the first such segment that is there in full."""
    for mark, start, end in _segments(jpeg):
        if mark == wanted and jpeg.startswith(prefix, start):
            return jpeg[start + len(prefix) : end] if end <= len(jpeg) else None
    return None


def _segments(jpeg: bytes) -> list[tuple[int, int, int]]:
    """Mark, start and end of each segment before the pixels, as far as the bytes reach."""
    found: list[tuple[int, int, int]] = []
    place = len(_SOI)
    while jpeg.startswith(_SOI) and place + 4 <= len(jpeg) and jpeg[place] == _MARK:
        mark = jpeg[place + 1]
        if mark in {_SOS, _EOI_MARK}:
            break
        (length,) = struct.unpack_from(">H", jpeg, place + 2)
        if length < _LEAST_LENGTH:
            break
        found.append((mark, place + 4, place + 2 + length))
        place += 2 + length
    return found
