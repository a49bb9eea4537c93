"""A Photo CD picture, written by hand: the base resolution in the format's own light and colours."""

from PIL import Image

_SIZE = (768, 512)
_BASE = 96 * 2048
#: How much of a level on the screen one in the file is; the colours are shifted, so that none is negative.
_LIGHT = 1.3584
_BLUE, _BLUE_ZERO = 2.2179, 156
_RED, _RED_ZERO = 1.8215, 137


def photo_cd(image: Image.Image) -> bytes:
    """The picture at 768 by 512 pixels."""
    pixels = image.convert("RGB").resize(_SIZE)
    red, _green, blue = pixels.split()
    light = pixels.convert("L")
    half = (_SIZE[0] // 2, _SIZE[1] // 2)
    bands = [
        light.point(lambda value: round(value / _LIGHT)),
        _difference(blue, light, _BLUE, _BLUE_ZERO).resize(half, Image.Resampling.BOX),
        _difference(red, light, _RED, _RED_ZERO).resize(half, Image.Resampling.BOX),
    ]
    content = bytearray(_BASE)
    content[2048:2055] = b"PCD_IPI"
    lights, blues, reds = (band.tobytes() for band in bands)
    for row in range(half[1]):
        content += lights[row * 2 * _SIZE[0] : (row + 1) * 2 * _SIZE[0]]
        content += blues[row * half[0] : (row + 1) * half[0]]
        content += reds[row * half[0] : (row + 1) * half[0]]
    return bytes(content)


def _difference(colour: Image.Image, light: Image.Image, share: float, zero: int) -> Image.Image:
    pairs = zip(colour.tobytes(), light.tobytes(), strict=True)
    levels = bytes(max(0, min(255, round((one - two) / share + zero))) for one, two in pairs)
    return Image.frombytes("L", colour.size, levels)
