"""Small files that promise, or hold, far more than they weigh."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.support.pictures import a_jpeg, a_png, a_png_that_claims, encoded, png_chunk

_SOS = b"\xff\xda"


def _jpeg_that_claims(width: int, height: int) -> bytes:
    data = bytearray(a_jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _jpeg_of_scans(count: int, side: int) -> bytes:
    """A large progressive picture whose last scan comes again and again."""
    out = io.BytesIO()
    Image.new("L", (side, side), 128).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    at = data.rindex(_SOS)
    return data[:at] + data[at:-2] * count + data[-2:]


def _gif_that_claims(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def _gif_of_frames(count: int) -> bytes:
    data = encoded(Image.new("P", (8, 8)), "GIF")
    frame = data[data.index(b",") : -1]
    return data[:-1] + frame * count + b";"


def _tiff(entries: list[tuple[int, int, int, int]], rest: bytes = b"", following: int = 0) -> bytes:
    """A TIFF directory of (tag, type, count, value)."""
    rows = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    directory = struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)
    return b"II*\0" + struct.pack("<I", 8) + directory + rest


def _tiff_that_claims(width: int, height: int, *, compression: int = 1, strip: int = 0) -> bytes:
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression)]
    entries += [(262, 3, 1, 1), (273, 4, 1, 200), (278, 4, 1, height), (279, 4, 1, strip)]
    return _tiff(entries, b"\0" * 200)


def _tiff_of_deflate(side: int) -> bytes:
    packed = zlib.compress(bytes(side * side), 9)
    entries = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 8)]
    at = 8 + 2 + 12 * 8 + 4
    entries += [(262, 3, 1, 1), (273, 4, 1, at), (278, 4, 1, side), (279, 4, 1, len(packed))]
    return _tiff(entries, packed)


def _bmp_that_claims(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("RGB", (8, 8)), "BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def _jp2_that_claims(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("L", (16, 16)), "JPEG2000", no_jp2=True))
    at = data.index(b"\xff\x51")
    data[at + 6 : at + 14] = struct.pack(">II", width, height)
    return bytes(data)


def _jp2_of_tiles() -> bytes:
    data = bytearray(encoded(Image.new("L", (4000, 4000)), "JPEG2000", no_jp2=True))
    at = data.index(b"\xff\x51")
    data[at + 22 : at + 30] = struct.pack(">II", 1, 1)
    return bytes(data)


def _webp_that_claims() -> bytes:
    frame = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\xff\xff" * 2
    return b"RIFF" + struct.pack("<I", 4 + len(frame)) + b"WEBP" + frame


def _heif_that_claims() -> bytes:
    data = bytearray(encoded(Image.new("RGB", (64, 64)), "HEIF"))
    at = data.index(b"ispe")
    data[at + 8 : at + 16] = struct.pack(">II", 1 << 30, 1 << 30)
    return bytes(data)


def _png_with(name: bytes, content: bytes) -> bytes:
    data = a_png()
    at = data.index(b"IDAT") - 4
    return data[:at] + png_chunk(name, content) + data[at:]


def _much() -> bytes:
    return zlib.compress(bytes(256 << 20), 9)


def _png_of_nothing(side: int) -> bytes:
    packed = zlib.compressobj(9)
    row = bytes(side + 1)
    body = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", body), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


#: Every bomb by its name, made when it is called.
BOMBS: dict[str, Callable[[], bytes]] = {
    "png-header": lambda: a_png_that_claims(100_000, 100_000),
    "png-header-most": lambda: a_png_that_claims((1 << 31) - 1, (1 << 31) - 1),
    "png-nothing-100-mp": lambda: _png_of_nothing(10_000),
    "png-nothing-400-mp": lambda: _png_of_nothing(20_000),
    "png-text": lambda: _png_with(b"zTXt", b"a\0\0" + _much()),
    "png-profile": lambda: _png_with(b"iCCP", b"a\0\0" + _much()),
    "jpeg-header": lambda: _jpeg_that_claims(65_500, 65_500),
    "jpeg-scans": lambda: _jpeg_of_scans(20_000, 2_000),
    "gif-header": lambda: _gif_that_claims(65_535, 65_535),
    "gif-frames": lambda: _gif_of_frames(200_000),
    "tiff-header": lambda: _tiff_that_claims(60_000, 60_000),
    "tiff-header-most": lambda: _tiff_that_claims((1 << 32) - 1, (1 << 32) - 1),
    "tiff-strip": lambda: _tiff_that_claims(10_000, 10_000, compression=5, strip=(1 << 32) - 1),
    "tiff-deflate": lambda: _tiff_of_deflate(10_900),
    "tiff-loop": lambda: _tiff([(256, 4, 1, 8), (257, 4, 1, 8)], following=8),
    "tiff-tag": lambda: _tiff([(256, 4, 1, 8), (257, 4, 1, 8), (270, 2, (1 << 32) - 1, 8)]),
    "bmp-header": lambda: _bmp_that_claims((1 << 31) - 1, (1 << 31) - 1),
    "jp2-header": lambda: _jp2_that_claims((1 << 31) - 1, (1 << 31) - 1),
    "jp2-tiles": _jp2_of_tiles,
    "webp-header": _webp_that_claims,
    "heif-header": _heif_that_claims,
}
