"""Writes a backup: the record's snapshot first, then every file that the snapshot refers to.

Stored files are written once and never changed, so whatever the snapshot refers to can be copied
afterwards. Nothing stands under the wanted name until all of it was read back.
"""

import hashlib
import shutil
import sqlite3
import uuid
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from message_centre.domain.errors import IncompleteOrder, RecordWithoutFile, StoreFull
from message_centre.domain.files import Destination
from message_centre.domain.records import RecordState
from message_centre.host import durable
from message_centre.services.ports import Clock, ImageStore
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.store import backup_format, snapshots
from message_centre.store.backup_format import Manifest, Member
from message_centre.store.database import Database
from message_centre.store.snapshots import Referenced
from message_centre.store.tables import records

_TRIES = 3
_PART = "backup.part"
_COPYING, _READING_BACK = "Copying", "Reading back"


class _Withdrawn(Exception):
    """A file of the snapshot was withdrawn before it was copied: a new snapshot is due."""


@dataclass
class _Contents:
    """What has been written so far."""

    members: dict[str, Member] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


class ZipBackup:
    """Implements `services.backing_up.BackupWriter` whichever engine holds the record."""

    def __init__(self, database: Database, store: ImageStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    def write(self, file: Path, token: CancelToken, report: Report) -> None:
        """Write and verify one backup; nothing stands under `file` unless all of it is good.

        A stored file that is missing or damaged does not keep the others from being backed up: the
        backup is finished, and then `RecordWithoutFile` says so.

        Raises:
            IncompleteOrder: the name is taken, or the folder is not there or is a store.
            StoreUnreachable: a store is away.
            RecordWithoutFile, StoreFull, AccessDenied, BackupDamaged, Cancelled
        """
        self._refuse(file)
        yard = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}.partial")
        with backup_format.disk_errors():
            yard.mkdir(mode=0o700)
        try:
            contents = self._settled(yard, token, report)
            with backup_format.disk_errors():
                _place(yard / _PART, file)
        finally:
            shutil.rmtree(yard, ignore_errors=True)
        _tell(contents)

    def _refuse(self, file: Path) -> None:
        if file.exists() or file.is_symlink():
            raise IncompleteOrder("A file with this name is already there. Choose another name.")
        if not file.parent.is_dir():
            raise IncompleteOrder("The folder for the backup does not exist.")
        for destination in Destination:
            self._store.check(destination)
            root = self._store.path(destination, "")
            if file.resolve().is_relative_to(root.resolve()):
                raise IncompleteOrder("A backup may not lie in the stores that it backs up.")

    def _settled(self, yard: Path, token: CancelToken, report: Report) -> _Contents:
        """A snapshot and all of its files; taken again if one of them was withdrawn meanwhile."""
        for _ in range(_TRIES):
            snapshot, part = yard / backup_format.RECORD, yard / _PART
            try:
                snapshots.take(self._database, snapshot, token.check)
                contents = self._written(part, snapshot, token, report)
            except _Withdrawn:
                part.unlink(missing_ok=True)
                snapshot.unlink(missing_ok=True)
                continue
            _read_back(part, token, report)
            return contents
        raise IncompleteOrder("Files were withdrawn all the time. Try again when it is quieter.")

    def _written(self, part: Path, snapshot: Path, token: CancelToken, report: Report) -> _Contents:
        with snapshots.opened(snapshot) as db:
            snapshots.check_whole(db)
            files = snapshots.referenced(db)
            head = self._head(db)
        _need_room(part.parent, snapshot.stat().st_size + sum(each.size for each in files))
        contents = _Contents()
        with backup_format.disk_errors(), part.open("xb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                writing = _Writing(archive, contents, token.check)
                writing.add(backup_format.RECORD, durable.reading_anew(snapshot), is_packed=True)
                for done, each in enumerate(files):
                    report(Progress(done, len(files), _COPYING))
                    self._copy(writing, each)
                manifest = replace(
                    head,
                    members=contents.members,
                    missing=tuple(contents.missing),
                    damaged=tuple(contents.damaged),
                )
                archive.writestr(_info(backup_format.MANIFEST), manifest.written())
            out.flush()
            durable.flush(out.fileno())
        return contents

    def _head(self, db: sqlite3.Connection) -> Manifest:
        return Manifest(
            schema=snapshots.schema_of(db),
            made_at=self._clock.now().isoformat(timespec="seconds"),
            records=snapshots.count(db, "records"),
            patients=snapshots.count(db, "patients"),
            members={},
        )

    def _copy(self, writing: "_Writing", each: Referenced) -> None:
        name = backup_format.member_name(each.destination, each.shelf_path)
        try:
            # A missing file is known before its member is begun.
            chunks = _begun(self._store.chunks(each.destination, each.shelf_path))
        except RecordWithoutFile as error:
            if not self._is_filed(each.record_id):
                raise _Withdrawn from error
            self._store.check(each.destination)
            writing.contents.missing.append(name)
            return
        written = writing.add(name, chunks)
        if written != Member(each.size, each.sha256):
            writing.contents.damaged.append(name)

    def _is_filed(self, record_id: str) -> bool:
        wanted = select(records.c.id).where(
            records.c.id == record_id, records.c.state == RecordState.FILED.value
        )
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return found is not None


@dataclass
class _Writing:
    """Members on their way into the archive."""

    archive: zipfile.ZipFile
    contents: _Contents
    look: Callable[[], None]

    def add(self, name: str, chunks: Iterable[bytes], *, is_packed: bool = False) -> Member:
        """Write one member; returns what was written."""
        digest, size = hashlib.sha256(), 0
        with self.archive.open(_info(name, is_packed=is_packed), "w", force_zip64=True) as out:
            for chunk in chunks:
                self.look()
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        member = Member(size, digest.hexdigest())
        self.contents.members[name] = member
        return member


def _info(name: str, *, is_packed: bool = False) -> zipfile.ZipInfo:
    # Pictures and videos do not shrink; the record does.
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    return info


def _begun(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """The same chunks, after the first was read: the errors of opening come from here."""
    rest = iter(chunks)
    first = next(rest, b"")
    return _again(first, rest)


def _again(first: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield from rest


def _need_room(folder: Path, size: int) -> None:
    with backup_format.disk_errors():
        free = shutil.disk_usage(folder).free
    if free < size:
        words = f"The backup needs {size >> 20} MB; {free >> 20} MB are free on its disk."
        raise StoreFull(words)


def _read_back(part: Path, token: CancelToken, report: Report) -> None:
    with backup_format.reading(part) as archive:
        manifest = backup_format.manifest_of(archive)
        seen = _Looks(token, report, len(manifest.members))
        backup_format.verify(archive, manifest, seen.look)


@dataclass
class _Looks:
    """Counts blocks that were read back, between looks at the token."""

    token: CancelToken
    report: Report
    least: int
    done: int = 0

    def look(self) -> None:
        """Stop if asked to, else tell how far we are."""
        self.token.check()
        self.done += 1
        self.report(Progress(self.done, max(self.least, self.done), _READING_BACK))


def _place(part: Path, file: Path) -> None:
    try:
        durable.publish(part, file)
    except FileExistsError as error:
        words = "A file with this name has appeared meanwhile. Choose another name."
        raise IncompleteOrder(words) from error


def _tell(contents: _Contents) -> None:
    count = len(contents.missing) + len(contents.damaged)
    if count:
        raise RecordWithoutFile(
            f"The backup was made, but {count} stored files were missing or damaged already."
        )
