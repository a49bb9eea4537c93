"""Walls around misbehaving children, and what the system knows of processes."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from message_centre.host.clock import SystemClock
from message_centre.imaging.wall import Limits, Wall

#: Short times for children that are slow on purpose; starting one may take its time.
SHORT = Limits(picture=1.0, facts=1.0, start=30.0, patience=30.0, facts_patience=30.0)


@contextlib.contextmanager
def a_wall(*arguments: str, limits: Limits = SHORT, size: int = 1) -> Iterator[Wall]:
    """A wall whose children have bad habits; `arguments` are their limits."""
    command = (sys.executable, "-P", "-m", "tests.imaging.misbehaving", *arguments)
    wall = Wall(SystemClock(), command=command, limits=limits, size=size)
    try:
        yield wall
    finally:
        wall.close()


def is_running(pid: int) -> bool:
    """Whether a process runs, or lies about as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def holders(path: Path) -> list[str]:
    """The processes that hold a file open; nothing is known of them but on Linux."""
    found = []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if link.readlink() == path:
                found.append(link.parts[2])
        except OSError:
            continue
    return found


def is_zombie(pid: int) -> bool:
    """Whether a process has ended and nobody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def comes_true(condition: Callable[[], bool], *, within: float = 20.0) -> bool:
    """Whether something becomes true soon."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def open_descriptors() -> int:
    """How many files, pipes and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))
