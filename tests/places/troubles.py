"""Places that refuse: read-only and full ones, under the source and under the stores."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from message_centre.bootstrap import open_home
from tests.crash.stage import Scenario, Stage
from tests.crash.worlds import Deed, World, lost, save_all, withdraw_first
from tests.support.counting import WRONG, Problem, Tally
from tests.support.mounts import run

_BLOCK = 1 << 20


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing below can be changed, whatever lies under it."""
    run("mount", "--bind", folder, folder)
    try:
        run("mount", "-o", "remount,bind,ro", folder)
        yield
    finally:
        run("umount", folder)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not a byte is free on the place that holds the folder."""
    filler = folder.parent / "filler"
    handle = os.open(filler, os.O_CREAT | os.O_WRONLY)
    try:
        for size in (_BLOCK, 4096, 512):
            _fill(handle, b"\0" * size)
        yield
    finally:
        os.close(handle)
        filler.unlink()


def _fill(handle: int, block: bytes) -> None:
    try:
        while True:
            os.write(handle, block)
            os.fsync(handle)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@dataclass(frozen=True)
class Trouble:
    """What refuses, and what is tried meanwhile; `before` stands when it begins."""

    name: str
    part: Callable[[World], Path]
    how: Callable[[Path], AbstractContextManager[None]]
    deed: Deed
    before: tuple[Deed, ...] = ()


def _source(world: World) -> Path:
    return world.source


def _stores(world: World) -> Path:
    return world.stores


TROUBLES = (
    Trouble("save from a read-only source", _source, read_only, save_all),
    Trouble("save to a read-only store", _stores, read_only, save_all),
    Trouble("save to a full store", _stores, full, save_all),
    Trouble("save from a full source", _source, full, save_all),
    Trouble("withdraw to a read-only source", _source, read_only, withdraw_first, (save_all,)),
    Trouble("withdraw from a read-only store", _stores, read_only, withdraw_first, (save_all,)),
    Trouble("withdraw to a full source", _source, full, withdraw_first, (save_all,)),
)
_FILES = ("one.jpg", "two.png", "three.tif")


def refused(stage: Stage, trouble: Trouble) -> Tally:
    """Try three times in vain or half; then the place is mended, and everything must come to rest."""
    tally = Tally()
    with trouble.how(trouble.part(stage.world)):
        for _ in range(3):
            _try(stage, trouble, tally)
    tally.counts["states checked"] += 1
    tally.blame(f"{trouble.name}, mended", stage.wrong_at_rest())
    if not trouble.before:
        _save_now(stage, trouble, tally)
    return tally


def scenario_of(trouble: Trouble) -> Scenario:
    """What stands before the trouble, and what is tried in it."""
    return Scenario(trouble.name, _FILES, trouble.deed, trouble.before)


def _save_now(stage: Stage, trouble: Trouble, tally: Tally) -> None:
    """With nothing in the way any more, everything can be saved."""
    stage.play(save_all)
    tally.counts["states checked"] += 2
    tally.blame(f"{trouble.name}, saved", stage.wrong_at_rest())
    tally.blame(trouble.name, stage.asked(_not_on_record))


def _try(stage: Stage, trouble: Trouble, tally: Tally) -> None:
    tally.counts["refusals"] += 1
    tally.counts["states checked"] += 1
    if stage.play(trouble.deed).fell:
        tally.blame(trouble.name, [Problem(WRONG, "a traceback instead of words")])
    tally.blame(trouble.name, lost(stage.world))


def _not_on_record(world: World) -> list[Problem]:
    """Files that could not be saved although nothing was in the way any more."""
    known = {record.sha256 for record in open_home(world.home).records.everything()}
    return [Problem(WRONG, f"not saved {one[:8]}") for one in world.wanted if one not in known]
