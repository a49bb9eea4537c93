"""Player: the window's side of a playing process. It decodes nothing and never waits."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

import message_centre
from message_centre.ui.playing.protocol import Nonsense, Reader

#: What tells the program to play a file; `__main__` says the same word.
PLAY_MEDIA = "--play-media"
#: Longest side of a video's picture as it travels.
LONGEST = 1280

_START_MS = 15_000
_BYTES_A_PIXEL = 4
_KEPT = (
    "PATH LANG LC_ALL LD_LIBRARY_PATH DYLD_LIBRARY_PATH SYSTEMROOT TEMP TMP XDG_RUNTIME_DIR PULSE_SERVER"
).split()
_BUNDLE_PREFIX = "_PYI_"


@dataclass(frozen=True, slots=True)
class State:
    """How far a file is played, in milliseconds."""

    position: int = 0
    duration: int = 0
    is_playing: bool = False
    has_picture: bool = False
    has_sound: bool = False


class Player(QObject):
    """Plays one file at a time. `stopped` comes when a file is let go of, for whatever reason."""

    framed = Signal(QImage, int, int)
    changed = Signal(object)
    failed = Signal()
    stopped = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._reader = Reader()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_START_MS)
        self._patience.timeout.connect(self._fail)

    @property
    def is_open(self) -> bool:
        """Whether a process holds a file."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process, or 0."""
        return int(self._process.processId()) if self._process else 0

    def open(self, path: Path) -> None:
        """Show the first picture of a file, paused."""
        self.close()
        self._reader = Reader()
        process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.errorOccurred.connect(self._fail)
        process.finished.connect(self._fail)
        self._process = process
        self._patience.start()
        program, *words = _command()
        process.start(program, [*words, str(path), str(LONGEST)])

    def close(self) -> None:
        """Let go of the file at once; nothing is heard of it afterwards."""
        self._patience.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.kill()
        # A killed process is gone in a few milliseconds; its file must be free when this returns.
        process.waitForFinished(1000)
        process.deleteLater()
        self.stopped.emit()

    def play(self) -> None:
        """Go on."""
        self._send("play")

    def pause(self) -> None:
        """Stand still."""
        self._send("pause")

    def seek(self, milliseconds: int) -> None:
        """Go somewhere."""
        self._send(f"seek {max(0, milliseconds)}")

    def set_volume(self, percent: int) -> None:
        """Be loud or quiet."""
        self._send(f"volume {percent}")

    def _send(self, line: str) -> None:
        if self._process is not None:
            self._process.write(f"{line}\n".encode())

    def _read(self) -> None:
        if self._process is None:
            return
        try:
            for head, body in self._reader.take(
                bytes(self._process.readAllStandardOutput().data())
            ):
                self._hear(head, body)
        except (Nonsense, LookupError, TypeError, ValueError, OverflowError):
            self._fail()

    def _hear(self, head: dict[str, Any], body: bytes) -> None:
        if head.get("said") == "frame":
            self._show(head, body)
        elif head.get("said") == "error":
            self._fail()
        elif head.get("said") == "state":
            if head.get("loaded") is True:
                self._patience.stop()
            self.changed.emit(
                State(
                    position=max(0, int(head["position"])),
                    duration=max(0, int(head["duration"])),
                    is_playing=head.get("playing") is True,
                    has_picture=head.get("picture") is True,
                    has_sound=head.get("sound") is True,
                )
            )

    def _show(self, head: dict[str, Any], body: bytes) -> None:
        width, height = int(head["width"]), int(head["height"])
        across, down = (int(side) for side in head["full"])
        if width < 1 or height < 1 or len(body) != width * height * _BYTES_A_PIXEL:
            raise Nonsense
        image = QImage(body, width, height, width * _BYTES_A_PIXEL, QImage.Format.Format_RGB32)
        self.framed.emit(image.copy(), max(across, 1), max(down, 1))
        self._send("seen")

    def _fail(self, *_what: object) -> None:
        if self._process is not None:
            self.close()
            self.failed.emit()


def _command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, PLAY_MEDIA)
    return (sys.executable, "-P", "-m", "message_centre", PLAY_MEDIA)


def _environment() -> QProcessEnvironment:
    """No home, no tokens, no settings: what starting takes, and the way to the sound."""
    kept = QProcessEnvironment()
    for name, value in os.environ.items():
        if name.upper() in _KEPT or name.startswith(_BUNDLE_PREFIX):
            kept.insert(name, value)
    root = Path(message_centre.__file__).parent.parent
    if not getattr(sys, "frozen", False) and not root.name.endswith("-packages"):
        kept.insert("PYTHONPATH", str(root))
    return kept
