"""Notices that nobody has touched keys or mouse for a while."""

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_LOOK_MS = 1000
_TOUCHES = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}


class IdleWatch(QObject):
    """`idle` comes once when nobody touched any window of the program for the limit.

    Windows are listened to, not the whole application: a filter on every event would cost every paint.
    """

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._limit = 0.0
        self._touched = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._hear)
            self._hear(app.focusWindow())

    def start(self, seconds: float) -> None:
        """Watch from now on; a limit of 0 stands for never."""
        self._limit = seconds
        self._touched = time.monotonic()
        if seconds > 0:
            self._timer.start()
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: something happened to a window of ours."""
        del watched
        if event.type() in _TOUCHES:
            self._touched = time.monotonic()
        return False

    def _hear(self, window: QWindow | None) -> None:
        if window is not None:
            # Asking again for what is heard already moves it to the front, and no more.
            window.installEventFilter(self)
            self._touched = time.monotonic()

    def _look(self) -> None:
        if time.monotonic() - self._touched >= self._limit:
            self._timer.stop()
            self.idle.emit()
