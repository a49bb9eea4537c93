"""What MedImage needs from the outside: ids as phones send them, and the pairing service."""

from collections.abc import Iterable
from typing import Protocol

from message_centre.domain.patients import Patient


class TypedIds(Protocol):
    """The register, asked by ids as they arrive from a phone."""

    def like(self, keys: Iterable[str]) -> tuple[Patient, ...]:
        """Patients of any status with an id of the same letters and digits; the caller judges."""

    def going_on_from(self, key: str) -> bool:
        """Whether anybody's id begins with this one and then a hyphen or a blank."""


class PairingLine(Protocol):
    """The way to the pairing service."""

    def ask(self, service: str, *, guid: str, server: str) -> bytes:
        """What the service replies to a wish for a code; at most a few kilobytes.

        Raises:
            PairingFailed: it cannot be reached, or does not reply as it should.
        """
