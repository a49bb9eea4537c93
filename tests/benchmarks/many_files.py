"""A folder with a great many synthetic files that have been lying there."""

import os
from pathlib import Path

_KINDS = (".jpg", ".jpg", ".jpg", ".pdf", ".png", ".mp4", ".txt", ".tif")
_LONG_AGO_NS = 1_700_000_000_000_000_000
_HEADS = {
    ".jpg": b"\xff\xd8\xff\xe0 synthetic \xff\xd9",
    ".png": b"\x89PNG\r\n\x1a\n synthetic IEND\xaeB`\x82",
    ".pdf": b"%PDF-1.4 synthetic %%EOF",
    ".tif": b"II*\x00\x08\x00\x00\x00 synthetic",
    ".txt": b"synthetic",
    ".mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2",
}


def fill(folder: Path, count: int) -> None:
    """So many small files of several kinds, each with a time and a name of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        path = folder / f"{_stem(number)}{kind}"
        path.write_bytes(_HEADS[kind] + bytes(number % 97))
        moment = _LONG_AGO_NS + (number * 7919 % count) * 60_000_000_000
        os.utime(path, ns=(moment, moment))


def _stem(number: int) -> str:
    return f"IMG_{number:06d}" if number % 3 else f"Scan of {number % 28 + 1} May {number}"
