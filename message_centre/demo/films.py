"""Files of more than one picture: a scan of several pages, an animation, a film of a scanner."""

import io

from PIL import Image, ImageDraw
from pydicom import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, UltrasoundMultiFrameImageStorage

from message_centre.demo.pictures import picture

_PAGE, _FRAME = (620, 877), (320, 240)
_FRAMES = 16
_PAUSE_MS = 80
_OURS = "1.2.826.0.1.3680043.8.498.1"


def scanned_pages(seed: int) -> bytes:
    """A TIFF of three pages, as a scanner makes it."""
    pages = [_page(seed, number) for number in (1, 2, 3)]
    out = io.BytesIO()
    pages[0].save(
        out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate"
    )
    return out.getvalue()


def animation(seed: int) -> bytes:
    """A GIF in which a light goes round."""
    frames = [_lit(seed, number).quantize(64) for number in range(_FRAMES)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=_PAUSE_MS, loop=0)
    return out.getvalue()


def scan_film(seed: int) -> bytes:
    """A DICOM file of several grey frames, with a window and a pace of its own."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = UltrasoundMultiFrameImageStorage, UID(_OURS)
    dataset.PatientName = "SYNTHETIC"
    dataset.Modality, dataset.Manufacturer = "US", "SYNTHETIC"
    dataset.Columns, dataset.Rows = _FRAME
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.NumberOfFrames, dataset.FrameTime = _FRAMES, _PAUSE_MS
    dataset.WindowCenter, dataset.WindowWidth = 128, 256
    frames = (_lit(seed, number).convert("L").tobytes() for number in range(_FRAMES))
    dataset.PixelData = b"".join(frames)
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _page(seed: int, number: int) -> Image.Image:
    page = Image.new("RGB", _PAGE, (252, 252, 250))
    drawing = ImageDraw.Draw(page)
    drawing.text((60, 60), f"SYNTHETIC: page {number} of 3", (30, 30, 30), font_size=26)
    for line in range(12):
        width = 380 + (seed + number * 31 + line * 57) % 120
        drawing.rectangle((60, 130 + line * 26, 60 + width, 138 + line * 26), fill=(198, 200, 204))
    page.paste(picture(seed + number, size=(500, 330)), (60, 470))
    return page


def _lit(seed: int, number: int) -> Image.Image:
    frame = picture(seed, size=_FRAME)
    x = _FRAME[0] * number // _FRAMES
    ImageDraw.Draw(frame).ellipse((x, 90, x + 40, 130), fill=(255, 250, 220))
    return frame
