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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.crash import faults
from tests.crash.stage import SCENARIOS, Scenario, Stage
from tests.crash.worlds import lost
from tests.support import sandbox
from tests.support.counting import Tally, finish, say
from tests.support.mounts import KINDS, CannotMountError, Kind, make_image, mounted, run, unmount
from tests.support.stepping import Stepper

_NAMES = ("ext4", "xfs", "btrfs")
_OUTER_SIZE = 4 << 30
_FICLONE = 0x40049409
_FLUSHES = {"fsync", "syncfs", "commit"}
#: Within this time a flush is cut somewhere in its middle.
_LONGEST = 0.004


class Cutter(Stepper):
    """Copies the image before every step, in the midst of every flush, and at the end."""

    def __init__(self, image: Path, cuts: Path) -> None:
        super().__init__()
        self._image = image
        self._cuts = cuts
        self._threads: list[threading.Thread] = []
        self._chance = random.Random(7)  # noqa: S311 - the same instants each time, as far as can be

    def is_struck(self, number: int) -> bool:
        """Every step is."""
        return number > 0

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """Cut, then let the step go on."""
        self._cut(f"{self.count:03}-before-{name}")
        if name in _FLUSHES:
            delay, to = self._chance.uniform(0, _LONGEST), f"{self.count:03}-during-{name}"
            self._threads.append(threading.Thread(target=self._cut, args=(to, delay)))
            self._threads[-1].start()
        return call()

    def ended(self) -> None:
        """Cut once more when everything is done, and let no cut outlive its run."""
        self._cut("after everything")
        for thread in self._threads:
            thread.join()

    def _cut(self, to: str, delay: float = 0) -> None:
        time.sleep(delay)
        with self._image.open("rb") as image, (self._cuts / to).open("wb") as copy:
            fcntl.ioctl(copy, _FICLONE, image.fileno())


class CutSuite:
    """The crash suite's stage on one image, which is exchanged for its copies."""

    def __init__(self, image: Path, place: Path, wanted: argparse.Namespace) -> None:
        self._image = image
        self._place = place
        self._wanted = wanted
        self._cuts = image.parent / "cuts"

    def cut(self, scenario: Scenario) -> Tally:
        """Do the deed once, then judge every `every`-th cut of it."""
        tally = Tally()
        run("mount", "-o", "loop", self._image, self._place)
        stage = Stage(scenario, self._place, fault=self._wanted.fault)
        run("sync", "--file-system", self._place)
        self._cuts.mkdir()
        stage.play(scenario.deed, Cutter(self._image, self._cuts))
        run("umount", self._place)
        cuts = sorted(self._cuts.iterdir())
        for cut in cuts[:: self._wanted.every]:
            tally.counts["cuts"] += 1
            tally.counts["states checked"] += 2
            self._judge(stage, cut, tally)
        for cut in cuts:
            cut.unlink()
        self._cuts.rmdir()
        return tally

    def _judge(self, stage: Stage, cut: Path, tally: Tally) -> None:
        where = f"{stage.scenario.name} {cut.name}"
        run("mount", "-o", "loop", cut, self._place)
        try:
            tally.blame(where, lost(stage.world))
            tally.blame(f"{where}, recovered", stage.wrong_at_rest())
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
            say(f"No power can be cut: {reason}")
            return 2
        return sandbox.run_inside("tests.power.cuts", sys.argv[1:] if given is None else given)
    return _everywhere(folder, wanted)


def _everywhere(folder: Path, wanted: argparse.Namespace) -> int:
    total, kinds = Tally(), {kind.name: kind for kind in KINDS}
    outer = mounted(kinds["xfs"], folder, size=_OUTER_SIZE)
    try:
        for name in _NAMES:
            if wanted.on in name:
                total.add(_on(kinds[name], outer, folder, wanted))
    finally:
        unmount(outer)
    return finish(total)


def _on(kind: Kind, outer: Path, folder: Path, wanted: argparse.Namespace) -> Tally:
    tally, place = Tally(), folder / "place"
    place.mkdir(exist_ok=True)
    for scenario in SCENARIOS.values():
        if not scenario.is_plain or wanted.only not in scenario.name:
            continue
        image = outer / "image"
        try:
            make_image(image, kind)
        except CannotMountError as error:
            say(f"{kind.name}: no power can be cut: {error}")
            return tally
        tally.add(CutSuite(image, place, wanted).cut(scenario))
    say(tally.line(kind.name))
    return tally


if __name__ == "__main__":
    sys.exit(main())
