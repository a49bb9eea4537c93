"""The race suite: several processes save everything from one folder at once.

    python -m tests.races.run --processes 4 --files 2000            four on SQLite in one home
    python -m tests.races.run --processes 8 --files 2000 --postgres eight homes on one PostgreSQL
    python -m tests.races.run --auto              every other one lets the files file themselves
    python -m tests.races.run --kill 10           half of them are killed and started again
    python -m tests.races.run --cut 20            ways to the server are cut at a COMMIT
    python -m tests.races.run --crash 3           the server itself dies and comes back
    python -m tests.races.run --skew              two with wrong clocks may settle nobody's imports
    python -m tests.races.run --skew --lease 0.2  leases so short that they settle everybody's

Every file must be imported exactly once, and each process that was not the one must be told who was.
It prints the counts and ends with exit code 1 if a file was lost, doubled or left, or a loser was not
told, or if the race was over before it was disturbed as often as wanted.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from message_centre.bootstrap import open_home
from tests.races.disturbing import Disturber, Wanted, Workstation
from tests.races.judging import Verdict, judge, read
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy
from tests.support.engine import age, started
from tests.support.postgres import Cluster, running_cluster

_DAY_HOURS = 24


@dataclass(frozen=True)
class Race:
    """A race below `root`, on a server of its own where there is one."""

    root: Path
    processes: int
    wanted: Wanted
    is_skewed: bool = False
    lease: float = 0.0
    is_auto: bool = False
    cluster: Cluster | None = None
    way: CuttingProxy | None = None
    url: str = field(init=False, default="")

    def __post_init__(self) -> None:
        if self.cluster:
            object.__setattr__(self, "url", self.cluster.url(self.cluster.fresh()))

    def run(self, count: int) -> int:
        """Race for so many files; the exit code."""
        with started(self.root, url=self.url) as engine:
            files = make(engine.source, count)
        stations = [self._station(number) for number in range(self.processes)]
        if self.is_skewed:
            stations += [self._clockwork(_DAY_HOURS), self._clockwork(-_DAY_HOURS)]
        disturber = Disturber(stations, self.way, self.cluster)
        for step in (Workstation.start, Workstation.get_ready, Workstation.go):
            for station in stations:
                step(station)
        disturber.disturb(self.wanted)
        failed = [station for station in stations if station.end()]
        answers = [answer for station in stations for answer in read(station.answers)]
        verdict = judge(self.root, answers, files, self.url)
        return self._told(disturber, verdict, len(failed))

    def _station(self, number: int) -> Workstation:
        more = [f"--lease-seconds={self.lease}"] if self.lease else []
        more += ["--auto"] if self.is_auto and number % 2 else []
        home = self._home(f"home{number}") if self.url else self.root / "home"
        return Workstation(home, self.root / f"answers{number}", number, more)

    def _clockwork(self, hours: int) -> Workstation:
        """One that only recovers, with a clock that is wrong."""
        name = f"skewed{hours}"
        more = [f"--skew-hours={hours}", f"--lease-seconds={self.lease}", "--only-recover"]
        return Workstation(self._home(name), self.root / f"answers-{name}", hours, more)

    def _home(self, name: str) -> Path:
        """A workstation with a home of its own, which files into the stores of all."""
        home = self.root / name
        home.mkdir()
        url = self.url
        if self.way and self.cluster:
            url = url.replace(f":{self.cluster.port}/", f":{self.way.port}/")
        (home / "settings.toml").write_text(f'[database]\nurl = "{url}"\n')
        services = open_home(home)
        operator, stores = services.permitting.operator("ADM"), self.root / "home" / "stores"
        places = ("system.images_store", "Images"), ("system.documents_store", "Documents")
        for key, folder in places:
            if services.configuring.value(key) != str(stores / folder):
                services.configuring.set(key, str(stores / folder), operator=operator)
        services.close()
        return home

    def _told(self, disturber: Disturber, verdict: Verdict, failed: int) -> int:
        done = Wanted(disturber.kills, disturber.cuts, disturber.crashes)
        _say(
            f"{self.processes} processes, {done.kills} kills, {done.cuts} cuts,"
            f" {done.crashes} crashes, {failed} failed, {verdict.words}"
        )
        # Where nothing fails, nobody has to try again.
        may_fail = bool(done.cuts or done.crashes or self.lease)
        for one in verdict.unhappy[:5]:
            if one.kind == "untold" or not may_fail:
                _say(f"{one.kind}: {one.outcome} {one.problem} {one.reason}")
        is_good = verdict.is_good and not failed and done == self.wanted
        is_good = is_good and (may_fail or not verdict.unhappy)
        # Files that filed themselves took part in the race.
        is_good = is_good and (not self.is_auto or (self.root / "answers1").is_file())
        if self.is_skewed:
            # Living ones are left alone however late it seems; with leases that are over they are not.
            is_good = is_good and bool(verdict.elsewhere) == bool(self.lease)
        return 0 if is_good else 1


def make(source: Path, count: int) -> dict[str, str]:
    """That many small files; their hashes by name."""
    wanted = {}
    for number in range(count):
        path = source / f"INTOUCH_P100_D1_20260102_101112_{number:05d}.txt"
        data = f"picture {number} ".encode() * 200
        path.write_bytes(data)
        age(path)
        wanted[path.name] = hashlib.sha256(data).hexdigest()
    return wanted


def main(given: Sequence[str] | None = None) -> int:
    """Start the processes, let them run, and judge what is left."""
    parser = argparse.ArgumentParser(prog="python -m tests.races.run")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--postgres", action="store_true", help="a record on a server of our own")
    parser.add_argument("--kill", type=int, default=0, metavar="TIMES")
    parser.add_argument("--cut", type=int, default=0, metavar="COMMITS")
    parser.add_argument("--crash", type=int, default=0, metavar="TIMES")
    parser.add_argument(
        "--skew", action="store_true", help="two with a day too much and too little"
    )
    parser.add_argument("--lease", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--auto", action="store_true", help="every other one by auto-import")
    asked = parser.parse_args(given)
    wanted = Wanted(asked.kill, asked.cut, asked.crash)
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = way = None
        if asked.postgres or asked.cut or asked.crash or asked.skew:
            cluster = stack.enter_context(running_cluster())
            os.environ["PGPASSWORD"] = cluster.password
            way = stack.enter_context(cutting_proxy(cluster.port)) if asked.cut else None
        race = Race(
            root, asked.processes, wanted, asked.skew, asked.lease, asked.auto, cluster, way
        )
        return race.run(asked.files)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its counts


if __name__ == "__main__":
    sys.exit(main())
