"""A drive that is asked only where it is allowed, and made (its library loaded) only when it is asked."""

import functools
from collections.abc import Callable, Iterator

from message_centre.sources.drive import Drive, DriveFile, Removal


class AllowedDrive:
    """Implements `drive.Drive` in front of another; `check` raises `NotAllowedHere` where it may not be."""

    def __init__(self, check: Callable[[], None], make: Callable[[], Drive]) -> None:
        self._check = check
        self._make = functools.cache(make)

    def files(self, check: Callable[[int], None]) -> Iterator[DriveFile]:
        """Every file directly inside."""
        return self._drive().files(check)

    def find(self, file_id: str) -> DriveFile | None:
        """The file as it stands now, or None if it is gone."""
        return self._drive().find(file_id)

    def read(
        self, file: DriveFile, *, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of exactly this revision."""
        return self._drive().read(file, start=start, length=length)

    def thumbnail(self, file: DriveFile, longest: int) -> bytes | None:
        """A small picture that the drive makes of this revision."""
        return self._drive().thumbnail(file, longest)

    def remove(self, file_id: str, revision: str, sha256: str) -> Removal:
        """Remove exactly this revision, of which the bytes with this digest were filed."""
        return self._drive().remove(file_id, revision, sha256)

    def _drive(self) -> Drive:
        self._check()
        return self._make()
