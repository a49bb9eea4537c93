"""Synthetic pictures in every format that is shown."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

#: Corner colours of `a_picture`, by where they stand when the picture is upright.
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (250, 250, 250)


def a_picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Four quarters: red and green above, blue and white below."""
    image = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(image)
    half, middle = width // 2, height // 2
    draw.rectangle((0, 0, half - 1, middle - 1), fill=RED)
    draw.rectangle((half, 0, width, middle - 1), fill=GREEN)
    draw.rectangle((0, middle, half - 1, height), fill=BLUE)
    return image if mode == "RGB" else image.convert(mode)


def encoded(image: Image.Image, format_name: str, **options: Any) -> bytes:
    """The picture as a file."""
    if format_name == "HEIF":
        import pillow_heif  # noqa: PLC0415 - only the tests that need it load it

        pillow_heif.register_heif_opener()
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def made_small(content: bytes, side: int) -> bytes | None:
    """The small JPEG that a drive makes of a picture; None of what it does not take for one."""
    try:
        image = Image.open(io.BytesIO(content)).convert("RGB")
    except OSError:
        return None
    image.thumbnail((side, side))
    return encoded(image, "JPEG")


def a_jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    """A JPEG."""
    return encoded(a_picture(width, height), "JPEG", quality=95, **options)


def a_png(width: int = 64, height: int = 48) -> bytes:
    """A PNG."""
    return encoded(a_picture(width, height), "PNG")


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One PNG chunk with its checksum."""
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check


def a_png_that_claims(width: int, height: int, *rest: bytes) -> bytes:
    """A tiny PNG whose header promises any size; `rest` are chunks before the end."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = b"".join((png_chunk(b"IHDR", header), *rest, png_chunk(b"IEND", b"")))
    return b"\x89PNG\r\n\x1a\n" + chunks


def a_photo_cd() -> bytes:
    """A Photo CD base picture: grey everywhere, but the signature and the sizes are right."""
    content = bytearray(b"\x80" * (96 * 2048 + 768 * 512 * 3 // 2))
    content[2048:2055] = b"PCD_IPI"
    content[1538] = 0
    content[2048 + 1538] = 0
    return bytes(content)


def a_photoshop(image: Image.Image) -> bytes:
    """The picture as Photoshop keeps it beside its layers, of which there are none."""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, image.height, image.width, 8, 3)
    return head + bytes(14) + b"".join(band.tobytes() for band in image.convert("RGB").split())


def a_sun_raster(image: Image.Image) -> bytes:
    """The picture as a Sun workstation kept it; its width must be even."""
    pixels = image.convert("RGB").tobytes("raw", "BGR")
    head = struct.pack(">8I", 0x59A66A95, *image.size, 24, len(pixels), 1, 0, 0)
    return head + pixels


def with_embedded(photo: bytes, small: bytes, *, turn: int = 1, size: tuple[int, int]) -> bytes:
    """A JPEG with an EXIF part as cameras write it: orientation, size, and a small JPEG."""
    first, part, second = 8, 8 + 2 + 2 * 12 + 4, 8 + 2 + 2 * 12 + 4 + 2 + 2 * 12 + 4
    start = second + 2 + 2 * 12 + 4
    tiff = b"MM\0*" + struct.pack(">I", first)
    tiff += struct.pack(">HHHIHHHHII", 2, 0x0112, 3, 1, turn, 0, 0x8769, 4, 1, part)
    tiff += struct.pack(">I", second)
    tiff += struct.pack(">HHHIIHHIII", 2, 0xA002, 4, 1, size[0], 0xA003, 4, 1, size[1], 0)
    tiff += struct.pack(">HHHIIHHIII", 2, 0x0201, 4, 1, start, 0x0202, 4, 1, len(small), 0)
    body = b"Exif\0\0" + tiff + small
    return photo[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + photo[2:]
