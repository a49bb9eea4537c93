"""Where uploads come to lie: written aside in the same folder, flushed, and only then named."""

import contextlib
import os
import re
import threading
import time
import uuid
from pathlib import Path

from message_centre.domain.errors import StoreUnreachable
from message_centre.host.durable import (
    give_name,
    make_folders,
    sync_file,
    sync_folder,
    write_new,
)
from message_centre.host.os_errors import store_errors

_MOST_NAMES = 1000
_OLD_SECONDS = 60
_PART = re.compile(r"\.[0-9a-f]{32}\.part")
_MARK = 64
_MOST_MARKS = 200_000


class PhotoLanding:
    """Implements `services.ports.Landing`; `ledger` is a file that remembers what was taken."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._marks: set[str] | None = None

    def put(self, root: Path, way: tuple[str, ...], stem: str, extension: str, data: bytes) -> None:
        """Keep a file durably under its name, or one beside it; the same bytes are not kept twice."""
        with store_errors():
            if not root.is_dir():
                raise StoreUnreachable("The delivery folder is not there.")
            folder = root
            for name in way:
                folder /= name
                if folder.is_symlink():
                    raise StoreUnreachable("A folder of the delivery folder is a link.")
                make_folders(folder)
            # A name beginning with a dot and ending so is listed by no source.
            part = folder / f".{uuid.uuid4().hex}.part"
            try:
                write_new(part, [data])
                self._name(part, folder, stem, extension, data)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    part.unlink()
            # All the way up, and also if nothing was made: another upload may have made a folder or
            # named this very photo a moment ago, and not have flushed it yet.
            for _ in range(len(way) + 1):
                sync_folder(folder)
                folder = folder.parent

    def _name(self, part: Path, folder: Path, stem: str, extension: str, data: bytes) -> None:
        for number in range(1, _MOST_NAMES):
            final = folder / (
                f"{stem}{extension}" if number == 1 else f"{stem}-{number}{extension}"
            )
            try:
                give_name(part, final)
            except FileExistsError:
                if _holds_durably(final, data):
                    return
                continue
            return
        raise StoreUnreachable("There are too many photos of this name.")

    def sweep(self, root: Path) -> None:
        """Remove what a receiver that died left half-written below the root."""
        limit = time.time() - _OLD_SECONDS
        for path in root.rglob(".*.part"):
            with contextlib.suppress(OSError):
                found = path.lstat()
                # One that has its final name too would keep that photo from being moved.
                is_over = found.st_nlink > 1 or found.st_mtime < limit
                if _PART.fullmatch(path.name) and is_over:
                    path.unlink()

    def remember(self, mark: str) -> None:
        """Remember durably that an upload was taken."""
        with self._lock, store_errors():
            if mark in self._known():
                return
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            handle = os.open(self._ledger, flags, 0o600)
            try:
                os.write(handle, f"{mark}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
            self._known().add(mark)

    def remembers(self, mark: str) -> bool:
        """Whether an upload was taken."""
        with self._lock:
            return mark in self._known()

    def _known(self) -> set[str]:
        if self._marks is None:
            try:
                lines = self._ledger.read_text("ascii").splitlines()
            except (FileNotFoundError, UnicodeDecodeError):
                lines = []
            # A line that a power cut left half is no mark: that phone keeps its photo for longer.
            self._marks = {line for line in lines[-_MOST_MARKS:] if len(line) == _MARK}
        return self._marks


def _holds_durably(path: Path, data: bytes) -> bool:
    """Whether these very bytes stand there and will; a MedImage Server flushes nothing."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
            return False
        if path.read_bytes() != data:
            return False
        sync_file(path)
    except OSError:
        return False  # filed at this moment, or not ours to write: kept once more, and told by its bytes
    return True
