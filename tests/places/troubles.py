"""Places that refuse: read-only and full ones, under the source and under the stores."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from message_centre.services.bundle import Services
from tests.crash.run import Counts, Suite
from tests.crash.worlds import Deed, World, lost, save_all, withdraw_first
from tests.support.killing import Killer
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


class TroubleSuite(Suite):
    """The crash suite's worlds, in places that refuse for a while."""

    def trouble(self, trouble: Trouble) -> Counts:
        """Try three times in vain or half; then the place is mended, and everything must come to rest."""
        counts, world = Counts(), self._build(_FILES, trouble.before)
        with trouble.how(trouble.part(world)):
            for _ in range(3):
                self._try(world, trouble, counts)
        counts.problems += [f"{trouble.name}, mended: {one}" for one in self._at_rest(world)]
        counts.states += 1
        if not trouble.before:
            self._save_now(world, trouble, counts)
        return counts

    def _save_now(self, world: World, trouble: Trouble, counts: Counts) -> None:
        """With nothing in the way any more, everything can be saved."""
        self._fork(world, save_all, Killer())
        counts.problems += [f"{trouble.name}, saved: {one}" for one in self._at_rest(world)]
        counts.problems += [f"{trouble.name}: {one}" for one in self._not_on_record(world)]
        counts.states += 2

    def _try(self, world: World, trouble: Trouble, counts: Counts) -> None:
        counts.kills += 1
        counts.states += 1
        try:
            self._fork(world, trouble.deed, Killer())
        except RuntimeError:
            counts.problems.append(f"{trouble.name}: a traceback instead of words")
        counts.problems += [f"{trouble.name}: {one}" for one in lost(world)]

    def _not_on_record(self, world: World) -> list[str]:
        """Files that could not be saved although nothing was in the way any more."""

        def look(services: Services, world: World) -> list[str]:
            known = {record.sha256 for record in services.records.everything()}
            return [f"not saved {sha256[:8]}" for sha256 in world.wanted if sha256 not in known]

        return self._asked(world, look)
