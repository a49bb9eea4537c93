"""The crash suite: kills the program at every step of every deed and of its recovery.

    python -m tests.crash.run                 every step; recovery killed at every step too
    python -m tests.crash.run --every 5       the short form: every fifth recovery kill
    python -m tests.crash.run --apart 4       the deed killed at every fourth step only
    python -m tests.crash.run --fault NAME    with a seeded fault, which must be caught

A kill comes before each step and in the middle of each write; only processes that did die are
counted. In a group the staging threads interleave otherwise each time: the points are the same
numbers, what happens at them is not, so each is taken three times, with recovery killed after one. Of a large video every 32nd
write is a point. After each kill every file must be whole somewhere; after an undisturbed recovery
in exactly one place, with the record agreeing. It ends with the counts; the exit code is 1 if anything
was lost, doubled, misfiled or left. Worlds lie in memory where there is room: a kill loses no
memory, and what a power cut does is not asked here.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from tests.crash import faults
from tests.crash.serving import Options, scenarios_to_run
from tests.crash.stage import EVERY_SCENARIO, Stage
from tests.crash.worlds import lost
from tests.support.counting import WRONG, Problem, Shard, Tally, parser, run_all
from tests.support.killing import HALVED, Killer

#: A run takes a step fewer when its random id leads to a shelf that stands already: one in 256.
_TRIES = 3


@dataclass
class CrashSuite:
    """One scenario on its stage; `every` thins out the kills of recovery, `apart` all kills."""

    stage: Stage
    every: int
    tally: Tally
    apart: int = 1

    def run(self, shard: Shard) -> None:
        """Kill at our part of the points; after each, kill recovery at its own."""
        scenario, points = self.stage.scenario, 0
        self.tally.counts.update({"kills": 0, "kills of recovery": 0, "states checked": 0})
        for number, name in list(enumerate(self._steps(), 1))[:: self.apart]:
            if name == "write" and number % scenario.sampled:
                continue
            for inside in (False, True) if name in HALVED else (False,):
                points += 1
                if shard.takes(points):
                    self._kill_often(number, name, inside=inside)

    def _steps(self) -> tuple[str, ...]:
        """The names of the steps of an undisturbed run; with threads, in one order of many."""
        ended = self.stage.deed(Killer())
        if not ended.steps:
            raise RuntimeError(f"an undisturbed run of {self.stage.scenario.name} fails")
        return ended.steps

    def _kill_often(self, number: int, name: str, *, inside: bool) -> None:
        kill = partial(Killer, at=number, inside=inside)
        where = f"{self.stage.scenario.name}: {'inside' if inside else 'before'} {number} {name}"
        for _ in range(self.stage.scenario.times):
            if not any(self.stage.deed(kill()).killed for _ in range(_TRIES)):
                self.tally.blame(where, [Problem(WRONG, "the run ended before this point")])
                return
            self.tally.counts["kills"] += 1
            self._judge(where)
        self._kill_recovery(kill, where)

    def _kill_recovery(self, kill: Callable[[], Killer], where: str) -> None:
        for at in count(1, self.every):
            self.stage.deed(kill())
            if not self.stage.recover(Killer(at=at)).killed:
                break
            self.tally.counts["kills of recovery"] += 1
            self._judge(f"{where}, recovery before {at}")

    def _judge(self, where: str) -> None:
        """Right after the kill nothing is lost; after an undisturbed recovery all is at rest."""
        self.tally.counts["states checked"] += 2
        self.tally.blame(where, lost(self.stage.world))
        self.tally.blame(f"{where}, recovered", self.stage.wrong_at_rest())


def play(name: str, shard: Shard, root: Path, *, options: Options) -> Tally:
    """One part of a scenario."""
    tally = Tally()
    with closing(
        Stage(EVERY_SCENARIO[name], root, fault=options.fault, server=options.server)
    ) as stage:
        CrashSuite(stage, options.every, tally, options.apart).run(shard)
    return tally


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = parser("tests.crash.run", "kill recovery")
    words.add_argument("--fault", default="", choices=["", *faults.FAULTS], help="seed a fault")
    words.add_argument("--apart", type=int, default=1, metavar="N", help="kill at every N-th step")
    wanted = words.parse_args(given)
    with ExitStack() as stack:
        names, server = scenarios_to_run(wanted.only, stack, EVERY_SCENARIO)
        work = partial(play, options=Options(wanted.every, wanted.fault, server, wanted.apart))
        return run_all(names, work, wanted.jobs)


if __name__ == "__main__":
    sys.exit(main())
