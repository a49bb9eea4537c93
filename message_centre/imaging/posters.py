"""One picture of a video, decoded by a locked-in process of its own that lives for this video alone."""

import contextlib
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from message_centre.domain.errors import UnreadablePicture
from message_centre.imaging.child import environment
from message_centre.services.ports import Picture
from message_centre.services.work import current_token

#: What tells the program to make a poster; `__main__` says the same word.
MAKE_POSTER = "--make-poster"
NO_POSTER = "No picture of this video can be shown."

_SIZES = struct.Struct(">II")
_BYTES_A_PIXEL = 4
_SECONDS = 20.0
_LOOK_SECONDS = 0.2


class Posters:
    """Implements `ports.Posters`. Any thread; one video at a time, so that photos are not held up."""

    def __init__(self, *, command: Sequence[str] = (), seconds: float = _SECONDS) -> None:
        """`command` and `seconds` are for tests."""
        self._command = tuple(command) or _command()
        self._seconds = seconds
        self._turn = threading.Lock()

    def poster(self, path: Path, *, longest: int) -> Picture:
        """A picture a moment into the video, at most `longest` on its longer side.

        Raises:
            UnreadablePicture: there is none, or it took too long.
            Cancelled: by the `current_token` of this thread, if it has one.
        """
        most = _SIZES.size + longest * longest * _BYTES_A_PIXEL
        with self._turn:
            try:
                said = self._said([*self._command, str(path), str(longest)], most)
            except OSError as error:
                raise UnreadablePicture(NO_POSTER) from error
        return _picture(said, longest)

    def _said(self, words: Sequence[str], most: int) -> bytes:
        until, token = time.monotonic() + self._seconds, current_token.get()
        with subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as process:
            heard: list[bytes] = []
            # One more byte than can be believed: who says more has been taken over.
            hearing = threading.Thread(
                target=_hear, args=(process, heard, most + 1), name="poster", daemon=True
            )
            try:
                hearing.start()
                while hearing.is_alive() and time.monotonic() < until:
                    if token is not None:
                        token.check()
                    hearing.join(_LOOK_SECONDS)
            finally:
                process.kill()
                hearing.join()
        return heard[0] if heard else b""


def _hear(process: "subprocess.Popen[bytes]", heard: list[bytes], most: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        if process.stdout is not None:
            heard.append(process.stdout.read(most))


def _picture(said: bytes, longest: int) -> Picture:
    if len(said) < _SIZES.size:
        raise UnreadablePicture(NO_POSTER)
    width, height = _SIZES.unpack_from(said)
    rgba = said[_SIZES.size :]
    fits = 0 < width <= longest and 0 < height <= longest
    if not fits or len(rgba) != width * height * _BYTES_A_PIXEL:
        raise UnreadablePicture(NO_POSTER)
    return Picture(width, height, rgba)


def _command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, MAKE_POSTER)
    return (sys.executable, "-P", "-m", "message_centre", MAKE_POSTER)
