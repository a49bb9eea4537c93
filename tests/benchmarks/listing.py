"""Listing one flat folder: ours against a C program and find(1); outside the window."""

import os
import subprocess
import tempfile
from pathlib import Path

from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.host.clock import SystemClock
from message_centre.host.looks_file import LooksFile
from message_centre.services.work import CancelToken, silent
from message_centre.sources.local_folder import LocalFolder
from tests.benchmarks.measured import Line, middle, ratio, run, take_turns

_FLOOR = Path(__file__).with_name("list_floor.c")


def lines(folder: Path, scratch: Path, rounds: int) -> list[Line]:
    """The lines of this part."""
    floor = scratch / "list_floor"
    run("cc", "-O2", "-o", floor, _FLOOR)
    again = _source(folder)
    again.list_files(CancelToken(), silent)

    def bare() -> None:
        handle = os.open(folder, os.O_RDONLY)
        with os.scandir(handle) as entries:
            for entry in entries:
                os.stat(entry.name, dir_fd=handle, follow_symlinks=False)
        os.close(handle)

    taken = take_turns(
        {
            "C": lambda: run(floor, folder),
            "find": lambda: _quietly("find", folder, "-printf", "%p %s %T@\n"),
            "bare": bare,
            "first": lambda: _source(folder).list_files(CancelToken(), silent),
            "again": lambda: again.list_files(CancelToken(), silent),
        },
        rounds,
    )
    limit = f"C getdents64 + statx ({middle(taken, 'C'):.0f} ms)"
    find = f"find -printf ({middle(taken, 'find'):.0f} ms)"
    return [
        Line("scandir(fd) + stat(dir_fd), nothing else", limit, ratio(taken, "bare", "C"), 1.8),
        Line("the same", find, ratio(taken, "bare", "find"), 1.2),
        Line("a source's first listing: judged, keyed", limit, ratio(taken, "first", "C")),
        Line("its next listing", limit, ratio(taken, "again", "C"), 1.8),
        Line("the same", find, ratio(taken, "again", "find"), 1.2),
    ]


def _source(folder: Path) -> LocalFolder:
    looks = LooksFile(Path(tempfile.gettempdir()) / "no looks of a benchmark.json")
    return LocalFolder(
        folder, clock=SystemClock(), looks=looks, listed_extensions=lambda: DEFAULT_LISTED
    )


def _quietly(*command: object) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
