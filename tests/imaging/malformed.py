"""Damaged pictures of every format, by the thousand, through the wall.

    python -m tests.imaging.malformed --count 45000 [--seed 1]

Prints what became of them. The last line counts what must never happen: a picture that took longer
than the limit, and an end of the program itself (which would have printed nothing at all).
"""

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from message_centre.demo.flashpix import a_flashpix
from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.host.clock import SystemClock
from message_centre.imaging.wall import STOPPED, TOO_SLOW, Limits, Wall
from tests.support.pictures import a_photo_cd, a_photoshop, a_picture, a_sun_raster, encoded

_FORMATS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("jpeg", "JPEG", {"quality": 80}),
    ("jpeg-progressive", "JPEG", {"quality": 80, "progressive": True}),
    ("mpo", "MPO", {}),
    ("png", "PNG", {}),
    ("gif", "GIF", {}),
    ("tiff", "TIFF", {}),
    ("tiff-lzw", "TIFF", {"compression": "tiff_lzw"}),
    ("tiff-deflate", "TIFF", {"compression": "tiff_deflate"}),
    ("tiff-jpeg", "TIFF", {"compression": "jpeg"}),
    ("tiff-fax", "TIFF", {"compression": "group4"}),
    ("jpeg-2000", "JPEG2000", {}),
    ("jpeg-2000-stream", "JPEG2000", {"no_jp2": True}),
    ("webp", "WEBP", {"quality": 80}),
    ("webp-lossless", "WEBP", {"lossless": True}),
    ("bmp", "BMP", {}),
    ("heif", "HEIF", {"quality": 80}),
    ("avif", "AVIF", {"quality": 80}),
    ("netpbm", "PPM", {}),
    ("pcx", "PCX", {}),
    ("targa", "TGA", {"compression": "tga_rle"}),
)
_EXTREMES = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\0",
)
_GRACE = 3.0


@dataclass
class Tally:
    """What became of the damaged pictures."""

    outcomes: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    hangs: int = 0
    slowest: float = 0.0

    def lines(self) -> list[str]:
        """For a person, the verdict last."""
        total = sum(self.formats.values())
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.formats.items()))
        ends = ", ".join(f"{name} {count}" for name, count in sorted(self.outcomes.items()))
        return [
            f"{total} damaged pictures: {kinds}",
            f"became: {ends}; slowest {self.slowest:.2f} s",
            f"{self.hangs} hangs, 0 deaths of the program",
        ]


def originals() -> dict[str, bytes]:
    """A sound picture of every format."""
    image = a_picture(160, 120)
    exif = image.getexif()
    exif[0x0110], exif[0x0112] = "Camera", 6
    found = {}
    for name, kind, options in _FORMATS:
        plain = image.convert("1") if name == "tiff-fax" else image
        extra = {"exif": exif} if kind in {"JPEG", "PNG", "WEBP", "HEIF"} else {}
        found[name] = encoded(plain, kind, **options, **extra)
    rare = {"photoshop": a_photoshop(image), "sun-raster": a_sun_raster(image)}
    return {**found, **rare, "photo-cd": a_photo_cd(), "flashpix": a_flashpix(image)}


def damaged(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One picture with one to eight wounds, more often near its start, where the structure is."""
    spoilt = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 8))):
        if not spoilt:
            break
        reach = dice.choice((64, 512, len(spoilt)))
        at = dice.randrange(min(reach, len(spoilt)))
        _WOUNDS[dice.randrange(len(_WOUNDS))](spoilt, at, other, dice)
    # What is no picture any more by its signature is never decoded; most keep theirs.
    return bytes(spoilt) if dice.random() < 0.1 else data[:12] + bytes(spoilt[12:])


def _flip(data: bytearray, at: int, _other: bytes, dice: random.Random) -> None:
    data[at] ^= 1 << dice.randrange(8)


def _extreme(data: bytearray, at: int, _other: bytes, dice: random.Random) -> None:
    value = dice.choice(_EXTREMES)
    data[at : at + len(value)] = value


def _cut(data: bytearray, at: int, _other: bytes, _dice: random.Random) -> None:
    del data[max(at, len(data) // 8) :]


def _lose(data: bytearray, at: int, _other: bytes, dice: random.Random) -> None:
    del data[at : at + dice.randrange(1, 64)]


def _repeat(data: bytearray, at: int, _other: bytes, dice: random.Random) -> None:
    piece = data[at : at + dice.randrange(1, 512)]
    data[at:at] = piece * dice.randrange(1, 20)


def _graft(data: bytearray, at: int, other: bytes, dice: random.Random) -> None:
    start = dice.randrange(len(other))
    data[at:at] = other[start : start + dice.randrange(1, 2048)]


def _noise(data: bytearray, at: int, _other: bytes, dice: random.Random) -> None:
    length = dice.randrange(1, 128)
    data[at : at + length] = dice.randbytes(length)


_WOUNDS = (_flip, _extreme, _cut, _lose, _repeat, _graft, _noise)


def through(wall: Wall, limits: Limits, *, count: int, seed: int) -> Tally:
    """Send damaged pictures through a wall and count what becomes of them."""
    dice, tally, sound = random.Random(seed), Tally(), originals()  # noqa: S311 - a seeded test
    names = sorted(sound)
    for number in range(count):
        name = names[number % len(names)]
        data = damaged(sound[name], sound[dice.choice(names)], dice)
        tally.formats[name] += 1
        began = time.monotonic()
        wall.facts(data[: 64 * 1024])
        facts_took, began = time.monotonic() - began, time.monotonic()
        outcome = _outcome(wall, data)
        took = time.monotonic() - began
        tally.outcomes[outcome] += 1
        tally.hangs += facts_took > limits.facts + _GRACE or took > limits.picture + _GRACE
        tally.slowest = max(tally.slowest, took, facts_took)
    return tally


def _outcome(wall: Wall, data: bytes) -> str:
    try:
        wall.picture(data, longest=256)
    except PictureTooLarge:
        return "too large"
    except UnreadablePicture as refused:
        ends = {STOPPED: "child died", TOO_SLOW: "stopped for taking too long"}
        return ends.get(refused.detail, "refused")
    return "shown"


def main() -> int:
    """Run from the command line; 1 if there was a hang."""
    parser = argparse.ArgumentParser(prog="python -m tests.imaging.malformed")
    parser.add_argument("--count", type=int, default=45_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    limits = Limits()
    wall = Wall(SystemClock(), limits=limits)
    try:
        tally = through(wall, limits, count=given.count, seed=given.seed)
    finally:
        wall.close()
    sys.stdout.write("\n".join(tally.lines()) + "\n")
    return 1 if tally.hangs else 0


if __name__ == "__main__":
    sys.exit(main())
