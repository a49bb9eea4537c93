"""Argon2id, with the parameters that its library recommends (RFC 9106 for little memory)."""

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError

from message_centre.domain.errors import FixTheComputer
from message_centre.domain.secrets import Secret


class Argon2:
    """Implements `services.ports.Hasher`; each call takes some 64 MiB and a tenth of a second."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, password: Secret) -> str:
        """What is kept, with a salt of its own.

        Raises:
            FixTheComputer: there is no memory for it.
        """
        try:
            return self._hasher.hash(password.reveal())
        except HashingError as error:
            raise FixTheComputer("This computer has too little memory left for it.") from error

    def fits(self, hashed: str, password: Secret) -> bool:
        """Whether the hash was made of this password; a hash that is none fits nothing."""
        try:
            return self._hasher.verify(hashed, password.reveal())
        except (VerificationError, InvalidHashError):
            return False

    def is_dated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than are recommended now."""
        return self._hasher.check_needs_rehash(hashed)
