"""Stage, publish, open and discard inside the stores' roots.

Each root (Images, Documents) has a marker file with its identity, so that an unmounted share is
never taken for an empty store, and a yard `.staging` on the same file system.
"""

import json
import os
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from message_centre.domain.errors import RecordWithoutFile, StoreUnreachable
from message_centre.domain.files import Destination
from message_centre.host import durable
from message_centre.host.digests import Digest, blake3_of, sha256_of
from message_centre.host.os_errors import store_errors
from message_centre.host.paths import is_network_folder
from message_centre.services.ports import Staged

MARKER = ".message-centre-store"
STAGING = ".staging"
LOST_AND_FOUND = "lost+found"
_READ_ONLY = 0o400
#: From so many flushes on, one flush of the whole file system is cheaper (measured).
MANY = 20


class FolderImageStore:
    """Implements `services.ports.ImageStore` in folders.

    `roots` tells where each store stands now; `identities` the marker each must carry.
    """

    def __init__(
        self,
        roots: Callable[[Destination], Path],
        identities: Mapping[Destination, str],
    ) -> None:
        self._roots = roots
        self._identities = identities

    def check(self, destination: Destination) -> None:
        """Raise `StoreUnreachable` unless the store with the known marker is there."""
        found = read_marker(self._roots(destination))
        if found is None:
            raise StoreUnreachable(
                "The store's folder is not there or has lost its marker; is its disk connected?"
            )
        if found != self._identities[destination]:
            raise StoreUnreachable("The store's folder belongs to another practice's record.")

    def stage(self, destination: Destination, import_id: str, chunks: Iterable[bytes]) -> Staged:
        """Write a new staging file; `flush` makes it durable."""
        with store_errors():
            part = self._part(destination, import_id)
            return _staged(durable.write_new(part, chunks, flushed=False))

    def flush(self, destination: Destination, import_ids: Sequence[str]) -> None:
        """Flush staged files: one call for many, one each for few.

        Their names in the yard need not last: whatever happens before `publish`, they are thrown away.
        """
        yard = self._roots(destination) / STAGING
        with store_errors():
            if len(import_ids) >= MANY and durable.sync_file_system(yard):
                return
            for import_id in import_ids:
                durable.sync_file(self._part(destination, import_id))

    def is_whole(self, destination: Destination, import_id: str, staged: Staged) -> bool:
        """Read the staging file anew and compare; on a share past this computer's own cache."""
        part = self._part(destination, import_id)
        with store_errors():
            anew = durable.reading_anew(part, past_cache=is_network_folder(part.parent))
            return blake3_of(anew) == staged.blake3

    def publish(self, destination: Destination, moves: Sequence[tuple[str, str]]) -> None:
        """Move staged files onto their shelves; a repeated call finds it done."""
        named = [
            (self._part(destination, import_id), self.path(destination, shelf_path))
            for import_id, shelf_path in moves
        ]
        folders = dict.fromkeys(final.parent for _, final in named)
        with store_errors():
            for folder in folders:
                durable.make_folders(folder, flushed=False)
            for part, final in named:
                if part.exists():
                    os.chmod(part, _READ_ONLY)  # noqa: PTH101 - one system call, seen by the crash suite
                    durable.give_name(part, final)
            self._flush_names(destination, folders)

    def _flush_names(self, destination: Destination, folders: Collection[Path]) -> None:
        """Flush shelves, what holds them, and the yard the files came from."""
        root = self._roots(destination)
        # The folders above too: another workstation may have made a shelf a moment ago, or this
        # very call left them to this flush.
        above = (one for folder in folders for one in (folder.parent, folder.parent.parent))
        wanted = dict.fromkeys([*folders, *above, root / STAGING])
        if len(folders) >= MANY and durable.sync_file_system(root):
            return
        for folder in wanted:
            durable.sync_folder(folder)

    def discard(self, destination: Destination, import_id: str, shelf_path: str) -> None:
        """Remove this import's own unrecorded copies."""
        with store_errors():
            for path in (self.path(destination, shelf_path), self._part(destination, import_id)):
                durable.remove(path)

    def remove(self, destination: Destination, shelf_path: str, *, sha256: str) -> None:
        """Remove a withdrawn file; one with other bytes is left and reported."""
        path = self.path(destination, shelf_path)
        with store_errors():
            try:
                found = _digest(path)
            except FileNotFoundError:
                return
            if found != sha256:
                raise RecordWithoutFile("The stored file is not the recorded one; it was left.")
            durable.remove(path)

    def set_aside(self, destination: Destination, import_id: str, shelf_path: str) -> str:
        """Move what may be the last copy into `lost+found`, which no program empties."""
        root = self._roots(destination)
        shelved = self.path(destination, shelf_path)
        aside = root / LOST_AND_FOUND / PurePosixPath(shelf_path).name
        with store_errors():
            durable.make_folders(aside.parent)
            for path in (shelved, self._part(destination, import_id)):
                if not path.exists():
                    continue
                if not aside.exists():
                    durable.publish(path, aside)
                elif _digest(path) == _digest(aside):
                    durable.remove(path)  # a second name, from a move that was interrupted
            found = aside.exists()
        return f"{LOST_AND_FOUND}/{aside.name}" if found else ""

    def measure(self, destination: Destination, shelf_path: str) -> Staged | None:
        """Digests and size of a stored file as the disk gives it, or None if it is not there."""
        with store_errors():
            try:
                path = self.path(destination, shelf_path)
                return _staged(durable.measure(path, past_cache=True))
            except FileNotFoundError:
                return None

    def chunks(self, destination: Destination, shelf_path: str) -> Iterator[bytes]:
        """The bytes of a stored file."""
        with store_errors():
            try:
                yield from durable.reading_anew(self.path(destination, shelf_path))
            except FileNotFoundError as error:
                raise RecordWithoutFile("The stored file is not in the store.") from error

    def path(self, destination: Destination, shelf_path: str) -> Path:
        """The absolute path of a stored file, whether or not it is there."""
        return self._roots(destination) / PurePosixPath(shelf_path)

    def walk(self, destination: Destination) -> Iterator[tuple[str, bool]]:
        """Every file inside: path relative to the root, and whether it lies in staging."""
        root = self._roots(destination)
        with store_errors():
            for folder, _, names in os.walk(root):
                inside = Path(folder).relative_to(root)
                for name in names:
                    if name != MARKER:
                        yield (inside / name).as_posix(), inside.parts[:1] == (STAGING,)

    def _part(self, destination: Destination, import_id: str) -> Path:
        return self._roots(destination) / STAGING / f"{import_id}.part"


def _digest(path: Path) -> str:
    return sha256_of(durable.reading_anew(path))


def _staged(digest: Digest) -> Staged:
    return Staged(digest.sha256, digest.size, digest.blake3)


def read_marker(root: Path) -> str | None:
    """The identity that a store's marker names, or None if there is no readable marker."""
    try:
        return str(json.loads((root / MARKER).read_text("utf-8"))["uuid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def furnish(root: Path, identity: str = "") -> str:
    """Make a store's folder, yard and marker where they are missing; returns the identity.

    Raises:
        StoreFull, AccessDenied, StoreUnreachable
    """
    found = read_marker(root)
    with store_errors():
        durable.make_folders(root / STAGING)
        if found is None:
            found = identity or uuid.uuid4().hex
            durable.write_atomically(root / MARKER, json.dumps({"uuid": found}).encode())
    return found
