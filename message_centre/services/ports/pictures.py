"""Decoding, behind limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from message_centre.domain.records import TakenFrom


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What a file says about itself. `taken_at` carries an offset."""

    taken_at: datetime | None = None
    taken_from: TakenFrom | None = None
    width: int = 0
    height: int = 0
    format_name: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class WrittenIdentity:
    """What a file says of its patient: the fields of a DICOM header, or the texts of a picture's tags.

    Whoever wrote it may have been wrong; it is a hint for a person, and plain text.
    """

    patient_id: str = ""
    name: str = ""
    birth_date: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded pixels: 8-bit RGBA rows without padding, upright."""

    width: int
    height: int
    rgba: bytes


#: Left, top, right and bottom, as shares of width and height.
Region = tuple[float, float, float, float]
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which page of a file is wanted, and how large.

    `window` is centre and width of the greys that a DICOM frame is shown with; without it the file's.
    `region` is the part that is handed out: left, top, right and bottom as shares of the page, which
    as a whole has `longest` pixels on its longer side.
    """

    longest: int
    page: int = 0
    window: tuple[float, float] | None = None
    region: Region = WHOLE


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a file: of a PDF or TIFF, or a frame of a DICOM file; a photo is one page.

    `width` and `height` are the page in full, upright; asking for more than `most` pixels on the
    longer side brings nothing. `window` is the one in force, where there is such a thing. `picture`
    holds the `region` of the page. `pause` is how many milliseconds each page is shown for, where the
    pages are a film; 0 where they are not.
    """

    picture: Picture
    number: int = 0
    count: int = 1
    width: int = 0
    height: int = 0
    most: int = 0
    window: tuple[float, float] | None = None
    region: Region = WHOLE
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Film:
    """The frames of an animation, all of one size, each with the milliseconds that it is shown.

    `is_whole` is false where frames were left out to stay within limits.
    """

    frames: tuple[Picture, ...] = ()
    pauses: tuple[int, ...] = ()
    is_whole: bool = True


class Imager(Protocol):
    """Decoding behind limits."""

    def picture(self, data: bytes, *, longest: int) -> Picture:
        """The picture, upright, at most `longest` pixels on its longer side.

        Raises:
            UnreadablePicture, PictureTooLarge
        """

    def facts(self, data: bytes) -> CaptureFacts:
        """Facts from the head of the file; empty facts if it tells none. Never raises."""

    def facts_of_all(self, heads: Sequence[bytes]) -> list[CaptureFacts]:
        """The same for several files, in their order, for less than the price of one by one."""

    def identities(self, heads: Sequence[bytes]) -> list[WrittenIdentity]:
        """What the heads of these files say of their patients, in their order. Never raises."""

    def page(self, data: bytes, wish: Wish) -> Page:
        """One page of a picture, a PDF or a DICOM file; a page beyond the last is the last.

        Raises:
            UnreadablePicture, PictureTooLarge
        """

    def film(self, data: bytes, *, longest: int) -> Film:
        """The frames of an animation; none at all of a file that does not move.

        Raises:
            UnreadablePicture, PictureTooLarge
        """

    def poster(self, path: Path, *, longest: int) -> Picture:
        """A picture a moment into the video at this path, which nobody else writes to.

        Raises:
            UnreadablePicture
        """
