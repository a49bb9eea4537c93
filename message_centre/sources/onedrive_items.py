"""What Microsoft Graph says of a file, and the checksum its bytes are held against."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from message_centre.domain.errors import SourceOffline
from message_centre.domain.kinds import extension_of
from message_centre.sources.drive import DriveFile
from message_centre.sources.quick_xor_hash import QuickXorHash

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINK = "@microsoft.graph.downloadUrl"
#: Strongest first; one of them is enough.
_SUMS = ("sha256Hash", "sha1Hash", "quickXorHash")
#: The small pictures of a file, smallest first.
_THUMBNAILS = ("small", "medium", "large")
#: Kinds for which the service is known to deliver other bytes than it lists: it rewrites Office files,
#: and of a live photo it delivers the picture alone.
_LISTED_FALSELY = frozenset(
    f".{word}" for word in "heic heif doc docx docm xls xlsx xlsm ppt pptx pptm".split()
)


@dataclass(frozen=True, slots=True)
class Item:
    """One file as Graph described it; `link` is its own permission, so it is never shown."""

    file: DriveFile
    sum_kind: str
    sum_text: str
    link: str = field(repr=False)

    @property
    def may_be_listed_falsely(self) -> bool:
        """Whether bytes that came twice alike may be these, though the checksum is another's."""
        return not self.sum_kind or extension_of(self.file.name) in _LISTED_FALSELY


class Summing:
    """The SHA-256 of bytes as they come, and whether they bear the item's checksum."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._sha256 = hashlib.sha256()
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._xor = QuickXorHash()
        self._length = 0

    def update(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        self._length += len(chunk)
        self._sha256.update(chunk)
        if self._item.sum_kind == "sha1Hash":
            self._sha1.update(chunk)
        elif self._item.sum_kind == "quickXorHash":
            self._xor.update(chunk)

    @property
    def sha256(self) -> str:
        """Of what was taken in so far."""
        return self._sha256.hexdigest()

    @property
    def is_as_listed(self) -> bool:
        """Whether the drive listed a checksum, and these bytes bear it and the listed length."""
        if self._length != self._item.file.size:
            return False
        if self._item.sum_kind == "quickXorHash":
            return self._xor.text() == self._item.sum_text
        ours = {"sha256Hash": self._sha256, "sha1Hash": self._sha1}.get(self._item.sum_kind)
        return ours is not None and ours.hexdigest() == self._item.sum_text.lower()


def item_from(body: Mapping[str, object]) -> Item | None:
    """A file, or None for whatever else stands in a folder.

    Raises:
        SourceOffline: this is not how Graph describes anything.
    """
    if not isinstance(body.get("file"), Mapping) or "deleted" in body or "remoteItem" in body:
        return None
    try:
        file = DriveFile(
            id=_text(body, "id"),
            name=_text(body, "name"),
            size=_size(body),
            modified_ns=_modified_ns(body),
            revision=_text(body, "eTag"),
        )
    except ValueError as error:
        raise SourceOffline("OneDrive describes a file in a way that is not known.") from error
    link = body.get(_LINK)
    return Item(file, *_sum(_inner(_inner(body, "file"), "hashes")), str(link or ""))


def thumbnail_link(body: Mapping[str, object], longest: int) -> str:
    """Where the smallest of an item's small pictures lies that is large enough, or else the largest."""
    sets = body.get("thumbnails")
    first = sets[0] if isinstance(sets, list) and sets else {}
    found = [_inner(first, size) for size in _THUMBNAILS] if isinstance(first, Mapping) else []
    links = [(_longer(one), one.get("url")) for one in found if one.get("url")]
    enough = [link for side, link in links if side >= longest] or [link for _, link in links[-1:]]
    return str(enough[0]) if enough else ""


def _longer(one: Mapping[str, object]) -> int:
    sides = (one.get("width"), one.get("height"))
    return max((side for side in sides if isinstance(side, int)), default=0)


def _sum(hashes: Mapping[str, object]) -> tuple[str, str]:
    for kind in _SUMS:
        told = hashes.get(kind)
        if isinstance(told, str) and told:
            return kind, told
    return "", ""


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _size(body: Mapping[str, object]) -> int:
    value = body.get("size")
    if not isinstance(value, int) or value < 0:
        raise ValueError("size")
    return value


def _modified_ns(body: Mapping[str, object]) -> int:
    """The time the person's own computer gave the file, else the drive's."""
    told = _inner(body, "fileSystemInfo").get("lastModifiedDateTime")
    moment = datetime.fromisoformat(
        told if isinstance(told, str) else _text(body, "lastModifiedDateTime")
    )
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1) * 1000


def _inner(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}
