"""Pillow's exceptions, translated at the door, and its warnings kept off the program's own output.

A decoder meets hostile bytes with whatever exception its authors happened to raise, so the table is
wide on purpose. What it cannot hold is a crash of the process itself.
"""

import contextlib
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator

from message_centre.domain.errors import (
    MessageCentreError,
    PictureTooLarge,
    UnreadablePicture,
)

DAMAGED = "The picture is damaged and cannot be shown."
CUT_SHORT = "The picture is cut short: part of it is missing."
TOO_LARGE = "The picture is larger than what is shown here."

#: Everything that Pillow and its plug-ins have been seen to raise at malformed bytes.
DECODER_ERRORS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zlib.error,
)


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Raise `UnreadablePicture` or `PictureTooLarge` for anything a decoder raises; no warnings."""
    from PIL import Image  # noqa: PLC0415 - Pillow is loaded when the first picture is

    try:
        with _quiet:
            yield
    except MessageCentreError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PictureTooLarge(TOO_LARGE) from error
    except DECODER_ERRORS as error:
        raise UnreadablePicture(_words(error)) from error


def _words(error: Exception) -> str:
    said = str(error).lower()
    return CUT_SHORT if "truncated" in said or isinstance(error, EOFError) else DAMAGED


class _Quiet:
    """Ignores warnings while at least one thread decodes.

    The list of warning filters belongs to the process, so the first thread in saves it and the last
    one out gives it back; nested savers on several threads would restore each other's lists.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._saved: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._saved is None:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *_problem: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._saved is not None:
                self._saved.__exit__(None, None, None)
                self._saved = None


_quiet = _Quiet()
