"""Decoding, behind limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
