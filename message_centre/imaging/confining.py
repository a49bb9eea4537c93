"""Locks a decoding child in, before it sees the first byte of a picture.

| limit | Linux | macOS | Windows |
| --- | --- | --- | --- |
| memory | address space, by the kernel | watched by a thread of the child | the same |
| files | Landlock, and no new descriptor | no new descriptor | none |
| network, new processes | system-call filter | no new descriptor, process or both | none |
| time of a request | timers of the kernel, and the parent | the same | the parent |
| size of files, core dumps, CPU time of its life | by the kernel | by the kernel | none |

A watched limit stops a decoder that takes too much; it does not stop one that was taken over and
keeps its own watch from looking. `confine` answers what is in force, so that nobody has to guess.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from message_centre.imaging.landlock import lock_files
from message_centre.imaging.syscall_filter import refuse_calls

#: What a child that ate too much memory exits with.
OUT_OF_MEMORY = 71

_LOOKS_PER_SECOND = 20
_SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES = 4, 38
_KILL_ME_FIRST = "1000"
_MAC_COUNTS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Confines:
    """How much a child may take.

    `memory` holds the largest picture that is shown (120 million pixels, and the working copies that
    its decoding needs). `cpu_seconds` is for its whole life; a request has its own, shorter time.
    """

    memory: int = 2 * 1024**3
    cpu_seconds: int = 900


def confine(confines: Confines) -> tuple[str, ...]:
    """Lock this process in, for good; the names of what is in force. Call before threads start."""
    held: list[str] = []
    if sys.platform == "linux":
        held += _confine_linux()
    if sys.platform != "win32":
        held += _limit(confines, has_filter="calls" in held)
    if "memory" not in held:
        _watch_memory(confines.memory)
        held.append("memory-watch")
    return tuple(held)


def confine_player(memory: int = 4 * 1024**3) -> tuple[str, ...]:
    """Lock a process in that plays a video, for good; the names of what is in force.

    It has opened its file and its way to the sound device before. Threads that ran before are not
    held; those that decode start later. New descriptors it keeps, since its threads need some.
    """
    held: list[str] = []
    if sys.platform == "linux":
        held += _confine_linux()
    if sys.platform != "win32":
        held += _limit_player(memory)
    if "memory" not in held:
        _watch_memory(memory)
        held.append("memory-watch")
    return tuple(held)


@contextlib.contextmanager
def time_limit(wall: float, cpu: float) -> Iterator[None]:
    """End this process if what is inside takes too long, also where the parent is dead."""
    _set_timers(wall, cpu)
    try:
        yield
    finally:
        _set_timers(0, 0)


def _set_timers(wall: float, cpu: float) -> None:
    if sys.platform != "win32":
        # Neither signal has a handler: the kernel itself ends the process, in whatever code it is.
        signal.setitimer(signal.ITIMER_REAL, wall)
        signal.setitimer(signal.ITIMER_PROF, cpu)


def _confine_linux() -> list[str]:
    with contextlib.suppress(OSError):
        # Should the computer run out of memory, let it be a decoder that goes.
        Path("/proc/self/oom_score_adj").write_text(_KILL_ME_FIRST, encoding="ascii")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return []
    held = ["privileges"]
    if lock_files():
        held.append("files")
    if refuse_calls():
        held.append("calls")
    return held


if sys.platform != "win32":
    import resource

    def _limit(confines: Confines, *, has_filter: bool) -> list[str]:
        limits = {
            "core": (resource.RLIMIT_CORE, 0),
            "file-size": (resource.RLIMIT_FSIZE, 0),
            "cpu": (resource.RLIMIT_CPU, confines.cpu_seconds),
            # What is open stays open; nothing more can be, neither file nor socket.
            "descriptors": (resource.RLIMIT_NOFILE, 0),
        }
        if sys.platform == "linux":
            # macOS takes this limit and does not keep it.
            limits["memory"] = (resource.RLIMIT_AS, confines.memory)
        if not has_filter:
            # On Linux this refuses threads as well, and with them HEIC: better no preview of those.
            limits["processes"] = (resource.RLIMIT_NPROC, 0)
        return [name for name, (which, most) in limits.items() if _lower(which, most)]

    def _limit_player(memory: int) -> list[str]:
        limits = {"core": (resource.RLIMIT_CORE, 0), "file-size": (resource.RLIMIT_FSIZE, 0)}
        if sys.platform == "linux":
            limits["memory"] = (resource.RLIMIT_AS, memory)
        return [name for name, (which, most) in limits.items() if _lower(which, most)]

    def _lower(which: int, most: int) -> bool:
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (most, most))
        except (OSError, ValueError):
            return False
        return True

    def _peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAC_COUNTS_BYTES

else:

    class _Counters(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            *((name, ctypes.c_size_t) for name in ("peak", "now", "a", "b", "c", "d", "e", "f")),
        )

    def _peak() -> int:
        counters = _Counters(size=ctypes.sizeof(_Counters))
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        asked = kernel.K32GetProcessMemoryInfo
        asked.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
        known = asked(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size)
        return int(counters.peak) if known else 0


def _watch_memory(most: int, peak: Callable[[], int] = _peak) -> None:
    """End this process when it has taken more; decoders let the watching thread run beside them."""

    def watch() -> None:
        while peak() <= most:
            time.sleep(1 / _LOOKS_PER_SECOND)
        os._exit(OUT_OF_MEMORY)

    threading.Thread(target=watch, name="memory-watch", daemon=True).start()
