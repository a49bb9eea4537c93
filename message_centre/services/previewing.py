"""Previews: a picture, a text or a reason for a file that is listed or on record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from message_centre.domain.files import SourceFile
from message_centre.domain.records import Record
from message_centre.services.ports import CaptureFacts, Imager, ImageStore, Picture, Source


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown of one file: a picture, or plain text, or the reason why neither."""

    picture: Picture | None = None
    text: str = ""
    facts: CaptureFacts = field(default_factory=CaptureFacts)
    reason: str = ""


class ThumbnailCache(Protocol):
    """Small pictures on disk; losing any of them is harmless."""

    def get(self, sha256: str) -> Picture | None:
        """The kept picture, or None if there is none or it cannot be read. Never raises."""

    def keep(self, sha256: str, picture: Picture) -> None:
        """Keep a picture; failing to do so is silent."""

    def forget(self, sha256: str) -> None:
        """Remove what is kept of these bytes, if anything."""


class Previewer:
    """Shows files without ever executing, rendering or trusting them. Call on any thread."""

    def __init__(
        self,
        *,
        open_source: Callable[[str], Source | None],
        store: ImageStore,
        imager: Imager,
        cache: ThumbnailCache,
    ) -> None:
        self._open_source = open_source
        self._store = store
        self._imager = imager
        self._cache = cache

    def of_source(self, file: SourceFile, *, longest: int) -> Preview:
        """Preview of a listed file, read through its source; a failure is a `reason`."""
        raise NotImplementedError

    def of_record(self, record: Record, *, longest: int) -> Preview:
        """Preview of a stored file; a failure is a `reason`."""
        raise NotImplementedError

    def thumbnail(self, record: Record) -> Picture:
        """The stored picture at 256 pixels, from the cache where it is known.

        Raises:
            UnreadablePicture, PictureTooLarge, RecordWithoutFile
        """
        raise NotImplementedError

    def forget(self, sha256: str) -> None:
        """Remove the cached picture of bytes that were withdrawn."""
        self._cache.forget(sha256)
