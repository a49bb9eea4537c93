"""Drawings that remind of clinical pictures, each with the word SYNTHETIC across it."""

import io
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageFont

_SKIN_TONES = ((224, 178, 150), (189, 132, 100), (140, 92, 66), (96, 62, 46))
_ROTATED_QUARTER = 6


def picture(seed: int, *, size: tuple[int, int] = (960, 720)) -> Image.Image:
    """One of five kinds of drawing, a different one for every seed."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    draw = _KINDS[seed % len(_KINDS)]
    image = draw(chance, size)
    _stamp(image, f"SYNTHETIC  {seed:03d}")
    return image


def encoded(image: Image.Image, extension: str) -> bytes:
    """The picture in the format that an Images extension (or .heic, .webp) stands for."""
    yard = io.BytesIO()
    if extension in {".heic", ".heif"}:
        return _heic(image)
    form, details = _FORMATS[extension]
    image.save(yard, form, **details)
    return yard.getvalue()


def phone_jpeg(image: Image.Image, taken: datetime) -> bytes:
    """A JPEG as a phone held sideways writes it: turned by EXIF, with its time and offset."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = _ROTATED_QUARTER
    exif[ExifTags.Base.Make] = "Synthetic"
    exif[ExifTags.Base.Model] = "Demo Phone"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
    details[ExifTags.Base.OffsetTimeOriginal] = f"{taken:%z}"[:3] + ":" + f"{taken:%z}"[3:5]
    yard = io.BytesIO()
    image.rotate(90, expand=True).save(yard, "JPEG", quality=85, exif=exif)
    return yard.getvalue()


_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".jpg": ("JPEG", {"quality": 85}),
    ".jpeg": ("JPEG", {"quality": 70}),
    ".jif": ("JPEG", {"quality": 60}),
    ".jfif": ("JPEG", {"quality": 60}),
    ".png": ("PNG", {}),
    ".gif": ("GIF", {}),
    ".tif": ("TIFF", {"compression": "tiff_lzw"}),
    ".tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".jp2": ("JPEG2000", {}),
    ".jpx": ("JPEG2000", {}),
    ".j2k": ("JPEG2000", {"no_jp2": True}),
    ".j2c": ("JPEG2000", {"no_jp2": True}),
    ".webp": ("WEBP", {}),
    ".bmp": ("BMP", {}),
}


def _heic(image: Image.Image) -> bytes:
    import pillow_heif  # noqa: PLC0415 - only two of the samples need it

    yard = io.BytesIO()
    pillow_heif.from_pillow(image).save(yard, quality=70)
    return yard.getvalue()


def _lesion(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    tone = chance.choice(_SKIN_TONES)
    image = _shaded(size, tone, tuple(max(0, part - 40) for part in tone))
    pen = ImageDraw.Draw(image)
    for _ in range(60):
        _blob(pen, chance, size, radius=chance.randrange(2, 5), colour=tuple(p - 18 for p in tone))
    for step in range(8, 0, -1):
        colour = (90 + step * 8, 40 + step * 4, 34 + step * 3)
        _around(pen, chance, size, radius=step * size[1] // 40, colour=colour)
    _ruler(pen, size)
    return image


def _wound(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    image = _shaded(size, chance.choice(_SKIN_TONES), (120, 80, 70))
    pen = ImageDraw.Draw(image)
    left, top = size[0] * 3 // 10, size[1] * 4 // 10
    right, bottom = left + size[0] // 3, top + size[1] // 6
    for step, colour in enumerate(((176, 84, 84), (150, 40, 44), (118, 20, 30))):
        pen.ellipse(
            (left + 18 * step, top + 9 * step, right - 18 * step, bottom - 9 * step), colour
        )
    for stitch in range(left + 40, right - 30, 36):
        pen.line((stitch, top + 10, stitch + 8, bottom - 10), fill=(30, 30, 60), width=4)
    _ruler(pen, size)
    return image


def _scope(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    glow = Image.radial_gradient("L").resize(size)
    inside = Image.composite(
        Image.new("RGB", size, (90, 24, 22)), Image.new("RGB", size, (232, 140, 118)), glow
    )
    pen = ImageDraw.Draw(inside)
    for _ in range(7):
        _fold(pen, chance, size)
    hole = Image.new("L", size, 0)
    middle, radius = size[0] // 2, size[1] * 47 // 100
    box = (middle - radius, size[1] // 2 - radius, middle + radius, size[1] // 2 + radius)
    ImageDraw.Draw(hole).ellipse(box, fill=255)
    return Image.composite(inside, Image.new("RGB", size, (6, 6, 8)), hole)


def _ultrasound(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    noise = Image.effect_noise(size, 70 + chance.randrange(30)).convert("RGB")
    fan = Image.new("L", size, 0)
    wide, high = size
    ImageDraw.Draw(fan).pieslice(
        (wide // 8, -high * 7 // 10, wide * 7 // 8, high), 40, 140, fill=150
    )
    image = Image.composite(noise, Image.new("RGB", size, (4, 6, 10)), fan)
    pen = ImageDraw.Draw(image)
    _around(pen, chance, size, radius=high // 9, colour=(10, 10, 14))
    for depth in range(1, 9):
        pen.line((wide - 40, depth * high // 9, wide - 24, depth * high // 9), (120, 200, 220), 2)
    return image


def _radiograph(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    image = _shaded(size, (12, 14, 18), (52, 58, 66))
    pen = ImageDraw.Draw(image)
    middle = size[0] // 2 + chance.randrange(-40, 40)
    for finger in range(-2, 3):
        top = size[1] // 5 + abs(finger) * 40
        for joint in range(4):
            upper = top + joint * size[1] // 7
            box = (
                middle + finger * 90 - 16,
                upper,
                middle + finger * 90 + 16,
                upper + size[1] // 8,
            )
            pen.rounded_rectangle(box, radius=14, fill=(196, 204, 210), outline=(230, 236, 240))
    return image


_KINDS: tuple[Callable[[random.Random, tuple[int, int]], Image.Image], ...] = (
    _lesion,
    _wound,
    _scope,
    _ultrasound,
    _radiograph,
)


def _shaded(size: tuple[int, int], light: tuple[int, ...], dark: tuple[int, ...]) -> Image.Image:
    shade = Image.linear_gradient("L").resize(size)
    return Image.composite(
        Image.new("RGB", size, _rgb(dark)), Image.new("RGB", size, _rgb(light)), shade
    )


def _rgb(parts: tuple[int, ...]) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, part)) for part in parts)
    return red, green, blue


def _blob(
    pen: ImageDraw.ImageDraw,
    chance: random.Random,
    size: tuple[int, int],
    *,
    radius: int,
    colour: tuple[int, ...],
) -> None:
    x, y = chance.randrange(size[0]), chance.randrange(size[1])
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_rgb(colour))


def _around(
    pen: ImageDraw.ImageDraw,
    chance: random.Random,
    size: tuple[int, int],
    *,
    radius: int,
    colour: tuple[int, int, int],
) -> None:
    x = size[0] * 48 // 100 + chance.randrange(-12, 12)
    y = size[1] * 45 // 100 + chance.randrange(-10, 10)
    pen.ellipse((x - radius * 5 // 4, y - radius, x + radius * 5 // 4, y + radius), fill=colour)


def _fold(pen: ImageDraw.ImageDraw, chance: random.Random, size: tuple[int, int]) -> None:
    x, y = size[0] // 2 + chance.randrange(-60, 60), size[1] // 2 + chance.randrange(-60, 60)
    reach = chance.randrange(60, size[1] // 2)
    start = chance.randrange(360)
    box = (x - reach, y - reach, x + reach, y + reach)
    pen.arc(box, start, start + 120, fill=(150, 60, 54), width=chance.randrange(6, 16))


def _ruler(pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    top = size[1] - 74
    pen.rectangle((40, top, size[0] - 40, top + 44), fill=(246, 246, 238), outline=(60, 60, 60))
    for mark in range(0, size[0] - 96, 12):
        tall = 24 if mark % 60 == 0 else 12
        pen.line((48 + mark, top, 48 + mark, top + tall), fill=(40, 40, 40), width=2)


def _stamp(image: Image.Image, words: str) -> None:
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=max(14, image.height // 16))
    place = (image.width // 40, image.height // 40)
    pen.text(place, words, (255, 255, 255), font, stroke_width=2, stroke_fill=(20, 20, 20))
