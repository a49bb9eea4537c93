"""At most n deliveries a second, and always the last one."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

_NOTHING = object()


class Throttle(QObject):
    """Hands on the newest of many values, on the thread that made the throttle.

    `offer` may be called on any thread and as often as one likes: values that arrive while one waits
    for its turn replace it, so a busy worker can not flood the event loop.
    """

    delivered = Signal(object)
    _woken = Signal()

    def __init__(
        self,
        deliver: Callable[[object], None],
        *,
        per_second: float = 10,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._interval = round(1000 / per_second)
        self._lock = threading.Lock()
        self._waiting: object = _NOTHING
        self._since = QElapsedTimer()
        self._timer: QTimer | None = None
        self.delivered.connect(deliver)
        self._woken.connect(self._take_turn, Qt.ConnectionType.QueuedConnection)

    def offer(self, value: object = None) -> None:
        """Leave a value to be delivered soon. Any thread; returns at once."""
        with self._lock:
            is_first = self._waiting is _NOTHING
            self._waiting = value
        if is_first:
            self._woken.emit()

    def flush(self) -> None:
        """Deliver the waiting value now, if there is one. Owner's thread only."""
        with self._lock:
            value, self._waiting = self._waiting, _NOTHING
        if value is _NOTHING:
            return
        self._since.start()
        self.delivered.emit(value)

    def drop(self) -> None:
        """Forget the waiting value. Owner's thread only."""
        with self._lock:
            self._waiting = _NOTHING

    def _take_turn(self) -> None:
        rest = self._interval - self._since.elapsed() if self._since.isValid() else 0
        if rest <= 0:
            self.flush()
            return
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self.flush)
        self._timer.start(rest)


class Gatherer(QObject):
    """Hands on everything that was put in, in order, in as few deliveries as the pace allows."""

    def __init__(
        self,
        deliver: Callable[[tuple[object, ...]], None],
        *,
        per_second: float = 10,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._gathered: list[object] = []
        self._deliver = deliver
        self._throttle = Throttle(self._hand_on, per_second=per_second, parent=self)

    def put(self, value: object) -> None:
        """Add a value to the next delivery. Any thread; returns at once."""
        with self._lock:
            self._gathered.append(value)
        self._throttle.offer()

    def flush(self) -> None:
        """Deliver now what was gathered. Owner's thread only."""
        self._throttle.flush()

    def _hand_on(self, _value: object) -> None:
        with self._lock:
            gathered, self._gathered = tuple(self._gathered), []
        if gathered:
            self._deliver(gathered)
