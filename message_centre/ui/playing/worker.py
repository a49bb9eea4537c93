"""The playing process: opens one file, locks itself in, decodes, and sends pictures to the window.

Started by `player.py` through `__main__`, never by a person. It begins paused on the first picture,
sends the next one only when the last was seen, and ends when its input ends.
"""

import os
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QFile, QIODevice, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer, QVideoFrame, QVideoSink

from message_centre.ui.playing.protocol import packed

_TELL_MS = 200
_FULL_VOLUME = 100


def main(path: str, longest: int, lock: Callable[[], object]) -> int:
    """Play a file until the input ends; the exit code. `lock` is called before the first byte."""
    # No device of the graphics card: a process that is locked in could not open one.
    os.environ["QT_FFMPEG_DECODING_HW_DEVICE_TYPES"] = ","
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    answers = private_output()
    app = QGuiApplication(["player"])
    file = QFile(path)
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        return 1
    playing = Playing(file, longest, answers)
    lock()
    playing.start()
    return app.exec()


class Playing(QObject):
    """The player and what it says."""

    _heard = Signal(str)

    def __init__(self, file: QFile, longest: int, answers: int) -> None:
        super().__init__()
        self._file = file
        self._longest = longest
        self._answers = answers
        self._is_free = True
        self._waiting: QImage | None = None
        self._player = QMediaPlayer(self)
        self._sound = QAudioOutput(QMediaDevices.defaultAudioOutput(), self)
        self._sink = QVideoSink(self)
        self._player.setAudioOutput(self._sound)
        self._player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._take)
        self._player.mediaStatusChanged.connect(self._change)
        self._player.playbackStateChanged.connect(self._tell)
        self._player.errorOccurred.connect(self._fail)
        self._clock = QTimer(self)
        self._clock.setInterval(_TELL_MS)
        self._clock.timeout.connect(self._tell)
        self._heard.connect(self._obey, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Read the file and show its first picture; listen to the window."""
        threading.Thread(target=self._listen, name="window", daemon=True).start()
        self._player.setSourceDevice(self._file)
        self._player.pause()
        self._clock.start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._heard.emit(line.strip())
        self._heard.emit("end")

    def _obey(self, line: str) -> None:
        word, _, number = line.partition(" ")
        value = int(number) if number.isdecimal() else 0
        if word == "play":
            if self._player.mediaStatus() is QMediaPlayer.MediaStatus.EndOfMedia:
                self._player.setPosition(0)
            self._player.play()
        elif word == "pause":
            self._player.pause()
        elif word == "seek":
            self._player.setPosition(value)
        elif word == "volume":
            self._sound.setVolume(min(value, _FULL_VOLUME) / _FULL_VOLUME)
        elif word == "seen":
            self._seen()
        elif word == "end":
            QGuiApplication.quit()

    def _seen(self) -> None:
        self._is_free = True
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._show(waiting)

    def _take(self, frame: QVideoFrame) -> None:
        image = frame.toImage()
        if image.isNull():
            return
        if self._is_free:
            self._show(image)
        else:
            # The newest counts: a window that is slow misses pictures, never the last one.
            self._waiting = image

    def _show(self, image: QImage) -> None:
        full = image.size()
        if max(full.width(), full.height()) > self._longest:
            room = QSize(self._longest, self._longest)
            image = image.scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        self._is_free = False
        head = {"said": "frame", "width": image.width(), "height": image.height()}
        size = {"full": [full.width(), full.height()]}
        self._say({**head, **size}, bytes(image.constBits()))

    def _change(self, status: QMediaPlayer.MediaStatus) -> None:
        if status is QMediaPlayer.MediaStatus.InvalidMedia:
            self._fail()
        self._tell()

    def _fail(self, *_what: object) -> None:
        self._say({"said": "error"})

    def _tell(self, *_what: object) -> None:
        player = self._player
        is_playing = player.playbackState() is QMediaPlayer.PlaybackState.PlayingState
        self._say(
            {
                "said": "state",
                "position": player.position(),
                "duration": player.duration(),
                "playing": is_playing,
                "picture": player.hasVideo(),
                "sound": player.hasAudio(),
                "loaded": player.mediaStatus() not in _NOT_YET,
            }
        )

    def _say(self, head: dict[str, object], body: bytes = b"") -> None:
        data = memoryview(packed(head, body))
        try:
            while data:
                data = data[os.write(self._answers, data) :]
        except OSError:
            # The window is gone.
            QGuiApplication.quit()


_NOT_YET = frozenset({QMediaPlayer.MediaStatus.NoMedia, QMediaPlayer.MediaStatus.LoadingMedia})


def private_output() -> int:
    """The pipe to the window under a number of its own; whatever a decoder prints goes nowhere."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return answers
