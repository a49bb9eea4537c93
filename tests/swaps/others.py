"""What other programs may do to a source while the program is at work on it.

Each act happens once, at a pause point; it leaves what it brought in `brought`, by hash, and may go on
after the import has ended (`afterwards`). An act that finds nothing to act on has not happened.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FOREIGN = b"another patient's picture " * 9000
_MORE = b"more of the same picture " * 500


@dataclass
class Other:
    """Another program at one watched folder; `outside` is a folder that nobody watches."""

    source: Path
    outside: Path
    name: str
    brought: list[str] = field(default_factory=list)
    #: What this program itself changed, so that nobody else can be asked for it.
    changed: str = ""
    #: What it keeps where nobody watches, and must still find there.
    kept: list[Path] = field(default_factory=list)
    _late: int = -1

    @property
    def path(self) -> Path:
        """The file that is being saved."""
        return self.source / self.name

    def act(self, how: str) -> bool:
        """Do it; False where nothing was there to do it to."""
        try:
            self.path.lstat()
            ACTS[how](self)
        except (FileNotFoundError, BlockingIOError):
            return False  # gone already, or told to wait because the program holds the file
        return True

    def bring(self, path: Path, data: bytes = FOREIGN) -> None:
        """A file of this program's own, which must survive."""
        path.write_bytes(data)
        self.brought.append(hashlib.sha256(data).hexdigest())

    def aside(self) -> None:
        """Take the file that stands there out of the folder, as its owner may."""
        os.rename(self.path, self.outside / f"moved-{self.name}")

    def replace(self) -> None:
        """A device begins again at the same name with the next patient."""
        fresh = self.outside / "fresh"
        self.bring(fresh)
        self.aside()
        os.rename(fresh, self.path)

    def append(self) -> None:
        """The device was not finished after all."""
        before = self.path.read_bytes()
        self.changed = hashlib.sha256(before).hexdigest()
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
        os.write(handle, _MORE)
        os.close(handle)
        self.brought.append(hashlib.sha256(before + _MORE).hexdigest())

    def overwrite(self) -> None:
        """Other bytes in the same file, as many."""
        found = self.path.stat()
        self.changed = hashlib.sha256(self.path.read_bytes()).hexdigest()
        handle = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        data = (FOREIGN * (found.st_size // len(FOREIGN) + 1))[: found.st_size]
        os.write(handle, data)
        os.close(handle)
        self.brought.append(hashlib.sha256(data).hexdigest())

    def open_late(self) -> None:
        """Opened for writing, and written after the import."""
        self._late = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_NONBLOCK)

    def afterwards(self) -> None:
        """What the other program does once the import has ended."""
        if self._late >= 0:
            before = os.pread(self._late, os.fstat(self._late).st_size, 0)
            self.changed = hashlib.sha256(before).hexdigest()
            os.write(self._late, _MORE)
            os.close(self._late)
            self.brought.append(hashlib.sha256(before + _MORE).hexdigest())

    def link(self) -> None:
        """A symbolic link to somebody else's file in the file's place."""
        target = self.outside / "secret"
        self.bring(target)
        self.kept.append(target)
        self.aside()
        os.symlink(target, self.path)

    def name_twice(self) -> None:
        """A second name for the same file."""
        os.link(self.path, self.source / "second-name.jpg")

    def folder(self) -> None:
        """A folder with a file in it in the file's place."""
        self.aside()
        os.mkdir(self.path)
        self.bring(self.path / "inside.jpg")

    def pipe(self) -> None:
        """A pipe, which would keep a reader waiting for ever."""
        self.aside()
        os.mkfifo(self.path)

    def swap_folder(self) -> None:
        """The whole folder is another one now, reached by a link, with a file of the same name."""
        other = self.outside / "other-folder"
        os.mkdir(other)
        self.bring(other / self.name)
        self._exchange(other)

    def swap_for_copies(self) -> None:
        """The same, and the other folder is a copy: it holds the very bytes that are being saved."""
        other = self.outside / "copies"
        os.mkdir(other)
        self.bring(other / self.name, self.path.read_bytes())
        self._exchange(other)

    def _exchange(self, other: Path) -> None:
        self.kept.append(other / self.name)
        os.rename(self.source, self.outside / "was-watched")
        os.symlink(other, self.source)

    def take_away(self) -> None:
        """The file's owner takes it."""
        self.aside()


ACTS: dict[str, Callable[[Other], None]] = {
    "replaced": Other.replace,
    "appended to": Other.append,
    "overwritten": Other.overwrite,
    "opened late": Other.open_late,
    "made a link": Other.link,
    "given a second name": Other.name_twice,
    "made a folder": Other.folder,
    "made a pipe": Other.pipe,
    "its folder replaced": Other.swap_folder,
    "its folder replaced by a copy": Other.swap_for_copies,
    "taken away": Other.take_away,
}
