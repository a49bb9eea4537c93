"""Exports a verified, read-only copy of a stored file, so that a viewer never meets the original."""

import errno
import hashlib
import stat
from pathlib import Path

from message_centre.domain.errors import AccessDenied, RecordWithoutFile, StoreFull, UnknownRecord
from message_centre.domain.kinds import extension_of
from message_centre.domain.records import Record, RecordState
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.ports import ImageStore
from message_centre.services.work import CancelToken


class Exporter:
    """Any thread. The copy is named by the record's id: no patient data in its name."""

    def __init__(self, store: ImageStore, guard: Guard = open_to_all) -> None:
        self._store = store
        self._guard = guard

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
        is_whole = False
        try:
            target.unlink(missing_ok=True)
            sha256 = self._write(record, target, token)
            if sha256 != record.sha256:
                raise RecordWithoutFile("The stored file is not the one that was filed.")
            target.chmod(stat.S_IRUSR)
            is_whole = True
        except OSError as error:
            raise _translated(error) from error
        finally:
            if not is_whole:
                target.unlink(missing_ok=True)
        return target

    def _write(self, record: Record, target: Path, token: CancelToken) -> str:
        sha256 = hashlib.sha256()
        with target.open("xb") as file:
            for chunk in self._store.chunks(record.destination, record.shelf_path):
                token.check()
                sha256.update(chunk)
                file.write(chunk)
        return sha256.hexdigest()


def _translated(error: OSError) -> StoreFull | AccessDenied:
    if error.errno == errno.ENOSPC:
        return StoreFull("There is no room for the copy.")
    return AccessDenied("The copy cannot be written to the temporary folder.")
