"""Hashes of what sources hold."""

import hashlib
from collections.abc import Iterable


def hash_blocks(blocks: Iterable[bytes]) -> str:
    """SHA-256 of all blocks together, in hexadecimal."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
