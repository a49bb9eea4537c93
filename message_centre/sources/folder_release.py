"""Removes a filed file from its folder: set aside, looked at, and only then unlinked.

Nothing is ever deleted by its public name. The file first moves to `.mc-hold/<import id>`, a name
that only its import knows; what lies there is hashed and removed if it is the filed bytes, and
given back if it is not. Each step may be repeated after any interruption.
"""

import stat
from collections.abc import Callable
from dataclasses import dataclass

from message_centre.domain.outcomes import Release, Released
from message_centre.host.durable import handle_blocks
from message_centre.host.leases import Writers, writers
from message_centre.sources.hashing import hash_blocks
from message_centre.sources.open_folder import OpenFolder

HOLD = ".mc-hold"
#: How long an original stays set aside where nothing can prove that no device still writes to it.
GRACE_SECONDS = 600.0

_GONE = Released(Release.RELEASED)
_CHANGED = Released(Release.CHANGED, "The source now holds another file of this name; it stays.")
_BUSY = Released(Release.KEPT, "Another program still has the original open for writing.")
_WAITING = Released(
    Release.KEPT,
    "The original is set aside for ten minutes, because this place cannot tell whether a device"
    " still writes to it.",
)


@dataclass(frozen=True, slots=True)
class Filed:
    """What was filed: the name it had, its bytes, the import that set it aside."""

    name: str
    sha256: str
    import_id: str


def release(folder: OpenFolder, filed: Filed, age: Callable[[float], float]) -> Released:
    """Remove the filed bytes; `age` turns a file time into seconds since then.

    Raises:
        OSError: something could not be looked at; what is set aside stays so for the next try.
    """
    with folder.inside(HOLD) as hold:
        released = _release(folder, hold, filed, age)
    folder.remove_folder(HOLD)
    return released


def _release(
    folder: OpenFolder, hold: OpenFolder, filed: Filed, age: Callable[[float], float]
) -> Released:
    # Twice at most: a power cut between two folder flushes can bring the old name back (btrfs).
    for _ in range(2):
        if not hold.has(filed.import_id):
            if not folder.has(filed.name):
                folder.sync()
                return _GONE
            if not _is_plain(folder, filed.name):
                return _CHANGED
            folder.move(filed.name, hold, filed.import_id)
            hold.sync()
            folder.sync()
        refused = _judge(hold, filed, age)
        if refused is _WAITING:
            return refused
        if refused is not None:
            give_back(folder, hold, filed.name, filed.import_id)
            return refused
        hold.remove(filed.import_id)
        hold.sync()
        if not holds(folder, filed.name, filed.sha256):
            return _GONE
    return _GONE


def _judge(hold: OpenFolder, filed: Filed, age: Callable[[float], float]) -> Released | None:
    """None if the file that was set aside may be removed."""
    with hold.reading(filed.import_id) as handle:
        found = writers(handle, keep=True)
        if found is Writers.SOME:
            return _BUSY
        if hash_blocks(handle_blocks(handle)) != filed.sha256:
            return _CHANGED
    if found is Writers.UNKNOWN and age(hold.stat(filed.import_id).st_ctime) < GRACE_SECONDS:
        return _WAITING
    return None


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
    if not folder.has(name) or not _is_plain(folder, name):
        return False
    with folder.reading(name) as handle:
        return hash_blocks(handle_blocks(handle)) == sha256


def _is_plain(folder: OpenFolder, name: str) -> bool:
    found = folder.stat(name)
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1
