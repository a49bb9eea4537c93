"""Moving out of Azure Storage and listing it, against rclone, in one run; started by hand.

    python -m tests.benchmarks.drives --files 400 --size 100000 --rounds 5
    python -m tests.benchmarks.drives --files 100 --size 3000000 --rounds 3
    python -m tests.benchmarks.drives --files 12 --rounds 5
    python -m tests.benchmarks.drives --only lost

A real Azurite stands behind a proxy that makes each round trip 40 ms longer, for both alike. rclone
lists, downloads, compares the MD5 and deletes, eight files at a time; it flushes nothing, keeps no
record, and deletes whatever has the name. Ours does the same eight at a time and also flushes, reads
back, records and trails, and deletes only the version it filed. Rounds are interleaved and who is first
changes, so that a busy machine troubles both alike; only the ratios mean anything. rclone's own start is
in its times, as it is in a person's; how long that is stands beside them.

`lost`: each blob is replaced by a third party at the moment its download has ended. A new version that
is afterwards neither in the container nor at the target is lost, and nobody ever saw it.
"""

import argparse
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.files import Listing, SourceFile, SourceKind
from message_centre.domain.secrets import Secret
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from tests.support.azurite import Azurite, Container, running
from tests.support.engine import JANE, Engine, started
from tests.support.faulty_front import FaultyFront
from tests.support.latency_proxy import latency_proxy
from tests.support.rclones import rclone_program

#: So many at once, for both.
WORKERS = 8
MOVE_GOAL, LIST_GOAL = 1.3, 1.2

#: Seconds for files of a container, reached by a port, moved into a folder.
Contestant = Callable[[Container, int, Path], float]


@dataclass
class Ratios:
    """The seconds of both, a pair for each round."""

    ours: list[float]
    theirs: list[float]

    @property
    def middle(self) -> float:
        """The median of the rounds' ratios: what troubled a round troubled both of its times."""
        return statistics.median(
            ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)
        )


def filled(azurite: Azurite, names: Sequence[str], size: int) -> Container:
    """A container of so many different blobs, each with its MD5."""
    container = azurite.fresh()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda name: container.put(name, _photo(size)), names))
    return container


def _photo(size: int) -> bytes:
    return b"\xff\xd8\xff\xe0" + os.urandom(size - 6) + b"\xff\xd9"


def names_of(count: int) -> list[str]:
    """Names of photos."""
    return [f"{number:05d}.jpg" for number in range(count)]


def rclone(container: Container, port: int, *words: str) -> str:
    """What rclone prints; the container is `az:` and its name."""
    azurite = container.azurite
    remote = {
        "TYPE": "azureblob",
        "ACCOUNT": azurite.account,
        "KEY": azurite.key,
        "ENDPOINT": f"http://127.0.0.1:{port}/{azurite.account}",
    }
    told = {f"RCLONE_CONFIG_AZ_{name}": value for name, value in remote.items()}
    return subprocess.run(
        [rclone_program(), "--config", os.devnull, *words],
        env=os.environ | told,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def moved_by_rclone(container: Container, port: int, target: Path) -> float:
    """`rclone move`, eight at a time."""
    words = ["move", f"az:{container.name}", str(target / "moved"), "--transfers", str(WORKERS)]
    return timed(partial(rclone, container, port, *words))


def moved_by_us(container: Container, port: int, target: Path) -> float:
    """Listed, then imported as one batch; one file before, untimed, has loaded SDK and decoder."""
    container.put("warm.jpg", _photo(1000))
    with practice(container, port, target) as engine:
        save(engine, [file for file in listed(engine) if file.name == "warm.jpg"])
        return timed(lambda: save(engine, listed(engine)))


@contextmanager
def practice(container: Container, port: int, target: Path) -> Iterator[Engine]:
    """A practice whose drive is the container, reached by the port."""
    with started(target) as engine:
        configuring, by = engine.services.configuring, engine.operator
        azurite = container.azurite
        endpoint = f"http://127.0.0.1:{port}/{azurite.account}"
        configuring.set("system.azure.account", azurite.account, operator=by)
        configuring.set("system.azure.endpoint", endpoint, operator=by)
        configuring.set_secret("system.azure.key", Secret(azurite.key), operator=by)
        configuring.set("provider.1.azure.container", container.name, operator=by)
        configuring.set("operator.azure.enabled", "true", operator=by)
        yield engine


def listed(engine: Engine) -> tuple[SourceFile, ...]:
    """What the drive shows."""
    return _listing(engine).files


def _listing(engine: Engine) -> Listing:
    listings = engine.services.lister.refresh(engine.operator, "1", CancelToken())
    return next(found for found in listings if found.kind is SourceKind.AZURE)


def save(engine: Engine, files: Sequence[SourceFile]) -> None:
    """Save them all as one batch."""
    given = Assignment(JANE.id, "1", "ADM")
    orders = [ImportOrder(new_id(), file, given) for file in files]
    results = engine.services.importer.run_all(orders, CancelToken(), lambda i, r: None)
    if not orders or not all(result.is_saved for result in results):
        raise SystemExit("not every file was saved")


def compare_moves(azurite: Azurite, port: int, wanted: argparse.Namespace) -> Ratios:
    """Both move fresh blobs, each round."""
    taken: dict[Contestant, list[float]] = {moved_by_us: [], moved_by_rclone: []}
    for number in range(wanted.rounds):
        turn = list(taken) if number % 2 else list(reversed(list(taken)))
        for contestant in turn:
            container = filled(azurite, names_of(wanted.files), wanted.size)
            with tempfile.TemporaryDirectory() as folder:
                taken[contestant].append(contestant(container, port, Path(folder)))
            if container.names:
                raise SystemExit("not every blob was moved")
            container.drop()
    return Ratios(taken[moved_by_us], taken[moved_by_rclone])


def compare_lists(azurite: Azurite, port: int, wanted: argparse.Namespace) -> Ratios:
    """Both list one container, in turn; ours with everything a row needs."""
    container = filled(azurite, names_of(wanted.listed), 100)
    found = Ratios([], [])
    with tempfile.TemporaryDirectory() as folder, practice(container, port, Path(folder)) as engine:
        _listing(engine)
        for _ in range(wanted.rounds):
            found.ours.append(timed(lambda: _must_be(len(listed(engine)), wanted.listed)))
            start = time.perf_counter()
            lines = rclone(container, port, "lsf", f"az:{container.name}").splitlines()
            found.theirs.append(time.perf_counter() - start)
            _must_be(len(lines), wanted.listed)
    container.drop()
    return found


def _must_be(found: int, wanted: int) -> None:
    if found != wanted:
        raise SystemExit(f"{found} files were listed, not {wanted}")


class ThirdParty(FaultyFront):
    """Replaces each blob, in the container itself, once it has been read and before its reader knows."""

    def __init__(self, container: Container) -> None:
        super().__init__(container.azurite.port)
        self._container = container
        self.replaced: dict[str, bytes] = {}

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the server answers; a blob that it gave has another version by then."""
        answer = super().ask(method, path, headers, body)
        name = urlsplit(path).path.rpartition("/")[2]
        if method == "GET" and name.endswith(".jpg") and name not in self.replaced:
            self.replaced[name] = secrets.token_bytes(500)
            self._container.put(name, self.replaced[name])
        return answer


def lost_by(contestant: Contestant, azurite: Azurite, count: int) -> tuple[int, int]:
    """How many versions nobody had seen are nowhere afterwards, and how many there were."""
    container = filled(azurite, names_of(count), 5000)
    front = ThirdParty(container)
    try:
        with tempfile.TemporaryDirectory() as folder:
            contestant(container, front.port, Path(folder))
            moved = {p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}
        left = {container.content(name) for name in container.names}
        wanted = {name: new for name, new in front.replaced.items() if name in names_of(count)}
        lost = sum(new not in left | moved for new in wanted.values())
        return lost, len(wanted)
    finally:
        front.close()
        container.drop()


def main(given: Sequence[str] | None = None) -> int:
    """Run what is wanted and print it; 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.drives")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--listed", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--milliseconds", type=float, default=40)
    parser.add_argument("--overwritten", type=int, default=50)
    parser.add_argument("--only", choices=["move", "list", "lost"])
    wanted = parser.parse_args(given)
    parts = {"move": _moves, "list": _lists, "lost": _losses}
    with running() as azurite, latency_proxy(azurite.port, wanted.milliseconds) as port:
        done = [
            part(azurite, port, wanted)
            for name, part in parts.items()
            if wanted.only in {None, name}
        ]
    return 0 if all(done) else 1


def _moves(azurite: Azurite, port: int, wanted: argparse.Namespace) -> bool:
    found = compare_moves(azurite, port, wanted)
    start = timed(
        lambda: subprocess.run([rclone_program(), "version"], check=True, capture_output=True)
    )
    _say(f"{wanted.files} blobs of {wanted.size} bytes, {wanted.milliseconds:.0f} ms, {_load()}")
    for name, times in (("ours", found.ours), ("rclone move", found.theirs)):
        middle = statistics.median(times)
        spread = ", ".join(f"{one:.2f}" for one in times)
        _say(f"  {name:12} {middle:6.2f} s {wanted.files / middle:6.0f} files/s   ({spread})")
    _say(f"  rclone's start alone {start:.2f} s")
    return _told("moving", found.middle, MOVE_GOAL)


def _lists(azurite: Azurite, port: int, wanted: argparse.Namespace) -> bool:
    found = compare_lists(azurite, port, wanted)
    _say(f"{wanted.listed} blobs listed, {wanted.milliseconds:.0f} ms, {_load()}")
    for name, times in (("ours", found.ours), ("rclone lsf", found.theirs)):
        _say(
            f"  {name:12} {statistics.median(times):6.2f} s   ({', '.join(f'{t:.2f}' for t in times)})"
        )
    return _told("listing", found.middle, LIST_GOAL)


def _losses(azurite: Azurite, port: int, wanted: argparse.Namespace) -> bool:
    del port
    ours, of_ours = lost_by(moved_by_us, azurite, wanted.overwritten)
    theirs, of_theirs = lost_by(moved_by_rclone, azurite, wanted.overwritten)
    _say("each blob replaced by a third party as soon as it was downloaded; unseen versions lost:")
    _say(f"  ours        {ours} of {of_ours}")
    _say(f"  rclone move {theirs} of {of_theirs}")
    return ours == 0 and of_ours == wanted.overwritten


def _told(what: str, ratio: float, goal: float) -> bool:
    is_met = ratio <= goal
    verdict = "met" if is_met else "MISSED"
    _say(f"  {what}: {ratio:.2f} x rclone, median of the rounds' ratios (goal {goal}: {verdict})")
    return is_met


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
