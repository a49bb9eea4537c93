"""Restores a backup into a home that holds no record yet; all is verified before anything changes."""

import os
import shutil
import sqlite3
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import exc

from message_centre.domain.errors import (
    BackupDamaged,
    DatabaseBusy,
    DatabaseDamaged,
    IncompleteOrder,
    NewerDatabase,
    StoreFull,
)
from message_centre.domain.files import Destination
from message_centre.domain.lifecycle import ImportState
from message_centre.host import durable
from message_centre.host.clock import SystemClock
from message_centre.host.session import workstation_of
from message_centre.services.work import CancelToken, Progress, Report, silent
from message_centre.store import backup_format, snapshots
from message_centre.store.backup_format import Manifest, Member
from message_centre.store.database import HEAD, stored
from message_centre.store.embedded import Embedded
from message_centre.store.image_store import MARKER, furnish
from message_centre.store.migrating import upgrade
from message_centre.store.trail import append

_READ_ONLY = 0o400
_STORES = "stores"
_YARD = ".restoring-"
_IDENTITY_KEYS = {Destination.IMAGES: "store.images", Destination.NOTES: "store.documents"}
_FOLDER_KEYS = ("system.images_store", "system.documents_store")
#: How what was under way at the snapshot ends here: the bytes of a filed import are in the backup, an
#: original is hidden and left where it is, because whoever made the backup may have use for it by now.
_ENDED = {
    ImportState.CLAIMED: ImportState.ABORTED,
    ImportState.RETURNING: ImportState.ABORTED,
    ImportState.WITHDRAWN: ImportState.RETURNED,
    ImportState.FILED: ImportState.ATTENTION,
    ImportState.LEFT: ImportState.ATTENTION,
}


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place; `missing` files were missing or damaged when the backup was made."""

    records: int
    patients: int
    files: int
    missing: int


@dataclass(frozen=True)
class _Work:
    archive: zipfile.ZipFile
    manifest: Manifest
    yard: Path
    look: Callable[[], None]


def restore(
    home: Path,
    file: Path,
    record_file: Path,
    *,
    operator: str = "",
    desk: tuple[CancelToken, Report] | None = None,
) -> Restored:
    """Put a backup's record at `record_file` and its files into `home/stores/Images|Documents`.

    The restored home stands on its own: folders that the practice had configured for its stores are
    forgotten, so that a trial on another computer can never touch the practice's own stores; imports
    that were under way end, and nothing is released at a source. Files that stand in `home/stores`
    without a record are kept beside it, never removed. The trail goes on with who restored what.

    Raises:
        IncompleteOrder: no such backup, or the home holds records or patients already.
        BackupDamaged, NewerDatabase, DatabaseBusy, StoreFull, AccessDenied, Cancelled: nothing was
            changed.
    """
    _refuse_used(record_file)
    token, report = desk or (CancelToken(), silent)
    with backup_format.reading(file) as archive:
        manifest = backup_format.manifest_of(archive)
        if manifest.schema > HEAD:
            raise NewerDatabase("The backup was made by a newer version of this program.")
        counter = _Counter(token, report, 2 * len(manifest.members))
        backup_format.verify(archive, manifest, counter.look)
        with backup_format.disk_errors():
            durable.make_folders(home)
            _need_room(home, manifest)
            for left in home.glob(f"{_YARD}*"):
                _clear(left)  # of a restore that was killed
            yard = home / f"{_YARD}{uuid.uuid4().hex[:8]}"
            durable.make_folders(yard)
            try:
                _prepare(_Work(archive, manifest, yard, counter.look))
                _tell(yard / backup_format.RECORD, _entry(home, manifest, operator))
                _put_in_place(home, yard, record_file)
            finally:
                _clear(yard)
    problems = len(manifest.missing) + len(manifest.damaged)
    return Restored(manifest.records, manifest.patients, len(manifest.members) - 1, problems)


@dataclass
class _Counter:
    token: CancelToken
    report: Report
    least: int
    done: int = 0

    def look(self) -> None:
        """Stop if asked to, else tell how far we are."""
        self.token.check()
        self.done += 1
        self.report(Progress(self.done, max(self.least, self.done)))


def _refuse_used(record_file: Path) -> None:
    if not record_file.exists():
        return
    try:
        with snapshots.opened(record_file) as db:
            used = snapshots.count(db, "records") + snapshots.count(db, "patients")
    except DatabaseDamaged as error:
        words = "This home holds a record that cannot be read. Move it away first."
        raise IncompleteOrder(words) from error
    if used:
        raise IncompleteOrder("This home holds a record already. Restore into an empty home.")


def _need_room(home: Path, manifest: Manifest) -> None:
    size = sum(member.size for member in manifest.members.values())
    free = shutil.disk_usage(home).free
    if free < size:
        raise StoreFull(f"Restoring needs {size >> 20} MB; {free >> 20} MB are free.")


def _prepare(work: _Work) -> None:
    """Everything as it shall stand, in the yard, flushed."""
    for name, member in work.manifest.members.items():
        target = _target(work.yard, name)
        durable.make_folders(target.parent)
        durable.write_new(target, backup_format.blocks(work.archive, name, member, work.look))
        if name != backup_format.RECORD:
            target.chmod(_READ_ONLY)
        durable.sync_folder(target.parent)
    record = work.yard / backup_format.RECORD
    try:
        with snapshots.opened(record) as db:
            _check_record(db, work.manifest)
            _adopt(db, work.yard)
    except DatabaseDamaged as error:
        raise BackupDamaged("The record in the backup is damaged.") from error


def _entry(home: Path, manifest: Manifest, operator: str) -> dict[str, str]:
    return {
        "at": stored(SystemClock().now()),
        "operator": operator,
        "workstation": workstation_of(home),
        "action": "restore",
        "record_id": "",
        "patient_id": "",
        "detail": f"the backup of {manifest.made_at} with {manifest.records} records",
    }


def _tell(record: Path, entry: Mapping[str, str]) -> None:
    """Bring the record's schema up to date and its trail on to this restore; flushed."""
    private = Embedded(record, is_private=True)
    try:
        with private.writing("") as connection:
            upgrade(connection)
            append(connection, entry)
    except exc.DBAPIError as error:
        raise private.translated(error) from error
    finally:
        private.close()
    with record.open("rb+") as held:
        durable.flush(held.fileno())


def _target(yard: Path, name: str) -> Path:
    if name == backup_format.RECORD:
        return yard / name
    return yard / _STORES / PurePosixPath(name)


def _check_record(db: sqlite3.Connection, manifest: Manifest) -> None:
    """The record is whole, and every file it refers to is among the members."""
    snapshots.check_whole(db)
    known_bad = {*manifest.missing, *manifest.damaged}
    for each in snapshots.referenced(db):
        name = backup_format.member_name(each.destination, each.shelf_path)
        wanted = Member(each.size, each.sha256)
        if name not in known_bad and manifest.members.get(name) != wanted:
            raise BackupDamaged("The backup lacks a file that its record refers to.")


def _adopt(db: sqlite3.Connection, yard: Path) -> None:
    """Give the new stores the markers that the record expects; forget what belongs to the old place."""
    for destination, key in _IDENTITY_KEYS.items():
        found = db.execute("SELECT value FROM practice WHERE key = ?", (key,)).fetchone()
        root = yard / _STORES / backup_format.FOLDERS[destination]
        identity = furnish(root, str(found[0]) if found else "")
        db.execute("INSERT OR REPLACE INTO practice (key, value) VALUES (?, ?)", (key, identity))
    for key in _FOLDER_KEYS:
        db.execute("DELETE FROM settings WHERE key = ?", (key,))
    for old, new in _ENDED.items():
        words = "A backup was restored meanwhile."
        db.execute("UPDATE imports SET state = ?, note = ? WHERE state = ?", (new, words, old))


def _put_in_place(home: Path, yard: Path, record_file: Path) -> None:
    """Stores first, the record last: until then the home holds what it held, or nothing."""
    _close_old(record_file)
    stores = home / _STORES
    if stores.exists():
        # Without a record nothing refers to these; whose they are is for a person to say.
        kept = home / f"{_STORES}-before-restore-{uuid.uuid4().hex[:8]}"
        stores.rename(kept)
        if not _holds_files(kept):
            _clear(kept)
    (yard / _STORES).rename(stores)
    durable.sync_folder(home)
    os.replace(yard / backup_format.RECORD, record_file)  # noqa: PTH105 - one system call
    durable.sync_folder(record_file.parent)


def _close_old(record_file: Path) -> None:
    """Fold the journal of an unused record into it: a stale one must not meet the restored record."""
    if not record_file.exists():
        return
    with snapshots.opened(record_file) as db:
        mode = db.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode is None or mode[0] != "delete":
        raise DatabaseBusy("Another program has this home open. Close it first.")


def _holds_files(folder: Path) -> bool:
    return any(path.name != MARKER for path in folder.rglob("*") if not path.is_dir())


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
