"""The race suite: several processes save everything from one folder at once.

    python -m tests.races.run --processes 4 --files 2000            four on SQLite in one home
    python -m tests.races.run --processes 8 --files 2000 --postgres eight homes on one PostgreSQL

Every file must be imported exactly once, and each process that was not the one must be told who was.
It prints the counts and ends with exit code 1 if a file was lost, doubled or left, or a loser was not told.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from message_centre.bootstrap import open_home
from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.files import FileState
from message_centre.services.bundle import Services
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from tests.support.engine import JANE, age, started
from tests.support.postgres import running_cluster

_TOLD = ("by ", "already on this patient")


def make(source: Path, count: int) -> dict[str, str]:
    """That many small files; their hashes by name."""
    wanted = {}
    for number in range(count):
        path = source / f"{number:05d}.jpg"
        data = f"picture {number} ".encode() * 200
        path.write_bytes(data)
        age(path)
        wanted[path.name] = hashlib.sha256(data).hexdigest()
    return wanted


def race(home: Path, source: Path, seed: int) -> None:
    """One process: save everything in an order of its own, in batches, until nothing is left."""
    services = open_home(home)
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    answers: list[tuple[str, str, str]] = []
    sys.stdin.readline()  # all start together
    for _ in range(3):
        orders = _orders(services, source)
        chance.shuffle(orders)
        for begin in range(0, len(orders), 100):
            results = services.importer.run_all(
                orders[begin : begin + 100], CancelToken(), lambda index, result: None
            )
            answers += [(one.name, one.outcome.value, one.reason) for one in results]
    services.close()
    sys.stdout.write(json.dumps(answers))


def _orders(services: Services, source: Path) -> list[ImportOrder]:
    operator = services.permitting.operator("ADM")
    if services.configuring.value("operator.folders.images", operator="ADM") != str(source):
        services.configuring.set("operator.folders.images", str(source), operator=operator)
    listings = services.lister.refresh(operator, "1", CancelToken())
    given = Assignment(JANE.id, "1", "ADM")
    files = [file for listing in listings for file in listing.files]
    return [ImportOrder(new_id(), file, given) for file in files if file.state is FileState.READY]


def main(given: Sequence[str] | None = None) -> int:
    """Start the processes, let them run, and judge what is left."""
    parser = argparse.ArgumentParser(prog="python -m tests.races.run")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--postgres", action="store_true", help="a record on a server of our own")
    parser.add_argument("--racer", nargs=3, help=argparse.SUPPRESS)
    wanted = parser.parse_args(given)
    if wanted.racer:
        home, source, seed = wanted.racer
        race(Path(home), Path(source), int(seed))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if not wanted.postgres:
            return run(Path(folder), wanted.processes, wanted.files)
        with running_cluster() as cluster:
            os.environ["PGPASSWORD"] = cluster.password
            url = cluster.url(cluster.fresh())
            return run(Path(folder), wanted.processes, wanted.files, url)


def run(root: Path, processes: int, count: int, url: str = "") -> int:
    """One race below `root`; the exit code."""
    with started(root, url=url) as engine:
        files = make(engine.source, count)
        source, first = engine.source, engine.home
    homes = [first] * processes if not url else [_home(root, n, url) for n in range(processes)]
    stores = first / "stores"
    for home in homes:
        if home != first:
            _share_stores(home, stores)
    racers = [_start(home, source, seed) for seed, home in enumerate(homes)]
    for racer in racers:
        if racer.stdin:
            racer.stdin.write("go\n")
            racer.stdin.flush()
    answers = [json.loads(racer.communicate()[0]) for racer in racers]
    return _judge(root, answers, files, url)


def _home(root: Path, number: int, url: str) -> Path:
    home = root / f"home{number}"
    home.mkdir()
    (home / "settings.toml").write_text(f'[database]\nurl = "{url}"\n')
    return home


def _share_stores(home: Path, stores: Path) -> None:
    """Every workstation of a practice files into the same stores."""
    services = open_home(home)
    operator = services.permitting.operator("ADM")
    for key, name in (("system.images_store", "Images"), ("system.documents_store", "Documents")):
        if services.configuring.value(key) != str(stores / name):
            services.configuring.set(key, str(stores / name), operator=operator)
    services.close()


def _start(home: Path, source: Path, seed: int) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "tests.races.run",
        "--racer",
        str(home),
        str(source),
        str(seed),
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _judge(
    root: Path, answers: list[list[tuple[str, str, str]]], files: dict[str, str], url: str
) -> int:
    saved = Counter(
        name for told in answers for name, outcome, _ in told if outcome.startswith("saved")
    )
    losers = [one for told in answers for one in told if not one[1].startswith("saved")]
    untold = [one for one in losers if not any(word in one[2] for word in _TOLD)]
    with started(root, url=url) as engine:
        on_record = Counter(one.sha256 for one in engine.services.records.everything())
        left = engine.ready()
        problems = engine.problems()
        whole, broken = engine.services.trail.verify()
    lost = [name for name, sha256 in files.items() if not on_record[sha256] and name not in left]
    doubled = [name for name, sha256 in files.items() if on_record[sha256] > 1 or saved[name] > 1]
    _say(
        f"{len(answers)} processes, {len(files)} files: {sum(saved.values())} saved, "
        f"{len(losers)} came second, {len(untold)} not told by whom, {len(lost)} lost, "
        f"{len(doubled)} doubled, {len(left)} left, {len(problems)} findings, "
        f"trail of {whole} {'intact' if broken is None else f'broken at {broken}'}"
    )
    for one in untold[:5]:
        _say(f"not told: {one[1]} {one[2]}")
    bad = lost or doubled or left or problems or untold or broken
    return 1 if bad else 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its counts


if __name__ == "__main__":
    sys.exit(main())
