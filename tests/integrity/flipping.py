"""Bits that flip on a disk: in a stored file, or in one on its way there."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from message_centre.bootstrap import open_home
from message_centre.services.work import CancelToken
from tests.crash.stage import Stage
from tests.crash.worlds import World, hashed
from tests.support.counting import LOST, WRONG, Problem, Tally
from tests.support.stepping import Stepper


def flip(path: Path, at: int, bit: int) -> None:
    """Turn one bit over; a second time puts it back."""
    os.chmod(path, 0o600)
    with path.open("r+b") as file:
        file.seek(at)
        [byte] = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ (1 << bit)]))


class Watcher(Stepper):
    """Counts the steps of an import; before the chosen one a bit flips in what it has put down."""

    def __init__(self, world: World, *, at: int = 0) -> None:
        super().__init__(at=at, looking=world.home / "stores")
        self._stores = world.home / "stores"
        self.flipped = False

    def strike(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """A bit in the middle of each of our files flips; then the step is taken."""
        self.is_acting = True
        for path in self._stores.rglob("*"):
            if path.is_file() and path.name[0] != "." and path.stat().st_size:
                flip(path, path.stat().st_size // 2, 3)
                self.flipped = True
        self.is_acting = False
        return call()


def flip_during(stage: Stage, number: int, tally: Tally) -> None:
    """One import with a flip before one step; it must fail, be mended, or be found by the check."""
    told = stage.root / "told"
    told.write_text("null")
    stage.begin_again()
    watcher = Watcher(stage.world, at=number)

    def disturbed(world: World) -> None:
        stage.scenario.deed(world)
        watcher.is_acting = True
        told.write_text(json.dumps([watcher.flipped, *_after(world)]))

    fell = stage.play(disturbed, watcher).fell
    found = json.loads(told.read_text())
    if fell or found is None:
        tally.blame(f"staging, before {number}", [Problem(WRONG, "a traceback")])
        return
    flipped, damaged, whole, is_found = found
    if not flipped:
        return
    tally.counts["bits flipped in staging"] += 1
    if (damaged and not is_found) or not (whole or is_found):
        tally.blame(f"staging, before {number}", [Problem(LOST, "damaged, and nobody says so")])
    else:
        tally.counts["found"] += 1


def _after(world: World) -> tuple[bool, bool, bool]:
    """Whether damage lies in the stores, a whole copy anywhere, and whether the check complains."""
    findings = open_home(world.home).auditor.check(CancelToken()).findings
    stored = [
        hashed(path)
        for path in (world.home / "stores").rglob("*")
        if path.is_file() and path.name[0] != "."
    ]
    waiting = [hashed(path) for path in world.source.rglob("*") if path.is_file()]
    damaged = any(one not in world.wanted for one in stored)
    whole = any(one in world.wanted for one in (*stored, *waiting))
    return damaged, whole, bool(findings)
