"""What the playing process and the window say to each other.

The window sends lines: `play`, `pause`, `seek <ms>`, `volume <0..100>`, `seen` for a frame that was
shown. The process sends frames of a small JSON head, its length before it, and the pixels behind it.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

_SIZES = struct.Struct(">II")
_MOST_HEAD = 4096
#: Bytes of one frame of video: no larger one is believed.
MOST_PIXELS = 4096 * 2304 * 4


class Nonsense(Exception):
    """The other side says what cannot be."""


def packed(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One message as it travels."""
    text = json.dumps(head).encode()
    return _SIZES.pack(len(text), len(body)) + text + body


class Reader:
    """Puts messages together again from the pieces in which they come."""

    def __init__(self) -> None:
        self._held = bytearray()

    def take(self, piece: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The messages that are whole now.

        Raises:
            Nonsense
        """
        self._held += piece
        while len(self._held) >= _SIZES.size:
            head_size, body_size = _SIZES.unpack_from(self._held)
            if head_size > _MOST_HEAD or body_size > MOST_PIXELS:
                raise Nonsense
            end = _SIZES.size + head_size + body_size
            if len(self._held) < end:
                return
            text = bytes(self._held[_SIZES.size : _SIZES.size + head_size])
            body = bytes(self._held[_SIZES.size + head_size : end])
            del self._held[:end]
            yield _parsed(text), body


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except ValueError as error:
        raise Nonsense from error
    if not isinstance(head, dict):
        raise Nonsense
    return head
