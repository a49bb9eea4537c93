"""What bytes say of themselves: their kind by signature, a contradiction with the name, a missing end.

Nothing here raises, whatever the bytes are, and nothing is decoded.
"""

from collections.abc import Callable

from message_centre.domain.content_kinds import EXPECTED, ContentKind
from message_centre.domain.content_signatures import sniff

#: How much of a file's start and end the functions here make use of: a photo's tags may fill it.
HEAD_BYTES = 64 * 1024

_NEVER_OPENED = frozenset({ContentKind.PROGRAM, ContentKind.SCRIPT})
_MOST_BOXES = 100_000
_BOX_HEADER = 16
_SMALLEST_BOX = 8
_ZIP_END = 22


def contradiction(extension: str, head: bytes) -> str:
    """Words where the content cannot be what the extension says, or an empty string.

    A program is named whatever the extension is; an extension we know nothing about contradicts
    nothing else. `head` is the first `HEAD_BYTES` of the file, or all of it.
    """
    kind = sniff(head)
    if kind in _NEVER_OPENED:
        return f"The content is {kind.words}"
    expected = EXPECTED.get(extension.lower())
    if expected is None or kind in expected.kinds or kind is ContentKind.EMPTY:
        return ""
    if kind is ContentKind.UNKNOWN:
        return "" if expected.may_be_unsigned else f"The content is not {expected.words}"
    return f"The content is {kind.words}, not {expected.words}"


def looks_incomplete(head: bytes, tail: bytes, size: int, extension: str) -> bool:
    """Whether the structural end is missing, as far as `head` and `tail` can tell.

    Of a video only the boxes that begin in sight are judged: see `boxes_complete` for all of them.
    `tail` is the last `HEAD_BYTES` of the file, or all of it.
    """
    if size == 0:
        return True
    if not head.strip(b"\0"):
        # A device reserves the room first and writes the picture afterwards.
        return extension.lower() in EXPECTED
    judge = _JUDGES.get(sniff(head))
    return judge is not None and not judge(head, tail, size)


def boxes_complete(read_at: Callable[[int, int], bytes], size: int) -> bool:
    """Whether the top-level boxes of an MP4, MOV or HEIF file fill it and hold its index.

    `read_at(offset, length)` returns up to `length` bytes; only box headers are asked for.
    """
    position, indexed = 0, False
    for _ in range(_MOST_BOXES):
        if position == size:
            return indexed
        length, name = _box(read_at(position, _BOX_HEADER), size - position)
        if name == b"\0\0\0\0":
            return indexed  # padding after the last box
        if length < _SMALLEST_BOX or length > size - position:
            return False
        indexed = indexed or name in {b"moov", b"moof", b"meta"}
        position += length
    return indexed


def _box(header: bytes, left: int) -> tuple[int, bytes]:
    """Length and name of a box; a length of zero in the file means all that is left."""
    if len(header) < _SMALLEST_BOX:
        return 0, b""
    length, name = int.from_bytes(header[:4], "big"), header[4:8]
    if length == 1:
        return int.from_bytes(header[8:16], "big"), name
    return (left if length == 0 else length), name


def _jpeg_ends(head: bytes, tail: bytes, size: int) -> bool:
    del size
    # Zero padding to a cluster's end is common; so are trailers that phones add behind the picture.
    end = tail.rstrip(b"\0\xff\r\n")
    motion = b"MotionPhoto" in head or b"MicroVideo" in head
    return end.endswith((b"\xff\xd9", b"SEFT")) or motion


def _png_ends(head: bytes, tail: bytes, size: int) -> bool:
    del head, size
    return b"IEND\xaeB`\x82" in tail


def _gif_ends(head: bytes, tail: bytes, size: int) -> bool:
    del head, size
    return tail.rstrip(b"\0").endswith(b"\x00\x3b")


def _codestream_ends(head: bytes, tail: bytes, size: int) -> bool:
    del head, size
    return tail.rstrip(b"\0").endswith(b"\xff\xd9")


def _pdf_ends(head: bytes, tail: bytes, size: int) -> bool:
    del head, size
    return b"%%EOF" in tail[-1024:]


def _zip_ends(head: bytes, tail: bytes, size: int) -> bool:
    del head, size
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _ZIP_END:
        return False
    comment = int.from_bytes(tail[found + 20 : found + 22], "little")
    return len(tail) - found >= _ZIP_END + comment


def _rtf_ends(head: bytes, tail: bytes, size: int) -> bool:
    del head, size
    return tail.rstrip(b"\0 \t\r\n").endswith(b"}")


def _riff_ends(head: bytes, tail: bytes, size: int) -> bool:
    del tail
    # A recorder fills the length in when it stops: zero means that it never did.
    declared = int.from_bytes(head[4:8], "little")
    return declared != 0 and declared + 8 <= size


class _OutOfSight(Exception):
    """A box begins between head and tail."""


def _boxes_end(head: bytes, tail: bytes, size: int) -> bool:
    tail_at = size - len(tail)

    def read_at(offset: int, length: int) -> bytes:
        if offset + length <= len(head) or size <= len(head):
            return head[offset : offset + length]
        if offset >= tail_at:
            return tail[offset - tail_at : offset - tail_at + length]
        raise _OutOfSight

    try:
        return boxes_complete(read_at, size)
    except _OutOfSight:
        return True


_JUDGES: dict[ContentKind, Callable[[bytes, bytes, int], bool]] = {
    ContentKind.JPEG: _jpeg_ends,
    ContentKind.PNG: _png_ends,
    ContentKind.GIF: _gif_ends,
    ContentKind.JPEG_2000_STREAM: _codestream_ends,
    ContentKind.PDF: _pdf_ends,
    ContentKind.ZIP: _zip_ends,
    ContentKind.OFFICE_OPEN: _zip_ends,
    ContentKind.RTF: _rtf_ends,
    ContentKind.WEBP: _riff_ends,
    ContentKind.AVI: _riff_ends,
    ContentKind.MP4: _boxes_end,
    ContentKind.MOV: _boxes_end,
    ContentKind.MP4_SOUND: _boxes_end,
    ContentKind.AVIF: _boxes_end,
    ContentKind.HEIF: _boxes_end,
}

__all__ = [
    "HEAD_BYTES",
    "ContentKind",
    "boxes_complete",
    "contradiction",
    "looks_incomplete",
    "sniff",
]
