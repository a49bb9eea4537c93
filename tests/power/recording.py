"""Writes down what a deed does to the source, the stores and the record, one operation after another.

Calls of changing functions of `os` are recorded as they return, one at a time. The record is written down as whole
committed states: SQLite with synchronous=FULL promises that a commit is on the disk when it returns,
and that an interrupted one is there wholly or not at all; nothing of it is modelled beneath that.
"""

import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import default

from message_centre.bootstrap import RECORD
from message_centre.domain.files import Fingerprint
from message_centre.host import durable
from message_centre.sources import folder_listing, local_folder
from tests.crash.worlds import World
from tests.support.stepping import Stepper


@dataclass(frozen=True)
class Operation:
    """One operation on the modelled folders; paths are absolute, a folder's flush has the folder's."""

    verb: str
    path: Path
    other: Path = Path()
    data: bytes = b""


class Recorder(Stepper):
    """Strikes nothing; writes what was done to `to`, the record's states to `aside`/<number>."""

    def __init__(self, world: World, aside: Path, to: Path) -> None:
        super().__init__()
        self._to = to
        self.operations: list[Operation] = []
        self._roots = modelled(world)
        self._record = world.home / RECORD
        self._aside = aside
        self._one = threading.RLock()
        self._open: dict[int, Path] = {}
        self._states = 0

    def install(self) -> None:
        """Record from now on. For a process that will end soon: nothing is put back."""
        for name, tell in (
            ("open", self._opened),
            ("write", self._write),
            ("fsync", self._fsync),
            ("link", self._link),
            ("rename", self._rename),
            ("replace", self._rename),
            ("unlink", self._unlink),
            ("mkdir", self._mkdir),
            ("rmdir", self._unlink),
        ):
            setattr(os, name, self._kept(getattr(os, name), tell))
        durable.sync_file_system = self._kept(durable.sync_file_system, self._syncfs)
        commit = self._kept(default.DefaultDialect.do_commit, self._commit)
        default.DefaultDialect.do_commit = commit  # type: ignore[method-assign] # recorded

    def ended(self) -> None:
        """Write the operations down for `read`."""
        told = [(o.verb, str(o.path), str(o.other), o.data.hex()) for o in self.operations]
        self._to.write_text(json.dumps(told))

    def keep_state(self) -> None:
        """Copy the record as it stands committed now."""
        self._states += 1
        copy_record(self._record, self._aside / str(self._states))

    def _kept(self, call: Callable[..., Any], tell: Callable[..., None]) -> Callable[..., Any]:
        def recorded(*given: Any, **named: Any) -> Any:
            with self._one:
                done = call(*given, **named)
                tell(done, *given, **named)
            return done

        return recorded

    def _add(self, verb: str, path: Path, other: Path = Path(), data: bytes = b"") -> None:
        if any(one.is_relative_to(root) for one in (path, other) for root in self._roots):
            self.operations.append(Operation(verb, path, other, data))

    def _path(self, name: Any, folder: int | None = None) -> Path:
        return (self._open[folder] if folder is not None else Path()) / os.fsdecode(name)

    def _opened(self, handle: int, name: Any, flags: int, *mode: Any, **named: Any) -> None:
        path = self._open[handle] = self._path(name, named.get("dir_fd"))
        if flags & os.O_EXCL:
            self._add("create", path)

    def _write(self, done: int, handle: int, data: bytes) -> None:
        if handle in self._open:
            self._add("write", self._open[handle], data=bytes(data)[:done])

    def _fsync(self, done: None, handle: int) -> None:
        if handle in self._open:
            self._add("flush", self._open[handle])

    def _link(self, done: None, old: Any, new: Any, **named: Any) -> None:
        path, other = self._both(old, new, named)
        self._add("link", path, other)

    def _rename(self, done: None, old: Any, new: Any, **named: Any) -> None:
        path, other = self._both(old, new, named)
        self._add("rename", path, other)

    def _both(self, old: Any, new: Any, named: dict[str, Any]) -> tuple[Path, Path]:
        path = self._path(old, named.get("src_dir_fd"))
        return path, self._path(new, named.get("dst_dir_fd"))

    def _unlink(self, done: None, name: Any, **named: Any) -> None:
        self._add("unlink", self._path(name, named.get("dir_fd")))

    def _mkdir(self, done: None, name: Any, *mode: Any, **named: Any) -> None:
        self._add("mkdir", self._path(name, named.get("dir_fd")))

    def _syncfs(self, done: bool, folder: Path) -> None:
        if done:
            self._add("flush all", folder)

    def _commit(self, done: None, *given: Any) -> None:
        self.keep_state()
        self.operations.append(Operation("commit", Path(str(self._states))))


def modelled(world: World) -> tuple[Path, ...]:
    """The folders whose disks are modelled; the record has its own rule."""
    return (world.source, world.stores, world.home / "returned")


def forget_identities() -> None:
    """Fingerprints without the number of the file, as on Windows: a disk that is built anew has others."""

    def plain(found: os.stat_result) -> Fingerprint:
        return Fingerprint(found.st_size, found.st_mtime_ns, "")

    for module in (folder_listing, local_folder):
        module.fingerprint_of = plain  # type: ignore[attr-defined] # re-exported by import


def copy_record(record: Path, to: Path) -> None:
    """Copy a record with its journal, as it stands."""
    to.mkdir(parents=True)
    for file in sorted(record.parent.glob(f"{record.name}*")):
        if not file.name.endswith("-shm"):
            shutil.copyfile(file, to / file.name)


def read(file: Path) -> list[Operation]:
    """The operations that a recorder kept."""
    return [
        Operation(verb, Path(path), Path(other), bytes.fromhex(data))
        for verb, path, other, data in json.loads(file.read_text())
    ]
