"""Exports a verified, read-only copy of a stored file, so that a viewer never meets the original."""

import errno
import hashlib
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from message_centre.domain.errors import (
    AccessDenied,
    FileGone,
    RecordWithoutFile,
    StoreFull,
    UnknownRecord,
)
from message_centre.domain.files import SourceFile
from message_centre.domain.kinds import extension_of
from message_centre.domain.records import Record, RecordState
from message_centre.services.naming import new_id
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.ports import ImageStore, Source
from message_centre.services.work import CancelToken


class Exporter:
    """Any thread. A copy is named by an id: no patient data in its name."""

    def __init__(
        self,
        store: ImageStore,
        guard: Guard = open_to_all,
        open_source: Callable[[str], Source | None] = lambda _source_id: None,
    ) -> None:
        self._store = store
        self._guard = guard
        self._open_source = open_source

    def copy(self, record: Record, folder: Path, token: CancelToken) -> Path:
        """Write a read-only copy into `folder` and return it; a failed copy is removed again.

        Raises:
            UnknownRecord: the record was withdrawn.
            NotPermitted, NotSignedIn
            RecordWithoutFile: the stored bytes are missing, or not the recorded ones.
            AccessDenied, StoreFull: the copy cannot be written.
            Cancelled
        """
        self._guard(*LOOKING)
        if record.state is not RecordState.FILED:
            raise UnknownRecord("This item was withdrawn.")
        target = folder / f"{record.id}{extension_of(record.original_name)}"
        with _whole_or_removed(target):
            chunks = self._store.chunks(record.destination, record.shelf_path)
            if _write(chunks, target, token) != record.sha256:
                raise RecordWithoutFile("The stored file is not the one that was filed.")
        return target

    def copy_listed(self, file: SourceFile, folder: Path, token: CancelToken) -> Path:
        """The same for a file that is listed; it is let go of before this returns.

        Raises:
            FileGone, FileChanged, SourceOffline, NotPermitted, NotSignedIn
            AccessDenied, StoreFull: it cannot be read, or the copy cannot be written.
            Cancelled
        """
        self._guard(*LOOKING)
        source = self._open_source(file.key.source_id)
        if source is None:
            raise FileGone("The source of this file is not configured any more.")
        target = folder / f"{new_id()}{file.extension}"
        with _whole_or_removed(target), source.open(file.key, file.fingerprint) as opened:
            _write(opened.chunks(), target, token)
            opened.check_unchanged()
        return target


@contextmanager
def _whole_or_removed(target: Path) -> Iterator[None]:
    is_whole = False
    try:
        target.unlink(missing_ok=True)
        yield
        target.chmod(stat.S_IRUSR)
        is_whole = True
    except OSError as error:
        raise _translated(error) from error
    finally:
        if not is_whole:
            target.unlink(missing_ok=True)


def _write(chunks: Iterable[bytes], target: Path, token: CancelToken) -> str:
    sha256 = hashlib.sha256()
    with target.open("xb") as file:
        for chunk in chunks:
            token.check()
            sha256.update(chunk)
            file.write(chunk)
    return sha256.hexdigest()


def _translated(error: OSError) -> StoreFull | AccessDenied:
    if error.errno == errno.ENOSPC:
        return StoreFull("There is no room for the copy.")
    return AccessDenied("The copy cannot be written to the temporary folder.")
