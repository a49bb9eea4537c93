"""Synthetic files that are more than one picture: PDF, TIFF with pages, animations, DICOM."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw
from pydicom import Dataset, FileMetaDataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomFileLike
from pydicom.filewriter import write_dataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from tests.support.pictures import a_picture

PLAIN = ExplicitVRLittleEndian

__all__ = ["JPEG2000Lossless", "JPEGBaseline8Bit", "RLELossless"]


def a_pdf(pages: int = 1, *, box: tuple[int, int] = (612, 792), claims: int = 0) -> bytes:
    """Pages with a red quarter above left and a blue one below right, and a text in the middle.

    `claims` is the number of pages that its tree promises, where that is a lie.
    """
    width, height = box
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    objects.append(f"<< /Type /Pages /Count {claims or pages} /Kids [{kids}] >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number in range(pages):
        drawn = (
            f"1 0 0 rg 0 {height / 2} {width / 2} {height / 2} re f\n"
            f"0 0 1 rg {width / 2} 0 {width / 2} {height / 2} re f\n"
            f"0 g BT /F1 24 Tf 60 {height * 0.45} Td (SYNTHETIC page {number + 1}) Tj ET"
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _pdf([one.encode() for one in objects])


def a_pdf_with_picture(side: int) -> bytes:
    """One page whose picture claims and holds `side` squared grey pixels, packed to nearly nothing."""
    packed = zlib.compressobj(9)
    row = bytes(side)
    pixels = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    drawn = b"600 0 0 600 0 0 cm /I Do"
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray"
        f" /BitsPerComponent 8 /Filter /FlateDecode /Length {len(pixels)} >>\nstream\n"
    ).encode()
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600]"
            b" /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
            image + pixels + b"\nendstream",
        ]
    )


def a_locked_pdf() -> bytes:
    """A PDF that names an encryption nobody here has the password of."""
    data = a_pdf()
    key = b"<" + b"41" * 32 + b">"
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >>" % (key, key)
    identity = b"/ID [<00> <00>]"
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock + identity)


def _pdf(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def numbered(number: int, size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """A page whose whole colour tells its number: page 1 has red 40, page 2 red 80 and so on."""
    image = Image.new("RGB", size, (40 * number % 256, 200, 90))
    ImageDraw.Draw(image).text((size[0] // 2, size[1] // 2), f"{number}", (0, 0, 0))
    return image.convert(mode)


def a_tiff_of_pages(count: int, size: tuple[int, int] = (320, 240), **options: Any) -> bytes:
    """A TIFF with numbered pages."""
    pages = [numbered(number, size) for number in range(1, count + 1)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], **options)
    return out.getvalue()


def a_tiff_of_claims(count: int) -> bytes:
    """A small TIFF with a chain of thousands of directories, each an eight by eight page."""
    out = bytearray(b"II*\0" + struct.pack("<I", 16) + bytes(8))
    for number in range(count):
        entries = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1)]
        entries += [(262, 3, 1, 1), (273, 4, 1, 8), (278, 4, 1, 8), (279, 4, 1, 64)]
        following = len(out) + 2 + 12 * len(entries) + 4
        out += struct.pack("<H", len(entries))
        out += b"".join(struct.pack("<HHII", *entry) for entry in entries)
        out += struct.pack("<I", following if number < count - 1 else 0)
    return bytes(out)


def an_animation(count: int, form: str = "GIF", size: tuple[int, int] = (96, 64)) -> bytes:
    """Numbered frames, 80 ms each."""
    frames = [numbered(number, size) for number in range(1, count + 1)]
    out = io.BytesIO()
    details: dict[str, Any] = {"lossless": True} if form == "WEBP" else {}
    frames[0].save(
        out, form, save_all=True, append_images=frames[1:], duration=80, loop=0, **details
    )
    return out.getvalue()


def a_dicom(
    frames: int = 1,
    *,
    size: tuple[int, int] = (64, 48),
    syntax: UID = PLAIN,
    **header: Any,
) -> bytes:
    """Colour frames of four quarters each; `header` replaces what is said of them."""
    width, height = size
    image = a_picture(width, height)
    dataset = _dicom(syntax, width, height)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "RGB"
    dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.NumberOfFrames = frames
    if syntax == PLAIN:
        dataset.PixelData = image.tobytes() * frames
    elif syntax == RLELossless:
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.PixelData = image.tobytes() * frames
        dataset.compress(RLELossless, encoding_plugin="pydicom")
    else:
        form, details = (
            ("JPEG", {"quality": 95}) if syntax == JPEGBaseline8Bit else ("JPEG2000", {})
        )
        if form == "JPEG2000":
            details = {"no_jp2": True}
        out = io.BytesIO()
        image.save(out, form, **details)
        dataset.PhotometricInterpretation = "YBR_FULL" if form == "JPEG" else "RGB"
        dataset.PixelData = encapsulate([out.getvalue()] * frames)
        dataset["PixelData"].is_undefined_length = True
    return _written(dataset, header)


def a_packed_dicom(frame: bytes, syntax: str, **header: Any) -> bytes:
    """A colour frame of 16 by 12 pixels that somebody else packed."""
    dataset = _dicom(UID(syntax), 16, 12)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "RGB"
    dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    return _written(dataset, header)


def a_bare_dicom(*, explicit: bool = True, with_meta: bool = False) -> bytes:
    """Grey columns of 0, 80, 160 and 240 without preamble and mark, as older devices write."""
    data = a_grey_dicom([0, 80, 160, 240], WindowCenter=128, WindowWidth=256)
    if with_meta:
        return data[132:]
    dataset = dcmread(io.BytesIO(data))
    out = io.BytesIO()
    write_dataset(_writer(out, explicit=explicit), dataset)
    return out.getvalue()


def _writer(out: io.BytesIO, *, explicit: bool) -> DicomFileLike:
    writer = DicomFileLike(out)
    writer.is_little_endian, writer.is_implicit_VR = True, not explicit
    return writer


def a_deflated_dicom(zeros: int = 0) -> bytes:
    """A deflated file; with `zeros` it is nothing but so many of them, packed to next to nothing."""
    dataset = dcmread(io.BytesIO(a_dicom()))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = _written(dataset, {})
    if not zeros:
        return data
    packing, piece = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    packed = [packing.compress(piece) for _ in range(zeros >> 20)]
    meta = 144 + int.from_bytes(data[140:144], "little")
    return data[:meta] + b"".join(packed) + packing.flush()


def a_grey_dicom(values: list[int], *, is_signed: bool = False, **header: Any) -> bytes:
    """A frame per group of four deep grey values, each a column of sixteen by sixteen pixels."""
    frames = len(values) // 4
    dataset = _dicom(PLAIN, 64, 16)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = int(is_signed)
    dataset.NumberOfFrames = frames
    pixels = b""
    for frame in range(frames):
        row = b"".join(
            struct.pack("<h" if is_signed else "<H", value) * 16
            for value in values[frame * 4 : frame * 4 + 4]
        )
        pixels += row * 16
    dataset.PixelData = pixels
    return _written(dataset, header)


def _dicom(syntax: UID, width: int, height: int) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.826.0.1.3680043.8.498.1")
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    dataset.PatientName = "SYNTHETIC"
    dataset.Columns, dataset.Rows = width, height
    dataset.PixelRepresentation = 0
    return dataset


def _written(dataset: Dataset, header: dict[str, Any]) -> bytes:
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()
