"""This computer's clock, the sources and the stores: where bytes come from and where they go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from message_centre.domain.files import (
    Destination,
    FileKey,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
)
from message_centre.domain.outcomes import Released
from message_centre.services.work import CancelToken, Report

#: Hears of some of a source's files while the look at the others goes on.
Found = Callable[[Sequence[SourceFile]], None]


def unheard(files: Sequence[SourceFile]) -> None:
    """Hear nothing."""
    del files


class Clock(Protocol):
    """The time, replaceable in tests."""

    def now(self) -> datetime:
        """The present moment in local time, with offset."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A source file that is on record: where it stood, its bytes, the import that filed it.

    `blake3` is known, and may stand for `sha256`, in the run that has just filed it. Where a
    `fingerprint` is known, a file of another identity under that name is not the one that was filed.
    """

    key: FileKey
    sha256: str
    import_id: str
    blake3: str = ""
    fingerprint: str = ""


class OpenedFile(Protocol):
    """A source file held open through one handle, verified to be the one that was seen."""

    def chunks(self, at_most: int | None = None) -> Iterator[bytes]:
        """The bytes, from the start; where each costs time on its way, no more than `at_most`."""

    def check_unchanged(self) -> None:
        """Raise `FileChanged` unless the handle and the name still show the same file."""


class Source(Protocol):
    """A place files come from."""

    @property
    def source_id(self) -> str:
        """Stable for the same place, on every workstation that names it alike."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def kind(self) -> SourceKind:
        """What sort of place it is."""

    def list_files(self, token: CancelToken, report: Report, found: Found = unheard) -> Listing:
        """Everything directly inside, with states; an unreachable place is a state, never an error.

        Where the look takes long, `found` may hear on this thread of the first files, each fully judged
        and once; all of them are in the listing too, unless the place is lost meanwhile.
        """

    def open(self, key: FileKey, fingerprint: Fingerprint) -> AbstractContextManager[OpenedFile]:
        """Open exactly the file that was seen.

        Raises:
            FileGone, FileChanged, FileBusy, AccessDenied, SourceOffline
        """

    def peek(self, key: FileKey, fingerprint: Fingerprint, length: int) -> tuple[bytes, bytes]:
        """The first and the last `length` bytes, without reading what lies between.

        Raises:
            FileGone, FileChanged, AccessDenied, SourceOffline
        """

    def thumbnail(self, key: FileKey, fingerprint: Fingerprint, longest: int) -> bytes | None:
        """A small picture that the place itself makes of the file that was seen, as a file.

        About `longest` pixels on its longer side; None where the place makes none.

        Raises:
            FileGone, FileChanged, AccessDenied, SourceOffline
        """

    def release(self, filed: Sequence[Filed]) -> tuple[Released, ...]:
        """Remove exactly the filed bytes, one answer each; may be repeated after any interruption.

        Never raises for the place's sake: what could not be removed is KEPT with the reason, what is
        another file now is CHANGED and stays or is given back.
        """

    def still_has(self, key: FileKey, *, sha256: str, import_id: str) -> bool:
        """Whether the place holds the filed bytes, under their name or set aside for this import.

        Raises:
            SourceOffline: the place cannot be looked at now.
        """

    def still_there(self, key: FileKey, fingerprint: str) -> bool:
        """Whether the place still shows the file that was claimed, as the written fingerprint says.

        Raises:
            SourceOffline: the place cannot be looked at now.
        """

    def restore(self, key: FileKey, *, import_id: str) -> None:
        """Give a file that was set aside for this import its name back; nothing set aside is fine."""

    def put_back(self, filed: Filed, chunks: Iterable[bytes]) -> FileKey:
        """Put a withdrawn file back, durably and under a free name; may be repeated.

        `filed.import_id` is that of the withdrawal. Where the fingerprint is known the file gets the
        time it had, if the place can keep it: it says when a photo was taken, and that the file is
        at rest. Returns the key under which it stands.

        Raises:
            AccessDenied, SourceOffline, StoreFull
        """

    def watch(self, look_again: Callable[[], None]) -> None:
        """Call `look_again`, on the watcher's thread, when something may have changed.

        May be called again at any time: a watch that died with its place is begun anew.
        """

    def unwatch(self) -> None:
        """Stop watching and join the watcher's thread."""


@dataclass(frozen=True, slots=True)
class TreePart:
    """The folder to which `way` leads, and what is inside it, or only the files directly there."""

    way: tuple[str, ...] = ()
    is_deep: bool = True


class TreeSource(Source, Protocol):
    """A folder whose files stand in sub-folders: a tower's root, or one that a person chose."""

    def list_below(self, part: TreePart, token: CancelToken, report: Report) -> Listing:
        """As `list_files`, of a part of the tree."""


class Trees(Protocol):
    """Makes the sources of folders with sub-folders."""

    def tree(self, path: Path, *, copies: bool) -> TreeSource:
        """The source of that folder; one that copies removes nothing and writes nothing there."""

    def by_id(self, source_id: str) -> Source | None:
        """The source with that id, or None if its kind is not known here."""


class SourceRegistry(Protocol):
    """Makes sources from what is configured or remembered."""

    def folder(self, path: Path) -> Source:
        """The source of a watched folder; the same object for the same folder."""

    def returned(self) -> Source:
        """The inbox of this home for withdrawn files whose source cannot take them back."""

    def by_id(self, source_id: str) -> Source | None:
        """The source with that id, configured or not, or None if its kind is not known here."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that lie in the store, told by their digests and size in bytes.

    BLAKE3 is as hard to forge as SHA-256 and reads several times as fast: a run that has just staged
    a file looks at it again by that. The record keeps SHA-256.
    """

    sha256: str
    size: int
    blake3: str


class ImageStore(Protocol):
    """The stores under one roof: Images and Documents, each with its marker and staging yard."""

    def check(self, destination: Destination) -> None:
        """Raise `StoreUnreachable` unless the store with the known marker is there."""

    def stage(self, destination: Destination, import_id: str, chunks: Iterable[bytes]) -> Staged:
        """Write a new staging file, hashing what is written; `flush` makes it durable.

        Raises:
            StoreFull, AccessDenied, StoreUnreachable
        """

    def flush(self, destination: Destination, import_ids: Sequence[str]) -> None:
        """Return only when the bytes of these staged files are on the disk; their names need not be.

        Raises:
            StoreFull, StoreUnreachable: the staged files must be thrown away.
        """

    def is_whole(self, destination: Destination, import_id: str, staged: Staged) -> bool:
        """Whether the disk gives back the bytes that were staged, read anew."""

    def publish(self, destination: Destination, moves: Sequence[tuple[str, str]]) -> None:
        """Move staged files (import id) onto their shelves (shelf path), and flush the folders.

        Nothing is replaced; a move that was made before is fine.
        """

    def discard(self, destination: Destination, import_id: str, shelf_path: str) -> None:
        """Remove this import's own unrecorded copies, staged or shelved; their absence is fine."""

    def remove(self, destination: Destination, shelf_path: str, *, sha256: str) -> None:
        """Remove a stored file whose bytes were withdrawn and stand verified elsewhere; repeatable."""

    def set_aside(self, destination: Destination, import_id: str, shelf_path: str) -> str:
        """Move a copy that may be the last one into `lost+found`; where, or empty if there was none."""

    def measure(self, destination: Destination, shelf_path: str) -> Staged | None:
        """Digests and size of a stored file, or None if it is not there."""

    def chunks(self, destination: Destination, shelf_path: str) -> Iterator[bytes]:
        """The bytes of a stored file.

        Raises:
            RecordWithoutFile
        """

    def path(self, destination: Destination, shelf_path: str) -> Path:
        """The absolute path of a stored file, whether or not it is there."""

    def walk(self, destination: Destination) -> Iterator[tuple[str, bool]]:
        """Every file inside: shelf path, and whether it lies in staging."""
