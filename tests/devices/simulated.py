"""Devices that write slowly into a watched folder, each in a way of its own.

A device is a generator: it does a piece of work and yields for how many seconds it then does nothing.
What it writes carries the time of the suite's clock, as a disk would stamp it.
"""

import contextlib
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

Device = Iterator[float]


class Work:
    """One file on its way: its bytes in pieces, and the clock that stamps them."""

    def __init__(self, path: Path, data: bytes, now: Callable[[], float], dice: random.Random):
        self.path = path
        self.data = data
        self.now = now
        self.dice = dice
        cuts = sorted(dice.sample(range(1, len(data)), 5))
        self.pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]

    def stamp(self, path: Path | None = None) -> None:
        """The time of a write."""
        os.utime(path or self.path, (self.now(), self.now()))

    def nap(self, longest: float) -> float:
        """Some seconds, at most so many."""
        return self.dice.uniform(0.2, longest)


def holding(work: Work) -> Device:
    """Bursts through one open handle, with long pauses."""
    with work.path.open("wb", buffering=0) as file:
        for piece in work.pieces:
            file.write(piece)
            work.stamp()
            yield work.nap(45)


def reopening(work: Work) -> Device:
    """Opened anew for each burst; pauses of less than ten seconds."""
    for piece in work.pieces:
        with work.path.open("ab", buffering=0) as file:
            file.write(piece)
        work.stamp()
        yield work.nap(9.5)


def preallocating(work: Work) -> Device:
    """The whole size at once, then filled in from the start."""
    with work.path.open("wb", buffering=0) as file:
        file.truncate(len(work.data))
        work.stamp()
        yield work.nap(30)
        for piece in work.pieces:
            file.write(piece)
            work.stamp()
            yield work.nap(30)


def preallocating_and_closing(work: Work) -> Device:
    """The whole size at once and closed; then filled in, opened anew each time."""
    with work.path.open("wb", buffering=0) as file:
        file.truncate(len(work.data))
    work.stamp()
    at = 0
    for piece in work.pieces:
        yield work.nap(9.5)
        with work.path.open("r+b", buffering=0) as file:
            file.seek(at)
            file.write(piece)
        work.stamp()
        at += len(piece)


def renaming(work: Work) -> Device:
    """Under a temporary name, renamed at the end."""
    part = work.path.with_name(f"{work.path.name}.part")
    for piece in work.pieces:
        with part.open("ab", buffering=0) as file:
            file.write(piece)
        work.stamp(part)
        yield work.nap(60)
    part.rename(work.path)


def renaming_while_open(work: Work) -> Device:
    """Renamed in the middle, and written on through the open handle."""
    part = work.path.with_name(f"{work.path.name}.tmp")
    with part.open("wb", buffering=0) as file:
        for number, piece in enumerate(work.pieces):
            file.write(piece)
            if number == 2:
                part.rename(work.path)
            work.stamp(work.path if number >= 2 else part)
            yield work.nap(40)


def empty_first(work: Work) -> Device:
    """An empty file that stands there for long, then the bytes at once."""
    work.path.touch()
    work.stamp()
    yield work.nap(120)
    with work.path.open("wb", buffering=0) as file:
        file.write(work.data)
    work.stamp()


def backdating(work: Work) -> Device:
    """As a copying tool does that keeps old times: stamped as of last year after every burst."""
    with work.path.open("wb", buffering=0) as file:
        for piece in work.pieces:
            file.write(piece)
            with contextlib.suppress(FileNotFoundError):
                os.utime(work.path, (1.7e9, 1.7e9))
            yield work.nap(45)


def replacing(work: Work) -> Device:
    """A first version, whole; nine seconds later another takes its name."""
    work.path.write_bytes(work.data[::-1])
    work.stamp()
    yield work.nap(9)
    fresh = work.path.with_name(f".{work.path.name}")
    fresh.write_bytes(work.data)
    work.stamp(fresh)
    fresh.rename(work.path)


DEVICES: dict[str, Callable[[Work], Device]] = {
    one.__name__.replace("_", " "): one
    for one in (
        holding,
        reopening,
        preallocating,
        preallocating_and_closing,
        renaming,
        renaming_while_open,
        empty_first,
        backdating,
        replacing,
    )
}
#: What no listing can tell where nothing says who has a file open.
NEEDS_LEASES = {holding, preallocating, renaming_while_open, backdating}
