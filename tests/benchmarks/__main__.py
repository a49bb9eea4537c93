"""Speed at size, in one run: every part against its floor and its peer, as one table in Markdown.

    python -m tests.benchmarks                       # about five minutes on a quiet machine
    python -m tests.benchmarks --only starts --rounds 9
    python -m tests.benchmarks --files 20000         # a smaller folder

Contestants take turns, and what is told is the median of the rounds' ratios, with the machine's load at
the time. Made for Linux: it wants cc, find(1) and djpeg (Debian: libjpeg-turbo-progs), and takes
gdk-pixbuf-thumbnailer along where it is there.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import listing, lists, starts
from tests.benchmarks.many_files import fill
from tests.benchmarks.measured import Line, load, python

_HEADING = ("what", "against", "ratio", "goal", "", "ours, and the load")
_WANTED = {"cc": "gcc", "find": "findutils", "djpeg": "libjpeg-turbo-progs"}


def main(given: Sequence[str] | None = None) -> int:
    """Run the parts and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", action="append", choices=("listing", "lists", "tables", "thumbnails", "starts")
    )
    parser.add_argument("--keep", type=Path, help="make the files here, and use them again")
    wanted = parser.parse_args(given)
    missing = [
        f"{tool} (apt-get install {by})" for tool, by in _WANTED.items() if not shutil.which(tool)
    ]
    if missing:
        parser.error(f"not installed: {', '.join(missing)}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        kept = (wanted.keep or Path(temporary)).resolve()
        found = _measured(wanted, kept, Path(temporary))
        took = time.monotonic() - began
        _say(f"{os.cpu_count()} processors, load {load()} at the end; {took:.0f} s")
        _say("")
        _tell(found)
    return 0


def _measured(wanted: argparse.Namespace, kept: Path, scratch: Path) -> list[Line]:
    folder, photos = kept / f"files {wanted.files}", kept / "photos"
    photos.mkdir(parents=True, exist_ok=True)
    if not folder.exists() and (not wanted.only or {"listing", "lists"} & set(wanted.only)):
        fill(folder, wanted.files)
    rounds = wanted.rounds
    few = max(1, rounds * 3 // 5)
    parts: dict[str, Callable[[], list[Line]]] = {
        "starts": lambda: starts.lines(scratch, rounds),
        "listing": lambda: listing.lines(folder, scratch, rounds),
        "lists": lambda: lists.lines(folder, scratch, few),
        "tables": lambda: _elsewhere("tables", rounds),
        "thumbnails": lambda: _elsewhere("thumbnails", photos, scratch, rounds),
    }
    found: list[Line] = []
    for name, part in parts.items():
        if not wanted.only or name in wanted.only:
            before = load()
            found += part()
            sys.stderr.write(f"{name}: load {before} to {load()}\n")
    return found


def _elsewhere(part: str, *given: object) -> list[Line]:
    """A part that wants a process of its own."""
    told = json.loads(python("-m", f"tests.benchmarks.{part}", *given).splitlines()[-1])
    return [Line(**line) for line in told]


def _tell(found: Sequence[Line]) -> None:
    for cells in (_HEADING, ("---",) * len(_HEADING), *(line.cells for line in found)):
        _say(f"| {' | '.join(cells)} |")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command that prints its table


if __name__ == "__main__":
    sys.exit(main())
