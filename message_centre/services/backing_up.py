"""Backing up: one file that holds the record and every stored file, read back before it counts."""

from pathlib import Path
from typing import Protocol

from message_centre.domain.people import Right
from message_centre.services.permitting import Guard, open_to_all
from message_centre.services.work import CancelToken, Report, silent


class BackupWriter(Protocol):
    """Writes a backup; knows the record's engine and the stores."""

    def write(self, file: Path, token: CancelToken, report: Report) -> None:
        """Write and verify one backup; nothing stands under `file` unless all of it is good.

        Raises:
            IncompleteOrder, RecordWithoutFile, StoreFull, AccessDenied, BackupDamaged, Cancelled
        """


class BackingUp:
    """Makes backups of an opened home. Restoring happens before a home is opened: see `bootstrap`."""

    def __init__(self, writer: BackupWriter, guard: Guard = open_to_all) -> None:
        self._writer = writer
        self._guard = guard

    def backup(self, file: Path, token: CancelToken, report: Report = silent) -> None:
        """Write a verified backup to `file`, which must not exist. Call on any thread.

        Raises:
            IncompleteOrder: the file exists, or its folder does not.
            RecordWithoutFile, StoreFull, AccessDenied, BackupDamaged, Cancelled
            NotPermitted, NotSignedIn
        """
        self._guard(Right.SET_UP)
        token.check()
        self._writer.write(file, token, report)
