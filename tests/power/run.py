"""The power-loss suite: every disk that a cut could leave of a deed, and recovery on each.

    python -m tests.power.run                 every distinct disk
    python -m tests.power.run --every 10      every tenth
    python -m tests.power.run --sets 1000     more of the many ways to lose what was not flushed
    python -m tests.power.run --fault NAME    with a seeded fault, which must be caught

A deed is done once and written down (`recording`), the disks are built from that (`disks`), and the
crash suite's questions are asked: nothing is lost right after the cut, and after recovery every file is in one
place and the record agrees. One line a scenario, then the counts; the exit code is 1 if there was a
problem. Fingerprints go without the number of the file here, as they do on Windows, because a disk that
is built anew has other numbers. `tests.power.cuts` cuts the power of real file systems.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from message_centre.bootstrap import RECORD
from tests.crash import faults
from tests.crash.run import SCENARIOS, Scenario, Suite
from tests.crash.worlds import World, lost
from tests.power.disks import Disk, Model, ordered, unordered
from tests.power.recording import (
    Operation,
    Recorder,
    copy_record,
    forget_identities,
    modelled,
    read,
)

_SEED = 7


@dataclass
class Counts:
    """What was built and what was found."""

    operations: int = 0
    in_order: int = 0
    unordered: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Add another scenario's counts."""
        self.operations += other.operations
        self.in_order += other.in_order
        self.unordered += other.unordered
        self.problems += other.problems


class PowerSuite(Suite):
    """The same worlds as the crash suite's; a cut in place of the kill."""

    def __init__(self, root: Path, *, every: int, fault: str, sets: int) -> None:
        super().__init__(root, every=every, fault=fault)
        self._sets = sets

    def cut(self, scenario: Scenario) -> Counts:
        """Judge every `every`-th distinct disk of one scenario."""
        world = self._begin(scenario)
        model = Model.of(modelled(world))
        operations = self._recorded(world, scenario)
        counts, seen = Counts(operations=len(operations)), set[str]()
        for number, done in enumerate(operations, 1):
            model.take(done)
            for kind, disk in _disks(model, self._sets):
                if disk.digest in seen:
                    continue
                seen.add(disk.digest)
                if len(seen) % self._every == 0:
                    where = f"{scenario.name}: {kind}, cut after {number} {done.verb}"
                    setattr(counts, kind, getattr(counts, kind) + 1)
                    counts.problems += [f"{where}{one}" for one in self._judged(world, disk)]
        self._compare(world, scenario, model)
        return counts

    def _recorded(self, world: World, scenario: Scenario) -> list[Operation]:
        """What the deed does, and its commits' states in the folder `states`."""
        states = self._root / "states"
        shutil.rmtree(states, ignore_errors=True)
        copy_record(world.home / RECORD, states / "0")
        recorder, kept = Recorder(world, states), self._root / "operations"
        self._fork(world, scenario.deed, recorder, after=lambda _: recorder.keep(kept))
        self._after = Model.of(modelled(world)).disk({})
        return read(kept)

    def _compare(self, world: World, scenario: Scenario, model: Model) -> None:
        """The model with nothing lost must be what the deed really left, else it missed something."""
        built = model.disk({})
        found = {path: data for path, (data, _) in self._after.files.items()}
        if found != {path: data for path, (data, _) in built.files.items()}:
            raise AssertionError(f"{scenario.name}: the model is not what the deed left")

    def _judged(self, world: World, disk: Disk) -> Iterator[str]:
        self._build_disk(world, disk)
        yield from (f": {problem}" for problem in lost(world))
        yield from (f", recovered: {problem}" for problem in self._at_rest(world))

    def _build_disk(self, world: World, disk: Disk) -> None:
        world.begin_again(self._kept)
        for root in modelled(world):
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir(parents=True)
        for folder in disk.folders:
            folder.mkdir(parents=True)
        for path, (data, modified) in disk.files.items():
            path.write_bytes(data)
            if modified:
                os.utime(path, ns=(modified, modified))
        for file in world.home.glob(f"{RECORD}*"):
            file.unlink()
        shutil.copytree(self._root / "states" / str(disk.record), world.home, dirs_exist_ok=True)


def _disks(model: Model, sets: int) -> Iterator[tuple[str, Disk]]:
    for disk in ordered(model):
        yield "in_order", disk
    chance = random.Random(_SEED)  # noqa: S311 - the same sample each time
    for disk in unordered(model, chance, sets):
        yield "unordered", disk


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.power.run")
    parser.add_argument("--every", type=int, default=1, help="judge every N-th disk only")
    parser.add_argument("--sets", type=int, default=64, help="sets of losses to try at each cut")
    parser.add_argument("--only", default="", help="run the scenarios whose name holds this")
    parser.add_argument("--fault", default="", choices=["", *faults.EVERY_FAULT])
    wanted = parser.parse_args(given)
    forget_identities()
    total = Counts()
    with tempfile.TemporaryDirectory() as folder:
        suite = PowerSuite(Path(folder), every=wanted.every, fault=wanted.fault, sets=wanted.sets)
        for scenario in SCENARIOS:
            if wanted.only in scenario.name:
                counts = suite.cut(scenario)
                _say(_line(scenario.name, counts))
                total.add(counts)
    for problem in total.problems[:20]:
        _say(problem)
    _say(_line("all", total))
    return 1 if total.problems else 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its counts


def _line(name: str, counts: Counts) -> str:
    return (
        f"{name}: {counts.operations} operations, {counts.in_order + counts.unordered} distinct disks "
        f"({counts.in_order} written in order, {counts.unordered} not), {len(counts.problems)} problems"
    )


if __name__ == "__main__":
    sys.exit(main())
