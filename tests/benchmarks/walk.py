"""A walk through the real window with a great many files in one folder; started by hand.

    python -m tests.benchmarks.walk --files 100000 --pictures /tmp/walk

Opens a new practice whose operator watches one folder, and does what a person does: looks, scrolls, sorts,
filters, ticks, refreshes, while more files arrive and every file's bytes are looked at. For each step it
prints the longest time without a beat of the event loop, how much of that the window's own thread worked,
and the peak of memory so far. On a busy machine the first is mostly waiting for a processor.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread

from tests.support.screens import PLATFORM

os.environ.setdefault("QT_QPA_PLATFORM", PLATFORM)

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from message_centre.ui import app
from message_centre.ui.actions import Name
from message_centre.ui.files.rows import Column
from message_centre.ui.main_window import MainWindow
from tests.benchmarks.beats import Beats
from tests.benchmarks.driving import rest, until
from tests.benchmarks.many_files import fill
from tests.benchmarks.measured import load, python
from tests.support.engine import age
from tests.support.window import opened_window

_SCROLLS = 60
_WORDS = "scan 27"
_BLOCK_MS = 50.0


@dataclass
class Walk:
    """One walk: the window, its beats, and what was told so far."""

    window: MainWindow
    folder: Path
    count: int
    pictures: Path | None
    beats: Beats = field(default_factory=Beats)
    blocks: list[float] = field(default_factory=list)

    def step(self, what: str, work: Callable[[], object], seconds: float = 0.3) -> None:
        """Do something, let the window live, and tell how long it did not answer."""
        rest(0.05)
        self.beats.take()
        work()
        rest(seconds)
        self.tell(what)

    def tell(self, what: str) -> None:
        """Print the line of a step that has just ended."""
        gap = self.beats.take()
        self.blocks.append(gap.worked)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _say(f"{what:44}{gap.clock:9.0f} ms{gap.worked:9.0f} ms{peak:9.0f} MiB")

    def draw(self, name: str) -> None:
        """Keep a picture of the window."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.window.grab().save(str(self.pictures / f"{name}.png"))

    def everything(self) -> None:
        """Every step, in order."""
        started = time.perf_counter()
        until(lambda: self.window.model.rowCount() > 0)
        self.tell(f"first rows, after {time.perf_counter() - started:.1f} s")
        until(lambda: self.window.model.rowCount() >= self.count)
        rest(1)
        self.tell(f"all {self.count:,} rows, after {time.perf_counter() - started:.1f} s")
        self.draw("1 listed")
        self._look()
        self._search()
        self._tick()
        self._group()
        self._refresh()

    def _look(self) -> None:
        view = self.window.ext.view
        frames: list[float] = []

        def scroll() -> None:
            for number in range(_SCROLLS):
                start = time.perf_counter()
                view.verticalScrollBar().setValue(number * 1613 % self.count)
                view.viewport().repaint()
                frames.append((time.perf_counter() - start) * 1000)
                rest(0.01)

        self.step("scrolling to far rows", scroll)
        _say(f"    a frame: p50 {statistics.median(frames):.1f} ms, worst {max(frames):.1f} ms")
        for column in (Column.NAME, Column.SIZE, Column.TYPE, Column.SOURCE, Column.DATE):
            name = column.name.lower()
            self.step(f"sorting by {name}", partial(self._sort, column))
        view.verticalScrollBar().setValue(self.count // 2)
        self.draw("2 sorted and scrolled")

    def _sort(self, column: Column) -> None:
        self.window.ext.view.sortByColumn(column, Qt.SortOrder.DescendingOrder)

    def _search(self) -> None:
        box = self.window.ext.filter
        for letter in _WORDS:
            self.step(f"typing {letter!r} into the filter", partial(QTest.keyClick, box, letter))
        self.draw("3 filtered")
        self.step("clearing the filter", box.clear)

    def _tick(self) -> None:
        view, model = self.window.ext.view, self.window.model
        self.step("selecting a row", lambda: view.selectRow(10))
        self.step("ticking it", lambda: QTest.keyClick(view, Qt.Key.Key_Space))
        self.step(
            "20 rows down, by keys",
            lambda: [QTest.keyClick(view, Qt.Key.Key_Down) for _ in range(20)],
        )
        self.step("ticking every row", lambda: model.tick_all(ticked=True), 0.6)
        self.draw("4 all ticked")
        self.step("unticking every row", model.clear_ticks)

    def _group(self) -> None:
        """Into sessions, and back into one list."""
        window = self.window
        switch = window.actions_[Name.GROUP]
        files = self.window.model.shown_files
        self.beats.take()
        switch.trigger()
        until(lambda: window.model.rowCount() > files and not window.ext.banner.isVisible())
        rest(0.5)
        self.tell("grouping by sessions")
        self.draw("5 grouped")
        self.step("sorting the groups by name", partial(self._sort, Column.NAME), 0.6)
        self.step("sorting them by date", partial(self._sort, Column.DATE), 0.6)
        switch.trigger()
        until(lambda: window.model.rowCount() == files)
        rest(0.5)
        self.tell("no groups")

    def _refresh(self) -> None:
        window = self.window
        self.step("F5, and three seconds", window.actions_[Name.REFRESH].trigger, 3)
        seen = window.model.rowCount()
        self.beats.take()
        # On a thread: who writes them is another program.
        Thread(target=self._write_more).start()
        until(lambda: window.model.rowCount() >= seen + 50)
        rest(0.5)
        self.tell("50 files arrive by themselves")
        started = time.perf_counter()
        until(lambda: not window.model.to_inspect(1) and not window.ext.banner.isVisible())
        self.tell(f"the rest of the bytes looked at, {time.perf_counter() - started:.0f} s")
        self.draw("6 at rest")

    def _write_more(self) -> None:
        for number in range(50):
            new = self.folder / f"arrived {number}.jpg"
            new.write_bytes(b"\xff\xd8\xff\xe0 synthetic \xff\xd9")
            age(new)


def main(given: Sequence[str] | None = None) -> int:
    """Walk, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.walk")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--pictures", type=Path, help="keep pictures of the window here")
    wanted = parser.parse_args(given)
    application = QApplication([])
    application.setApplicationName("Message Centre")
    app.keep_pace()
    with tempfile.TemporaryDirectory() as temporary:
        home, folder = Path(temporary) / "home", Path(temporary) / "Waiting room"
        fill(folder, wanted.files)
        _set_up(home, folder)
        _say(f"{wanted.files:,} files, load {load()} on {os.cpu_count()} processors")
        _say(f"{'step':44}{'no beat':>12}{'own work':>12}{'peak':>13}")
        with opened_window(home) as window:
            window.resize(1280, 800)
            walk = Walk(window, folder, wanted.files, wanted.pictures)
            walk.everything()
    worst = max(walk.blocks)
    verdict = "within" if worst <= _BLOCK_MS else "MORE THAN"
    _say(
        f"longest block of the window's own work: {worst:.0f} ms, {verdict} {_BLOCK_MS:.0f} ms; load {load()}"
    )
    return 0


def _set_up(home: Path, folder: Path) -> None:
    setting = ("settings", "set", "operator.folders.images", folder)
    python("-m", "message_centre", "--home", home, *setting)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
