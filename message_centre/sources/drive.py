"""What every virtual drive can do, so that one source serves them all.

An adapter of a drive translates its SDK's calls and errors and decides nothing: which rows there are,
what a release means and what is told to people is decided once, in `drive_source`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

#: A small picture that is larger than this is none.
MOST_OF_THUMBNAIL = 4 << 20


@dataclass(frozen=True, slots=True)
class DriveFile:
    """One file as a drive lists it.

    `id` is the drive's own identity for it, `revision` changes whenever its bytes do (an ETag or a
    rev); `size` is in bytes, `modified_ns` in nanoseconds since 1970.
    """

    id: str
    name: str
    size: int
    modified_ns: int
    revision: str


class Removal(Enum):
    """What became of the wish to remove one revision of a file."""

    REMOVED = "removed"
    #: There was no such file any more, by whatever way: an answer of ours may have been lost.
    GONE = "gone"
    #: The drive holds another revision; it was left.
    CHANGED = "changed"


def some_of(chunks: Iterator[bytes], most: int) -> bytes | None:
    """What comes, or None if it is more than that."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > most:
            return None
    return bytes(held)


class Drive(Protocol):
    """One folder of one account. Any thread; our errors and no others come out of it.

    Raises:
        SourceOffline (RateLimited), SignInNeeded, AccessDenied, and what a method names.
    """

    def files(self, check: Callable[[int], None]) -> Iterator[DriveFile]:
        """Every file directly inside, nothing downloaded; `check` hears the count and may raise."""

    def find(self, file_id: str) -> DriveFile | None:
        """The file as it stands now, or None if it is gone."""

    def read(
        self, file: DriveFile, *, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of exactly this revision; read whole they are checked by the drive's own hash.

        Raises:
            FileGone, FileChanged
        """

    def thumbnail(self, file: DriveFile, longest: int) -> bytes | None:
        """A small picture that the drive makes of this revision, as a file; None if it makes none.

        Raises:
            FileGone, FileChanged
        """

    def remove(self, file_id: str, revision: str, sha256: str) -> Removal:
        """Remove exactly this revision, of which the bytes with this digest were filed."""


@runtime_checkable
class RemovesMany(Protocol):
    """A drive that can be asked to remove several revisions by one call."""

    #: So many at most by one call.
    many: int

    def remove_many(self, wanted: Sequence[tuple[str, str]]) -> bool:
        """Remove exactly these revisions of these files, each on its own condition.

        True if every one is known to be removed. Otherwise some may be, and `remove` tells of each.

        Raises:
            SourceOffline (RateLimited), SignInNeeded, AccessDenied: likewise.
        """
