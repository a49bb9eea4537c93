"""A small FlashPix picture, written by hand: a compound file with one uncompressed resolution."""

import struct

from PIL import Image

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_CLASS = bytes.fromhex("0067615654c1ce11855300aa00a1f95b")
#: Smaller streams would have to lie in a second file system within the first.
_LEAST_STREAM = 4096
_TILE, _PREFIX = 64, 28
_NONE = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def a_flashpix(image: Image.Image) -> bytes:
    """The picture at 128 by 128 pixels, so that one small resolution is all there is."""
    image = image.convert("RGB").resize((128, 128))
    tiles = [
        image.crop((x, y, x + _TILE, y + _TILE)).tobytes()
        for y in range(0, 128, _TILE)
        for x in range(0, 128, _TILE)
    ]
    streams = [_contents(), _header(len(tiles[0])), bytes(_PREFIX) + b"".join(tiles)]
    return _compound([data.ljust(_LEAST_STREAM, b"\0") for data in streams])


def _contents() -> bytes:
    colours = struct.pack("<5I", 1, 3, 0x30000, 0x30001, 0x30002)
    values = {
        0x1000002: struct.pack("<II", 19, 128),
        0x1000003: struct.pack("<II", 19, 128),
        0x2010002: struct.pack("<II", 65, len(colours)) + colours,
    }
    at, table, body = 8 + 8 * len(values), b"", b""
    for number, value in values.items():
        table += struct.pack("<II", number, at + len(body))
        body += value
    section = struct.pack("<II", at + len(body), len(values)) + table + body
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 2, bytes(16), 1, bytes(16), 48) + section


def _header(tile_bytes: int) -> bytes:
    head = struct.pack("<9I", 36, 128, 128, 4, _TILE, _TILE, 3, 36, 16)
    rows = b"".join(struct.pack("<4I", n * tile_bytes, tile_bytes, 0, 0) for n in range(4))
    return bytes(_PREFIX) + head + rows


def _compound(streams: list[bytes]) -> bytes:
    contents, header, data = streams
    starts, chain = [], [_FAT, 2, _END]
    for stream in streams:
        starts.append(len(chain))
        sectors = -(-len(stream) // _SECTOR)
        chain += [len(chain) + n + 1 for n in range(sectors - 1)] + [_END]
    chain += [_FREE] * (128 - len(chain))
    entries = [
        _entry("Root Entry", _ROOT, child=1),
        _entry("Data Object Store 000001", _STORAGE, child=2),
        _entry("\x05Image Contents", _STREAM, right=3, held=(starts[0], len(contents))),
        _entry("Resolution 0001", _STORAGE, child=4),
        _entry("Subimage 0000 Header", _STREAM, right=5, held=(starts[1], len(header))),
        _entry("Subimage 0000 Data", _STREAM, held=(starts[2], len(data))),
        _entry("", 0),
        _entry("", 0),
    ]
    fat = struct.pack("<128I", *chain)
    padded = [stream + bytes(-len(stream) % _SECTOR) for stream in streams]
    return _file_header() + fat + b"".join(entries) + b"".join(padded)


def _file_header() -> bytes:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    counts = struct.pack("<16sHHHHHHIIIII", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0)
    mini = struct.pack("<5I", _LEAST_STREAM, _END, 0, _END, 0)
    return magic + counts + mini + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(
    name: str,
    kind: int,
    *,
    child: int = _NONE,
    right: int = _NONE,
    held: tuple[int, int] = (_END, 0),
) -> bytes:
    """One line of the directory; `held` is where a stream begins, and how long it is."""
    wide = name.encode("utf-16-le")
    length = len(wide) + 2 if name else 0
    links = struct.pack("<BB3I", kind, 1, _NONE, right, child)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<H", length)
        + links
        + (_CLASS if kind == _ROOT else bytes(16))
        + bytes(4 + 16)
        + struct.pack("<IQ", *held)
    )
