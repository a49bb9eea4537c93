"""How long the program takes to start, against another commit of it, in one run; started by hand.

    python -m tests.benchmarks.starting --against main --rounds 15

Both have a home of their own with one folder and one file, no drive, and take turns: `list`, and the
window (offscreen) until its list shows the file. What counts is the ratio; the processor's own time
stands beside the clock's, for a busy machine stretches that less. The modules that are loaded when it
ends are counted as well.
"""

import argparse
import io
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.screens import PLATFORM

_CHECKOUT = Path(__file__).parents[2]
_COUNT = "print('modules', len(sys.modules))"
_LIST = f"""
import sys
from message_centre.cli.main import run
run(["--home", sys.argv[1], "list"], open_window=lambda home, operator: 0)
{_COUNT}
"""
_WINDOW = f"""
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableView
from message_centre.ui import app

def look():
    tops = QApplication.topLevelWidgets()
    lists = [one for top in tops for one in top.findChildren(QTableView, "filesView")]
    if lists and lists[0].model() and lists[0].model().rowCount():
        {_COUNT}
        sys.stdout.flush()
        os._exit(0)

application = QApplication([])
timer = QTimer()
timer.timeout.connect(look)
timer.start(5)
app.run(Path(sys.argv[1]), None)
"""


@dataclass
class Program:
    """One commit of the program, its home, and what it took."""

    tree: Path
    home: Path
    clock: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)
    modules: dict[str, int] = field(default_factory=dict)

    def set_up(self) -> None:
        """One folder with one file that has been lying there."""
        inbox = self.home.parent / f"{self.home.name} inbox"
        inbox.mkdir()
        (inbox / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0picture\xff\xd9")
        os.utime(inbox / "a.jpg", (1_700_000_000, 1_700_000_000))
        folders = ["settings", "set", "operator.folders.images", str(inbox)]
        self._run("-m", "message_centre", "--home", str(self.home), *folders)

    def start(self, what: str, code: str) -> None:
        """Start it once, and note what that took."""
        before, begun = _of_children(), time.perf_counter()
        told = self._run("-c", code, str(self.home))
        self.clock.setdefault(what, []).append(time.perf_counter() - begun)
        self.processor.setdefault(what, []).append(_of_children() - before)
        self.modules[what] = int(told.rpartition("modules ")[2])

    def _run(self, *words: str) -> str:
        told = {"PYTHONPATH": str(self.tree), "QT_QPA_PLATFORM": PLATFORM}
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.tree,
            env=os.environ | told,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def _of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def unpacked(commit: str, folder: Path) -> Path:
    """The files of a commit in a folder."""
    folder.mkdir()
    wanted = ["git", "-C", str(_CHECKOUT), "archive", commit, "message_centre", "resources"]
    archive = subprocess.run(wanted, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def main(given: Sequence[str] | None = None) -> int:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.starting")
    parser.add_argument("--against", default="main", help="a commit")
    parser.add_argument("--rounds", type=int, default=15)
    wanted = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        # Both unpacked alike: where files lie has its share in how fast they are read.
        made = {
            name: Program(unpacked(commit, Path(folder) / name), Path(folder) / f"{name} home")
            for name, commit in (("ours", "HEAD"), ("theirs", wanted.against))
        }
        for program in made.values():
            program.set_up()
        _take_turns(list(made.values()), wanted.rounds)
        _tell(made["ours"], made["theirs"], wanted.against)
    return 0


def _take_turns(programs: list[Program], rounds: int) -> None:
    for number in range(rounds + 1):
        for what, code in (("list", _LIST), ("window", _WINDOW)):
            for program in programs if number % 2 else reversed(programs):
                program.start(what, code)
                if number == 0:  # the first compiles
                    program.clock[what].clear()
                    program.processor[what].clear()


def _tell(ours: Program, theirs: Program, against: str) -> None:
    _say(f"HEAD against {against}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    parts: tuple[tuple[str, Callable[[Program], dict[str, list[float]]]], ...] = (
        ("clock", lambda one: one.clock),
        ("processor", lambda one: one.processor),
    )
    for what in ours.clock:
        for name, of in parts:
            mine, other = of(ours)[what], of(theirs)[what]
            middles = f"{statistics.median(mine):.3f} s against {statistics.median(other):.3f} s"
            _say(f"  {what:7} {name:10} {ratio(mine, other):.2f} x   ({middles})")
        _say(f"  {what:7} modules    {ours.modules[what]} against {theirs.modules[what]}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
