"""One page of whatever can be shown: a picture, a page of a TIFF or PDF, a frame of a DICOM file."""

import contextlib
import importlib

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
from message_centre.services.ports import Page, Wish

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
        return _of_picture(data, kind, wish)
    try:
        with translating():
            return _DOCUMENTS[kind](data, wish)
    except UnreadablePicture as error:
        if isinstance(error.__cause__, ImportError):
            raise UnreadablePicture(KIND_UNSUPPORTED) from error
        raise


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
