"""Mistakes in the ways with drives, to see that the suite of their faults catches them."""

import logging
from collections.abc import Callable, Sequence

from message_centre.domain.errors import SourceOffline
from message_centre.domain.files import SourceFile
from message_centre.domain.outcomes import Release, Released
from message_centre.services.ports import Filed
from message_centre.sources import onedrive_calls
from message_centre.sources.drive import DriveFile
from message_centre.sources.drive_source import DriveSource
from message_centre.sources.onedrive_items import Summing
from tests.crash.faults import FAULTS

_log = logging.getLogger("message_centre.sources.dropbox_files")


def _name_in_the_log() -> None:
    """What is asked of a drive is logged with the file's name."""
    row = DriveSource._row

    def talkative(self: DriveSource, file: DriveFile, listed: frozenset[str]) -> SourceFile:
        _log.info("listed %s", file.name)
        return row(self, file, listed)

    DriveSource._row = talkative  # type: ignore[method-assign] # a fault is put in


def _kept_taken_for_removed() -> None:
    """Whatever the drive says, the original is taken for removed."""
    release = DriveSource.release

    def careless(self: DriveSource, filed: Sequence[Filed]) -> tuple[Released, ...]:
        return (Released(Release.RELEASED),) * len(release(self, filed))

    DriveSource.release = careless  # type: ignore[method-assign] # a fault is put in


def _checksum_forgotten() -> None:
    """Bytes of OneDrive are taken as they come."""
    Summing.is_as_listed = True  # type: ignore[method-assign,assignment] # a fault is put in


def _words_of_the_library() -> None:
    """A person reads what the library says."""

    def told(status: int) -> SourceOffline:
        return SourceOffline(f"HTTPError: <Response [{status}]>")

    onedrive_calls._limited = told  # type: ignore[assignment] # a fault is put in


SEEDS: dict[str, Callable[[], None]] = {
    "removes-by-name": FAULTS["drive-removes-by-name"],
    "name-in-the-log": _name_in_the_log,
    "kept-taken-for-removed": _kept_taken_for_removed,
    "checksum-forgotten": _checksum_forgotten,
    "words-of-the-library": _words_of_the_library,
}
