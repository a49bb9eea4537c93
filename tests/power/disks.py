"""The disks that a power cut can leave of recorded operations.

A file has bytes and names, and each is lost or kept by itself until it is flushed: bytes by a flush of the
file, a name by a flush of its folder, everything by a flush of the file system. A rename is
two changes of names. Two kinds of disk are built for a cut after each operation:

* ordered: what was not flushed arrives in order and stops somewhere, on the disk of the
  source and on that of the stores independently, perhaps in the middle of a write;
* unordered: any part of what was not flushed is missing; lost bytes leave zeros or a shorter file.
"""

import hashlib
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.power.recording import Operation

#: What a disk takes in one go; each block of a write is lost by itself.
_BLOCK = 1 << 16
_KEPT, _LOST, _TORN = "kept", "lost", "torn"


@dataclass(eq=False)
class Node:
    """A file or a folder, whatever its names; `modified` is set for files that were there before."""

    is_folder: bool
    before: bytes = b""
    modified: int = 0


@dataclass(frozen=True, eq=False)
class Change:
    """One thing that a cut may lose: bytes of a file, or what a name in a folder stands for."""

    disk: Path
    owner: Node
    name: str = ""
    stands_for: Node | None = None
    offset: int = 0
    data: bytes | None = None


@dataclass(frozen=True)
class Disk:
    """What is found after a cut: every file by its path, every folder, and the record's state."""

    files: Mapping[Path, tuple[bytes, int]]
    folders: tuple[Path, ...]
    record: int

    @property
    def digest(self) -> str:
        """Equal for equal disks."""
        found = hashlib.sha256(f"{self.record} {sorted(self.folders)}".encode())
        for path, (data, _) in sorted(self.files.items()):
            found.update(f"{path}{len(data)} ".encode() + hashlib.sha256(data).digest())
        return found.hexdigest()


@dataclass
class Model:
    """The folders under the roots as they are, and all changes since the beginning."""

    roots: Mapping[Path, Node]
    begun: Mapping[tuple[Node, str], Node] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    record: int = 0

    def __post_init__(self) -> None:
        self._names = dict(self.begun)
        self._sizes: dict[Node, int] = {}
        #: Positions in `changes` of what no flush has covered yet.
        self.pending: list[int] = []

    @classmethod
    def of(cls, roots: Sequence[Path]) -> "Model":
        """What stands on the disk now, all of it flushed."""
        nodes = {root: Node(is_folder=True) for root in roots}
        names = {}
        for root in roots:
            by_path = {root: nodes[root]}
            for path in sorted(root.rglob("*")):
                data = b"" if path.is_dir() else path.read_bytes()
                node = Node(path.is_dir(), data, path.stat().st_mtime_ns)
                names[by_path[path.parent], path.name] = by_path[path] = node
        return cls(nodes, names)

    def take(self, done: Operation) -> None:
        """Apply an operation."""
        match done.verb:
            case "commit":
                self.record = int(str(done.path))
            case "flush all":
                self.pending = [
                    one for one in self.pending if self.changes[one].disk != self._disk(done.path)
                ]
            case "flush":
                owner = self._find(done.path)
                self.pending = [one for one in self.pending if self.changes[one].owner != owner]
            case "write":
                self._write(self._find(done.path), done)
            case _:
                self._rename(done)

    def _rename(self, done: Operation) -> None:
        match done.verb:
            case "create" | "mkdir":
                self._name(done.path, Node(is_folder=done.verb == "mkdir"))
            case "link":
                self._name(done.other, self._find(done.path))
            case "rename":
                self._name(done.other, self._find(done.path))
                self._name(done.path, None)
            case "unlink":
                self._name(done.path, None)
            case _:
                raise ValueError(f"an operation that is not modelled: {done.verb}")

    def _write(self, file: Node, done: Operation) -> None:
        for begin in range(0, len(done.data), _BLOCK):
            data, offset = done.data[begin : begin + _BLOCK], self._sizes.get(file, 0)
            self._sizes[file] = offset + len(data)
            self._change(Change(self._disk(done.path), file, offset=offset, data=data))

    def _name(self, path: Path, node: Node | None) -> None:
        if path in self.roots:
            return  # made a moment ago, outside of what is modelled
        folder = self._find(path.parent)
        if node is None:
            del self._names[folder, path.name]
        else:
            self._names[folder, path.name] = node
        self._change(Change(self._disk(path), folder, path.name, node))

    def _change(self, change: Change) -> None:
        self.pending.append(len(self.changes))
        self.changes.append(change)

    def _disk(self, path: Path) -> Path:
        return next(root for root in self.roots if path.is_relative_to(root))

    def _find(self, path: Path) -> Node:
        root = self._disk(path)
        node = self.roots[root]
        for name in path.relative_to(root).parts:
            node = self._names[node, name]
        return node

    def disk(self, fates: Mapping[int, str]) -> Disk:
        """The disk after a cut now, with these fates of pending changes; the others are kept."""
        names, written = dict(self.begun), dict[Node, bytearray]()
        for number, change in enumerate(self.changes):
            fate = fates.get(number, _KEPT)
            if fate == _LOST:
                continue
            if change.data is None:
                names[change.owner, change.name] = change.stands_for  # type: ignore[assignment] # filtered below
                continue
            data = change.data[: len(change.data) // 2] if fate == _TORN else change.data
            file = written.setdefault(change.owner, bytearray())
            file.extend(b"\0" * (change.offset + len(data) - len(file)))
            file[change.offset : change.offset + len(data)] = data
        return self._shown(names, written)

    def _shown(
        self, names: Mapping[tuple[Node, str], Node | None], written: Mapping[Node, bytearray]
    ) -> Disk:
        """What can be reached from the roots."""
        files: dict[Path, tuple[bytes, int]] = {}
        folders: list[Path] = []
        waiting = list(self.roots.items())
        while waiting:
            path, folder = waiting.pop()
            for (owner, name), node in names.items():
                if owner is not folder or node is None:
                    continue
                if node.is_folder:
                    folders.append(path / name)
                    waiting.append((path / name, node))
                else:
                    files[path / name] = (bytes(written.get(node, node.before)), node.modified)
        return Disk(files, tuple(sorted(folders)), self.record)


def ordered(model: Model) -> Iterator[Disk]:
    """Every disk of a cut now on which what was not flushed arrived in order."""
    by_disk = [
        [one for one in model.pending if model.changes[one].disk == root] for root in model.roots
    ]
    for ends in itertools.product(*(range(len(pending) + 1) for pending in by_disk)):
        late = [pending[end:] for pending, end in zip(by_disk, ends, strict=True)]
        fates = {one: _LOST for rest in late for one in rest}
        yield model.disk(fates)
        for rest in late:
            if rest and model.changes[rest[0]].data is not None:
                yield model.disk({**fates, rest[0]: _TORN})


def unordered(model: Model, chance: random.Random, sets: int) -> Iterator[Disk]:
    """Disks of a cut now on which any part of what was not flushed is missing.

    All of them if there are no more than `sets`; else each loss alone and a sample.
    """
    pending = model.pending
    choices = [
        (_KEPT, _LOST) if model.changes[one].data is None else (_KEPT, _LOST, _TORN)
        for one in pending
    ]
    for fates in _some(choices, chance, sets):
        yield model.disk(dict(zip(pending, fates, strict=True)))


def _some(
    choices: Sequence[Sequence[str]], chance: random.Random, sets: int
) -> Iterator[tuple[str, ...]]:
    """Every combination if they are few; else each lost alone, each kept alone, and a sample."""
    count = 1
    for choice in choices:
        count *= len(choice)
    if count <= sets:
        yield from itertools.product(*choices)
        return
    for usual, other in ((_KEPT, _LOST), (_LOST, _KEPT)):
        yield tuple(usual for _ in choices)
        for number in range(len(choices)):
            yield tuple(other if at == number else usual for at in range(len(choices)))
    for _ in range(sets):
        yield tuple(chance.choice(choice) for choice in choices)
