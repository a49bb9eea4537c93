"""The backup file: a ZIP with the record's snapshot, every stored file it refers to, and a list.

`manifest.json` names every member with size and SHA-256. Members are `record.sqlite` and
`Images/<shelf path>` or `Documents/<shelf path>`; nothing else is accepted.
"""

import contextlib
import errno
import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from message_centre.domain.errors import (
    AccessDenied,
    BackupDamaged,
    IncompleteOrder,
    StoreFull,
    StoreUnreachable,
)
from message_centre.domain.files import Destination

FORMAT = 1
MANIFEST = "manifest.json"
RECORD = "record.sqlite"
FOLDERS = {Destination.IMAGES: "Images", Destination.NOTES: "Documents"}
BLOCK = 1 << 20

_MANIFEST_LIMIT = 1 << 30
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_MEMBER = re.compile(
    r"(?:Images|Documents)/[A-Za-z0-9][A-Za-z0-9-]{0,31}/[A-Za-z0-9-]{2}"
    r"/[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\.[a-z0-9]{1,8})?"
)
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """Size and SHA-256 of one member."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `missing` and `damaged` were so in the store when it was made."""

    schema: str
    made_at: str
    records: int
    patients: int
    members: Mapping[str, Member]
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    def written(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def member_name(destination: Destination, shelf_path: str) -> str:
    """The member that holds a stored file."""
    return f"{FOLDERS[destination]}/{shelf_path}"


@contextlib.contextmanager
def reading(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup; whatever is wrong with its bytes becomes `BackupDamaged`.

    Raises:
        IncompleteOrder: there is no such file.
        AccessDenied, BackupDamaged
    """
    if not file.is_file():
        raise IncompleteOrder("There is no backup with this name.")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGE as error:
        raise BackupDamaged("The file is no backup, or it is damaged.") from error
    except PermissionError as error:
        raise AccessDenied("The backup cannot be read.") from error


def manifest_of(archive: zipfile.ZipFile) -> Manifest:
    """The list, checked against the names and sizes in the file; no content is read yet.

    Raises:
        BackupDamaged
    """
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
        raise BackupDamaged("The backup's list is too large to be one.")
    manifest = _loaded(json.loads(archive.read(MANIFEST)))
    _check_names(archive, manifest)
    return manifest


def _loaded(found: dict[str, Any]) -> Manifest:
    if found["format"] != FORMAT:
        raise BackupDamaged("The backup was made by another version of this program.")
    members = {
        str(name): Member(int(row["size"]), str(row["sha256"]))
        for name, row in found["members"].items()
    }
    return Manifest(
        schema=str(found["schema"]),
        made_at=str(found["made_at"]),
        records=int(found["records"]),
        patients=int(found["patients"]),
        members=members,
        missing=tuple(map(str, found["missing"])),
        damaged=tuple(map(str, found["damaged"])),
    )


def _check_names(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    names = [info.filename for info in archive.infolist() if info.filename != MANIFEST]
    for name in names:
        if name != RECORD and not _MEMBER.fullmatch(name):
            raise BackupDamaged("The backup holds a file with a name that no backup has.")
    if len(set(names)) != len(names) or set(names) != set(manifest.members):
        raise BackupDamaged("The backup does not hold exactly what its list says.")
    if RECORD not in manifest.members:
        raise BackupDamaged("The backup holds no record.")
    for name, member in manifest.members.items():
        if archive.getinfo(name).file_size != member.size:
            raise BackupDamaged("A file in the backup has another size than its list says.")


def blocks(
    archive: zipfile.ZipFile, name: str, member: Member, look: Callable[[], None]
) -> Iterator[bytes]:
    """A member's bytes; raises `BackupDamaged` at the end unless they are those of the list.

    `look` is called before each block and may raise to stop.
    """
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as content:
        while block := content.read(BLOCK):
            look()
            digest.update(block)
            size += len(block)
            yield block
    if size != member.size or digest.hexdigest() != member.sha256:
        raise BackupDamaged("A file in the backup is not the one that its list names.")


def verify(archive: zipfile.ZipFile, manifest: Manifest, look: Callable[[], None]) -> None:
    """Read every member and compare it with the list.

    Raises:
        BackupDamaged, and whatever `look` raises
    """
    for name, member in manifest.members.items():
        for _ in blocks(archive, name, member, look):
            pass


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Translate what the disk says while a backup is written or put in place."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull("The disk is full. Nothing was changed.") from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise AccessDenied("The folder refuses to be written to.") from error
        word = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise StoreUnreachable(f"The disk cannot be used ({word}).") from error
