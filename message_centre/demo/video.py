"""A short real video: an AVI with one Motion-JPEG stream, written without any codec of its own."""

import io
import struct

from PIL import Image, ImageDraw

from message_centre.demo.pictures import picture

_SIZE = (320, 240)
_FRAMES = 24
_PER_SECOND = 12
_HAS_INDEX = 0x10
_KEY_FRAME = 0x10


def video(seed: int) -> bytes:
    """Two seconds in which a light moves across a synthetic picture."""
    return _avi([_frame(seed, index) for index in range(_FRAMES)])


def _frame(seed: int, index: int) -> bytes:
    image = picture(seed, size=_SIZE)
    x = _SIZE[0] * index // _FRAMES
    ImageDraw.Draw(image).ellipse((x, 100, x + 30, 130), fill=(255, 250, 210))
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    yard = io.BytesIO()
    image.save(yard, "JPEG", quality=70)
    return yard.getvalue()


def _avi(frames: list[bytes]) -> bytes:
    chunks = [_chunk(b"00dc", frame) for frame in frames]
    movie = _list(b"movi", b"".join(chunks))
    body = _header(frames) + movie + _chunk(b"idx1", _index(frames, chunks))
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"AVI " + body


def _header(frames: list[bytes]) -> bytes:
    wide, high = _SIZE
    largest = max(map(len, frames))
    main = struct.pack(
        "<14I",
        1_000_000 // _PER_SECOND,
        largest * _PER_SECOND,
        0,
        _HAS_INDEX,
        len(frames),
        0,
        1,
        largest,
        wide,
        high,
        *(0, 0, 0, 0),
    )
    stream = b"vidsMJPG" + struct.pack(
        "<I2H8I4H",
        0,
        0,
        0,
        0,
        1,
        _PER_SECOND,
        0,
        len(frames),
        largest,
        0xFFFFFFFF,
        0,
        0,
        0,
        wide,
        high,
    )
    picture_format = struct.pack("<3I2H", 40, wide, high, 1, 24) + b"MJPG"
    picture_format += struct.pack("<5I", wide * high * 3, 0, 0, 0, 0)
    streams = _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", picture_format))
    return _list(b"hdrl", _chunk(b"avih", main) + streams)


def _index(frames: list[bytes], chunks: list[bytes]) -> bytes:
    entries, offset = [], 4
    for frame, chunk in zip(frames, chunks, strict=True):
        entries.append(b"00dc" + struct.pack("<3I", _KEY_FRAME, offset, len(frame)))
        offset += len(chunk)
    return b"".join(entries)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _list(name: bytes, data: bytes) -> bytes:
    return b"LIST" + struct.pack("<I", len(data) + 4) + name + data
