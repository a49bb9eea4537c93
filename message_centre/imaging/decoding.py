"""Pillow behind limits: formats allowed, pixels allowed, bytes allowed.

The format comes from the signature, and only that one decoder sees the bytes: nothing is guessed,
and no drawing, page or script format is ever among them (no SVG, PDF, PostScript, WMF).
"""

import codecs
import contextlib
import importlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from message_centre.domain.contents import ContentKind, sniff
from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.imaging.jpeg_scans import first_scan, has_one_scan
from message_centre.imaging.translating import TOO_LARGE, translating
from message_centre.services.ports import Picture

if TYPE_CHECKING:
    from PIL import Image

#: Pixels by header, before anything is decoded.
PIXEL_LIMIT = 120_000_000
#: Bytes of the encoded file.
BYTE_LIMIT = 256 * 1024 * 1024
#: Pixels times scans of a JPEG: a progressive picture of any camera has about ten scans.
SCAN_BUDGET = 10 * PIXEL_LIMIT
KIND_UNKNOWN = "The content is not a picture of a kind that is shown here."
KIND_UNSUPPORTED = "Pictures of this kind are not shown on this computer."
#: No picture is handed out larger than this on its longer side.
LONGEST_LIMIT = 8192

_SMALL = 512
_EIGHTH = 8
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class _Decoder:
    """Pillow's name of a format, and the module that registers it."""

    format_name: str
    module: str


_DECODERS = {
    ContentKind.JPEG: _Decoder("JPEG", "PIL.JpegImagePlugin"),
    ContentKind.PNG: _Decoder("PNG", "PIL.PngImagePlugin"),
    ContentKind.GIF: _Decoder("GIF", "PIL.GifImagePlugin"),
    ContentKind.TIFF: _Decoder("TIFF", "PIL.TiffImagePlugin"),
    ContentKind.JPEG_2000: _Decoder("JPEG2000", "PIL.Jpeg2KImagePlugin"),
    ContentKind.JPEG_2000_STREAM: _Decoder("JPEG2000", "PIL.Jpeg2KImagePlugin"),
    ContentKind.WEBP: _Decoder("WEBP", "PIL.WebPImagePlugin"),
    ContentKind.BMP: _Decoder("BMP", "PIL.BmpImagePlugin"),
    ContentKind.NETPBM: _Decoder("PPM", "PIL.PpmImagePlugin"),
    ContentKind.PCX: _Decoder("PCX", "PIL.PcxImagePlugin"),
    ContentKind.PHOTOSHOP: _Decoder("PSD", "PIL.PsdImagePlugin"),
    ContentKind.SUN_RASTER: _Decoder("SUN", "PIL.SunImagePlugin"),
    ContentKind.TARGA: _Decoder("TGA", "PIL.TgaImagePlugin"),
    ContentKind.AVIF: _Decoder("AVIF", "PIL.AvifImagePlugin"),
    ContentKind.PHOTO_CD: _Decoder("PCD", "PIL.PcdImagePlugin"),
    ContentKind.FLASHPIX: _Decoder("FPX", "PIL.FpxImagePlugin"),
    ContentKind.HEIF: _Decoder("HEIF", "pillow_heif"),
}

#: Modules that Pillow imports in the middle of its work, some only for rare kinds of picture.
_LOADED_LATE = (
    "PIL.MpoImagePlugin",
    "PIL.TiffTags",
    "PIL.ImageChops",
    "PIL.ImageCms",
    "PIL.ImageColor",
    "PIL.ImageFilter",
    "PIL.ImagePalette",
    "PIL.ImageSequence",
)
#: Encodings are modules too; FlashPix names its streams in UTF-16.
_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "latin-1", "ascii", "cp1252")


def is_decodable(kind: ContentKind) -> bool:
    """Whether there is a decoder for this kind of content. Loads none."""
    return kind in _DECODERS


def load_decoders() -> None:
    """Load everything that any decoder may need, and what Pillow itself loads at second sight."""
    from PIL import Image  # noqa: PLC0415 - whoever asks for this wants it loaded

    Image.preinit()
    for decoder in _DECODERS.values():
        with contextlib.suppress(UnreadablePicture):
            _register(decoder)
    for name in _ENCODINGS:
        codecs.lookup(name)
    for name in _LOADED_LATE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def decode(data: bytes, *, longest: int, page: int = 0) -> Picture:
    """The picture, upright, with its longer side at most `longest`; never enlarged.

    `page` is one of the file's own, if it has several.

    Raises:
        UnreadablePicture, PictureTooLarge
    """
    wanted = max(1, min(longest, LONGEST_LIMIT))
    with translating():
        image = _shrunk(data, wanted, page)
        image = upright(_in_eight_bits(image))
        rgba = image.convert("RGBA")
        return Picture(rgba.width, rgba.height, rgba.tobytes())


def opened(data: bytes, page: int = 0) -> "Image.Image":
    """The picture with its header read and nothing decoded; to be called inside `translating`.

    Raises:
        UnreadablePicture, PictureTooLarge
    """
    from PIL import Image, ImageFile  # noqa: PLC0415 - loaded when the first picture is

    if len(data) > BYTE_LIMIT:
        raise PictureTooLarge(TOO_LARGE)
    decoder = _DECODERS.get(sniff(data))
    if decoder is None:
        raise UnreadablePicture(KIND_UNKNOWN)
    # Both are the process's own switches; another library may have turned them.
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    _register(decoder)
    image = Image.open(io.BytesIO(data), formats=[decoder.format_name])
    if page:
        image.seek(page)
    if image.width * image.height > PIXEL_LIMIT:
        raise PictureTooLarge(TOO_LARGE)
    return image


def _register(decoder: _Decoder) -> None:
    try:
        module: Any = importlib.import_module(decoder.module)
    except (ImportError, OSError) as error:
        # Behind the wall a module that was not there at the start cannot even be looked for.
        raise UnreadablePicture(KIND_UNSUPPORTED) from error
    if decoder.format_name == "HEIF":
        module.register_heif_opener()
    if decoder.format_name == "AVIF":
        # A thread for each processor would only take memory of the child's.
        module.DEFAULT_MAX_THREADS = 1


def _shrunk(data: bytes, longest: int, page: int) -> "Image.Image":
    """The picture decoded no larger than it needs to be."""
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    image = opened(data, page)
    if image.format in {"JPEG", "MPO"}:
        _refuse_many_scans(data, image)
        image = _fewer_scans(data, image, longest)
    if image.format == "JPEG2000":
        image = _fewer_levels(data, image, longest)
    if image.format == "HEIF":
        # Takes the thumbnail that phones embed, if it is large enough; thumbnail() does not.
        share = longest / max(*image.size, longest)
        image.draft("RGB", (int(image.width * share), int(image.height * share)))
    small = longest <= _SMALL
    resample = Image.Resampling.BILINEAR if small else Image.Resampling.BICUBIC
    gap = 1.0 if small else 2.0
    image = _averageable(image)
    image.thumbnail((longest, longest), resample, reducing_gap=gap)
    # A picture that is small enough has not been loaded yet, and a TIFF turns itself when it is.
    image.load()
    return image


def _refuse_many_scans(data: bytes, image: "Image.Image") -> None:
    # Each scan walks over the whole picture again: a small file can hold thousands of them.
    if has_one_scan(data):
        return
    scans = data.count(b"\xff\xda")
    if scans * image.width * image.height > SCAN_BUDGET and scans > 1:
        raise PictureTooLarge(TOO_LARGE)


def _fewer_scans(data: bytes, image: "Image.Image", longest: int) -> "Image.Image":
    """Of a progressive JPEG an eighth of its size lies in the first scan; the others make it sharper."""
    if not image.info.get("progressive") or max(image.size) < longest * _EIGHTH:
        return image
    cut = first_scan(data)
    return image if cut is None else opened(cut)


def _fewer_levels(data: bytes, image: "Image.Image", longest: int) -> "Image.Image":
    """Drop wavelet levels before decoding; a picture that lies about its levels is read in full."""
    reduce = 0
    while max(image.size) >> (reduce + 1) >= longest and reduce < _levels(data):
        reduce += 1
    if not reduce:
        return image
    # Pillow's types know the method of this name only; for JPEG 2000 it is a switch.
    image.reduce = reduce  # type: ignore[method-assign,assignment]
    try:
        image.load()
    except OSError:
        return opened(data)
    return image


def _levels(data: bytes) -> int:
    """Wavelet levels that the main header's COD segment promises."""
    at = data.find(b"\xff\x52", data.find(b"\xff\x4f\xff\x51"))
    return min(data[at + 9], 32) if 0 <= at < len(data) - 9 else 0


def _averageable(image: "Image.Image") -> "Image.Image":
    """Palettes, bilevel and 16-bit pictures cannot be averaged as they are."""
    if image.mode.startswith("I;16"):
        return image.convert("I")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in {"P", "PA"}:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _in_eight_bits(image: "Image.Image") -> "Image.Image":
    """Deep greys scaled to what a screen can show; Pillow itself would clip them to white."""
    if not image.mode.startswith(("I", "F")):
        return image
    deep = image.convert("F")
    extrema = deep.getextrema()
    # One band gives two numbers; only several bands give pairs.
    low, high = float(extrema[0]), float(extrema[1])  # type: ignore[arg-type]
    if image.mode != "F" and low >= 0:
        # A 12-bit picture lies in 16 bits: the next full range above its brightest point is its own.
        low, high = 0.0, float((1 << max(8, int(high).bit_length())) - 1)
    scale = 255.0 / (high - low) if high > low else 0.0
    return deep.point(lambda value: value * scale + (-low * scale)).convert("L")


def upright(image: "Image.Image") -> "Image.Image":
    """Turned as its orientation says; an unreadable orientation turns nothing."""
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation(image))
    return image if turn is None else image.transpose(turn)


def orientation(image: "Image.Image") -> int:
    """EXIF orientation, 1 to 8; 1 where there is none or it cannot be read."""
    try:
        with translating():
            found = image.getexif().get(_ORIENTATION, 1)
    except UnreadablePicture:
        return 1
    return found if found in range(1, 9) else 1
