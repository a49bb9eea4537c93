"""Contestants that take turns, and the lines that are told of them."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.support.screens import PLATFORM

Contestant = Callable[[], object]
Taken = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: ours against somebody, and what was to be reached, if anything was."""

    what: str
    against: str
    ratio: float
    goal: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the goal is reached."""
        if self.goal is None:
            return ""
        return "met" if self.ratio <= self.goal else "**missed**"

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        goal = "" if self.goal is None else f"<= {self.goal:g}"
        return (self.what, self.against, f"{self.ratio:.3g}", goal, self.verdict, self.note)


def take_turns(contestants: Mapping[str, Contestant], rounds: int, *, warm: bool = True) -> Taken:
    """Milliseconds of each, in turn, so that a busy machine troubles everybody alike."""
    taken: Taken = {name: [] for name in contestants}
    for number in range(rounds + warm):
        for name, work in contestants.items():
            start = time.perf_counter()
            work()
            if number >= warm:
                taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def ratio(taken: Mapping[str, Sequence[float]], ours: str, theirs: str) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(taken[ours], taken[theirs], strict=True))


def middle(taken: Mapping[str, Sequence[float]], name: str) -> float:
    """The median of one contestant."""
    return statistics.median(taken[name])


def run(*command: object) -> str:
    """What a program prints.

    Raises:
        subprocess.CalledProcessError: it fails.
    """
    words = [str(word) for word in command]
    told = {"QT_QPA_PLATFORM": PLATFORM, "QT_ACCESSIBILITY": "0"}
    return subprocess.run(
        words, env=os.environ | told, check=True, capture_output=True, text=True
    ).stdout


def python(*words: object) -> str:
    """What a program of this interpreter prints."""
    return run(sys.executable, *words)


def load() -> str:
    """How busy the machine is."""
    return f"{os.getloadavg()[0]:.1f}"
