"""The swap suite: other programs change the source at every pause point of an import.

    python -m tests.swaps.run                 every point, every act
    python -m tests.swaps.run --every 4       the short form
    python -m tests.swaps.run --fault NAME    with a seeded fault, which must be caught

A pause point comes before each call that changes a disk or the record, and before each that looks
at the world's folders. Afterwards: what the person saw is whole somewhere; what the other program
brought is whole, in the watched folder or where it was put, and nowhere on record; what is on record
is what was seen, and its stored bytes are right. It ends with the counts; the exit code is 1 if there
was a problem.
"""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from message_centre.bootstrap import open_home
from message_centre.services.work import CancelToken
from tests.crash.stage import SCENARIOS, Stage
from tests.crash.worlds import World, hashed
from tests.support.counting import DOUBLED, LOST, WRONG, Problem, Shard, Tally, parser, run_all
from tests.support.stepping import Stepper
from tests.swaps import seeding
from tests.swaps.others import ACTS, Other

NAMES = ("one picture", "batch of three", "group of three", "auto-import of what came again")
#: What an import that was disturbed may leave: the check tells it, and it is nobody's loss.
_TOLD = {"lost-and-found"}


class Pauser(Stepper):
    """Lets another program act before the chosen step, on whichever thread it is taken."""

    def __init__(self, *, at: int, below: Path, act: Callable[[], object]) -> None:
        super().__init__(at=at, looking=below)
        self._act = act

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """The other program acts, unseen by the counting; then the step is taken."""
        self.is_acting = True
        self._act()
        self.is_acting = False
        return call()


@dataclass
class SwapSuite:
    """One scenario on its stage; `every` thins out the points."""

    stage: Stage
    every: int
    tally: Tally

    def run(self, shard: Shard) -> None:
        """Every act at our part of the points."""
        self.tally.counts.update({"acts": 0, "came too late": 0})
        watching = Stepper(looking=self.stage.world.source)
        points = self.stage.deed(watching).steps
        for number, name in enumerate(points, 1):
            if (number - 1) % self.every == 0 and shard.takes(number // self.every):
                for how in ACTS:
                    self._disturb(number, name, how)

    def _disturb(self, number: int, name: str, how: str) -> None:
        told = self.stage.root / "told"
        told.write_text("null")
        outside = self.stage.root / "outside"
        ended = self._in_a_child(number, how, outside, told)
        found = json.loads(told.read_text())
        where = f"{self.stage.scenario.name}: {how} before {number} {name}"
        if ended or found is None:
            self.tally.blame(where, [Problem(WRONG, "a traceback instead of words")])
        elif found == "late":
            self.tally.counts["came too late"] += 1
        else:
            self.tally.counts["acts"] += 1
            self.tally.blame(where, [Problem(sin, words) for sin, words in found])

    def _in_a_child(self, number: int, how: str, outside: Path, told: Path) -> bool:
        """Import, act in between, recover twice, and look; in one process that ends."""
        self.stage.begin_again()
        self.stage.clear(outside)
        world = self.stage.world
        other = Other(world.source, outside, self.stage.scenario.files[0])
        acted: list[bool] = []
        pauser = Pauser(at=number, below=world.source, act=lambda: acted.append(other.act(how)))

        def disturbed(world: World) -> None:
            self.stage.scenario.deed(world)
            pauser.is_acting = True
            other.afterwards()
            done = any(acted)
            told.write_text(json.dumps(judged(world, other) if done else "late"))

        return self.stage.play(disturbed, pauser).fell


def judged(world: World, other: Other) -> list[Problem]:
    """What is wrong once the other program is done and this one has been started again."""
    services = open_home(world.home)
    services.recoverer.run()
    stores = [hashed(path) for path in _files(world.home / "stores")]
    watched = [hashed(path) for path in _files(world.source)]
    abroad = [hashed(path) for path in _files(other.outside)]
    records = [record.sha256 for record in services.records.everything()]
    problems = [
        Problem(LOST, f"what was seen: {one[:8]}")
        for one in world.wanted
        if one not in {*stores, *watched, *abroad, other.changed}
    ]
    problems += [
        Problem(LOST, f"what the other program brought: {one[:8]}")
        for one in other.brought
        if one not in {*watched, *abroad}
    ]
    problems += [
        Problem(LOST, f"what nobody watches: {one.parent.name}")
        for one in other.kept
        if not one.is_file()
    ]
    problems += [
        Problem(WRONG, f"on record and never seen: {one[:8]}")
        for one in records
        if one not in world.wanted
    ]
    problems += [Problem(DOUBLED, one[:8]) for one in world.wanted if records.count(one) > 1]
    findings = services.auditor.check(CancelToken()).findings
    return problems + [
        Problem(WRONG, f"check: {one.problem}") for one in findings if one.problem not in _TOLD
    ]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def play(name: str, shard: Shard, root: Path, *, every: int, fault: str) -> Tally:
    """One part of a scenario."""
    seeding.seed(fault)
    tally = Tally()
    with closing(Stage(SCENARIOS[name], root)) as stage:
        SwapSuite(stage, every, tally).run(shard)
    return tally


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = parser("tests.swaps.run", "act")
    words.add_argument("--fault", default="", choices=["", *seeding.FAULTS], help="seed a fault")
    wanted = words.parse_args(given)
    names = [name for name in NAMES if wanted.only in name]
    return run_all(names, partial(play, every=wanted.every, fault=wanted.fault), wanted.jobs)


if __name__ == "__main__":
    sys.exit(main())
