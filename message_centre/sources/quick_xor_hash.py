"""QuickXorHash, the checksum OneDrive gives for every file: 160 bits, not made against forgery.

Byte number i is XORed in at bit 11 * i of a ring of 160, the length into the last 64. Bytes 160 apart
meet the same place, so wide rows of such bytes are first XORed into one, as one large number each.
"""

import base64

_RING = 160
_STEP = 11
_COLUMNS = 160  # after so many bytes the places come round again: 11 and 160 share no factor
_ROW = _COLUMNS * 64  # wide enough that the interpreter's own time is not what counts
_LENGTH_AT = _RING - 64
_RING_MASK = (1 << _RING) - 1


class QuickXorHash:
    """Fed in chunks of any length, like the digests of `hashlib`."""

    def __init__(self) -> None:
        self._row = 0
        self._rest = b""
        self._length = 0

    def update(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        self._length += len(chunk)
        held = self._rest + chunk
        whole = len(held) - len(held) % _ROW
        for start in range(0, whole, _ROW):
            self._row ^= int.from_bytes(held[start : start + _ROW], "little")
        self._rest = held[whole:]

    def digest(self) -> bytes:
        """The 20 bytes for what was taken in so far."""
        row = (self._row ^ int.from_bytes(self._rest, "little")).to_bytes(_ROW, "little")
        ring = 0
        for number, byte in enumerate(row):
            ring ^= byte << (number % _COLUMNS * _STEP % _RING)
        ring = (ring & _RING_MASK) ^ (ring >> _RING)
        ring ^= self._length << _LENGTH_AT
        return (ring & _RING_MASK).to_bytes(_RING // 8, "little")

    def text(self) -> str:
        """The digest as Microsoft Graph writes it."""
        return base64.b64encode(self.digest()).decode("ascii")
