"""Faults to seed into the program: each is a mistake that a real importer has made.

A suite that does not fail with them proves nothing without them.
"""

from collections.abc import Callable
from typing import Any

from message_centre.domain.outcomes import Release, Released
from message_centre.services.importing import Importer
from message_centre.services.pulling_back import Returner
from message_centre.services.recovery import Recoverer
from message_centre.sources import folder_release
from message_centre.sources.local_folder import LocalFolder
from message_centre.sources.open_folder import OpenFolder
from message_centre.store.image_store import FolderImageStore


def _release_before_commit() -> None:
    """The paperless-ngx mistake: the original goes before the record is safe."""
    commit = Importer._commit

    def early(self: Importer, claimed: Any, record: Any, accepted: Any) -> None:
        source = self._parts.sources.by_id(claimed.key.source_id)
        if source is not None:
            source.release(claimed.key, sha256=record.sha256, import_id=claimed.import_id)
        commit(self, claimed, record, accepted)

    Importer._commit = early  # type: ignore[method-assign] # a fault is put in


def _no_recovery() -> None:
    """Open imports are left open."""
    Recoverer.run = lambda self: ()  # type: ignore[method-assign] # a fault is put in


def _recovery_removes_without_looking() -> None:
    """Recovery undoes a committed import as if it were a mere claim."""

    def finish(self: Recoverer, filed: Any) -> str:
        self._parts.store.discard(filed.destination, filed.import_id, filed.shelf_path)
        return "undone"

    Recoverer._finish = finish  # type: ignore[method-assign] # a fault is put in


def _withdraw_removes_first() -> None:
    """The stored copy goes before the inbox has the file."""
    put_back = Returner._put_back

    def late(self: Returner, returning: Any) -> Any:
        data = list(self.store.chunks(returning.destination, returning.shelf_path))
        self.store.remove(returning.destination, returning.shelf_path, sha256=returning.sha256)
        FolderImageStore.chunks = lambda self, destination, path: iter(data)  # type: ignore[method-assign,assignment] # a fault is put in
        return put_back(self, returning)

    Returner._put_back = late  # type: ignore[method-assign] # a fault is put in


def _settled_without_removing() -> None:
    """The source says that it removed the file and did not."""

    def release(self: LocalFolder, key: Any, **given: Any) -> Released:
        return Released(Release.RELEASED)

    LocalFolder.release = release  # type: ignore[method-assign] # a fault is put in


def _hold_forgotten() -> None:
    """Set aside, and never looked at again."""
    real = folder_release._release

    def forgetful(folder: OpenFolder, hold: OpenFolder, filed: Any, age: Any) -> Released:
        if hold.has(filed.import_id):
            return Released(Release.RELEASED)
        return real(folder, hold, filed, age)

    folder_release._release = forgetful


FAULTS: dict[str, Callable[[], None]] = {
    "release-before-commit": _release_before_commit,
    "no-recovery": _no_recovery,
    "recovery-removes-without-looking": _recovery_removes_without_looking,
    "withdraw-removes-first": _withdraw_removes_first,
    "settled-without-removing": _settled_without_removing,
    "hold-forgotten": _hold_forgotten,
}


def seed(name: str) -> None:
    """Seed one fault into this process; an empty name seeds none."""
    if name:
        FAULTS[name]()
