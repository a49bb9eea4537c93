"""Counts what a suite tried and found, prints it, and shares the work out over processes."""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

LOST, DOUBLED, MISFILED, WRONG = "lost", "doubled", "misfiled", "otherwise wrong"
SINS = (LOST, DOUBLED, MISFILED, WRONG)
_SHOWN = 20
_ROOM = 2 << 30


class Problem(NamedTuple):
    """One thing that must not be: which sin, and words about it."""

    sin: str
    words: str


@dataclass
class Tally:
    """What was tried, by the words it is printed with, and what was found."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def blame(self, where: str, found: Iterable[Problem]) -> None:
        """Note what was found at one point."""
        self.problems += [Problem(sin, f"{where}: {words}") for sin, words in found]

    def add(self, other: "Tally") -> None:
        """Add another's counts."""
        self.counts.update(other.counts)
        self.problems += other.problems

    def line(self, name: str) -> str:
        """For a person: what was tried, then the sins."""
        tried = [f"{count} {words}" for words, count in self.counts.items()]
        sins = Counter(problem.sin for problem in self.problems)
        return f"{name}: {', '.join(tried + [f'{sins[sin]} {sin}' for sin in SINS])}"


class Shard(NamedTuple):
    """One process's part of a scenario's points."""

    part: int
    parts: int

    def takes(self, number: int) -> bool:
        """Whether this point is ours; every point is of exactly one part."""
        return number % self.parts == self.part


#: Runs one part of the scenario of that name below a folder of its own.
Work = Callable[[str, Shard, Path], Tally]


def parser(module: str, points: str) -> argparse.ArgumentParser:
    """What every suite's command line takes."""
    made = argparse.ArgumentParser(prog=f"python -m {module}")
    made.add_argument("--every", type=int, default=1, help=f"{points} at every N-th point only")
    made.add_argument("--only", default="", help="run the scenarios whose name holds this")
    made.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    return made


def run_all(names: Sequence[str], work: Work, jobs: int) -> int:
    """Run every scenario, its points shared out; print a line each and the sum; 1 on a problem."""
    total, by_name = Tally(), {name: Tally() for name in names}
    left = dict.fromkeys(names, jobs)
    with tempfile.TemporaryDirectory(dir=roomy()) as folder:
        tasks = [
            (work, name, Shard(part, jobs), Path(folder) / f"{number}-{part}")
            for number, name in enumerate(names)
            for part in range(jobs)
        ]
        with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
            for name, tally in pool.imap_unordered(_run, tasks):
                by_name[name].add(tally)
                left[name] -= 1
                if not left[name]:
                    say(by_name[name].line(name))
    for name in names:
        total.add(by_name[name])
    return finish(total)


def _run(task: tuple[Work, str, Shard, Path]) -> tuple[str, Tally]:
    work, name, shard, root = task
    root.mkdir()
    try:
        return name, work(name, shard, root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def finish(total: Tally) -> int:
    """Print the problems and the sum; the exit code."""
    for problem in total.problems[:_SHOWN]:
        say(f"{problem.sin}: {problem.words}")
    say(total.line("all"))
    return 1 if total.problems or not total.counts else 0


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - a command that prints its counts


def roomy() -> Path | None:
    """A folder in memory where there is room: what is killed there loses nothing by it."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made by tempfile
    usable = sys.platform == "linux" and os.access(memory, os.W_OK)
    return memory if usable and shutil.disk_usage(memory).free > _ROOM else None
