"""A walk through the real window with a great many tower folders; started by hand.

    python -m tests.benchmarks.tower_walk --folders 1000 --files 50 --pictures /tmp/towers

Opens a new practice with a patient for each folder, and does what a person does: looks at Unclaimed, opens
the dry run, scrolls and filters it, accepts rows, imports, stops in the middle, closes the program, opens it
again, goes on, and saves the report. For each step it prints the longest time without a beat of the event
loop, the most that the window's own thread worked between two beats, and the peak of memory so far. At the
end every file is looked for by its hash: in the store and on the right record, or still in its folder.
"""

import argparse
import hashlib
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.support.screens import PLATFORM

os.environ.setdefault("QT_QPA_PLATFORM", PLATFORM)

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar

from message_centre.bootstrap import open_home
from message_centre.domain.records import Record
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken
from message_centre.ui import app
from message_centre.ui.actions import Name, Tab
from message_centre.ui.main_window import MainWindow
from message_centre.ui.towers.folders_model import Show
from message_centre.ui.towers.towers_controller import TowersController
from message_centre.ui.towers.towers_dialog import TowersDialog
from tests.benchmarks.beats import Beats
from tests.benchmarks.driving import rest, until
from tests.benchmarks.many_folders import Made, fill_tower, write_register
from tests.benchmarks.measured import load, python
from tests.support.window import opened_window

_BLOCK_MS = 50.0
_PATIENCE = 3600.0
_SCROLLS = 60


@dataclass
class Told:
    """The lines so far."""

    worked: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    def step(self, what: str, beats: Beats) -> None:
        """Print the line of a step that has just ended."""
        gap = beats.take()
        self.worked.append(gap.most)
        self.clock.append(gap.clock)
        _say(f"{what:52}{gap.clock:9.0f} ms{gap.most:9.0f} ms{_peak():9.0f} MiB")


@dataclass
class Walk:
    """One walk through one opened window."""

    window: MainWindow
    pictures: Path | None
    told: Told
    beats: Beats = field(default_factory=Beats)

    @property
    def controller(self) -> TowersController:
        """Who leads the dialog."""
        found = self.window.findChild(TowersController)
        if found is None:
            raise SystemExit("there is no controller of towers")
        return found

    @property
    def dialog(self) -> TowersDialog:
        """The dry run."""
        found = self.controller.dialog
        if found is None:
            raise SystemExit("the dry run is not open")
        return found

    def step(self, what: str, work: Callable[[], object], seconds: float = 0.3) -> None:
        """Do something, let the window live, and tell how long it did not answer."""
        rest(0.05)
        self.beats.take()
        work()
        rest(seconds)
        self.told.step(what, self.beats)

    def wait(self, what: str, is_so: Callable[[], bool]) -> float:
        """Let the window live until something is so; tells how long that took."""
        started = time.perf_counter()
        until(is_so, patience=_PATIENCE)
        took = time.perf_counter() - started
        rest(0.3)
        self.told.step(f"{what}, {took:.1f} s", self.beats)
        return took

    def draw(self, name: str) -> None:
        """Keep a picture of the window, or of the dry run where it is open."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            shown = self.controller.dialog or self.window
            shown.grab().save(str(self.pictures / f"{name}.png"))

    def unclaimed(self, folders: int) -> None:
        """Look at Unclaimed until every folder stands there."""
        rest(2)
        self.told.step("the window opens", self.beats)
        self.window.top.tabs.setCurrentIndex(list(Tab).index(Tab.UNCLAIMED))
        pane = self.window.unclaimed_list.towers
        self.wait("Unclaimed shows every folder", lambda: len(pane.model.rows) >= folders)
        self.draw("1 unclaimed")

    def review(self, folders: int) -> None:
        """Open the dry run until it is whole."""
        until(lambda: self.window.findChild(TowersController) is not None)
        rest(1)
        self.window.actions_[Name.TOWERS].trigger()
        until(lambda: self.controller.dialog is not None)
        self.wait("the first rows of the dry run", lambda: bool(self.dialog.model.rows))
        self.wait("all of the dry run", lambda: self._is_reviewed(folders))

    def _is_reviewed(self, folders: int) -> bool:
        return len(self.dialog.model.rows) >= folders and not self.dialog.stop.isVisible()

    def look_around(self) -> None:
        """Scroll, filter, choose rows."""
        table, dialog = self.dialog.table, self.dialog

        def scroll() -> None:
            bar = table.verticalScrollBar()
            for number in range(_SCROLLS):
                bar.setValue(number * 613 % max(1, bar.maximum()))
                table.viewport().repaint()
                rest(0.01)

        self.step("scrolling", scroll)
        for show in (Show.DOUBT, Show.THIN, Show.ALL):
            choose = partial(dialog.filter.setCurrentIndex, dialog.filter.findData(show))
            self.step(f"showing {show.value}", choose)
            self.draw(f"2 {show.value}")
        down = partial(QTest.keyClick, table, Qt.Key.Key_Down)
        table.selectRow(0)
        self.step("20 rows down, by keys", lambda: [down() for _ in range(20)])
        self.step("accepting all beyond doubt", dialog.sure.click)
        self.draw("3 accepted")

    def import_some(self, files: int) -> None:
        """Import, and stop once so many files are on record."""
        [busy] = self.dialog.findChildren(QProgressBar)
        self.step("import begins", self.dialog.go.click)
        self.wait(f"{files:,} files copied", lambda: busy.value() >= files)
        self.draw("4 importing")
        self.dialog.stop.click()
        self.wait("stopped", lambda: not self.controller.is_importing)
        self.draw("5 stopped")

    def import_rest(self, report: Path) -> None:
        """Accept what is left, import it to the end, save the report."""
        self.step("accepting all beyond doubt", self.dialog.sure.click)
        files = sum(len(one.files) for one in self.dialog.model.accepted())
        self.dialog.go.click()
        took = self.wait(f"{files:,} files imported", lambda: not self.controller.is_importing)
        _say(f"    {files / took:,.0f} files a second")
        self.draw("6 imported")
        self.controller.choose_file = lambda _parent: str(report)
        self.dialog.report.click()
        self.wait("the report", report.exists)
        self.step("looking again", self.dialog.look.click, 1)
        self.dialog.close()


def main(given: Sequence[str] | None = None) -> int:
    """Walk, ask what became of every file, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tower_walk")
    parser.add_argument("--folders", type=int, default=1000)
    parser.add_argument("--files", type=int, default=50, help="in each folder")
    parser.add_argument("--bytes", type=int, default=20_000, help="about so many a file")
    parser.add_argument("--pictures", type=Path, help="keep pictures of the window here")
    wanted = parser.parse_args(given)
    application = QApplication([])
    application.setApplicationName("Message Centre")
    app.keep_pace()
    with tempfile.TemporaryDirectory() as temporary:
        return _walked(Path(temporary).resolve(), wanted)


def _walked(ground: Path, wanted: argparse.Namespace) -> int:
    home, root = ground / "home", ground / "Tower"
    made = fill_tower(root, wanted.folders, wanted.files, wanted.bytes)
    _set_up(home, root, ground, wanted.folders)
    told, begun = Told(), time.perf_counter()
    size = f"{wanted.folders:,} folders of {wanted.files} files, {len(made):,} files"
    _say(f"{size}, load {load()} on {os.cpu_count()} processors")
    _say(f"{'step':52}{'no beat':>12}{'own work':>12}{'peak':>13}")
    with opened_window(home) as window:
        walk = Walk(window, wanted.pictures, told)
        window.resize(1280, 800)
        walk.unclaimed(wanted.folders)
        walk.review(wanted.folders)
        walk.look_around()
        walk.import_some(len(made) // 3)
    _say("the program was closed, and is opened again")
    with opened_window(home) as window:
        walk = Walk(window, None, told)
        walk.review(wanted.folders // 2)
        walk.import_rest(ground / "report.csv")
    took = time.perf_counter() - begun
    worst, clock = max(told.worked), max(told.clock)
    verdict = "within" if worst <= _BLOCK_MS else "MORE THAN"
    _say(
        f"longest block: {worst:.0f} ms of the window's own work, {verdict} {_BLOCK_MS:.0f} ms;"
        f" {clock:.0f} ms without a beat; peak {_peak():.0f} MiB; {took:.0f} s; load {load()}"
    )
    wrong = _wrong(home, root, made)
    return 1 if wrong else 0


def _set_up(home: Path, root: Path, ground: Path, folders: int) -> None:
    register = ground / "register.csv"
    write_register(register, folders)
    for command in (
        ("settings", "set", "system.tower_roots", root),
        ("patients", "import", register),
    ):
        python("-m", "message_centre", "--home", home, *command)


def _wrong(home: Path, root: Path, made: Sequence[Made]) -> int:
    """How many files are lost, doubled, misfiled, damaged or left over; prints what was found."""
    services = open_home(home)
    try:
        records = tuple(services.records.everything())
        known = {one.patient_id for one in records}
        numbers = {one: services.register.resolve(one).number for one in known}
        on_record = [_Kept.of(services, one, numbers[one.patient_id]) for one in records]
        problems = len(services.auditor.check(CancelToken()).findings)
        sheets, operator = services.day_sheets, services.permitting.operator("ADM")
        counts = sheets.of(sheets.today(), operator, "1", CancelToken())
    finally:
        services.close()
    left = {
        place.relative_to(root).as_posix(): _sha256(place)
        for place in root.rglob("*")
        if place.is_file()
    }
    _say(f"{len(made):,} files: {len(on_record):,} on record, {len(left):,} left in their folders")
    found = _sorted_out(made, on_record, left)
    told = ", ".join(f"{number} {name}" for name, number in found.items())
    _say(f"{told}; {problems} problems of the check")
    [line] = [one for one in counts if one.source == str(root)]
    adds_up = line.seen == len(made) == line.filed + line.waiting + line.held + line.ignored
    _say(
        f"day sheet: {line.seen:,} seen = {line.filed:,} filed + {line.waiting:,} waiting"
        f" + {line.held:,} held + {line.ignored:,} ignored"
    )
    return sum(found.values()) + problems + (not adds_up)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A record: whose it is by number, the hash on record, and that of the stored bytes."""

    owner: str
    said: str
    sha256: str

    @classmethod
    def of(cls, services: Services, record: Record, owner: str) -> "_Kept":
        configuring = services.configuring
        stores = (configuring.images_store(), configuring.documents_store())
        return cls(owner, record.sha256, _hash_of(stores, record.shelf_path))


def _sorted_out(
    made: Sequence[Made], on_record: Sequence[_Kept], left: Mapping[str, str]
) -> dict[str, int]:
    stored = Counter(one.sha256 for one in on_record)
    owners = {one.sha256: one.owner for one in made}
    still = [one for one in made if left.get(one.way) == one.sha256]
    places = stored + Counter(one.sha256 for one in still)
    return {
        "lost": sum(not places[one.sha256] for one in made),
        "doubled": sum(places[one.sha256] > 1 for one in made),
        "misfiled": sum(owners.get(one.sha256) != one.owner for one in on_record),
        "damaged": sum(one.said != one.sha256 for one in on_record),
        "beyond doubt and left": sum(one.verdict == "sure" for one in still),
    }


def _hash_of(stores: Sequence[Path], shelf_path: str) -> str:
    """The hash of a stored file, read from the disk."""
    [place] = [store / shelf_path for store in stores if (store / shelf_path).is_file()]
    return _sha256(place)


def _sha256(place: Path) -> str:
    return hashlib.sha256(place.read_bytes()).hexdigest()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
