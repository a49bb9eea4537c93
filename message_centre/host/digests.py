"""Digests of bytes: SHA-256, which the record keeps, and BLAKE3, for looking again within one run.

Both are cryptographic; BLAKE3 reads about five times as fast (measured: 8.4 against 1.8 GB/s), which
is what reading every file three times costs in a large import.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from blake3 import blake3


@dataclass(frozen=True, slots=True)
class Digest:
    """What bytes are told by; the digests are in lower-case hexadecimal, the size is in bytes."""

    sha256: str
    blake3: str
    size: int


class Hashing:
    """Takes bytes as they come and tells both digests."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._blake3 = blake3()
        self._size = 0

    def update(self, block: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(block)
        self._blake3.update(block)
        self._size += len(block)

    def digest(self) -> Digest:
        """Of everything taken so far."""
        return Digest(self._sha256.hexdigest(), self._blake3.hexdigest(), self._size)


def sha256_of(blocks: Iterable[bytes]) -> str:
    """SHA-256 of all blocks together."""
    found = hashlib.sha256()
    for block in blocks:
        found.update(block)
    return found.hexdigest()


def blake3_of(blocks: Iterable[bytes]) -> str:
    """BLAKE3 of all blocks together."""
    found = blake3()
    for block in blocks:
        found.update(block)
    return found.hexdigest()
