"""Writes that survive a power cut: flush the file, publish by name, flush the folder.

Everything goes through `os` functions, one system call each, and nothing here retries a failed
flush: after a failed fsync the kernel may have dropped the pages, so the copy is thrown away.
"""

import ctypes
import errno
import functools
import os
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from message_centre.host.digests import Digest, Hashing

BLOCK = 1 << 18
_FOLDER_SYNC_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
_NEW = (
    os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
_READ_WRITE = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def write_new(path: Path, chunks: Iterable[bytes], *, flushed: bool = True) -> Digest:
    """Create `path` with these bytes; returns the digest of what was written.

    The bytes are flushed unless the caller says that it flushes many files at once afterwards.

    Raises:
        FileExistsError: something has this name already.
        OSError: as the system says; the partial file may be left for the caller to discard.
    """
    hashing = Hashing()
    handle = os.open(path, _NEW, 0o600)
    try:
        for chunk in chunks:
            write_whole(handle, chunk)
            hashing.update(chunk)
        if flushed:
            flush(handle)
    finally:
        os.close(handle)
    return hashing.digest()


def write_whole(handle: int, data: bytes) -> None:
    """Write all of `data`, however short each write turns out."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def flush(handle: int) -> None:
    """Return only when the bytes are on the medium, as far as the system can promise it."""
    if sys.platform == "darwin":
        # Apple's fsync stops at the drive's cache; F_FULLFSYNC empties it.
        import fcntl  # noqa: PLC0415 - not on Windows

        try:
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(handle)
        return
    os.fsync(handle)


def sync_file(path: Path) -> None:
    """Flush a file that was written before; errors of those writes are told here, once."""
    handle = os.open(path, _READ_WRITE)
    try:
        flush(handle)
    finally:
        os.close(handle)


def handle_blocks(handle: int, size: int = BLOCK) -> Iterator[bytes]:
    """The bytes from where the handle stands to the end, so many at a time."""
    while block := os.read(handle, size):
        yield block


def reading_anew(path: Path, *, past_cache: bool = False) -> Iterator[bytes]:
    """The bytes of a regular file; `past_cache` asks the disk itself where that can be."""
    handle = os.open(path, _READ)
    try:
        if past_cache and hasattr(os, "posix_fadvise"):
            # Clean pages are dropped, so that the next read asks the disk, not the memory.
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        yield from handle_blocks(handle)
    finally:
        os.close(handle)


def measure(path: Path, *, past_cache: bool = False) -> Digest:
    """The digest of a file, read anew."""
    hashing = Hashing()
    for block in reading_anew(path, past_cache=past_cache):
        hashing.update(block)
    return hashing.digest()


def publish(part: Path, final: Path) -> None:
    """Give the flushed file `part` the name `final`, replacing nothing, and flush both folders.

    Raises:
        FileExistsError: `final` is taken.
    """
    give_name(part, final)
    sync_folder(final.parent)
    sync_folder(part.parent)


def give_name(part: Path, final: Path) -> None:
    """Rename without ever replacing; not flushed."""
    if sys.platform == "win32":
        os.rename(part, final)  # noqa: PTH104 - refuses to replace on Windows
        return
    try:
        os.link(part, final, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if os.path.lexists(final):  # noqa: TID251 - pathlib has no lexists
            raise FileExistsError(errno.EEXIST, "taken") from error
        os.rename(part, final)  # noqa: PTH104 - one system call, seen by the crash suite
        return
    os.unlink(part)  # noqa: PTH108 - one system call, seen by the crash suite


def sync_file_system(folder: Path) -> bool:
    """Flush everything that was written to the file system of `folder`, in one call.

    False where the system has no such call (syncfs(2) is Linux's); nothing was flushed then. It also
    waits for what other programs wrote, so it pays only for many files (measured: from about 20).

    Raises:
        OSError: something could not be written; the copies must be thrown away.
    """
    call = _syncfs()
    if call is None:
        return False
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if call(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    finally:
        os.close(handle)
    return True


@functools.cache
def _syncfs() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    return found


def sync_folder(folder: Path) -> None:
    """Flush a folder's names; places that cannot do it (Windows, some shares) are let be."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_names(handle)
    finally:
        os.close(handle)


def sync_names(folder: int) -> None:
    """Flush the names in an open folder, where that can be done at all."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in _FOLDER_SYNC_UNSUPPORTED:
            raise


def make_folders(folder: Path, *, flushed: bool = True) -> None:
    """Make a folder and its missing parents, each flushed into its parent unless the caller does so."""
    if folder.is_dir():
        return
    make_folders(folder.parent, flushed=flushed)
    try:
        os.mkdir(folder, 0o700)  # noqa: PTH102 - one system call, seen by the crash suite
    except FileExistsError:
        if not folder.is_dir():
            raise
    if flushed:
        sync_folder(folder.parent)


def remove(path: Path) -> None:
    """Remove a file, its absence being fine, and flush its folder."""
    try:
        os.unlink(path)  # noqa: PTH108 - one system call, seen by the crash suite
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the content of `path` at once: readers see the old bytes or the new, never a mixture."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    write_new(part, [data])
    os.replace(part, path)  # noqa: PTH105 - one system call
    sync_folder(path.parent)
