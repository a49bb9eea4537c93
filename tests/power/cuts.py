"""Real power cuts: the disk of a running deed is copied in an instant, mounted, and judged.

    python -m tests.power.cuts                ext4, XFS and btrfs, a cut before and during every step; root
    python -m tests.power.cuts --every 4      every fourth cut
    python -m tests.power.cuts --fault NAME   with a seeded fault, which must be caught

The practice lies on a small image that is itself a file on XFS. A cut is a reflink copy of that
file: what the file system had handed to its disk by then, and nothing of what memory still held. The copy
is mounted where the image was, which has the file system recover first and the program after it; the
crash suite's questions follow. One line a file system, then the counts; the exit code is 1 if there was a problem.
"""

import argparse
import fcntl
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.crash import faults
from tests.crash.run import SCENARIOS, Counts, Scenario, Suite
from tests.crash.worlds import World, lost
from tests.support import sandbox
from tests.support.killing import Killer
from tests.support.mounts import KINDS, CannotMountError, Kind, make_image, mounted, run, unmount

_NAMES = ("ext4", "xfs", "btrfs")
_OUTER_SIZE = 4 << 30
_FICLONE = 0x40049409
_FLUSHES = {"fsync", "syncfs", "commit"}
#: Within this time a flush is cut somewhere in its middle.
_LONGEST = 0.004


class Cutter(Killer):
    """Copies the image before every step, in the midst of every flush, and at the end."""

    def __init__(self, image: Path, cuts: Path) -> None:
        super().__init__()
        self._image = image
        self._cuts = cuts
        self._threads: list[threading.Thread] = []
        self._chance = random.Random(7)  # noqa: S311 - the same instants each time, as far as can be

    def is_struck(self) -> bool:
        """Every step is."""
        return True

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> bool:
        """Cut, then let the step go on."""
        self._cut(f"{self.count:03}-before-{name}")
        if name in _FLUSHES:
            delay, to = self._chance.uniform(0, _LONGEST), f"{self.count:03}-during-{name}"
            self._threads.append(threading.Thread(target=self._cut, args=(to, delay)))
            self._threads[-1].start()
        return True

    def end(self) -> None:
        """Cut once more when everything is done, and let no cut outlive its run."""
        self._cut("after everything")
        for thread in self._threads:
            thread.join()

    def _cut(self, to: str, delay: float = 0) -> None:
        time.sleep(delay)
        with self._image.open("rb") as image, (self._cuts / to).open("wb") as copy:
            fcntl.ioctl(copy, _FICLONE, image.fileno())


class CutSuite(Suite):
    """The crash suite's worlds on one image, which is exchanged for its copies."""

    def __init__(self, image: Path, place: Path, *, every: int, fault: str) -> None:
        super().__init__(place, every=every, fault=fault)
        self._image = image
        self._place = place
        self._cuts = image.parent / "cuts"

    def cut(self, scenario: Scenario) -> Counts:
        """Do the deed once, then judge every `every`-th cut of it."""
        counts = Counts()
        run("mount", "-o", "loop", self._image, self._place)
        world = self._begin(scenario)
        run("sync", "--file-system", self._place)
        self._cuts.mkdir()
        cutter = Cutter(self._image, self._cuts)
        self._fork(world, scenario.deed, cutter, after=lambda _: cutter.end())
        run("umount", self._place)
        cuts = sorted(self._cuts.iterdir())
        for cut in cuts[:: self._every]:
            counts.kills += 1
            counts.states += 2
            counts.problems += [
                f"{scenario.name} {cut.name}{one}" for one in self._judge_cut(world, cut)
            ]
        for cut in cuts:
            cut.unlink()
        self._cuts.rmdir()
        return counts

    def _judge_cut(self, world: World, cut: Path) -> Iterator[str]:
        run("mount", "-o", "loop", cut, self._place)
        try:
            yield from (f": {problem}" for problem in lost(world))
            yield from (f", recovered: {problem}" for problem in self._at_rest(world))
        finally:
            run("umount", self._place)


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.power.cuts")
    parser.add_argument("--every", type=int, default=1, help="judge every N-th cut only")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    parser.add_argument("--on", default="", choices=["", *_NAMES], help="this file system only")
    parser.add_argument("--fault", default="", choices=["", *faults.EVERY_FAULT])
    wanted = parser.parse_args(given)
    folder = sandbox.inside()
    if folder is None:
        if reason := sandbox.why_not():
            _say(f"No power can be cut: {reason}")
            return 2
        return sandbox.run_inside("tests.power.cuts", sys.argv[1:] if given is None else given)
    return _everywhere(folder, wanted)


def _everywhere(folder: Path, wanted: argparse.Namespace) -> int:
    total, kinds = Counts(), {kind.name: kind for kind in KINDS}
    outer = mounted(kinds["xfs"], folder, size=_OUTER_SIZE)
    try:
        for name in _NAMES:
            if wanted.on in name:
                total.add(_on(kinds[name], outer, folder, wanted))
    finally:
        unmount(outer)
    _say(_line("all", total))
    return 1 if total.problems or not total.kills else 0


def _on(kind: Kind, outer: Path, folder: Path, wanted: argparse.Namespace) -> Counts:
    counts, place = Counts(), folder / "place"
    place.mkdir(exist_ok=True)
    for scenario in SCENARIOS:
        if wanted.only not in scenario.name:
            continue
        image = outer / "image"
        try:
            make_image(image, kind)
        except CannotMountError as error:
            _say(f"{kind.name}: no power can be cut: {error}")
            return counts
        suite = CutSuite(image, place, every=wanted.every, fault=wanted.fault)
        counts.add(suite.cut(scenario))
    _say(_line(kind.name, counts))
    for problem in counts.problems[:8]:
        _say(f"  {problem}")
    return counts


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its counts


def _line(name: str, counts: Counts) -> str:
    return f"{name}: {counts.kills} cuts, {counts.states} states checked, {len(counts.problems)} problems"


if __name__ == "__main__":
    sys.exit(main())
