"""Removes filed files from their folder: set aside, looked at, and only then unlinked.

Nothing is ever deleted by its public name. A file first moves to `.mc-hold/<import id>`, a name
that only its import knows; what lies there is hashed and removed if it is the filed bytes, and
given back if it is not. Each step may be repeated after any interruption. A group shares its
flushes: the names are on the disk before anything is looked at, as for a single file.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from message_centre.domain.outcomes import Release, Released
from message_centre.host.digests import blake3_of, sha256_of
from message_centre.host.durable import handle_blocks
from message_centre.host.leases import Writers, writers
from message_centre.host.os_errors import of_source
from message_centre.sources.open_folder import OpenFolder

HOLD = ".mc-hold"
#: How long an original stays set aside where nothing can prove that no device still writes to it.
GRACE_SECONDS = 600.0
#: Hashing lets other threads run, so a group is looked at by several at once.
_THREADS = 4
_TRIES = 20

_Answer = TypeVar("_Answer")
_GONE = Released(Release.RELEASED)
_CHANGED = Released(Release.CHANGED, "The source now holds another file of this name; it stays.")
_BUSY = Released(Release.KEPT, "Another program still has the original open for writing.")
_WAITING = Released(
    Release.KEPT,
    "The original is set aside for ten minutes, because this place cannot tell whether a device"
    " still writes to it.",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What was filed: the name it had, its bytes, the import that sets it aside."""

    name: str
    sha256: str
    import_id: str
    blake3: str = ""
    inode: str = ""

    def is_at(self, found: os.stat_result) -> bool:
        """Whether what stands there is the file that was filed, and no copy of it."""
        return _is_plain(found) and self.inode in {"", str(found.st_ino)}

    def is_in(self, handle: int) -> bool:
        """Whether an open file, read from its start, holds exactly these bytes."""
        if self.blake3:
            return blake3_of(handle_blocks(handle)) == self.blake3
        return sha256_of(handle_blocks(handle)) == self.sha256


class FolderRelease:
    """One go at releasing a group; `age` turns a file time into seconds since then."""

    def __init__(self, folder: OpenFolder, hold: OpenFolder, age: Callable[[float], float]) -> None:
        self._folder = folder
        self._hold = hold
        self._age = age

    def run(self, group: Sequence[Held]) -> Iterator[Released]:
        """One answer each, in order.

        Raises:
            OSError: a flush failed; what is set aside stays so for the next try.
        """
        answers = [self._set_aside(held) for held in group]
        self._flush()
        waiting = [index for index, answer in enumerate(answers) if answer is None]
        for index, answer in zip(waiting, self._remove_all(group, waiting), strict=True):
            answers[index] = answer
        self._flush()
        for held, answer in zip(group, answers, strict=True):
            yield self._again(held) if answer is None else answer

    def _set_aside(self, held: Held) -> Released | None:
        """None if the file lies aside now, or has left its folder before."""
        try:
            if self._hold.has(held.import_id) or not self._folder.has(held.name):
                return None
            if not held.is_at(self._folder.stat(held.name)):
                return _CHANGED
            self._folder.move(held.name, self._hold, held.import_id)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and self._folder.has(held.name):
                raise  # it is the hold folder that is gone; see `in_hold`
            return kept(error)
        return None

    def _remove_all(self, group: Sequence[Held], which: Sequence[int]) -> list[Released | None]:
        held = [group[index] for index in which]
        if len(held) == 1:
            return [self._remove(held[0])]
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="releasing") as pool:
            return list(pool.map(self._remove, held))

    def _remove(self, held: Held) -> Released | None:
        """None if what was set aside is gone, or nothing was."""
        try:
            if not self._hold.has(held.import_id):
                return None
            refused = self._judge(held)
            if refused is None:
                self._hold.remove(held.import_id)
            elif refused is not _WAITING:
                give_back(self._folder, self._hold, held.name, held.import_id)
        except OSError as error:
            return kept(error)
        return refused

    def _judge(self, held: Held) -> Released | None:
        """None if the file that was set aside may be removed."""
        with self._hold.reading(held.import_id) as handle:
            found = writers(handle, keep=True)
            if found is Writers.SOME:
                return _BUSY
            if not held.is_in(handle):
                return _CHANGED
        since = self._age(self._hold.stat(held.import_id).st_ctime)
        return _WAITING if found is Writers.UNKNOWN and since < GRACE_SECONDS else None

    def _again(self, held: Held) -> Released:
        """A power cut between two folder flushes can bring the old name back (btrfs): remove it too."""
        try:
            if not holds(self._folder, held.name, held.sha256):
                return _GONE
            answer = self._set_aside(held)
            self._flush()
            answer = answer or self._remove(held)
            self._flush()
        except OSError as error:
            return kept(error)
        return answer or _GONE

    def _flush(self) -> None:
        self._hold.sync()
        self._folder.sync()


def release(
    folder: OpenFolder, group: Sequence[Held], age: Callable[[float], float]
) -> tuple[Released, ...]:
    """Remove the filed bytes of a group; see `FolderRelease.run`."""
    return in_hold(folder, lambda hold: tuple(FolderRelease(folder, hold, age).run(group)))


def in_hold(folder: OpenFolder, work: Callable[[OpenFolder], _Answer]) -> _Answer:
    """Do repeatable work with the hold folder, which is made for it and removed once it is empty.

    Several do so at once, from any workstation, so an empty one may be removed by another before it
    is used: then the work begins anew.

    Raises:
        OSError: as the work says, or the folder cannot be made.
    """
    for _ in range(_TRIES):
        try:
            return _in_hold(folder, work)
        except FileNotFoundError:
            continue
    return _in_hold(folder, work)


def _in_hold(folder: OpenFolder, work: Callable[[OpenFolder], _Answer]) -> _Answer:
    with folder.inside(HOLD) as hold:
        answer = work(hold)
    folder.remove_folder(HOLD)
    return answer


def kept(error: OSError) -> Released:
    """The answer for a file that the system would not let go."""
    return Released(Release.KEPT, f"The original could not be removed. {of_source(error)}")


def give_back(folder: OpenFolder, hold: OpenFolder, name: str, import_id: str) -> None:
    """Give a file that was set aside its name back, or a name beside it if that is taken."""
    for wanted in (name, f"{name}.returned-{import_id[:8]}"):
        try:
            hold.give(import_id, folder, wanted)
        except FileExistsError:
            continue
        break
    folder.sync()
    hold.sync()


def holds(folder: OpenFolder, name: str, sha256: str) -> bool:
    """Whether a plain file of that name has exactly these bytes."""
    if not folder.has(name) or not _is_plain(folder.stat(name)):
        return False
    with folder.reading(name) as handle:
        return sha256_of(handle_blocks(handle)) == sha256


def _is_plain(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1
