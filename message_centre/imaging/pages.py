"""One page of whatever can be shown: a picture, a page of a TIFF or PDF, a frame of a DICOM file."""

import contextlib
import importlib
import math
from dataclasses import replace

from message_centre.domain.contents import ContentKind, sniff
from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.imaging import dicom_frames, pdf_pages
from message_centre.imaging.decoding import (
    BYTE_LIMIT,
    KIND_UNSUPPORTED,
    LONGEST_LIMIT,
    decode,
    is_decodable,
    opened,
    orientation,
)
from message_centre.imaging.tiff_pages import page_count
from message_centre.imaging.translating import TOO_LARGE, translating
from message_centre.services.ports import WHOLE, Page, Picture, Region, Wish

_DOCUMENTS = {ContentKind.PDF: pdf_pages.page_of, ContentKind.DICOM: dicom_frames.page_of}
_LIBRARIES = ("pypdfium2", "PIL.Image", "pydicom", "pydicom.encaps", "pydicom.pixels.decoders.rle")
_SIDEWAYS = 5


def is_document(kind: ContentKind) -> bool:
    """Whether this kind needs the decoders of documents rather than those of pictures."""
    return kind in _DOCUMENTS


def is_shown(kind: ContentKind) -> bool:
    """Whether a page of this kind can be shown. Loads no decoder."""
    return kind in _DOCUMENTS or is_decodable(kind)


def load_libraries() -> None:
    """Load all that documents may need, for a child that cannot load anything later."""
    with contextlib.suppress(ImportError, OSError):
        for name in _LIBRARIES:
            importlib.import_module(name)
        dicom_frames.warm_up()


def page_of(data: bytes, wish: Wish) -> Page:
    """The page that is wished for, upright; a page beyond the last is the last.

    Raises:
        UnreadablePicture, PictureTooLarge
    """
    if len(data) > BYTE_LIMIT:
        raise PictureTooLarge(TOO_LARGE)
    kind = sniff(data)
    if kind not in _DOCUMENTS:
        return _cut(_of_picture(data, kind, wish), wish.region)
    try:
        with translating():
            return _cut(_DOCUMENTS[kind](data, wish), wish.region)
    except UnreadablePicture as error:
        if isinstance(error.__cause__, ImportError):
            raise UnreadablePicture(KIND_UNSUPPORTED) from error
        raise


def _cut(page: Page, region: Region) -> Page:
    """The page with nothing but the region in its picture; at least a pixel, whatever is asked."""
    if region == WHOLE:
        return page
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    width, height = page.picture.width, page.picture.height
    left, top = (
        int(max(0.0, share) * side) for share, side in zip(region[:2], (width, height), strict=True)
    )
    left, top = min(left, width - 1), min(top, height - 1)
    right = max(left + 1, min(width, math.ceil(region[2] * width)))
    below = max(top + 1, min(height, math.ceil(region[3] * height)))
    whole = Image.frombuffer("RGBA", (width, height), page.picture.rgba, "raw", "RGBA", 0, 1)
    part = whole.crop((left, top, right, below))
    picture = Picture(part.width, part.height, part.tobytes())
    shares = (left / width, top / height, right / width, below / height)
    return replace(page, picture=picture, region=shares)


def _of_picture(data: bytes, kind: ContentKind, wish: Wish) -> Page:
    count = page_count(data) if kind is ContentKind.TIFF else 1
    number = max(0, min(wish.page, count - 1))
    picture = decode(data, longest=wish.longest, page=number)
    with translating():
        header = opened(data, number)
        width, height = header.size
        if orientation(header) >= _SIDEWAYS and kind is not ContentKind.HEIF:
            width, height = height, width
    return Page(picture, number, count, width, height, min(max(width, height), LONGEST_LIMIT))
