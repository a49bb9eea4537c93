"""Frames of a DICOM file as pictures: greys through their window, colours as they are."""

import array
import codecs
import io
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from message_centre.domain.dicom_headers import has_mark
from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.imaging.decoding import BYTE_LIMIT, KIND_UNSUPPORTED, LONGEST_LIMIT, PIXEL_LIMIT
from message_centre.imaging.translating import CUT_SHORT, DAMAGED, TOO_LARGE
from message_centre.services.ports import Page, Picture, Wish

if TYPE_CHECKING:
    from PIL import Image
    from pydicom import Dataset

NO_PICTURE = "This DICOM file holds no picture."
PACKED = "This DICOM file is packed in a way that is not shown here."
PACKED_LS = "This DICOM file is packed as JPEG-LS, which is not shown here."
PACKED_VIDEO = "This DICOM file holds a video, which is not played here."
PACKED_DEEP = "This DICOM file is packed as JPEG of more than 8 bits, which is not shown here."

_MOST_FRAMES = 20_000
_RLE = "1.2.840.10008.1.2.5"
_PACKINGS = "1.2.840.10008.1.2.4."
#: Baseline, extended, and lossless, which is decoded where it has eight bits.
_JPEGS = frozenset(_PACKINGS + number for number in "50 51 57 70".split())
#: With wavelets, the last three with the faster coder of the standard's part 15.
_JPEGS_2000 = frozenset(_PACKINGS + number for number in "90 91 201 202 203".split())
_VIDEOS = _PACKINGS + "10"
_JPEGS_LS = frozenset(_PACKINGS + number for number in "80 81".split())
#: The depth of the first band, with its sign above.
_WAVELET_DEPTH = re.compile(rb"\xff\x4f\xff\x51.{38}(.)", re.DOTALL)
_JPEG_DEPTH = re.compile(rb"\xff[\xc0-\xc3]..(.)", re.DOTALL)
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
#: What a file without a head of its own is written in.
_UNTOLD = "1.2.840.10008.1.2"
_HALVED, _HALVED_BITS = "YBR_FULL_422", 16
_BYTES, _WORDS = 8, 16
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_META_STARTS, _META_ENDS = 144, 2048
_COLOURS = 3
_USUAL_PAUSE, _SHORTEST_PAUSE, _LONGEST_PAUSE = 100, 20, 5000


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the header says of every frame."""

    columns: int
    rows: int
    samples: int
    bits: int
    stored: int
    is_signed: bool
    frames: int
    light: str
    is_planar: bool
    syntax: str

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame that is not compressed."""
        # Of halved colours two pixels have two lights and one colour between them.
        bits = _HALVED_BITS if self.light == _HALVED else self.samples * self.bits
        return self.columns * self.rows * bits // 8


def warm_up() -> None:
    """Show one small file of our own, so that all that pydicom loads at second sight is loaded."""
    from pydicom import Dataset, FileMetaDataset  # noqa: PLC0415 - as below
    from pydicom.charset import python_encoding  # noqa: PLC0415 - as below
    from pydicom.uid import (  # noqa: PLC0415 - as below
        ExplicitVRLittleEndian,
        SecondaryCaptureImageStorage,
    )

    for name in set(python_encoding.values()):
        codecs.lookup(name)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = "M\u0101ori"
    dataset.Rows = dataset.Columns = 1
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.PixelData = b"\0\0"
    yard = io.BytesIO()
    dataset.save_as(yard, enforce_file_format=True)
    page_of(yard.getvalue(), Wish(1))


def page_of(data: bytes, wish: Wish) -> Page:
    """One frame; of greys `window` says how they are shown. To be called inside `translating`.

    Raises:
        UnreadablePicture, PictureTooLarge
    """
    from pydicom import dcmread, errors  # noqa: PLC0415 - loaded by the children for documents

    _refuse_bomb(data)
    try:
        # Without the mark it is only read because `sniff` has looked at its first elements.
        dataset = dcmread(io.BytesIO(data), force=not has_mark(data))
        return _shown(dataset, wish)
    except (errors.BytesLengthException, errors.InvalidDicomError) as error:
        # These two are no kind of any other error.
        raise UnreadablePicture(DAMAGED) from error


def _shown(dataset: "Dataset", wish: Wish) -> Page:
    if "PixelData" not in dataset:
        raise UnreadablePicture(NO_PICTURE)
    shape = _shape(dataset)
    number = max(0, min(wish.page, shape.frames - 1))
    frame = _frame(dataset, shape, number)
    window = None
    if shape.samples == 1 and shape.light != "PALETTE COLOR":
        values = _values(shape, _coding(dataset, shape, number))
        frame, window = _greys(frame, dataset, values, wish.window)
    width, height = frame.size
    longest = max(1, min(wish.longest, LONGEST_LIMIT))
    frame.thumbnail((longest, longest))
    rgba = frame.convert("RGBA")
    picture = Picture(rgba.width, rgba.height, rgba.tobytes())
    most = min(max(width, height), LONGEST_LIMIT)
    pause = _pause(dataset) if shape.frames > 1 else 0
    return Page(picture, number, shape.frames, width, height, most, window, pause=pause)


def _refuse_bomb(data: bytes) -> None:
    """A deflated file is blown up whole as it is read: not beyond what a file may weigh."""
    if _DEFLATED not in data[:_META_ENDS]:
        return
    # The first element tells how long the part is that is never deflated.
    start = _META_STARTS + int.from_bytes(data[_META_STARTS - 4 : _META_STARTS], "little")
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    inflating.decompress(data[start:], BYTE_LIMIT)
    if inflating.unconsumed_tail:
        raise PictureTooLarge(TOO_LARGE)


def _shape(dataset: "Dataset") -> _Shape:
    shape = _Shape(
        columns=int(dataset.Columns),
        rows=int(dataset.Rows),
        samples=int(dataset.get("SamplesPerPixel", 1)),
        bits=int(dataset.BitsAllocated),
        stored=int(dataset.get("BitsStored", dataset.BitsAllocated)),
        is_signed=bool(dataset.get("PixelRepresentation", 0)),
        frames=max(1, min(int(dataset.get("NumberOfFrames", 1) or 1), _MOST_FRAMES)),
        light=str(dataset.get("PhotometricInterpretation", "MONOCHROME2")),
        is_planar=bool(dataset.get("PlanarConfiguration", 0)),
        syntax=str(dataset.file_meta.get("TransferSyntaxUID", _UNTOLD)),
    )
    if shape.columns * shape.rows > PIXEL_LIMIT:
        raise PictureTooLarge(TOO_LARGE)
    if shape.samples not in {1, _COLOURS} or shape.bits not in {_BYTES, _WORDS}:
        raise UnreadablePicture(KIND_UNSUPPORTED)
    if shape.samples == _COLOURS and shape.bits != _BYTES:
        raise UnreadablePicture(KIND_UNSUPPORTED)
    if shape.columns < 1 or shape.rows < 1 or not 1 <= shape.stored <= shape.bits:
        raise UnreadablePicture(DAMAGED)
    return shape


def _frame(dataset: "Dataset", shape: _Shape, number: int) -> "Image.Image":
    from pydicom.uid import UID  # noqa: PLC0415 - as above

    if not UID(shape.syntax).is_encapsulated:
        pixels = dataset.PixelData[number * shape.frame_bytes : (number + 1) * shape.frame_bytes]
        return _plain(pixels, dataset, shape)
    if shape.syntax == _RLE:
        from pydicom.pixels.decoders.base import get_decoder  # noqa: PLC0415 - as above

        decoder = get_decoder(_RLE)
        pixels, told = decoder.as_buffer(dataset, index=number, raw=True)
        planar = bool(told.get("planar_configuration", 1))
        return _plain(bytes(pixels), dataset, shape, is_planar=planar)
    return _compressed(dataset, shape, number)


def _plain(
    pixels: bytes, dataset: "Dataset", shape: _Shape, *, is_planar: bool | None = None
) -> "Image.Image":
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    if len(pixels) < shape.frame_bytes:
        raise UnreadablePicture(CUT_SHORT)
    size = (shape.columns, shape.rows)
    if shape.samples == 1:
        deep = "I;16B" if shape.syntax == _BIG_ENDIAN else "I;16"
        mode, raw = ("L", "L") if shape.bits == _BYTES else ("I", deep)
        image = Image.frombytes(mode, size, pixels, "raw", raw)
        return _painted(image, dataset) if shape.light == "PALETTE COLOR" else image
    if shape.light == _HALVED and shape.columns % 2 == 0:
        return _doubled(pixels, size)
    if shape.light not in {"RGB", "YBR_FULL"}:
        raise UnreadablePicture(PACKED)
    mode = "RGB" if shape.light == "RGB" else "YCbCr"
    if shape.is_planar if is_planar is None else is_planar:
        side = shape.columns * shape.rows
        bands = [
            Image.frombytes("L", size, pixels[at * side : (at + 1) * side])
            for at in range(_COLOURS)
        ]
        return Image.merge(mode, bands).convert("RGB")
    return Image.frombytes(mode, size, pixels).convert("RGB")


def _doubled(pixels: bytes, size: tuple[int, int]) -> "Image.Image":
    """Two lights, then the two colours that both pixels have."""
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    light = bytearray(size[0] * size[1])
    light[0::2], light[1::2] = pixels[0::4], pixels[1::4]
    half = (size[0] // 2, size[1])
    colours = [Image.frombytes("L", half, pixels[at::4]) for at in (2, 3)]
    bands = [one.resize(size, Image.Resampling.NEAREST) for one in colours]
    return Image.merge("YCbCr", [Image.frombytes("L", size, bytes(light)), *bands]).convert("RGB")


def _compressed(dataset: "Dataset", shape: _Shape, number: int) -> "Image.Image":
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    form = "JPEG" if shape.syntax in _JPEGS else "JPEG2000"
    if shape.syntax not in _JPEGS | _JPEGS_2000:
        raise UnreadablePicture(_why_not(shape.syntax))
    frame = _packed(dataset, shape, number)
    depth = _JPEG_DEPTH.search(frame)
    if form == "JPEG" and depth and depth[1][0] > _BYTES:
        raise UnreadablePicture(PACKED_DEEP)
    image = Image.open(io.BytesIO(frame), formats=[form])
    if image.width * image.height > PIXEL_LIMIT or image.size != (shape.columns, shape.rows):
        raise UnreadablePicture(DAMAGED)
    if shape.light == "RGB" and form == "JPEG" and "adobe_transform" not in image.info:
        # Without Adobe's mark Pillow takes three bands for luminance and colour; here they are not.
        image.draft("YCbCr", image.size)
        return Image.frombytes("RGB", image.size, image.tobytes())
    image.load()
    return image.convert("I") if image.mode.startswith("I") else image


def _why_not(syntax: str) -> str:
    if syntax.startswith(_VIDEOS):
        return PACKED_VIDEO
    return PACKED_LS if syntax in _JPEGS_LS else PACKED


def _packed(dataset: "Dataset", shape: _Shape, number: int) -> bytes:
    from pydicom.encaps import get_frame  # noqa: PLC0415 - as above

    return get_frame(dataset.PixelData, number, number_of_frames=shape.frames)


def _painted(image: "Image.Image", dataset: "Dataset") -> "Image.Image":
    """Palette colours; of deep palettes the upper byte is what a screen can show."""
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    bands = []
    for colour in ("Red", "Green", "Blue"):
        entries, first, bits = dataset[f"{colour}PaletteColorLookupTableDescriptor"].value
        table = bytes(dataset[f"{colour}PaletteColorLookupTableData"].value)
        levels = table[1::2] if bits == _WORDS else table
        if not levels:
            raise UnreadablePicture(DAMAGED)
        entries = min(int(entries) or 1 << 16, len(levels))
        span = range(1 << (_WORDS if image.mode == "I" else _BYTES))
        lut = [levels[max(0, min(value - int(first), entries - 1))] for value in span]
        bands.append(image.point(lut, "L"))
    return Image.merge("RGB", bands)


def _greys(
    image: "Image.Image",
    dataset: "Dataset",
    values: list[int],
    wanted: tuple[float, float] | None,
) -> tuple["Image.Image", tuple[float, float]]:
    """The greys in eight bits, and the window that they were shown through."""
    slope, intercept = _number(dataset, "RescaleSlope", 1.0), _number(dataset, "RescaleIntercept")
    window = wanted or _window(dataset) or _whole_range(image, values, slope, intercept)
    centre, width = window[0], max(1.0, window[1])
    low = centre - 0.5 - (width - 1) / 2
    scale = 255 / max(width - 1, 1.0)
    flip = dataset.get("PhotometricInterpretation") == "MONOCHROME1"
    table = []
    for value in values:
        level = max(0, min(255, round((value * slope + intercept - low) * scale)))
        table.append(255 - level if flip else level)
    return image.point(table, "L"), (centre, width)


def _values(shape: _Shape, coding: tuple[int, int]) -> list[int]:
    """What each pattern of bits in a pixel means: high bits that are not stored count for nothing."""
    span, mask = 1 << shape.stored, (1 << shape.stored) - 1
    half = span >> 1
    shift, offset = coding
    bits = _BYTES if shape.bits == _BYTES else _WORDS
    values = [((pattern >> shift) - offset) & mask for pattern in range(1 << bits)]
    return (
        [value - span if value >= half else value for value in values]
        if shape.is_signed
        else values
    )


def _coding(dataset: "Dataset", shape: _Shape, number: int) -> tuple[int, int]:
    """How Pillow moves the values of JPEG 2000: shifted up to a full word, and from their sign to zero."""
    if shape.syntax not in _JPEGS_2000:
        return 0, 0
    found = _WAVELET_DEPTH.search(_packed(dataset, shape, number))
    depth = found[1][0] if found else shape.bits - 1
    precision, is_signed = (depth & 0x7F) + 1, depth >> 7
    full = _BYTES if precision <= _BYTES else _WORDS
    return max(0, full - precision), is_signed << (precision - 1)


def _window(dataset: "Dataset") -> tuple[float, float] | None:
    width = _number(dataset, "WindowWidth")
    return (_number(dataset, "WindowCenter"), width) if width >= 1 else None


def _whole_range(
    image: "Image.Image", values: list[int], slope: float, intercept: float
) -> tuple[float, float]:
    """From the darkest to the brightest value there is."""
    if image.mode == "I":
        patterns = set(array.array("i", image.tobytes()))
    else:
        patterns = {level for level, times in enumerate(image.histogram()) if times}
    there = [values[pattern] * slope + intercept for pattern in patterns]
    low, high = min(there), max(there)
    return (low + high) / 2 + 0.5, high - low + 1


def _pause(dataset: "Dataset") -> int:
    """Milliseconds that each frame is shown for; a tenth of a second where the file names none."""
    rate = _number(dataset, "RecommendedDisplayFrameRate") or _number(dataset, "CineRate")
    told = _number(dataset, "FrameTime") or (1000 / rate if rate > 0 else 0.0)
    return round(told) if _SHORTEST_PAUSE <= told <= _LONGEST_PAUSE else _USUAL_PAUSE


def _number(dataset: "Dataset", keyword: str, default: float = 0.0) -> float:
    """A number, or the first of several; the default for none."""
    value: Any = dataset.get(keyword)
    if isinstance(value, list | tuple) or type(value).__name__ == "MultiValue":
        value = value[0] if len(value) else None
    try:
        return default if value is None else float(value)
    except (TypeError, ValueError):
        return default
