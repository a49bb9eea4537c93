"""The fault suite: every call fails once, and then from there on, with each code; also done and
told to have failed, as a share may.

    python -m tests.faults.run                 every call of every deed and of its recovery
    python -m tests.faults.run --every 5       the short form

A call is a changing one anywhere, or one that looks below the world's folders. In a deed every changing
call fails with every code, once and from then on, and writes are short; at calls that look, and in
recovery after kills all along the deed, the codes take turns. After each failure nothing may be lost, and once the
fault is over recovery must bring everything to rest: every file in one place, the record agreeing, no
litter. A deed may fail in words; a traceback is a problem. It ends with the counts; the exit code
is 1 if there was a problem.
"""

import errno
import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.crash.serving import Options, scenarios_to_run
from tests.crash.stage import SCENARIOS, Ended, Stage
from tests.crash.worlds import lost
from tests.faults.seeding import FAULTS, seed
from tests.support.counting import WRONG, Problem, Shard, Tally, parser, run_all
from tests.support.failing import LOST_ANSWER, SHORT, Failer
from tests.support.killing import Killer
from tests.support.stepping import LOOKING

CODES = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EIO,
    errno.EACCES,
    errno.EROFS,
    errno.ESTALE,
    errno.EINTR,
    LOST_ANSWER,
)
_NAMES = {**errno.errorcode, LOST_ANSWER: "done, but told to have failed"}
_WAYS = tuple(itertools.product(CODES, (False, True)))
#: Recovery is looked at after about so many kills of a scenario.
_KILLS = 6


@dataclass
class FaultSuite:
    """One scenario on its stage; `every` thins out the calls."""

    stage: Stage
    every: int
    tally: Tally

    def run(self, shard: Shard) -> None:
        """Fail our part of the calls of the deed, then of recovery after kills."""
        self.tally.counts.update({"faults": 0, "faults in recovery": 0, "states checked": 0})
        for number, (at, name) in enumerate(self._calls(self.stage.deed(self._watching()))):
            if shard.takes(number):
                turn = _WAYS[number % len(_WAYS)]
                for code, lasting in (turn,) if name in LOOKING else _WAYS:
                    fault = Failer(at=at, code=code, sticky=lasting, below=self._below)
                    self._judge("faults", f"{_how(code, lasting)} at {at} {name}", fault)
        if shard.takes(0):
            self._judge("faults", "short writes", Failer(at=1, code=SHORT, sticky=True))
        self._fail_recovery(shard)

    @property
    def _below(self) -> Path:
        return self.stage.world.root

    def _watching(self) -> Failer:
        return Failer(below=self._below)

    def _calls(self, ended: Ended) -> Iterator[tuple[int, str]]:
        """Every `every`-th step of an undisturbed run; of many alike writes a few."""
        sampled = self.stage.scenario.sampled
        calls = [
            (at, name)
            for at, name in enumerate(ended.steps, 1)
            if name not in {"write", "read"} or at % sampled == 0
        ]
        return itertools.islice(calls, 0, None, self.every)

    def _fail_recovery(self, shard: Shard) -> None:
        """After kills all along the deed; each call of recovery fails in one way, in turns."""
        kills = len(self.stage.deed(Killer()).steps)
        ways = itertools.cycle(_WAYS)
        for at in range(1, kills + 1, max(1, kills // _KILLS)):
            kill = Killer(at=at)
            self.stage.deed(kill)
            for number, (call, name) in enumerate(self._calls(self._recovering())):
                code, lasting = next(ways)
                if shard.takes(number):
                    fault = Failer(at=call, code=code, sticky=lasting, below=self._below)
                    where = f"killed before {at}, recovery: {_how(code, lasting)} at {call} {name}"
                    self._judge("faults in recovery", where, fault, kill)

    def _recovering(self) -> Ended:
        return self.stage.recover(self._watching())

    def _judge(self, kind: str, where: str, fault: Failer, kill: Killer | None = None) -> None:
        if kill is None:
            ended = self.stage.deed(fault)
        else:
            self.stage.deed(kill)
            ended = self.stage.recover(fault)
        self.tally.counts[kind] += 1
        self.tally.counts["states checked"] += 2
        where = f"{self.stage.scenario.name}: {where}"
        if ended.fell:
            self.tally.blame(where, [Problem(WRONG, "a traceback instead of words")])
        self.tally.blame(where, lost(self.stage.world))
        self.tally.blame(f"{where}, afterwards", self.stage.wrong_at_rest())


def _how(code: int, lasting: bool) -> str:
    return f"{_NAMES[code]}{' from then on' if lasting else ''}"


def play(name: str, shard: Shard, root: Path, *, options: Options) -> Tally:
    """One part of a scenario."""
    seed(options.fault)
    tally = Tally()
    with closing(Stage(SCENARIOS[name], root, server=options.server)) as stage:
        FaultSuite(stage, options.every, tally).run(shard)
    return tally


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = parser("tests.faults.run", "fail")
    words.add_argument("--fault", default="", choices=["", *FAULTS], help="seed a fault")
    wanted = words.parse_args(given)
    with ExitStack() as stack:
        names, server = scenarios_to_run(wanted.only, stack)
        work = partial(play, options=Options(wanted.every, wanted.fault, server))
        return run_all(names, work, wanted.jobs)


if __name__ == "__main__":
    sys.exit(main())
