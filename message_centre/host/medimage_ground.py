"""The files of a MedImage Server, read, replaced and waited for."""

import contextlib
import secrets
import shutil
import time
from datetime import datetime
from pathlib import Path

from message_centre.domain.contents import HEAD_BYTES, looks_incomplete
from message_centre.domain.errors import AccessDenied, StoreFull
from message_centre.host.durable import give_name, sync_folder, write_atomically, write_new

_LARGEST = 1 << 20
_LARGEST_PHOTO = 256 << 20
_GLANCE = 0.2
_FULL = 28


def _whole(half: Path, photos: Path, way: tuple[str, ...]) -> bytes | None:
    """The one whole photo of that name that begins as the half one does."""
    same_place = photos.joinpath(*way)
    found = [same_place] if same_place.is_file() else list(photos.rglob(way[-1]))
    start, fitting = half.read_bytes(), set()
    for path in found:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_PHOTO:
            continue
        data = path.read_bytes()
        ends = (data[:HEAD_BYTES], data[-HEAD_BYTES:], len(data), path.suffix)
        if len(data) > len(start) and data.startswith(start) and not looks_incomplete(*ends):
            fitting.add(data)
    return fitting.pop() if len(fitting) == 1 else None


def _put(whole: bytes, half: Path) -> bool:
    """In the half one's place, if that still is the half one.

    Nothing is ever replaced: the server may deliver another photo of this name at this very moment.
    """
    mark = secrets.token_hex(6)
    part, aside = half.with_name(f".mc-{mark}.part"), half.with_name(f"half-{mark}-{half.name}")
    write_new(part, [whole])
    try:
        half.rename(aside)
        is_half = whole.startswith(aside.read_bytes())
        give_name(part if is_half else aside, half)
        if is_half:
            aside.unlink()
    finally:
        part.unlink(missing_ok=True)
        sync_folder(half.parent)
    return is_half


class MedImageGround:
    """Implements `services.ports.ServerGround`."""

    def read(self, path: Path) -> bytes | None:
        """A settings file, or None if it is not there."""
        try:
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AccessDenied(f"{path} cannot be read ({type(error).__name__}).") from error
        if len(data) > _LARGEST:
            raise AccessDenied(f"{path} is far too large for a settings file.")
        return data

    def write(self, path: Path, data: bytes) -> str:
        """Replace a settings file at once, its old content beside it; that copy's name, or empty."""
        try:
            old, backup = self.read(path), ""
            if old is not None:
                moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
                beside = path.with_name(f"{path.name}.{moment}-{secrets.token_hex(2)}.bak")
                write_new(beside, [old])
                backup = beside.name
            write_atomically(path, data)
        except OSError as error:
            if error.errno == _FULL:
                raise StoreFull("There is no room for the settings file.") from error
            raise AccessDenied(f"{path} cannot be written ({type(error).__name__}).") from error
        return backup

    def free_bytes(self, folder: Path) -> int | None:
        """What is free where the folder lies; None if it is not there."""
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            return None

    def can_write(self, folder: Path) -> bool:
        """Whether a file can be made in a folder; it is removed again."""
        trial = folder / f".mc-trial-{secrets.token_hex(6)}.tmp"
        try:
            write_new(trial, [b"trial"])
            trial.unlink()
        except OSError:
            return False
        return True

    def old_photos(self, folder: Path, seconds: float) -> int | None:
        """How many files below a folder are older; None if it is not there."""
        if not folder.is_dir():
            return None
        limit, count = time.time() - seconds, 0
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                is_old = path.is_file() and path.lstat().st_mtime < limit
                count += is_old and path.name.lower() != "readme.md"
        return count

    def complete(self, folder: Path, way: tuple[str, ...], photos: Path) -> bool:
        """Put the whole photo in the place of a half one; False if none is found that begins with it."""
        half = folder.joinpath(*way)
        try:
            is_real = half.resolve(strict=True) == folder.resolve(strict=True).joinpath(*way)
            whole = _whole(half, photos, (folder.name, *way)) if is_real else None
            return whole is not None and _put(whole, half)
        except OSError:
            return False

    def takes_delivery(self, path: Path, data: bytes, seconds: float) -> bool:
        """Whether these bytes come to stand there within the time; the file is removed again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if path.read_bytes() == data:
                    path.unlink()
                    return True
            time.sleep(_GLANCE)
        return False
