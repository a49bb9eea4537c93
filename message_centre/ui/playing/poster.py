"""The poster process: opens one video, locks itself in, and sends one picture of it.

Started through `__main__` by `imaging/posters.py`, never by a person. It has no sound and no way back
into the window: two numbers and the pixels go out, then it ends.
"""

import os
import struct
from collections.abc import Callable

from PySide6.QtCore import QFile, QIODevice, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink

from message_centre.ui.playing.worker import private_output

#: Many videos begin in the dark: a tenth of their length, and at most a second, is passed over.
_MOST_SKIPPED_MS, _SHARE = 1000, 10
_PATIENCE_MS = 1500
_MICROSECONDS = 1000


def main(path: str, longest: int, lock: Callable[[], object]) -> int:
    """Send one picture of a video; the exit code. `lock` is called before the first byte."""
    os.environ["QT_FFMPEG_DECODING_HW_DEVICE_TYPES"] = ","
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    answers = private_output()
    app = QGuiApplication(["poster"])
    file = QFile(path)
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        return 1
    poster = Poster(file, longest, answers)
    lock()
    poster.start()
    return app.exec()


class Poster(QObject):
    """Takes the picture a moment into the video, or the first one where no other comes."""

    def __init__(self, file: QFile, longest: int, answers: int) -> None:
        super().__init__()
        self._file, self._longest, self._answers = file, longest, answers
        self._first: QImage | None = None
        self._wanted = 0
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._take)
        self._player.errorOccurred.connect(self._give_up)
        self._player.mediaStatusChanged.connect(self._change)

    def start(self) -> None:
        """Read the file."""
        self._player.setSourceDevice(self._file)
        self._player.pause()

    def _change(self, status: QMediaPlayer.MediaStatus) -> None:
        is_sound = status in _LOADED and not self._player.hasVideo()
        if is_sound or status is QMediaPlayer.MediaStatus.InvalidMedia:
            self._give_up()

    def _take(self, frame: QVideoFrame) -> None:
        image = frame.toImage()
        if image.isNull():
            return
        if self._first is not None:
            if frame.startTime() >= self._wanted * _MICROSECONDS:
                self._send(image)
            return
        self._first = image
        self._wanted = min(_MOST_SKIPPED_MS, self._player.duration() // _SHARE)
        if self._wanted <= 0:
            self._send(image)
            return
        QTimer.singleShot(_PATIENCE_MS, self, self._send_first)
        self._player.setPosition(self._wanted)

    def _send_first(self) -> None:
        if self._first is not None:
            self._send(self._first)

    def _send(self, image: QImage) -> None:
        room = QSize(self._longest, self._longest)
        if image.width() > room.width() or image.height() > room.height():
            image = image.scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        image = image.convertToFormat(QImage.Format.Format_RGBA8888)
        data = memoryview(struct.pack(">II", image.width(), image.height()) + image.constBits())
        while data:
            data = data[os.write(self._answers, data) :]
        # Nothing is left to tidy up, and taking a decoder down may take long.
        os._exit(0)

    def _give_up(self, *_what: object) -> None:
        if self._first is not None:
            self._send(self._first)
        os._exit(1)


_LOADED = frozenset({QMediaPlayer.MediaStatus.LoadedMedia, QMediaPlayer.MediaStatus.BufferedMedia})
