"""How long the window does not answer: gaps between the beats of its own event loop."""

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, QTimer

_BEAT_MS = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """The longest time without a beat, and what the GUI thread itself worked meanwhile; milliseconds.

    `most` is the most that it worked between any two beats.
    """

    clock: float = 0.0
    worked: float = 0.0
    most: float = 0.0


class Beats(QObject):
    """Beats every few milliseconds while the event loop is free. Made on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = self._now()
        self._longest = Gap()
        self._most = 0.0
        self.gaps: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def take(self) -> Gap:
        """The longest gap since the last time this was asked, up to now."""
        self._beat()
        longest, self._longest = replace(self._longest, most=self._most), Gap()
        self._most = 0.0
        return longest

    def _beat(self) -> None:
        now = self._now()
        gap = Gap((now[0] - self._last[0]) * 1000 - _BEAT_MS, (now[1] - self._last[1]) * 1000)
        self.gaps.append(gap.clock)
        self._most = max(self._most, gap.worked)
        self._last = now
        if gap.clock > self._longest.clock:
            self._longest = gap

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.thread_time()
