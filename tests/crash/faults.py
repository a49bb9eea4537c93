"""Faults to seed into the program: each is a mistake that a real importer has made.

A suite that does not fail with them proves nothing without them.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from message_centre.bootstrap import RECORD
from message_centre.domain.outcomes import Release, Released
from message_centre.host import durable
from message_centre.host.settings_file import SettingsFile
from message_centre.services.import_group import Group
from message_centre.services.pulling_back import Returner
from message_centre.services.receiving import Answer, Receiving
from message_centre.services.recovery import Recoverer
from message_centre.sources import folder_return, open_folder
from message_centre.sources.azure_blobs import AzureBlobs
from message_centre.sources.drive_source import DriveSource
from message_centre.sources.folder_release import FolderRelease
from message_centre.sources.local_folder import LocalFolder
from message_centre.store.image_store import FolderImageStore
from message_centre.store.journal import SqlJournal

_MARY = "pt-bbbbbbbbbbbb"


def _release_before_commit() -> None:
    """The paperless-ngx mistake: the originals go before the record is safe."""
    file = SqlJournal.file

    def early(self: SqlJournal, filings: Any) -> Any:
        for filing in filings:
            path = Path(filing.record.source) / filing.record.original_name
            path.unlink()
        return file(self, filings)

    SqlJournal.file = early  # type: ignore[method-assign] # a fault is put in


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

    def late(self: Returner, returning: Any, places: Any) -> Any:
        data = list(self.store.chunks(returning.destination, returning.shelf_path))
        self.store.remove(returning.destination, returning.shelf_path, sha256=returning.sha256)
        FolderImageStore.chunks = lambda self, destination, path: iter(data)  # type: ignore[method-assign,assignment] # a fault is put in
        return put_back(self, returning, places)

    Returner._put_back = late  # type: ignore[method-assign] # a fault is put in


def _settled_without_removing() -> None:
    """The source says that it removed the files and did not."""
    LocalFolder.release = lambda self, filed: (Released(Release.RELEASED),) * len(filed)  # type: ignore[method-assign] # a fault is put in


def _patients_swapped() -> None:
    """A record is made for another patient than the one who was chosen."""
    file = SqlJournal.file

    def other(self: SqlJournal, filings: Any) -> Any:
        return file(
            self, [replace(one, record=replace(one.record, patient_id=_MARY)) for one in filings]
        )

    SqlJournal.file = other  # type: ignore[method-assign] # a fault is put in


def _old_record_aside_first() -> None:
    """A record that is carried over is put aside before its home knows the new one."""
    write = SettingsFile.write

    def late(self: SettingsFile, key: str, value: str) -> None:
        home = self._file.parent
        (home / RECORD).rename(home / f"{RECORD}.migrated-early")
        write(self, key, value)

    SettingsFile.write = late  # type: ignore[method-assign] # a fault is put in


def _hold_forgotten() -> None:
    """Set aside, and never looked at again."""
    FolderRelease._remove = lambda self, held: None  # type: ignore[method-assign] # a fault is put in


def _removed_whatever_it_is() -> None:
    """rclone's mistake: the file is removed by its name, whichever revision it is by now."""

    def by_name(self: AzureBlobs, file_id: str, revision: str) -> None:
        del revision
        with suppress(ResourceNotFoundError):
            self._client().delete_blob(file_id)

    AzureBlobs._delete = by_name  # type: ignore[method-assign] # a fault is put in


def _drive_let_go_first() -> None:
    """The drive is asked to remove the files before the record has them."""
    commit = Group._commit

    def late(self: Group) -> None:
        if self._source:
            self._source.release([job.filed() for job in self._going])
        commit(self)

    Group._commit = late  # type: ignore[method-assign] # a fault is put in


def _drive_not_asked() -> None:
    """A file of a drive is taken for removed, and nobody was asked."""
    DriveSource.release = lambda self, filed: (Released(Release.RELEASED),) * len(filed)  # type: ignore[method-assign] # a fault is put in


def _drive_taken_for_empty() -> None:
    """Recovery believes that the drive has the file no longer, and keeps a copy of its own."""
    DriveSource.still_there = lambda self, key, fingerprint: False  # type: ignore[method-assign] # a fault is put in


def _answered_first() -> None:
    """The MedImage Server's own mistake: the phone is told so before its photo lies on the disk."""
    taken = Receiving.taken

    def early(self: Receiving, *given: Any) -> Answer:
        threading.Thread(target=taken, args=(self, *given)).start()
        return Answer(HTTPStatus.OK, "Received upload successfully!")

    Receiving.taken = early  # type: ignore[method-assign,assignment] # a fault is put in


FAULTS: dict[str, Callable[[], None]] = {
    "release-before-commit": _release_before_commit,
    "no-recovery": _no_recovery,
    "recovery-removes-without-looking": _recovery_removes_without_looking,
    "withdraw-removes-first": _withdraw_removes_first,
    "settled-without-removing": _settled_without_removing,
    "hold-forgotten": _hold_forgotten,
    "patients-swapped": _patients_swapped,
    "carry-puts-aside-first": _old_record_aside_first,
    "drive-removes-by-name": _removed_whatever_it_is,
    "drive-lets-go-first": _drive_let_go_first,
    "drive-not-asked": _drive_not_asked,
    "drive-taken-for-empty": _drive_taken_for_empty,
    "phone-answered-first": _answered_first,
}


def _no_folder_flush() -> None:
    """Names are left to the system's own time."""
    durable.sync_folder = lambda folder: None
    open_folder.sync_names = lambda folder: None  # type: ignore[attr-defined] # imported there


def _no_staged_flush() -> None:
    """The bytes of a copy are left to the system's own time."""
    FolderImageStore.flush = lambda self, destination, import_ids: None  # type: ignore[method-assign] # a fault is put in


def _returned_without_flush() -> None:
    """What is put back into a folder is left to the system's own time."""
    folder_return.flush = lambda handle: None  # type: ignore[attr-defined] # imported there


#: Mistakes that no kill shows, because a kill leaves the system's memory alone.
FLUSH_FAULTS: dict[str, Callable[[], None]] = {
    "no-folder-flush": _no_folder_flush,
    "no-staged-flush": _no_staged_flush,
    "returned-without-flush": _returned_without_flush,
}
EVERY_FAULT = FAULTS | FLUSH_FAULTS


def seed(name: str) -> None:
    """Seed one fault into this process; an empty name seeds none."""
    if name:
        EVERY_FAULT[name]()
