"""The fault suite: every changing call fails once, and then from there on, with each code; also done and
told to have failed, as a share may.

    python -m tests.faults.run                 every call of every deed
    python -m tests.faults.run --every 5       the short form

After each failure nothing may be lost, and once the fault is over recovery must bring everything to
rest: every file in one place, the record agreeing, no litter. A deed may fail in words; a traceback is a
problem. It prints a line a scenario and the counts; the exit code is 1 if there was a problem.
"""

import argparse
import errno
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.crash.run import SCENARIOS, Counts, Scenario, Suite
from tests.crash.worlds import World, lost
from tests.support.failing import LOST_ANSWER, SHORT, Failer

CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT, LOST_ANSWER)
NAMES = {**errno.errorcode, LOST_ANSWER: "done, but told to have failed"}


class FaultSuite(Suite):
    """The same worlds as the crash suite's; a fault in place of the kill."""

    def fail(self, scenario: Scenario) -> Counts:
        """Fail every `every`-th step of the deed with each code, once and lasting, and shorten writes."""
        counts, world = Counts(), self._begin(scenario)
        steps = self._steps(world, scenario.deed)
        for number in range(1, len(steps) + 1, self._every):
            for code in CODES:
                for sticky in (False, True):
                    how = f"{NAMES[code]}{' from then on' if sticky else ''}"
                    fault = Failer(at=number, code=code, sticky=sticky)
                    where = f"{scenario.name}: {how} at {number} {steps[number - 1]}"
                    self._judge_fault(world, scenario, fault, where, counts)
        fault = Failer(at=1, code=SHORT, sticky=True)
        self._judge_fault(world, scenario, fault, f"{scenario.name}: short writes", counts)
        return counts

    def _judge_fault(
        self, world: World, scenario: Scenario, fault: Failer, where: str, counts: Counts
    ) -> None:
        world.begin_again(self._kept)
        counts.kills += 1
        counts.states += 2
        try:
            self._fork(world, scenario.deed, fault)
        except RuntimeError:
            counts.problems.append(f"{where}: a traceback instead of words")
        counts.problems += [f"{where}: {one}" for one in lost(world)]
        counts.problems += [f"{where}, afterwards: {one}" for one in self._at_rest(world)]


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run")
    parser.add_argument("--every", type=int, default=1, help="fail every N-th call only")
    parser.add_argument("--only", default="", help="run the scenarios whose name holds this")
    wanted = parser.parse_args(given)
    total = Counts()
    with tempfile.TemporaryDirectory() as folder:
        suite = FaultSuite(Path(folder), every=wanted.every)
        for scenario in SCENARIOS:
            if wanted.only in scenario.name:
                counts = suite.fail(scenario)
                _say(_line(scenario.name, counts))
                total.add(counts)
    for problem in total.problems[:40]:
        _say(problem)
    _say(_line("all", total))
    return 1 if total.problems else 0


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def _line(name: str, counts: Counts) -> str:
    return (
        f"{name}: {counts.kills} faults, {counts.states} states checked, "
        f"{len(counts.problems)} problems"
    )


if __name__ == "__main__":
    sys.exit(main())
