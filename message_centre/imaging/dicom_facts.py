"""What the header of a DICOM file says of its picture: when it was taken, by what, and how large it is."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from message_centre.domain.dicom_headers import has_mark
from message_centre.domain.errors import UnreadablePicture
from message_centre.imaging.translating import translating

if TYPE_CHECKING:
    from pydicom import Dataset

_COLUMNS = 0x00280011
#: Day and time of day, in the order in which they are believed; the first are both in one.
_MOMENTS = (
    ("AcquisitionDateTime", ""),
    ("AcquisitionDate", "AcquisitionTime"),
    ("ContentDate", "ContentTime"),
)
_DAY, _SECONDS = 8, 14


def header_of(data: bytes) -> "Dataset | None":
    """The header up to the size of the picture, or None where it cannot be read."""
    from pydicom.errors import BytesLengthException, InvalidDicomError  # noqa: PLC0415 - as below
    from pydicom.filereader import read_partial  # noqa: PLC0415 - loaded for documents alone

    try:
        with translating():
            return read_partial(
                io.BytesIO(data), lambda tag, *_: int(tag) > _COLUMNS, force=not has_mark(data)
            )
    except (BytesLengthException, InvalidDicomError, UnreadablePicture):
        return None


def taken_at(header: "Dataset") -> datetime | None:
    """When the picture was taken, by this computer's zone; None where the header names no moment."""
    for day, time in _MOMENTS:
        text = _text(header, day) + (_text(header, time) if time else "")
        digits = text.partition(".")[0]
        try:
            if len(digits) >= _DAY:
                # A time may end with its hour or its minute.
                full = digits.ljust(_SECONDS, "0")[:_SECONDS]
                return datetime.strptime(full, "%Y%m%d%H%M%S").astimezone()
        except (ValueError, OverflowError, OSError):
            continue
    return None


def device(header: "Dataset") -> str:
    """Maker and model."""
    maker, model = _text(header, "Manufacturer"), _text(header, "ManufacturerModelName")
    return model if model.lower().startswith(maker.lower()) else f"{maker} {model}".strip()


def size(header: "Dataset") -> tuple[int, int]:
    """Columns and rows; noughts where there is no picture."""
    try:
        return int(_text(header, "Columns") or 0), int(_text(header, "Rows") or 0)
    except ValueError:
        return 0, 0


def _text(header: "Dataset", keyword: str) -> str:
    try:
        with translating():
            return str(header.get(keyword) or "").strip()
    except UnreadablePicture:
        return ""
