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
from dataclasses import replace
from pathlib import Path

from message_centre.bootstrap import RECORD
from tests.crash import faults
from tests.crash.stage import SCENARIOS, Stage
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
from tests.support.counting import Tally, finish, say

_SEED = 7


#: The words of the counts.
OPERATIONS, IN_ORDER, UNORDERED = (
    "operations",
    "distinct disks written in order",
    "distinct disks written in disorder",
)
#: Large files have more ways to be lost than add anything.
_SIZE = 200_000


class PowerSuite:
    """The crash suite's stage; a cut in place of the kill."""

    def __init__(self, stage: Stage, *, every: int, sets: int) -> None:
        self._stage = stage
        self._every = every
        self._sets = sets
        self._states = stage.root / "states"

    def cut(self) -> Tally:
        """Judge every `every`-th distinct disk of one scenario."""
        world = self._stage.world
        model = Model.of(modelled(world))
        operations = self._recorded(world)
        tally, seen = Tally(), set[str]()
        tally.counts.update({OPERATIONS: len(operations), IN_ORDER: 0, UNORDERED: 0})
        for number, done in enumerate(operations, 1):
            model.take(done)
            for kind, disk in _disks(model, self._sets):
                if disk.digest in seen:
                    continue
                seen.add(disk.digest)
                if len(seen) % self._every == 0:
                    tally.counts[kind] += 1
                    where = f"{self._stage.scenario.name}: {kind}, cut after {number} {done.verb}"
                    self._judge(world, disk, where, tally)
        self._compare(model)
        return tally

    def _recorded(self, world: World) -> list[Operation]:
        """What the deed does, and its commits' states in the folder `states`."""
        shutil.rmtree(self._states, ignore_errors=True)
        copy_record(world.home / RECORD, self._states / "0")
        kept = self._stage.root / "operations"
        self._stage.play(self._stage.scenario.deed, Recorder(world, self._states, kept))
        self._after = Model.of(modelled(world)).disk({})
        return read(kept)

    def _compare(self, model: Model) -> None:
        """The model with nothing lost must be what the deed really left, else it missed something."""
        built = model.disk({})
        found = {path: data for path, (data, _) in self._after.files.items()}
        if found != {path: data for path, (data, _) in built.files.items()}:
            name = self._stage.scenario.name
            raise AssertionError(f"{name}: the model is not what the deed left")

    def _judge(self, world: World, disk: Disk, where: str, tally: Tally) -> None:
        self._build_disk(world, disk)
        tally.blame(where, lost(world))
        tally.blame(f"{where}, recovered", self._stage.wrong_at_rest())

    def _build_disk(self, world: World, disk: Disk) -> None:
        self._stage.begin_again()
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
        shutil.copytree(self._states / str(disk.record), world.home, dirs_exist_ok=True)


def _disks(model: Model, sets: int) -> Iterator[tuple[str, Disk]]:
    for disk in ordered(model):
        yield IN_ORDER, disk
    chance = random.Random(_SEED)  # noqa: S311 - the same sample each time
    for disk in unordered(model, chance, sets):
        yield UNORDERED, disk


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.power.run")
    parser.add_argument("--every", type=int, default=1, help="judge every N-th disk only")
    parser.add_argument("--sets", type=int, default=64, help="sets of losses to try at each cut")
    parser.add_argument("--only", default="", help="run the scenarios whose name holds this")
    parser.add_argument("--fault", default="", choices=["", *faults.EVERY_FAULT])
    wanted = parser.parse_args(given)
    forget_identities()
    total = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for name, scenario in SCENARIOS.items():
            if scenario.is_plain and wanted.only in name:
                stage = Stage(replace(scenario, size=_SIZE), Path(folder), fault=wanted.fault)
                tally = PowerSuite(stage, every=wanted.every, sets=wanted.sets).cut()
                say(tally.line(name))
                total.add(tally)
    return finish(total)


if __name__ == "__main__":
    sys.exit(main())
