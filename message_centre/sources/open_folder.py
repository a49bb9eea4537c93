"""A folder held open, so that nobody can exchange it for another between two steps.

On Windows folders cannot be held this way; there paths are used.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from message_centre.host.durable import sync_names

_HELD = os.open in os.supports_dir_fd
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0)


class OpenFolder:
    """One folder and its plain names; no method follows a link in a name.

    `handle` is the open folder, or None where the system holds none. Every method raises OSError as the system says.
    """

    def __init__(self, path: Path, *, parent: "OpenFolder | None" = None) -> None:
        self._path = path
        self._parent = parent
        self.handle: int | None = None

    def __enter__(self) -> Self:
        if _HELD:
            flags = os.O_RDONLY | os.O_DIRECTORY
            if self._parent is None:
                self.handle = os.open(self._path, flags)
            else:
                self.handle = os.open(
                    self._path.name, flags | _NO_FOLLOW, dir_fd=self._parent.handle
                )
        elif not self._path.is_dir() or (self._parent is not None and _is_link(self._path)):
            raise FileNotFoundError(2, "no such folder")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.handle is not None:
            handle, self.handle = self.handle, None
            # Nothing is written through it: what closing says must not hide what happened before.
            with contextlib.suppress(OSError):
                os.close(handle)

    def names(self) -> list[str]:
        """Every name inside, unordered."""
        place = self._path if self.handle is None else self.handle
        return os.listdir(place)  # noqa: PTH208 - pathlib takes no handle

    def folders(self) -> list[str]:
        """The names of the folders inside, in order; links are none."""
        with os.scandir(self._path if self.handle is None else self.handle) as entries:
            return sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))

    def stat(self, name: str) -> os.stat_result:
        """What stands under a name, itself and not what it may point to."""
        return os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)

    def stats(self, names: Sequence[str]) -> list[os.stat_result | None]:
        """The same for each of these names; None where nothing stands any more."""
        if self.handle is not None:
            handle, look = self.handle, os.stat
            with contextlib.suppress(FileNotFoundError):
                return [look(name, dir_fd=handle, follow_symlinks=False) for name in names]
        return list(map(self._stat_if_there, names))

    def _stat_if_there(self, name: str) -> os.stat_result | None:
        try:
            return self.stat(name)
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Whether anything stands under a name."""
        try:
            self.stat(name)
        except FileNotFoundError:
            return False
        return True

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[int]:
        """A handle to read a regular file; pipes do not block and links are refused."""
        flags = os.O_RDONLY | _NO_FOLLOW | _BINARY | _NON_BLOCKING
        handle = os.open(self.at(name), flags, dir_fd=self.handle)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileNotFoundError(2, "not a regular file")
            yield handle
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def creating(self, name: str) -> Iterator[int]:
        """A handle to write a new file."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
        handle = os.open(self.at(name), flags, 0o600, dir_fd=self.handle)
        try:
            yield handle
        finally:
            os.close(handle)

    def date(self, name: str, modified_ns: int) -> None:
        """Give a file the time it had, in nanoseconds since 1970; places that cannot keep it are let be."""
        with contextlib.suppress(OSError, OverflowError):
            os.utime(self.at(name), ns=(modified_ns, modified_ns), dir_fd=self.handle)

    def below(self, name: str) -> "OpenFolder":
        """The sub-folder of that name, to be entered; one that is a link, or is not there, is refused."""
        return OpenFolder(self._path / name, parent=self)

    def inside(self, name: str) -> "OpenFolder":
        """The sub-folder of that name, to be entered; made if it is not there."""
        try:
            os.mkdir(self.at(name), 0o700, dir_fd=self.handle)
        except FileExistsError:
            return OpenFolder(self._path / name, parent=self)
        self.sync()
        return OpenFolder(self._path / name, parent=self)

    def move(self, name: str, other: "OpenFolder", new: str) -> None:
        """Rename into another open folder under a name that only the caller knows, or that is free."""
        try:
            os.rename(self.at(name), other.at(new), src_dir_fd=self.handle, dst_dir_fd=other.handle)
        except OSError:
            # A share may have done it and lost the answer: look, never assume.
            if self.has(name) or not other.has(new):
                raise

    def give(self, name: str, other: "OpenFolder", new: str) -> None:
        """Give a file another name in another folder, replacing nothing.

        Raises:
            FileExistsError: the name is taken.
        """
        try:
            os.link(
                self.at(name),
                other.at(new),
                src_dir_fd=self.handle,
                dst_dir_fd=other.handle,
                follow_symlinks=False,
            )
        except OSError:
            # No hard links here (exFAT, some shares), a taken name, or a share that has done it and
            # lost the answer: look.
            if not other.has(new):
                self.move(name, other, new)
                return
            if not _are_links(self.stat(name), other.stat(new)):
                raise FileExistsError(errno.EEXIST, "taken") from None
        self.remove(name)

    def remove(self, name: str) -> None:
        """Unlink a name."""
        os.unlink(self.at(name), dir_fd=self.handle)

    def remove_folder(self, name: str) -> None:
        """Remove an empty sub-folder; one that is not empty, or not there, is left as it is."""
        with contextlib.suppress(OSError):
            os.rmdir(self.at(name), dir_fd=self.handle)

    def sync(self) -> None:
        """Flush the folder's names; places that cannot do it are let be."""
        if self.handle is not None:
            sync_names(self.handle)

    def at(self, name: str) -> str:
        """What the system is told for a name inside: beside `handle`, or as a path without one."""
        return name if self.handle is not None else str(self._path / name)


def _is_link(path: Path) -> bool:
    """Whether a folder stands elsewhere in truth, as symbolic links and junctions do."""
    attributes = getattr(path.lstat(), "st_file_attributes", 0)
    return path.is_symlink() or bool(attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)


def _are_links(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two names are one file; the count too, since some shares number all files alike."""
    return one.st_nlink > 1 and os.path.samestat(one, other)  # noqa: TID251 - pathlib follows links
