"""The files of an invented Dropbox account: every revision is kept, every change is remembered."""

import hashlib
import itertools
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dropbox import files

BLOCK = 4 << 20
_BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """One revision of one file."""

    id: str
    rev: str
    path: str
    data: bytes
    modified: datetime

    @property
    def metadata(self) -> files.FileMetadata:
        """As Dropbox shows it."""
        when = self.modified.replace(tzinfo=None)
        return files.FileMetadata(
            name=name_of(self.path),
            id=self.id,
            client_modified=when,
            server_modified=when,
            rev=self.rev,
            size=len(self.data),
            path_lower=self.path.lower(),
            path_display=self.path,
            is_downloadable=True,  # rclone 1.75 takes a file for a document where this is missing
            content_hash=content_hash(self.data),
        )


class DropboxTree:
    """Paths differ by more than their case; an overwritten file keeps its id and gets a new rev."""

    def __init__(self) -> None:
        self._guard = threading.RLock()
        self._numbers = itertools.count(1)
        self._live: dict[str, Held] = {}
        self._folders: dict[str, str] = {}
        self._revisions: dict[str, Held] = {}
        #: What happened to which path: its file then, or None where it was removed.
        self._changes: list[tuple[str, Held | None]] = []

    def put(self, path: str, data: bytes) -> Held:
        """Create or overwrite."""
        with self._guard:
            number = next(self._numbers)
            before = self._live.get(path.lower())
            held = Held(
                id=before.id if before else f"id:a4ayc_80_OEAAAAA{number:08d}",
                rev=f"0{number:015x}",
                path=path,
                data=data,
                modified=_BEGINNING + timedelta(seconds=number),
            )
            self.make_folder(parent_of(path))
            self._show(held)
            return held

    def make_folder(self, path: str) -> None:
        """Create a folder and those above it."""
        with self._guard:
            while path:
                self._folders.setdefault(path.lower(), path)
                path = parent_of(path)

    def move(self, path: str, to: str) -> Held:
        """The same id and bytes at another path, under a new rev."""
        with self._guard:
            before = self._live[path.lower()]
            self.remove(path)
            held = replace(before, path=to, rev=f"0{next(self._numbers):015x}")
            self.make_folder(parent_of(to))
            self._show(held)
            return held

    def remove(self, path: str) -> Held:
        """Remove the file of this path; its revisions stay."""
        with self._guard:
            self._changes.append((path.lower(), None))
            return self._live.pop(path.lower())

    def find(self, path: str) -> Held | None:
        """The file of a path, an `id:` or a `rev:`; old revisions are found by `rev:` only."""
        with self._guard:
            if path.startswith("rev:"):
                return self._revisions.get(path.removeprefix("rev:"))
            if path.startswith("id:"):
                return next((held for held in self._live.values() if held.id == path), None)
            return self._live.get(path.lower())

    def has_folder(self, path: str) -> bool:
        """Whether there is such a folder; the root always is."""
        with self._guard:
            return not path or path.lower() in self._folders

    def entries(self, path: str, *, deep: bool) -> list[files.Metadata]:
        """What is in a folder, folders first."""
        with self._guard:
            found: list[files.Metadata] = [
                _folder(folder) for folder in self._folders.values() if _is_in(folder, path, deep)
            ]
            found += [
                held.metadata for held in self._live.values() if _is_in(held.path, path, deep)
            ]
            return found

    @property
    def position(self) -> int:
        """How many changes there were."""
        with self._guard:
            return len(self._changes)

    def since(self, position: int, path: str, *, deep: bool) -> list[files.Metadata]:
        """What changed in a folder after a position, in order."""
        with self._guard:
            return [
                held.metadata if held else _deleted(changed)
                for changed, held in self._changes[position:]
                if _is_in(changed, path, deep)
            ]

    def names(self, path: str = "") -> list[str]:
        """The names of the files directly in a folder."""
        with self._guard:
            held = [held.path for held in self._live.values() if _is_in(held.path, path, False)]
        return sorted(name_of(one) for one in held)

    def state(self) -> tuple[Any, ...]:
        """Everything, to begin again from."""
        with self._guard:
            return (
                dict(self._live),
                dict(self._folders),
                dict(self._revisions),
                list(self._changes),
            )

    def begin_again(self, state: tuple[Any, ...]) -> None:
        """Everything as it was then; ids and revisions are never given out twice."""
        with self._guard:
            live, folders, revisions, changes = state
            self._live, self._folders = dict(live), dict(folders)
            self._revisions, self._changes = dict(revisions), list(changes)

    def _show(self, held: Held) -> None:
        self._live[held.path.lower()] = held
        self._revisions[held.rev] = held
        self._changes.append((held.path.lower(), held))


def content_hash(data: bytes) -> str:
    """Dropbox's hash: SHA-256 over the SHA-256 of each block of 4 MiB."""
    blocks = (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
    return hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in blocks)).hexdigest()


def name_of(path: str) -> str:
    """What comes after the last slash."""
    return path.rpartition("/")[2]


def parent_of(path: str) -> str:
    """What comes before the last slash: empty for the root."""
    return path.rpartition("/")[0]


def _is_in(path: str, folder: str, deep: bool) -> bool:
    parent = parent_of(path.lower())
    return parent == folder.lower() or (deep and parent.startswith(f"{folder.lower()}/"))


def _folder(path: str) -> files.FolderMetadata:
    return files.FolderMetadata(
        name=name_of(path),
        id=f"id:folder{hash_of(path)}",
        path_lower=path.lower(),
        path_display=path,
    )


def _deleted(path: str) -> files.DeletedMetadata:
    return files.DeletedMetadata(name=name_of(path), path_lower=path, path_display=path)


def hash_of(path: str) -> str:
    """A short name for a path."""
    return hashlib.sha256(path.lower().encode()).hexdigest()[:16]
