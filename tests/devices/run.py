"""The slow-device suite: simulated devices write, pause, preallocate and rename into a watched folder.

    python -m tests.devices.run                   500 files, with leases and without
    python -m tests.devices.run --files 36        the short form

The lister, the watcher, the importer and the disk are the real ones; the clock is one that the suite
moves on, so that minutes of waiting take no time, and the files' times are set from it. Whenever the
watcher hints, and once a second, the folder is listed and everything that is ready is saved. What was
saved must be what the device meant to write in the end, and every file must be saved within a minute
after its device was done. `without leases` is a share where nothing tells who has a file open: there
devices that keep one open and pause for long are left out, since no listing can know of them. It
ends with the counts; the exit code is 1 if a file was taken half-written.
"""

import argparse
import hashlib
import os
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from message_centre.bootstrap import ground
from message_centre.host.leases import Writers
from message_centre.services import stability
from message_centre.sources import folder_listing, folder_release, local_folder
from tests.devices.simulated import DEVICES, NEEDS_LEASES, Device, Work
from tests.support.clocks import StandingClock
from tests.support.counting import DOUBLED, LOST, WRONG, Problem, Tally, finish, roomy, say
from tests.support.engine import Engine, started

_TICK = 1.0
_SOON = 60.0
#: Originals that cannot be proven to be at rest stay aside for so long; see `folder_release`.
_GRACE = folder_release.GRACE_SECONDS


class Bench:
    """One watched folder, some devices, and a clock that is moved on."""

    def __init__(self, engine: Engine, clock: StandingClock, tally: Tally) -> None:
        self._engine = engine
        self._clock = clock
        self._tally = tally
        self._hinted = threading.Event()
        self._running: list[tuple[float, str, Device]] = []
        self._wanted: dict[str, tuple[str, str]] = {}
        self._done: dict[str, float] = {}
        self._saved: dict[str, float] = {}

    def add(self, number: int, dice: random.Random, kinds: Sequence[str]) -> None:
        """A device, which begins within the first two minutes."""
        kind = kinds[number % len(kinds)]
        data = dice.randbytes(dice.randrange(2_000, 40_000))
        name = f"{number:04d}.jpg"
        work = Work(self._engine.source / name, data, self._now, dice)
        self._wanted[hashlib.sha256(data).hexdigest()] = (name, kind)
        self._running.append((dice.uniform(0, 120), name, DEVICES[kind](work)))

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def run(self) -> None:
        """Let the devices write, and save whatever is ready, until all are done and a minute is over."""
        services, start = self._engine.services, self._clock.monotonic()
        services.lister.watch(self._engine.operator, "1", self._hinted.set)
        ends = 0.0
        while self._running or self._clock.monotonic() - start < ends + _SOON + 2 * _TICK:
            passed = self._clock.monotonic() - start
            self._let_work(passed)
            ends = passed if self._running else ends
            self._tally.counts["hints of the watcher"] += self._hinted.is_set()
            self._hinted.clear()
            self._save(passed)
            self._clock.go_on(_TICK)
        services.lister.unwatch()

    def _let_work(self, passed: float) -> None:
        going = []
        for due, name, device in self._running:
            try:
                nap = next(device, None) if due <= passed else 0.0
            except FileNotFoundError:
                self._tally.blame(name, [Problem(LOST, "taken away from a device at work")])
                nap = None
            if nap is None:
                self._done[name] = passed
            else:
                going.append((max(due, passed + nap) if due <= passed else due, name, device))
        self._running = going

    def _save(self, passed: float) -> None:
        for name in self._engine.ready():
            result = self._engine.save(name)
            if result.is_saved:
                self._saved.setdefault(name, passed)

    def judge(self) -> None:
        """What was taken is what was meant; nothing waits for longer than a minute."""
        records = list(self._engine.services.records.everything())
        self._tally.counts["files saved"] += len(records)
        for record in records:
            if record.sha256 not in self._wanted:
                self._tally.blame(record.original_name, [Problem(WRONG, "taken half-written")])
        saved = Counter(record.sha256 for record in records)
        for sha256, (name, kind) in self._wanted.items():
            if saved[sha256] != 1:
                words = f"saved {saved[sha256]} times ({kind})"
                self._tally.blame(name, [Problem(DOUBLED if saved[sha256] else LOST, words)])
            elif self._saved.get(name, 0) - self._done[name] > _SOON:
                self._tally.blame(name, [Problem(WRONG, f"saved too late ({kind})")])


def play(root: Path, files: int, seed: int, *, leases: bool) -> Tally:
    """So many files, on a disk that tells who writes or on one that does not."""
    tally, clock = Tally(), StandingClock()
    dice = random.Random(seed)  # noqa: S311 - naps, not secrets
    kinds = [name for name, kind in DEVICES.items() if leases or kind not in NEEDS_LEASES]
    ground.SystemClock = lambda: clock  # type: ignore[attr-defined,assignment,return-value] # moved on by the suite
    if not leases:
        for module in (folder_listing, folder_release, local_folder):
            module.writers = lambda handle, keep=False: Writers.UNKNOWN  # type: ignore[attr-defined] # a share
    with started(root) as engine:
        bench = Bench(engine, clock, tally)
        for number in range(files):
            bench.add(number, dice, kinds)
        bench.run()
        bench.judge()
        if not leases:
            clock.go_on(_GRACE)
            engine.services.recoverer.run()
        left = [path for path in engine.source.rglob("*") if path.is_file()]
        tally.blame("the folder", [Problem(WRONG, f"{path.name} was left") for path in left])
    tally.counts["devices"] += files
    return tally


def main(given: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    words = argparse.ArgumentParser(prog="python -m tests.devices.run")
    words.add_argument("--files", type=int, default=500)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--fault", default="", choices=["", *FAULTS], help="seed a fault")
    wanted = words.parse_args(given)
    if wanted.fault:
        FAULTS[wanted.fault]()
    total = Tally()
    with tempfile.TemporaryDirectory(dir=roomy()) as folder:
        for name, leases in (("with leases", True), ("without leases", False)):
            root = Path(folder) / name.split()[0]
            os.mkdir(root)
            tally = play(root, wanted.files, wanted.seed, leases=leases)
            say(tally.line(name))
            total.add(tally)
    return finish(total)


def _stable_twice() -> None:
    """The usual rule: two equal looks are enough, whoever has the file open."""
    stability.STILL_LOOKS, stability.STILL_SECONDS = 2, 0.0
    folder_listing.STILL_SECONDS = 0.0  # type: ignore[attr-defined] # imported by name


FAULTS: dict[str, Callable[[], None]] = {"stable-twice": _stable_twice}


if __name__ == "__main__":
    sys.exit(main())
