"""What happens to a race while it runs: workstations are killed, commits are cut, the server crashes."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.cutting_proxy import Cut, CuttingProxy
from tests.support.postgres import Cluster

_MOST_COMMITS_BETWEEN_CUTS = 6
_LOOK_SECONDS = 0.01


@dataclass
class Workstation:
    """A racer that can be killed and started again."""

    home: Path
    answers: Path
    seed: int
    more: Sequence[str] = ()
    process: "subprocess.Popen[str]" = field(init=False)

    def start(self) -> None:
        """Open the home and wait for the word."""
        command = [sys.executable, "-m", "tests.races.racer", self.home, self.answers]
        self.process = subprocess.Popen(
            [*map(str, command), str(self.seed), *self.more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def get_ready(self) -> None:
        """Wait until the home is open."""
        if self.process.stdout:
            self.process.stdout.readline()

    def go(self) -> None:
        """Say the word."""
        if self.process.stdin:
            self.process.stdin.write("go\n")
            self.process.stdin.close()

    def kill(self) -> None:
        """As a power button would."""
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        return code

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None


@dataclass(frozen=True)
class Wanted:
    """How much of each."""

    kills: int = 0
    cuts: int = 0
    crashes: int = 0


@dataclass
class Disturber:
    """Disturbs the race of these workstations until there was enough of it, or the race is over."""

    stations: Sequence[Workstation]
    way: CuttingProxy | None = None
    cluster: Cluster | None = None
    kills: int = 0
    crashes: int = 0

    @property
    def cuts(self) -> int:
        """Commits that were cut so far."""
        return self.way.cuts if self.way else 0

    def disturb(self, wanted: Wanted) -> None:
        """Everything at once; returns when all has ended."""
        with ThreadPoolExecutor(3) as pool:
            work = (
                pool.submit(self._kill, wanted.kills),
                pool.submit(self._cut, wanted.cuts),
                pool.submit(self._crash, wanted.crashes),
            )
        for one in work:
            one.result()

    def _is_over(self) -> bool:
        return not any(station.is_running for station in self.stations)

    def _kill(self, wanted: int) -> None:
        """Half of the workstations die and come back; the others go on."""
        chance = random.Random(1)  # noqa: S311 - moments, not secrets
        victims = self.stations[: max(1, len(self.stations) // 2)]
        while self.kills < wanted:
            time.sleep(chance.uniform(0.1, 0.6))
            alive = [station for station in victims if station.is_running]
            if not alive:
                return
            victim = chance.choice(alive)
            victim.kill()
            self.kills += 1
            victim.start()
            victim.go()

    def _cut(self, wanted: int) -> None:
        """At random commits, before the server has them or after it did them."""
        chance = random.Random(2)  # noqa: S311 - moments, not secrets
        while self.way and self.way.cuts < wanted:
            before = self.way.cuts
            self.way.cut(chance.randint(1, _MOST_COMMITS_BETWEEN_CUTS), chance.choice(list(Cut)))
            while self.way.cuts == before:
                if self._is_over():
                    return
                time.sleep(_LOOK_SECONDS)

    def _crash(self, wanted: int) -> None:
        """The server dies, at once or by the book, and comes back."""
        chance = random.Random(3)  # noqa: S311 - moments, not secrets
        while self.cluster and self.crashes < wanted:
            time.sleep(chance.uniform(0.5, 3.0))
            if self._is_over():
                return
            if self.crashes % 2:
                self.cluster.stop("immediate")
            else:
                self.cluster.kill()
            self.crashes += 1
            time.sleep(chance.uniform(0.0, 1.0))
            self.cluster.start()
