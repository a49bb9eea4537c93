"""One decoding child, seen from the program: started, asked with a time limit, ended.

Two anonymous pipes are all that connects it. Whatever goes wrong in it, the answer is `ChildGone`.
"""

import contextlib
import io
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import message_centre
from message_centre.imaging.frames import BrokenFrame, read_frame, write_frame
from message_centre.services.work import CancelToken

#: What tells a bundle's program to be a decoding child; see `command`.
BUNDLE_ARGUMENT = "--decode-pictures"

#: What tells a child that it is for PDF and DICOM files, whose libraries take long to load.
DOCUMENTS_ARGUMENT = "--documents"

#: How often it is looked whether a request takes too long, or nobody wants its answer any more.
_LOOK_STEP = 0.2
_REAP_SECONDS = 5.0
#: How much nicer a child is that gives way.
_STEPS_BACK = 5
#: A child that has answered this much is replaced: decoders leak, and nobody knows what they met.
_MOST_REQUESTS = 500
_MOST_CPU_SECONDS = 300.0
_PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = 1031
#: All that a child gets of the environment: enough to start Python and to know the time zone.
_ENVIRONMENT = ("SYSTEMROOT", "TZ", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
#: Linux's C library gives large blocks back at once and takes them anew for each picture, page by page:
#: a tenth of the time of a large photo. So much of them a child keeps instead.
_KEEPING_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(64 << 20))
_BUNDLE_PREFIX = "_PYI_"

_log = logging.getLogger(__name__)


class ChildGone(Exception):
    """The child gave no answer: it died, was too slow, or talked nonsense."""

    def __init__(self, *, overran: bool = False) -> None:
        super().__init__()
        self.overran = overran


@dataclass(frozen=True, slots=True)
class Question:
    """What a child is asked, and the most that it may answer in the time it may take."""

    head: Mapping[str, Any]
    body: bytes
    most: int
    wall: float


def command() -> tuple[str, ...]:
    """How a child is started: a module of this package, or the bundle's own program told by argument.

    A bundle (PyInstaller and the like) holds no Python to run a module with: `sys.executable` is the
    program itself, and `__main__` hands over to the worker before it looks at anything else.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, BUNDLE_ARGUMENT)
    return (sys.executable, "-P", "-m", "message_centre.imaging.worker")


class Child:
    """One child process. Asked by one thread at a time; `kill` may be called on any thread."""

    def __init__(self, words: Sequence[str], *, gives_way: bool = False) -> None:
        """Start it; it is not ready before `wait_until_ready` returns.

        One that `gives_way` leaves the processor to the window where both want it.

        Raises:
            OSError: it cannot be started.
        """
        self._requests = 0
        self._spent = 0.0
        self._is_killed = False
        self._is_in_doubt = False
        self._guard = _Guard(self.kill)
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment(),
            creationflags=_flags(gives_way=gives_way),
        )
        if gives_way and sys.platform != "win32":
            with contextlib.suppress(OSError):
                niceness = os.getpriority(os.PRIO_PROCESS, 0) + _STEPS_BACK
                os.setpriority(os.PRIO_PROCESS, self._process.pid, niceness)
        # Without a buffer pipes are raw files; the type of Popen cannot say so.
        self._in = cast("io.FileIO", self._process.stdin)
        self._out = io.BufferedReader(cast("io.FileIO", self._process.stdout))
        _widen(self._in.fileno())
        _widen(self._out.fileno())

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_well(self) -> bool:
        """Whether it can be asked again."""
        is_fresh = self._requests < _MOST_REQUESTS and self._spent < _MOST_CPU_SECONDS
        is_sound = not self._is_killed and not self._is_in_doubt
        return is_fresh and is_sound and self._process.poll() is None

    def wait_until_ready(self, seconds: float) -> tuple[str, ...]:
        """Wait until it has locked itself in; the names of the limits that are in force.

        Raises:
            ChildGone
        """
        with self._guarded(seconds, None):
            head, _ = self._answer(0)
        ready = head.get("ready")
        if not isinstance(ready, list):
            raise ChildGone
        return tuple(str(name) for name in ready)

    def ask(self, question: Question, token: CancelToken | None) -> tuple[dict[str, Any], bytes]:
        """Its answer.

        Raises:
            ChildGone: there is none; this child must not be asked again.
            Cancelled: nobody wants the answer any more; likewise.
        """
        self._requests += 1
        # Until the whole answer is there; whatever interrupts this leaves half a frame in a pipe.
        self._is_in_doubt = True
        head = {**question.head, "wall": question.wall + 1, "cpu": question.wall}
        with self._guarded(question.wall, token):
            try:
                write_frame(self._in, head, question.body)
            except (OSError, ValueError) as error:
                raise ChildGone from error
            answer, body = self._answer(question.most)
        spent = answer.get("spent")
        self._spent = spent if isinstance(spent, float) else _MOST_CPU_SECONDS
        self._is_in_doubt = False
        return answer, body

    def kill(self) -> None:
        """End it at once, whatever it does; who waits for its answer gets `ChildGone`."""
        self._is_killed = True
        with contextlib.suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """End it, take its exit status and close its pipes; by the thread that asks it."""
        self.kill()
        self._guard.end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_REAP_SECONDS)
        for pipe in (self._in, self._out):
            with contextlib.suppress(OSError):
                pipe.close()
        _log.debug("A decoding child ended with %s", self._process.returncode)

    def _answer(self, most: int) -> tuple[dict[str, Any], bytes]:
        try:
            frame = read_frame(self._out, most=most)
        except (OSError, ValueError, BrokenFrame) as error:
            raise ChildGone from error
        if frame is None:
            raise ChildGone
        return frame

    @contextlib.contextmanager
    def _guarded(self, seconds: float, token: CancelToken | None) -> Iterator[None]:
        """Kill the child if the answer comes too late or is not wanted any more."""
        try:
            watched = self._guard.begin(seconds, token)
        except RuntimeError as error:
            # No thread to be had: without a guard nothing is asked.
            raise ChildGone from error
        try:
            yield
        except ChildGone as gone:
            self._guard.stop()
            if token is not None and watched.has_cancelled:
                token.check()
            raise ChildGone(overran=watched.has_overrun) from gone
        finally:
            self._guard.stop()


@dataclass(slots=True)
class _Watched:
    """One request: until when it may take, who may give it up, and why its child was killed."""

    until: float
    token: CancelToken | None
    has_overrun: bool = False
    has_cancelled: bool = False

    def is_over(self) -> bool:
        """Whether nobody waits for its answer any longer."""
        self.has_cancelled = self.token is not None and self.token.is_cancelled
        self.has_overrun = time.monotonic() >= self.until
        return self.has_cancelled or self.has_overrun


class _Guard:
    """Watches the requests of one child on a thread that sleeps while there is none.

    It looks a few times each second, and needs not be woken for each of many short requests.
    After `stop` it harms nobody.
    """

    def __init__(self, kill: Callable[[], None]) -> None:
        self._kill = kill
        self._lock = threading.Lock()
        self._watched: _Watched | None = None
        self._ended = threading.Event()
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, seconds: float, token: CancelToken | None) -> _Watched:
        """Watch a request. Raises RuntimeError if no thread is to be had."""
        watched = _Watched(time.monotonic() + seconds, token)
        with self._lock:
            self._watched = watched
        if not self._work.is_set():
            self._work.set()
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="decoding-guard", daemon=True)
            thread.start()
            self._thread = thread
        return watched

    def stop(self) -> None:
        """The request has ended; once this returns the child is safe."""
        with self._lock:
            self._watched = None

    def end(self) -> None:
        """There will be no request any more."""
        self._ended.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join(_REAP_SECONDS)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._work.wait()
            self._ended.wait(self._look())

    def _look(self) -> float:
        """Look at the request there is, if any; for how long the next look can wait."""
        with self._lock:
            watched = self._watched
            if watched is None:
                self._work.clear()
                return 0.0
            if watched.is_over():
                self._watched = None
                self._kill()
                return 0.0
            return min(_LOOK_STEP, watched.until - time.monotonic())


def _flags(*, gives_way: bool) -> int:
    """How Windows starts it."""
    low = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) if gives_way else 0
    return int(low | getattr(subprocess, "CREATE_NO_WINDOW", 0))


def environment() -> dict[str, str]:
    """No home, no tokens, no settings: only what starting takes."""
    kept = {name: value for name, value in os.environ.items() if _is_kept(name)} | _KEEPING_MEMORY
    root = Path(message_centre.__file__).parent.parent
    if not getattr(sys, "frozen", False) and not root.name.endswith("-packages"):
        # A checkout; installed packages are found anyway, and must not come before the library.
        kept["PYTHONPATH"] = str(root)
    return kept


def _is_kept(name: str) -> bool:
    return name.upper() in _ENVIRONMENT or name.startswith(_BUNDLE_PREFIX)


def _widen(pipe: int) -> None:
    """Let a whole thumbnail fit into the pipe, so that neither side waits for the other."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - not on every platform

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, _SET_PIPE_SIZE, _PIPE_BYTES)
