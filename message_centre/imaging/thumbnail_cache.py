"""Small pictures on disk by a hash; the whole folder may be deleted at any time."""

import contextlib
import io
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import Protocol

from message_centre.domain.errors import UnreadablePicture
from message_centre.imaging.translating import translating
from message_centre.services.ports import Picture

SIZE_LIMIT = 256 * 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LEFT_AFTER_CLEARING = 0.9
_QUALITY = 85
_OPAQUE = b"\xff"
_PART = ".part"


class Codec(Protocol):
    """Turns thumbnails into files and back."""

    def encoded(self, picture: Picture) -> bytes:
        """The picture as a file.

        Raises:
            UnreadablePicture
        """

    def decoded(self, data: bytes) -> Picture:
        """The picture of such a file.

        Raises:
            UnreadablePicture, PictureTooLarge
        """


class ThumbnailFiles:
    """Keeps thumbnails as JPEG, or PNG where they are transparent; those longest unused go first.

    Call on any thread.
    Names are hashes only. Nothing is flushed: what a power cut damages is made anew.
    """

    def __init__(self, folder: Path, codec: Codec, *, size_limit: int = SIZE_LIMIT) -> None:
        self._folder = folder
        self._codec = codec
        self._size_limit = size_limit
        self._lock = threading.Lock()
        self._size: int | None = None

    def get(self, sha256: str) -> Picture | None:
        """The kept picture, or None. A damaged one is removed."""
        file = self._file(sha256)
        if file is None:
            return None
        try:
            data = file.read_bytes()
            # What is looked at stays: the time of the file is the time of its last use.
            os.utime(file)
        except OSError:
            return None
        try:
            return self._codec.decoded(data)
        except UnreadablePicture:
            self.forget(sha256)
            return None

    def keep(self, sha256: str, picture: Picture) -> None:
        """Keep a picture; a full or read-only disk only means that nothing is kept."""
        file = self._file(sha256)
        if file is None:
            return
        with contextlib.suppress(OSError, UnreadablePicture):
            data = self._codec.encoded(picture)
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _place(file, data)
            self._count(len(data))

    def forget(self, sha256: str) -> None:
        """Remove what is kept of these bytes, if anything."""
        file = self._file(sha256)
        if file is not None:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)

    def _file(self, sha256: str) -> Path | None:
        if not _SHA256.fullmatch(sha256):
            return None
        return self._folder / sha256[:2] / sha256

    def _count(self, added: int) -> None:
        with self._lock:
            if self._size is None:
                self._size = sum(size for _, size, _ in self._kept())
            else:
                self._size += added
            if self._size > self._size_limit:
                self._size = self._clear()

    def _clear(self) -> int:
        """Remove those longest unused until a tenth is free; returns what is left."""
        kept = sorted(self._kept(), key=lambda row: row[0])
        left = sum(size for _, size, _ in kept)
        for _, size, file in kept:
            if left <= self._size_limit * _LEFT_AFTER_CLEARING:
                break
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
                left -= size
        return left

    def _kept(self) -> list[tuple[int, int, Path]]:
        found = []
        for file in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                seen = file.stat()
                found.append((seen.st_mtime_ns, seen.st_size, file))
        return found


def _place(file: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=_PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def encoded(picture: Picture) -> bytes:
    """JPEG, or PNG where something shines through. Loads Pillow."""
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    image = Image.frombytes("RGBA", (picture.width, picture.height), picture.rgba)
    out = io.BytesIO()
    if picture.rgba[3::4].strip(_OPAQUE):
        image.save(out, "PNG", compress_level=1)
    else:
        image.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def decoded(data: bytes) -> Picture:
    """The picture of such a file. Loads Pillow.

    Raises:
        UnreadablePicture, PictureTooLarge
    """
    from PIL import Image  # noqa: PLC0415 - loaded when the first picture is

    with translating():
        image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]).convert("RGBA")
        return Picture(image.width, image.height, image.tobytes())
