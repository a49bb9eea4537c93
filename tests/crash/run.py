"""The crash suite: kills the program at every step of every deed and of its recovery.

    python -m tests.crash.run                 every step; recovery killed at every step too
    python -m tests.crash.run --every 5       the short form: every fifth recovery kill
    python -m tests.crash.run --fault NAME    with a seeded fault, which must be caught

Each run forks from a warm process, so that a step costs a few hundredths of a second. It prints one
line a scenario and ends with the counts; the exit code is 1 if anything was lost, doubled or left.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from message_centre.bootstrap import open_home
from message_centre.domain.errors import MessageCentreError
from message_centre.services.bundle import Services
from tests.crash import faults
from tests.crash.worlds import (
    BESIDE,
    Deed,
    Places,
    World,
    build,
    do_nothing,
    lost,
    reassign_first,
    save_all,
    save_as_group,
    withdraw_first,
    wrong_at_rest,
)
from tests.support.killing import Killer


@dataclass(frozen=True)
class Scenario:
    """What stands before, and what is done until it is killed."""

    name: str
    files: tuple[str, ...]
    deed: Deed
    before: tuple[Deed, ...] = ()


SCENARIOS = (
    Scenario("one picture", ("one.jpg",), save_all),
    Scenario("batch of three", ("one.jpg", "two.png", "three.tif"), save_all),
    Scenario("group of three", ("one.jpg", "two.png", "three.tif"), save_as_group),
    Scenario("document to Notes", ("letter.pdf",), save_all),
    Scenario("withdraw", ("one.jpg",), withdraw_first, (save_all,)),
    Scenario("reassign", ("one.jpg",), reassign_first, (save_all,)),
)


@dataclass
class Counts:
    """What was tried and what was found."""

    kills: int = 0
    recovery_kills: int = 0
    states: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Add another scenario's counts."""
        self.kills += other.kills
        self.recovery_kills += other.recovery_kills
        self.states += other.states
        self.problems += other.problems


class Suite:
    """Runs scenarios below one folder; `every` thins out the kills of recovery, `apart` all kills."""

    def __init__(
        self,
        root: Path,
        *,
        every: int = 1,
        fault: str = "",
        apart: int = 1,
        places: Places = BESIDE,
    ) -> None:
        self._root = root
        self._live, self._kept = root / "live", root / "kept"
        self._every = every
        self._fault = fault
        self._apart = apart
        self._places = places

    def run(self, scenario: Scenario) -> Counts:
        """Kill before and inside every step of the deed; after each, kill recovery at its steps."""
        counts, world = Counts(), self._begin(scenario)
        steps = self._steps(world, scenario.deed)
        for number, name in list(enumerate(steps, 1))[:: self._apart]:
            for inside in (False, True) if name == "write" else (False,):
                kill = Killer(at=number, inside=inside)
                where = (
                    f"{scenario.name}: killed {'inside' if inside else 'before'} {number} {name}"
                )
                counts.kills += 1
                self._judge(world, scenario.deed, kill, where, counts)
                self._kill_recovery(world, scenario.deed, kill, where, counts)
        return counts

    def _begin(self, scenario: Scenario) -> World:
        return self._build(scenario.files, scenario.before)

    def _build(self, files: Sequence[str], before: Sequence[Deed]) -> World:
        """A new world in which these deeds were done; it is kept, to begin again from."""
        World(self._live, (), self._places).vanish()
        shutil.rmtree(self._kept, ignore_errors=True)
        world = build(self._live, files, self._places)
        for deed in before:
            self._fork(world, deed, Killer())
        world.keep(self._kept)
        return world

    def _steps(self, world: World, deed: Deed) -> list[str]:
        """The names of the steps of an undisturbed run from where the world stands."""
        names = self._root / "steps"
        self._fork(
            world, deed, Killer(), after=lambda killer: names.write_text("\n".join(killer.names))
        )
        return names.read_text().splitlines()

    def _killed(self, world: World, deed: Deed, kill: Killer) -> None:
        """From the beginning to the kill."""
        world.begin_again(self._kept)
        self._fork(world, deed, kill)

    def _judge(self, world: World, deed: Deed, kill: Killer, where: str, counts: Counts) -> None:
        """Right after the kill nothing is lost; after an undisturbed recovery all is at rest."""
        self._killed(world, deed, kill)
        counts.states += 2
        counts.problems += [f"{where}: {problem}" for problem in lost(world)]
        counts.problems += [f"{where}, recovered: {one}" for one in self._at_rest(world)]

    def _kill_recovery(
        self, world: World, deed: Deed, kill: Killer, where: str, counts: Counts
    ) -> None:
        """Kill recovery at its own steps, then let it run again."""
        self._killed(world, deed, kill)
        for number in range(1, len(self._steps(world, do_nothing)) + 1, self._every):
            self._killed(world, deed, kill)
            self._fork(world, do_nothing, Killer(at=number))
            counts.recovery_kills += 1
            counts.states += 2
            which = f"{where}, recovery killed before {number}"
            counts.problems += [f"{which}: {problem}" for problem in lost(world)]
            counts.problems += [f"{which}: {problem}" for problem in self._at_rest(world)]

    def _at_rest(self, world: World) -> list[str]:
        """What is wrong after one undisturbed recovery, looked at by a child with the same faults."""
        return self._asked(world, wrong_at_rest)

    def _asked(self, world: World, ask: Callable[[Services, World], list[str]]) -> list[str]:
        """The answer of a child that opens the home, which recovers, and looks around."""
        told = self._root / "told"

        def look(services: Services, world: World) -> None:
            told.write_text("\n".join(ask(services, world)))

        told.unlink(missing_ok=True)
        self._fork(world, look, Killer())
        return told.read_text().splitlines() if told.exists() else ["the home cannot be opened"]

    def _fork(
        self,
        world: World,
        deed: Deed,
        killer: Killer,
        *,
        after: Callable[[Killer], object] = lambda killer: None,
    ) -> None:
        """Do the deed in a child of this process that may die at any step."""
        child = os.fork()
        if child == 0:
            faults.seed(self._fault)
            killer.install()
            try:
                services = open_home(world.home)
                deed(services, world)
            except MessageCentreError:
                os._exit(0)  # a failure in words is an answer
            except BaseException:  # noqa: BLE001 - the child must not go on as its parent would
                traceback.print_exc()
                os._exit(1)
            after(killer)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return
        if status != 0:
            raise RuntimeError(f"the child of {world.root} ended with status {status}")


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.run")
    parser.add_argument("--every", type=int, default=1, help="kill recovery at every N-th step")
    parser.add_argument("--fault", default="", choices=["", *faults.FAULTS], help="seed a fault")
    parser.add_argument("--only", default="", help="run the scenarios whose name holds this")
    wanted = parser.parse_args(given)
    total = Counts()
    with tempfile.TemporaryDirectory() as folder:
        suite = Suite(Path(folder), every=wanted.every, fault=wanted.fault)
        for scenario in SCENARIOS:
            if wanted.only in scenario.name:
                counts = suite.run(scenario)
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
        f"{name}: {counts.kills} kill points, {counts.recovery_kills} recovery kills, "
        f"{counts.states} states checked, {len(counts.problems)} problems"
    )


if __name__ == "__main__":
    sys.exit(main())
