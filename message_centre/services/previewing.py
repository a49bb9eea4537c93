"""Previews: a picture, a text or a reason for a file that is listed or on record.

A file that is shown is read once and let go of: its further pages come from the bytes in memory, so
that nothing stands in the way of moving it.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from message_centre.domain.content_kinds import EXPECTED
from message_centre.domain.contents import HEAD_BYTES, ContentKind, sniff
from message_centre.domain.embedded_thumbnails import EMBEDDED_BYTES, embedded_thumbnail
from message_centre.domain.errors import (
    FileGone,
    MessageCentreError,
    PictureTooLarge,
    RecordWithoutFile,
    UnreadablePicture,
)
from message_centre.domain.files import SourceFile
from message_centre.domain.plain_text import TEXT_BYTES, plain_text
from message_centre.domain.records import Record, RecordState
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.ports import (
    CaptureFacts,
    Film,
    Imager,
    ImageStore,
    Page,
    Picture,
    Source,
    Wish,
)
from message_centre.services.postering import poster_of

#: A file larger than this is not read for a preview.
BYTE_LIMIT = 64 * 1024 * 1024
THUMBNAIL_PIXELS = 256
#: A larger file of a drive is not fetched for a small picture alone.
_FETCHED_FOR_SMALL = 16 * 1024 * 1024
#: Facts are asked of this much of a file that is not read whole.
_FACT_BYTES = max(TEXT_BYTES, HEAD_BYTES)

_TEXTS = frozenset(
    {ContentKind.TEXT, ContentKind.XML, ContentKind.HTML, ContentKind.SVG, ContentKind.SCRIPT}
)
_DOCUMENTS = frozenset({ContentKind.PDF, ContentKind.DICOM})
_NOT_SHOWN = "{} documents are not previewed here."
_VIDEOS = "Videos are not previewed here."
_SOUNDS = "Sound files are not previewed here."
_SOUND_KINDS = (
    ContentKind.MP3,
    ContentKind.MP4_SOUND,
    ContentKind.WAV,
    ContentKind.AIFF,
    ContentKind.AMR,
    ContentKind.FLAC,
    ContentKind.OGG,
)
_REASONS = {
    ContentKind.RTF: _NOT_SHOWN.format("RTF"),
    ContentKind.OFFICE_OPEN: _NOT_SHOWN.format("Office"),
    ContentKind.OLE: "Documents of this kind are not previewed here.",
    ContentKind.MP4: _VIDEOS,
    ContentKind.MOV: _VIDEOS,
    ContentKind.AVI: _VIDEOS,
    ContentKind.MPEG: _VIDEOS,
    ContentKind.WINDOWS_MEDIA: _VIDEOS,
    ContentKind.MATROSKA: _VIDEOS,
    **dict.fromkeys(_SOUND_KINDS, _SOUNDS),
    ContentKind.ZIP: "Archives are not opened here.",
    ContentKind.PROGRAM: "The content is a program. It is never opened.",
    ContentKind.EMPTY: "The file is empty.",
    ContentKind.UNKNOWN: "Files of this kind are not previewed here.",
}
_TOO_LARGE = f"Files larger than {BYTE_LIMIT >> 20} MB are not previewed here."
_DOCUMENT_TOO_LARGE_TO_FETCH = f"Documents larger than {_FETCHED_FOR_SMALL >> 20} MB are not fetched from a drive to be looked at."
_TOO_LARGE_TO_FETCH = "The drive has no small picture of this file."
_DAMAGED = "The stored file is not the one that was filed. Run the integrity check."
_WITHDRAWN = "This item was withdrawn."


class Medium(Enum):
    """What can be played."""

    VIDEO = "video"
    SOUND = "sound"


_MEDIA = {
    ContentKind.MP4: Medium.VIDEO,
    ContentKind.MOV: Medium.VIDEO,
    ContentKind.AVI: Medium.VIDEO,
    ContentKind.MPEG: Medium.VIDEO,
    ContentKind.WINDOWS_MEDIA: Medium.VIDEO,
    ContentKind.MATROSKA: Medium.VIDEO,
    **dict.fromkeys(_SOUND_KINDS, Medium.SOUND),
}


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file as they were read, of which other pages can be asked."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown of one file: a picture, or plain text, or the reason why neither.

    A picture is a `page` of the file's `content`. A `medium` can be played besides.
    """

    picture: Picture | None = None
    text: str = ""
    facts: CaptureFacts = field(default_factory=CaptureFacts)
    reason: str = ""
    page: Page | None = None
    content: Content | None = None
    medium: Medium | None = None


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
        guard: Guard = open_to_all,
    ) -> None:
        self._guard = guard
        self._open_source = open_source
        self._store = store
        self._imager = imager
        self._cache = cache

    def of_source(self, file: SourceFile, *, longest: int) -> Preview:
        """Preview of exactly the listed file, read through its source; a failure is a `reason`."""
        try:
            self._guard(*LOOKING)
            return self._preview(_seen(self._source_of(file), file), longest)
        except MessageCentreError as error:
            return Preview(reason=error.detail)

    def small(self, file: SourceFile, *, longest: int) -> Picture:
        """A small picture of the listed file or video; of a drive its own, or one of a file not large.

        Of a drive's file that is no picture by its name nothing is fetched.

        Raises:
            UnreadablePicture, PictureTooLarge, FileGone, FileChanged, AccessDenied, SourceOffline
            NotPermitted, NotSignedIn
        """
        self._guard(*LOOKING)
        name = _kept_as(file, longest)
        kept = self._cache.get(name)
        if kept is None:
            kept = self._small(file, longest)
            self._cache.keep(name, kept)
        return kept

    def _small(self, file: SourceFile, longest: int) -> Picture:
        source = self._source_of(file)
        if file.kind.is_drive:
            if not _is_picture_by_name(file.extension):
                raise UnreadablePicture("The file is no picture.")
            made = source.thumbnail(file.key, file.fingerprint, longest)
            if made is not None:
                return self._imager.picture(made, longest=longest)
            if file.size > _FETCHED_FOR_SMALL:
                raise PictureTooLarge(_TOO_LARGE_TO_FETCH)
        seen = _seen(source, file)
        if _MEDIA.get(seen.kind) is Medium.VIDEO and not file.kind.is_drive:
            return poster_of(source, file, self._imager, longest=longest)
        return self._picture(seen, longest)

    def quick(self, file: SourceFile, *, longest: int) -> Picture | None:
        """What can be shown of a listed file at once: what is kept, or what its camera put in front.

        None if there is neither; of a drive nothing is fetched for it. `small` brings the picture itself.

        Raises:
            FileGone, FileChanged, AccessDenied, SourceOffline, NotPermitted, NotSignedIn
        """
        self._guard(*LOOKING)
        kept = self._cache.get(_kept_as(file, longest))
        if kept is not None or file.kind.is_drive or not _is_picture_by_name(file.extension):
            return kept
        head, _ = self._source_of(file).peek(file.key, file.fingerprint, EMBEDDED_BYTES)
        return self._embedded(head, longest)

    def quick_of_record(self, record: Record) -> Picture | None:
        """The same of a stored picture; `thumbnail` brings the picture itself.

        Raises:
            RecordWithoutFile, NotPermitted, NotSignedIn
        """
        self._guard(*LOOKING)
        if record.state is RecordState.WITHDRAWN:
            return None
        kept = self._cache.get(record.sha256)
        if kept is not None:
            return kept
        head = next(iter(self._store.chunks(record.destination, record.shelf_path)), b"")
        return self._embedded(head[:EMBEDDED_BYTES], THUMBNAIL_PIXELS)

    def _embedded(self, head: bytes, longest: int) -> Picture | None:
        found = embedded_thumbnail(head)
        if found is None:
            return None
        try:
            return self._imager.picture(found, longest=longest)
        except UnreadablePicture:
            return None

    def _source_of(self, file: SourceFile) -> Source:
        source = self._open_source(file.key.source_id)
        if source is None:
            raise FileGone("The source of this file is not configured any more.")
        return source

    def of_record(self, record: Record, *, longest: int) -> Preview:
        """Preview of a stored file; a failure is a `reason`."""
        try:
            self._guard(*LOOKING)
            return self._preview(self._stored(record), longest)
        except MessageCentreError as error:
            return Preview(reason=error.detail)

    def page(self, content: Content, wish: Wish) -> Preview:
        """Another page of a file that was read, or the same one larger; a failure is a `reason`."""
        try:
            self._guard(*LOOKING)
            page = self._imager.page(content.data, wish)
        except MessageCentreError as error:
            return Preview(reason=error.detail, content=content)
        return Preview(page.picture, page=page, content=content)

    def film(self, content: Content, *, longest: int) -> Film:
        """The frames of a file that moves; none of one that does not, or that cannot be read.

        Raises:
            NotPermitted, NotSignedIn
        """
        self._guard(*LOOKING)
        try:
            return self._imager.film(content.data, longest=longest)
        except UnreadablePicture:
            return Film()

    def thumbnail(self, record: Record) -> Picture:
        """The stored picture at 256 pixels, from the cache where it is known.

        Raises:
            UnreadablePicture, PictureTooLarge, RecordWithoutFile, NotPermitted, NotSignedIn
        """
        self._guard(*LOOKING)
        if record.state is RecordState.WITHDRAWN:
            raise UnreadablePicture(_WITHDRAWN)
        kept = self._cache.get(record.sha256)
        if kept is not None:
            return kept
        picture = self._picture(self._stored(record), THUMBNAIL_PIXELS)
        self._cache.keep(record.sha256, picture)
        return picture

    def forget(self, sha256: str) -> None:
        """Remove the cached picture of bytes that were withdrawn."""
        self._cache.forget(sha256)

    def _stored(self, record: Record) -> "_Bytes":
        if record.state is RecordState.WITHDRAWN:
            raise UnreadablePicture(_WITHDRAWN)
        seen = _Bytes(self._store.chunks(record.destination, record.shelf_path), record.size)
        # The cache is keyed by the recorded hash: other bytes must never get in under it.
        if seen.is_whole and hashlib.sha256(seen.data).hexdigest() != record.sha256:
            raise RecordWithoutFile(_DAMAGED)
        return seen

    def _preview(self, seen: "_Bytes", longest: int) -> Preview:
        facts = self._imager.facts(seen.data)
        if seen.kind in _TEXTS:
            return Preview(text=plain_text(seen.data), facts=facts)
        try:
            page = self._page(seen, longest)
        except UnreadablePicture as error:
            return Preview(facts=facts, reason=error.detail, medium=_MEDIA.get(seen.kind))
        return Preview(page.picture, facts=facts, page=page, content=Content(seen.data))

    def _page(self, seen: "_Bytes", longest: int) -> Page:
        self._refuse(seen)
        return self._imager.page(seen.data, Wish(longest))

    def _picture(self, seen: "_Bytes", longest: int) -> Picture:
        self._refuse(seen)
        if seen.kind in _DOCUMENTS:
            return self._imager.page(seen.data, Wish(longest)).picture
        return self._imager.picture(seen.data, longest=longest)

    @staticmethod
    def _refuse(seen: "_Bytes") -> None:
        if seen.kind in _REASONS:
            raise UnreadablePicture(_REASONS[seen.kind])
        if seen.kind in _TEXTS:
            raise UnreadablePicture("The content is text, not a picture.")
        if not seen.is_whole:
            raise PictureTooLarge(seen.why_cut)


class _Bytes:
    """As much of a file as its preview needs: all of a picture, the head of anything else."""

    def __init__(self, chunks: Iterable[bytes], size: int) -> None:
        held: list[bytes] = []
        count, wanted = 0, _FACT_BYTES
        self.is_whole = True
        self.why_cut = _TOO_LARGE
        for chunk in chunks:
            held.append(chunk)
            count += len(chunk)
            if wanted == _FACT_BYTES <= count:
                wanted = _wanted(sniff(b"".join(held)[:HEAD_BYTES]), size)
            if count > wanted:
                self.is_whole = False
                break
        self.data = b"".join(held)
        self.kind = sniff(self.data[:HEAD_BYTES])


def _seen(source: Source, file: SourceFile) -> _Bytes:
    """As much of the listed file as its preview needs; no more of it leaves a drive."""
    if file.kind.is_drive and not _is_picture_by_name(file.extension):
        with source.open(file.key, file.fingerprint) as opened:
            head = _Bytes(opened.chunks(_FACT_BYTES), file.size)
        head.is_whole = file.size <= _FACT_BYTES
        if head.is_whole or not _is_fetched(head.kind, file.size):
            head.why_cut = _DOCUMENT_TOO_LARGE_TO_FETCH
            return head
    with source.open(file.key, file.fingerprint) as opened:
        seen = _Bytes(opened.chunks(_at_once(file)), file.size)
        opened.check_unchanged()
    return seen


def _at_once(file: SourceFile) -> int | None:
    """How much of a file is read in one piece: all of what will be wanted whole, by its name."""
    is_wanted = file.size <= BYTE_LIMIT and _is_picture_by_name(file.extension)
    return max(file.size, 1) if is_wanted and not file.kind.is_drive else None


def _kept_as(file: SourceFile, longest: int) -> str:
    """Under which name a small picture of exactly these bytes is kept; it tells nothing of the file's."""
    told = f"{file.key.source_id}\0{file.key.path}\0{file.fingerprint}\0{longest}"
    return hashlib.sha256(told.encode()).hexdigest()


def _is_picture_by_name(extension: str) -> bool:
    expected = EXPECTED.get(extension)
    return expected is not None and any(map(_is_picture, expected.kinds))


def _is_picture(kind: ContentKind) -> bool:
    return kind not in _TEXTS and kind not in _REASONS and kind not in _DOCUMENTS


def _is_fetched(kind: ContentKind, size: int) -> bool:
    """Whether a drive's file that is looked at comes whole, though its name promises no picture."""
    return _is_picture(kind) or (kind in _DOCUMENTS and size <= _FETCHED_FOR_SMALL)


def _wanted(kind: ContentKind, size: int) -> int:
    return (
        BYTE_LIMIT
        if (_is_picture(kind) or kind in _DOCUMENTS) and size <= BYTE_LIMIT
        else _FACT_BYTES
    )
