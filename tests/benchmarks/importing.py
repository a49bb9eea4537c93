"""Bulk import against the plain tools and the peers, in one run.

    python -m tests.benchmarks.importing --files 400 --size 100000 --rounds 3
    python -m tests.benchmarks.importing --files 100 --size 3000000 --source /dev/shm
    python -m tests.benchmarks.importing --files 1 --rounds 30
    python -m tests.benchmarks.importing --files 400 --syncs

The floor is `cp` of all files, `sync -f` and `rm`: a copy that is on the disk and nothing else; of a
single file `cp`, fsync, fsync of the folder, `rm` and one durable commit. Ours also hashes, reads
back, records, trails and answers for each file. No peer keeps a record, and on one file system each
of them only renames. Rounds are interleaved, so that a busy machine troubles everybody alike; only
the ratios mean anything. `--syncs` counts the calls that flush, with strace(1).
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from tests.support.engine import JANE, age, started

Contestant = Callable[[Path, Path], float]

FLOOR = "cp + sync -f + rm"
FLOOR_OF_ONE = "cp + fsyncs + rm + commit"
_BEGIN, _END = "/count/begins", "/count/ends"
_TAKEN = 0x9003
_FIRST = "first.jpg"
_RULES = """
rules:
  - locations: {source}
    filters: [extension: jpg, created]
    actions: [move: "{target}/{{created.year}}/{{created.month}}/"]
"""


def files(folder: Path, count: int, size: int) -> None:
    """That many photos with a capture time and different bytes."""
    folder.mkdir(parents=True)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[_TAKEN] = "2024:05:06 07:08:09"
    photo = BytesIO()
    Image.new("RGB", (64, 48)).save(photo, "JPEG", exif=exif)
    for number in range(count):
        path = folder / f"{number:05d}.jpg"
        path.write_bytes(photo.getvalue() + os.urandom(size - photo.tell()))
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


def floor_of_one(source: Path, target: Path) -> float:
    """The same for single files, without the start of a process, and a durable row for each."""
    target.mkdir()
    with sqlite3.connect(target / "record.sqlite") as record:
        record.execute("PRAGMA journal_mode=WAL")
        record.execute("PRAGMA synchronous=FULL")
        record.execute("CREATE TABLE rows (name TEXT)")

    def copy() -> None:
        for path in source.iterdir():
            shutil.copyfile(path, target / path.name)
            _sync(target / path.name)
            _sync(target)
            path.unlink()
            with record:
                record.execute("INSERT INTO rows VALUES (?)", [path.name])

    took = timed(copy)
    record.close()
    return took


def ours(source: Path, target: Path) -> float:
    """The program's own import of the whole folder as one batch."""
    target.mkdir()
    first = next(source.iterdir()).read_bytes() + b"first"
    (source / _FIRST).write_bytes(first)
    age(source / _FIRST)
    with started(target) as engine:
        engine.services.configuring.set(
            "operator.folders.images", str(source), operator=engine.operator
        )
        given = Assignment(JANE.id, "1", "ADM")

        def run() -> None:
            orders = [ImportOrder(new_id(), file, given) for file in listed.values()]
            results = engine.services.importer.run_all(orders, CancelToken(), lambda i, r: None)
            if not all(result.is_saved for result in results):
                raise SystemExit("not every file was saved")

        # One before, untimed: a workstation that has been used today has its decoding child.
        listed = {name: file for name, file in engine.files().items() if name == _FIRST}
        run()
        listed = engine.files()
        Path(_BEGIN).exists()  # seen by strace
        took = timed(run)
        Path(_END).exists()
        return took


def peer(command: Callable[[Path, Path], Sequence[str]]) -> Contestant:
    """A tool that moves the folder, and `sync -f` after it, for none of them flushes."""

    def run(source: Path, target: Path) -> float:
        target.mkdir()
        given = command(source, target)

        def move() -> None:
            _run(*given)
            _run("sync", "-f", str(target))

        took = timed(move)
        if any(path.is_file() for path in source.rglob("*")):
            raise SystemExit(f"{given[0]} did not move every file")
        return took

    return run


def _organize(source: Path, target: Path) -> Sequence[str]:
    rules = target.parent / "rules.yaml"
    rules.write_text(_RULES.format(source=source, target=target), "utf-8")
    return ["organize", "run", str(rules)]


def _exiftool(source: Path, target: Path) -> Sequence[str]:
    moved = f"-Directory<{target}/${{DateTimeOriginal}}"
    return ["exiftool", "-q", "-d", "%Y/%m", moved, str(source)]


PEERS: dict[str, tuple[str, Contestant]] = {
    "rclone": ("apt-get install rclone", peer(lambda s, t: ["rclone", "move", str(s), str(t)])),
    "rsync": (
        "apt-get install rsync",
        peer(lambda s, t: ["rsync", "-a", "--remove-source-files", f"{s}/", str(t)]),
    ),
    "photo-organizer": (
        "pip install photo-organizer",
        peer(lambda s, t: ["photo-organizer", "--move", "--no-progress", str(s), str(t)]),
    ),
    "organize": ("pip install organize-tool", peer(_organize)),
    "exiftool": ("apt-get install libimage-exiftool-perl", peer(_exiftool)),
}


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def contestants(count: int) -> dict[str, Contestant]:
    """The floor first, then ours, then every peer that is installed."""
    if count == 1:
        return {FLOOR_OF_ONE: floor_of_one, "ours": ours}
    found: dict[str, Contestant] = {FLOOR: floor, "ours": ours}
    for tool, (how, contestant) in PEERS.items():
        if shutil.which(tool):
            found[f"{tool} + sync -f"] = contestant
        else:
            _say(f"{tool} is not installed; get it with: {how}")
    return found


def one_round(contestant: Contestant, wanted: argparse.Namespace) -> float:
    """Seconds that a contestant takes for fresh files."""
    with (
        tempfile.TemporaryDirectory() as near,
        tempfile.TemporaryDirectory(dir=wanted.source) as far,
    ):
        source = Path(far if wanted.source else near) / "source"
        files(source, wanted.files, wanted.size)
        return contestant(source, Path(near) / "target")


def count_syncs(wanted: argparse.Namespace) -> float:
    """Calls that flush, a file, of one import by another process under strace."""
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as seen:
        calls = "trace=fsync,fdatasync,syncfs,sync,sync_file_range,stat,newfstatat,statx"
        program = [sys.executable, "-m", "tests.benchmarks.importing", "--only-ours"]
        size = ["--files", str(wanted.files), "--size", str(wanted.size)]
        _run("strace", "-f", "-qq", "-e", calls, "-o", seen.name, *program, *size)
        lines = seen.read()
    during = lines.partition(_BEGIN)[2].partition(_END)[0]
    return sum("sync" in line for line in during.splitlines()) / float(wanted.files)


def main(given: Sequence[str] | None = None) -> int:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.importing")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--source", type=Path, help="where the source lies (another file system)")
    parser.add_argument("--syncs", action="store_true", help="count the calls that flush")
    parser.add_argument("--only-ours", action="store_true", help="one round of ours, to look at")
    wanted = parser.parse_args(given)
    if wanted.only_ours:
        one_round(ours, wanted)
    elif wanted.syncs:
        _say(f"{wanted.files} files: {count_syncs(wanted):.3f} flushing calls a file")
    else:
        _compare(wanted)
    return 0


def _compare(wanted: argparse.Namespace) -> None:
    racing = contestants(wanted.files)
    times: dict[str, list[float]] = {name: [] for name in racing}
    for _ in range(wanted.rounds):
        for name, contestant in racing.items():
            times[name].append(one_round(contestant, wanted))
    _say(f"{wanted.files} files of {wanted.size} bytes, load {os.getloadavg()[0]:.1f}")
    base = statistics.median(next(iter(times.values())))
    for name, found in times.items():
        middle = statistics.median(found)
        _say(f"{name:26} {middle / base:6.2f} x   {wanted.files / middle:8.0f} files/s")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
