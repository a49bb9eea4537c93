"""The imager without a wall: the decoders in this very process. The program itself uses `wall.py`."""

from collections.abc import Sequence
from pathlib import Path

from message_centre.domain.errors import UnreadablePicture
from message_centre.imaging.decoding import decode
from message_centre.imaging.films import film_of
from message_centre.imaging.identities import identity_of
from message_centre.imaging.metadata import facts_of
from message_centre.imaging.pages import page_of
from message_centre.imaging.posters import NO_POSTER
from message_centre.imaging.thumbnail_cache import decoded, encoded
from message_centre.services.ports import (
    CaptureFacts,
    Clock,
    Film,
    Page,
    Picture,
    Wish,
    WrittenIdentity,
)


class PillowImager:
    """Implements `ports.Imager` with Pillow, loaded when the first picture is. Call on any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def picture(self, data: bytes, *, longest: int) -> Picture:
        """The picture, upright, at most `longest` pixels on its longer side.

        Raises:
            UnreadablePicture, PictureTooLarge
        """
        return decode(data, longest=longest)

    def facts(self, data: bytes) -> CaptureFacts:
        """Facts from the head of the file; empty facts if it tells none. Never raises."""
        return facts_of(data, now=self._clock.now())

    def facts_of_all(self, heads: Sequence[bytes]) -> list[CaptureFacts]:
        """The same for several files."""
        return [self.facts(data) for data in heads]

    def identities(self, heads: Sequence[bytes]) -> list[WrittenIdentity]:
        """What the heads of these files say of their patients."""
        return [identity_of(data) for data in heads]

    def page(self, data: bytes, wish: Wish) -> Page:
        """One page of a picture, a PDF or a DICOM file.

        Raises:
            UnreadablePicture, PictureTooLarge
        """
        return page_of(data, wish)

    def film(self, data: bytes, *, longest: int) -> Film:
        """The frames of an animation.

        Raises:
            UnreadablePicture, PictureTooLarge
        """
        return film_of(data, longest=longest)

    def poster(self, path: Path, *, longest: int) -> Picture:
        """None: a video is decoded in a process of its own or not at all.

        Raises:
            UnreadablePicture
        """
        del path, longest
        raise UnreadablePicture(NO_POSTER)

    def encoded(self, picture: Picture) -> bytes:
        """A thumbnail as a file."""
        return encoded(picture)

    def decoded(self, data: bytes) -> Picture:
        """The thumbnail of such a file.

        Raises:
            UnreadablePicture, PictureTooLarge
        """
        return decoded(data)
