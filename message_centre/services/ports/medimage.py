"""What MedImage needs from the outside: ids as phones send them, and the pairing service."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from message_centre.domain.patients import Patient


class TypedIds(Protocol):
    """The register, asked by ids as they arrive from a phone."""

    def like(self, keys: Iterable[str]) -> tuple[Patient, ...]:
        """Patients of any status with an id of the same letters and digits; the caller judges."""

    def going_on_from(self, key: str) -> bool:
        """Whether anybody's id begins with this one and then a hyphen or a blank."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a receiver listens; without certificate and key in clear."""

    address: str
    port: int
    certificate: Path | None = None
    key: Path | None = None


class PairingLine(Protocol):
    """The way to the pairing service."""

    def ask(self, service: str, *, guid: str, server: str) -> bytes:
        """What the service replies to a wish for a code; at most a few kilobytes.

        Raises:
            PairingFailed: it cannot be reached, or does not reply as it should.
        """


class ServerLine(Protocol):
    """The way to a running MedImage Server. Every call ends within seconds."""

    def status(self, server: str, method: str, path: str) -> int:
        """The status of an answer.

        Raises:
            SourceOffline: there is none.
        """

    def upload(self, server: str, name: str, photo: bytes) -> int:
        """Post a photo as a phone does; the status.

        Raises:
            SourceOffline
        """

    def certificate_days(self, server: str) -> int | None:
        """How long the server's certificate still holds; None where it speaks plain http.

        Raises:
            SourceOffline: the certificate is not trusted, or there is no answer.
        """


class ServerGround(Protocol):
    """The files of a MedImage Server, as this workstation sees them."""

    def read(self, path: Path) -> bytes | None:
        """A settings file, or None if it is not there.

        Raises:
            AccessDenied: it cannot be read, or is far too large.
        """

    def write(self, path: Path, data: bytes) -> str:
        """Replace a settings file at once, its old content beside it; that copy's name, or empty.

        Raises:
            AccessDenied, StoreFull
        """

    def free_bytes(self, folder: Path) -> int | None:
        """What is free where the folder lies; None if it is not there."""

    def can_write(self, folder: Path) -> bool:
        """Whether a file can be made in a folder; it is removed again."""

    def old_photos(self, folder: Path, seconds: float) -> int | None:
        """How many files below a folder are older; None if it is not there."""

    def complete(self, folder: Path, way: tuple[str, ...], photos: Path) -> bool:
        """Put the whole photo in the place of a half one; False if none is found that begins with it.

        `way` leads from the folder of an address key to the half one. The whole one is copied.
        """

    def takes_delivery(self, path: Path, data: bytes, seconds: float) -> bool:
        """Whether these bytes come to stand there within the time; the file is removed again."""


class Landing(Protocol):
    """Where uploads come to lie. A file has its name only once it is whole and on the disk."""

    def put(self, root: Path, way: tuple[str, ...], stem: str, extension: str, data: bytes) -> None:
        """Keep a file durably under its name, or one beside it; the same bytes are not kept twice.

        `way` leads from the root to its folder, which is made; one that is a link is refused.

        Raises:
            StoreFull, StoreUnreachable, AccessDenied
        """

    def sweep(self, root: Path) -> None:
        """Remove what a receiver that died left half-written below the root."""

    def remember(self, mark: str) -> None:
        """Remember durably that an upload was taken.

        Raises:
            StoreFull, StoreUnreachable, AccessDenied
        """

    def remembers(self, mark: str) -> bool:
        """Whether an upload was taken."""
