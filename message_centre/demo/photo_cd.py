"""A Photo CD picture, written by hand: the base resolution in the format's own light and colours."""

from PIL import Image

_SIZE = (768, 512)
_BASE = 96 * 2048
_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114
#: How much of a level on the screen one in the file is; the colours are shifted, so that none is negative.
_LIGHT, _BLUES, _REDS = 1.3584, 2.2179, 1.8215
_BLUE_ZERO, _RED_ZERO = 156, 137
_COLOURS = (
    *(_RED / _LIGHT, _GREEN / _LIGHT, _BLUE / _LIGHT, 0),
    *(-_RED / _BLUES, -_GREEN / _BLUES, (1 - _BLUE) / _BLUES, _BLUE_ZERO),
    *((1 - _RED) / _REDS, -_GREEN / _REDS, -_BLUE / _REDS, _RED_ZERO),
)


def photo_cd(image: Image.Image) -> bytes:
    """The picture at 768 by 512 pixels."""
    light, blue, red = image.convert("RGB").resize(_SIZE).convert("RGB", _COLOURS).split()
    half = (_SIZE[0] // 2, _SIZE[1] // 2)
    lights = light.tobytes()
    blues, reds = (band.resize(half, Image.Resampling.BOX).tobytes() for band in (blue, red))
    content = bytearray(_BASE)
    content[2048:2055] = b"PCD_IPI"
    for row in range(half[1]):
        content += lights[row * 2 * _SIZE[0] : (row + 1) * 2 * _SIZE[0]]
        content += blues[row * half[0] : (row + 1) * half[0]]
        content += reds[row * half[0] : (row + 1) * half[0]]
    return bytes(content)
