"""Feels the pulse of the window's thread: how long between two beats, and what kept it from beating.

A gap between two beats is what a person feels as a window that does not answer. Of each it is noted how
much of it the thread itself worked, how long it stood in the queue for a processor (the machine's load),
and where it was; the rest it waited for the interpreter's lock, which other threads held.
"""

import sys
import threading
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer

_BEAT_MS = 5
#: From this on a gap is told, with what was seen in it.
_TOLD_SECONDS = 0.025
_LOOK_SECONDS = 0.008
_OURS = "message_centre"
_ELSEWHERE = "meanwhile, on another thread, "


@dataclass
class Gap:
    """One time without a beat, in milliseconds. `where` tells what was running, most often first."""

    wall: float = 0.0
    own_work: float = 0.0
    queued: float = 0.0
    where: list[str] = field(default_factory=list)

    @property
    def lock(self) -> float:
        """What is neither work nor waiting for a processor."""
        return max(self.wall - self.own_work - self.queued - _BEAT_MS, 0.0)


class Pulse(QObject):
    """Beats on the thread that made it until `stop`; `report` tells the longest gaps and begins anew."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = threading.get_ident()
        self._queue = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._stopped = threading.Event()
        self._begin()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._looker = threading.Thread(target=self._look, name="pulse", daemon=True)
        self._looker.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._stopped.set()
        self._looker.join()

    def report(self) -> dict[str, object]:
        """How often it beat, how many gaps there were over 50 ms, and the longest by wall and by work."""
        gaps = self._gaps
        told = {
            "beats": self._beats,
            "over_50": sum(gap.wall > 50 for gap in gaps),
            "work_over_50": sum(gap.own_work > 50 for gap in gaps),
            "longest": asdict(max(gaps, key=lambda gap: gap.wall, default=Gap())),
            "most_work": asdict(max(gaps, key=lambda gap: gap.own_work, default=Gap())),
        }
        self._begin()
        return told

    def _begin(self) -> None:
        self._gaps: list[Gap] = []
        self._beats = 0
        self._last = time.perf_counter()
        self._work = time.thread_time()
        self._queued = self._waited()

    def _waited(self) -> float:
        """How long this thread has stood in the queue for a processor, where the system tells."""
        try:
            return int(self._queue.read_text().split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0

    def _beat(self) -> None:
        now, work, queued = time.perf_counter(), time.thread_time(), self._waited()
        wall = now - self._last
        with self._lock:
            seen, self._seen = self._seen, Counter()
        self._beats += 1
        if wall > _TOLD_SECONDS:
            where = [f"{count} x {place}" for place, count in _most(seen)]
            self._gaps.append(
                Gap(
                    round(wall * 1000, 1),
                    round((work - self._work) * 1000, 1),
                    round((queued - self._queued) * 1000, 1),
                    where,
                )
            )
        self._last, self._work, self._queued = now, work, queued

    def _look(self) -> None:
        """On a thread of its own: where is the other one, while it does not beat?"""
        while not self._stopped.wait(_LOOK_SECONDS):
            if time.perf_counter() - self._last < _TOLD_SECONDS:
                continue
            frames = sys._current_frames()
            found = [_place(frames.get(self._thread))]
            found += [
                _ELSEWHERE + place
                for thread, frame in frames.items()
                if thread not in {self._thread, threading.get_ident()}
                and _is_busy(frame)
                and (place := _place(frame))
            ]
            with self._lock:
                self._seen.update(found)


def _most(seen: Counter[str]) -> list[tuple[str, int]]:
    """Where the thread was most often, and then where others were."""
    told = seen.most_common()
    here = [one for one in told if not one[0].startswith(_ELSEWHERE)]
    there = [one for one in told if one[0].startswith(_ELSEWHERE)]
    return here[:3] + there[:3]


def _is_busy(frame: FrameType) -> bool:
    """Whether a thread is not plainly waiting."""
    name, file = frame.f_code.co_name, frame.f_code.co_filename
    return name not in {"_read", "wait", "_worker", "select", "poll", "accept", "readline"} and (
        "threading.py" not in file and "inotify" not in file
    )


def _place(frame: FrameType | None) -> str:
    """Where a thread is: its innermost step, and the innermost one of the product."""
    steps = traceback.extract_stack(frame) if frame else []
    if not steps:
        return ""
    ours = [step for step in steps if _OURS in step.filename]
    told = [ours[-1]] if ours else []
    told += [steps[-1]] if not ours or steps[-1] is not ours[-1] else []
    return " > ".join(f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in told)
