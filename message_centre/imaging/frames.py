"""What travels between the program and a decoding child: a small JSON head and a body of bytes.

Both sides read with bounds: whoever writes may have been taken over by what it decoded.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, Protocol

_SIZES = struct.Struct(">IQ")
_MOST_HEAD = 64 * 1024
_PIECE = 1 << 20


class BrokenFrame(Exception):
    """The other side is gone, or speaks nonsense."""


class Writable(Protocol):
    """A raw or buffered binary file."""

    def write(self, _data: Any, /) -> int | None:
        """How many bytes were taken, which may be fewer than given."""


class Readable(Protocol):
    """A buffered binary file."""

    def read(self, _size: int, /) -> bytes:
        """As many bytes as asked for, or fewer at the end."""


def write_frame(out: Writable, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one frame.

    Raises:
        OSError: the other side is gone.
    """
    text = json.dumps(head).encode()
    _write(out, _SIZES.pack(len(text), len(body)) + text)
    if body:
        _write(out, body)


def read_frame(source: Readable, *, most: int) -> tuple[dict[str, Any], bytes] | None:
    """Receive one frame whose body has at most `most` bytes, or None at a clean end.

    Raises:
        BrokenFrame: cut short, too long, or not a frame at all.
        OSError: the pipe is gone.
    """
    sizes = source.read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise BrokenFrame
    head_size, body_size = _SIZES.unpack(sizes)
    if head_size > _MOST_HEAD or body_size > most:
        raise BrokenFrame
    text, body = source.read(head_size), source.read(body_size)
    if len(text) < head_size or len(body) < body_size:
        raise BrokenFrame
    return _parsed(text), body


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenFrame from error
    if not isinstance(head, dict):
        raise BrokenFrame
    return head


def _write(out: Writable, data: bytes) -> None:
    view = memoryview(data)
    while view:
        # Windows cannot write everything to a pipe at once, whatever its size.
        view = view[out.write(view[:_PIECE]) or 0 :]
