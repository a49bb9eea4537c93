"""Bulk import against the plain tools, in one run.

    python -m tests.benchmarks.importing --files 400 --size 100000 --rounds 3
    python -m tests.benchmarks.importing --files 100 --size 3000000 --source /dev/shm

The floor is `cp` of all files, `sync -f` and `rm`: a copy that is on the disk and nothing else. Ours
also hashes, reads back, records, trails and answers for each file. Rounds are interleaved, so that
a busy machine troubles everybody alike; only the ratios mean anything.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from tests.support.engine import JANE, age, started

Contestant = Callable[[Path, Path], float]


def files(folder: Path, count: int, size: int) -> None:
    """That many files with different bytes."""
    folder.mkdir(parents=True)
    for number in range(count):
        path = folder / f"{number:05d}.jpg"
        path.write_bytes(os.urandom(size))
        age(path)
    os.sync()


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def floor(source: Path, target: Path) -> float:
    """cp + sync -f + rm."""
    target.mkdir()

    def copy() -> None:
        _run("cp", "-r", f"{source}/.", str(target))
        _run("sync", "-f", str(target))
        _run("rm", "-r", str(source))

    return timed(copy)


def rclone(source: Path, target: Path) -> float:
    """rclone move + sync -f."""

    def move() -> None:
        _run("rclone", "move", str(source), str(target))
        _run("sync", "-f", str(target))

    return timed(move)


def rsync(source: Path, target: Path) -> float:
    """rsync --remove-source-files + sync -f."""

    def move() -> None:
        _run("rsync", "-a", "--remove-source-files", f"{source}/", str(target))
        _run("sync", "-f", str(target))

    return timed(move)


def ours(source: Path, target: Path) -> float:
    """The program's own import of the whole folder as one batch."""
    target.mkdir()
    with started(target) as engine:
        engine.services.configuring.set(
            "operator.folders.images", str(source), operator=engine.operator
        )
        given = Assignment(JANE.id, "1", "ADM")
        orders = [ImportOrder(new_id(), file, given) for file in engine.files().values()]

        def run() -> None:
            results = engine.services.importer.run_all(orders, CancelToken(), lambda i, r: None)
            if not all(result.is_saved for result in results):
                raise SystemExit("not every file was saved")

        return timed(run)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def main(given: Sequence[str] | None = None) -> int:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.importing")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--source", type=Path, help="where the source lies (another file system)")
    wanted = parser.parse_args(given)
    contestants: dict[str, Contestant] = {"cp + sync -f + rm": floor, "ours": ours}
    peers: dict[str, Contestant] = {"rclone": rclone, "rsync": rsync}
    for tool, contestant in peers.items():
        if shutil.which(tool):
            contestants[f"{tool} + sync -f"] = contestant
        else:
            _say(f"{tool} is not installed; get it with: apt-get install {tool}")
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(wanted.rounds):
        for name, contestant in contestants.items():
            with (
                tempfile.TemporaryDirectory() as near,
                tempfile.TemporaryDirectory(dir=wanted.source) as far,
            ):
                source = Path(far if wanted.source else near) / "source"
                files(source, wanted.files, wanted.size)
                times[name].append(contestant(source, Path(near) / "target"))
    base = statistics.median(times["cp + sync -f + rm"])
    _say(f"{wanted.files} files of {wanted.size} bytes, load {os.getloadavg()[0]:.1f}")
    for name, found in times.items():
        middle = statistics.median(found)
        _say(f"{name:22} {middle / base:6.2f} x   {wanted.files / middle:8.0f} files/s")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
