"""The only bridge between threads and Qt: lanes carry jobs, one queued signal brings answers back.

Work is a plain function of `(token, report)` that knows nothing of Qt. Whatever it returns or raises
arrives on the thread that owns the runner, after `submit` has returned, so that a caller may connect
to a job's signals at leisure.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import Enum
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, Qt, Signal

from message_centre.domain.errors import Cancelled, MessageCentreError
from message_centre.services.tracing import where
from message_centre.services.work import CancelToken, Report, carrying
from message_centre.ui.throttle import Throttle

_log = logging.getLogger(__name__)

_PROGRESS_PER_SECOND = 10

Work = Callable[[CancelToken, Report], object]


class Lane(Enum):
    """Where work runs; a lane never holds up another one."""

    WRITE = "write"
    FETCH = "fetch"
    READ = "read"
    DECODE = "decode"


_WORKERS = {
    Lane.WRITE: 1,
    Lane.FETCH: 4,
    Lane.READ: 2,
    Lane.DECODE: max(1, (os.cpu_count() or 2) - 1),
}
#: What may be given up comes first; a write stops before its commit or finishes after it.
_END_ORDER = (Lane.FETCH, Lane.DECODE, Lane.READ, Lane.WRITE)


class Job(QObject):
    """One piece of work that succeeds, fails or is cancelled: once, and says so.

    After exactly one of `succeeded` (with the result), `failed` (with the exception) or `cancelled`
    comes `finished`. `progressed` comes at most ten times a second, the last report before the end.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self.lane = lane
        self.token = CancelToken()
        self.progress = Throttle(self.progressed.emit, per_second=_PROGRESS_PER_SECOND, parent=self)

    def cancel(self) -> None:
        """Ask the work to stop; it may still succeed if it was past the point of stopping."""
        self.token.cancel()


class Runner(QObject):
    """Runs jobs on lanes and keeps each alive until its end is delivered. Made on the GUI thread."""

    _ended = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            lane: ThreadPoolExecutor(workers, thread_name_prefix=lane.value)
            for lane, workers in _WORKERS.items()
        }
        self._numbers = count()
        self._jobs: dict[int, Job] = {}
        self._futures: dict[int, Future[None]] = {}
        self._is_closed = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether every job's end has been delivered."""
        return not self._jobs

    def is_busy(self, lane: Lane) -> bool:
        """Whether a job of this lane has not been delivered yet."""
        return any(job.lane is lane for job in self._jobs.values())

    def submit(self, lane: Lane, work: Work) -> Job:
        """Start work on a lane as soon as a worker is free. GUI thread only.

        After `shutdown` the job is answered as cancelled and the work never starts.
        """
        job = Job(lane)
        number = next(self._numbers)
        self._jobs[number] = job
        if self._is_closed:
            self._ended.emit(number, "cancelled", None)
        else:
            # The worker never holds the job itself: were its reference the last one, the job and the
            # timer of its throttle would be destroyed on the wrong thread.
            run = partial(self._run, number, job.token, job.progress.offer)
            self._futures[number] = self._lanes[lane].submit(run, work)
        return job

    def shutdown(self, *, patience: float = 5.0) -> bool:
        """Cancel everything, writes last, and join; nothing is delivered afterwards.

        A write is waited for however long it takes. Other work has `patience` seconds; the answer says
        whether all of it ended.
        """
        self._is_closed = True
        for lane in _END_ORDER:
            for job in [job for job in self._jobs.values() if job.lane is lane]:
                job.cancel()
            self._lanes[lane].shutdown(wait=lane is Lane.WRITE, cancel_futures=True)
        # A future cancelled in the queue never counts as done: no worker is left to notice it.
        running = [future for future in self._futures.values() if not future.cancelled()]
        self._futures.clear()
        self._jobs.clear()
        return not wait(running, timeout=patience).not_done

    def _run(self, number: int, token: CancelToken, report: Report, work: Work) -> None:
        """The worker's side: exactly one `_ended` for every way the work can end."""
        try:
            token.check()
            with carrying(token):
                value = work(token, report)
        except Cancelled:
            self._ended.emit(number, "cancelled", None)
        except Exception as error:  # noqa: BLE001 - a job's end is always told, whatever ended it
            _note_unexpected(error)
            self._ended.emit(number, "failed", error)
        else:
            self._ended.emit(number, "succeeded", value)

    def _deliver(self, number: int, end: str, value: object) -> None:
        self._futures.pop(number, None)
        job = self._jobs.pop(number, None)
        if job is None:
            return
        job.progress.flush()
        if end == "succeeded":
            job.succeeded.emit(value)
        elif end == "failed":
            job.failed.emit(value)
        else:
            job.cancelled.emit()
        job.finished.emit()


class Newest(QObject):
    """One place on the screen that asks again and again: only the newest answer counts.

    Every request carries a generation number; asking anew cancels the former job, and an answer that
    was overtaken is dropped even if its work could not be stopped.
    """

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._generation = 0
        self._job: Job | None = None

    @property
    def generation(self) -> int:
        """The number of the newest request."""
        return self._generation

    def ask(
        self,
        lane: Lane,
        work: Work,
        answered: Callable[[object], None],
        failed: Callable[[object], None] | None = None,
    ) -> Job:
        """Ask, overtaking whatever was asked before. Neither callback comes if this is overtaken."""
        self.forget()
        generation = self._generation
        job = self._job = self._runner.submit(lane, work)
        job.succeeded.connect(partial(self._hand_on, generation, answered))
        if failed is not None:
            job.failed.connect(partial(self._hand_on, generation, failed))
        return job

    def forget(self) -> None:
        """Cancel what was asked; its answer will be dropped."""
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _hand_on(self, generation: int, callback: Callable[[object], None], value: object) -> None:
        if generation == self._generation:
            callback(value)


def _note_unexpected(error: Exception) -> None:
    """Log where an unforeseen error came from, not its words: those may hold a file name."""
    if isinstance(error, MessageCentreError):
        return
    place = where(error.__traceback__)
    _log.error("A job ended with an unforeseen %s in %s", type(error).__name__, place)
