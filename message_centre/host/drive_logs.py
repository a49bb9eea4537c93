"""The drives' own logs beside the program's: one rotating file for each kind of drive.

They hold steps, status and error numbers. What the drives' libraries would say is not written at all: their
lines carry file names, signatures and codes.
"""

import logging
from pathlib import Path

from message_centre.domain.drive_places import log_of
from message_centre.domain.files import SourceKind
from message_centre.host.logs import LINE, LogFile, RedactingFormatter

#: The file of each kind, and the loggers that write to it.
FILES = {
    log_of(SourceKind.AZURE): ("drives.azure", "sources.azure_blobs", "sources.azure_errors"),
    log_of(SourceKind.DROPBOX): (
        "drives.dropbox",
        "sources.dropbox_access",
        "sources.dropbox_files",
        "sources.dropbox_line",
    ),
    log_of(SourceKind.ONEDRIVE): (
        "drives.onedrive",
        "sources.entra",
        "sources.onedrive_access",
        "sources.onedrive_calls",
        "sources.onedrive_files",
    ),
}
LIBRARIES = ("azure", "dropbox", "msal", "requests", "urllib3")
_BYTES, _KEPT = 1_000_000, 3
_started: dict[logging.Logger, logging.Handler] = {}


def start(folder: Path) -> None:
    """Log the drives to `folder` from now on; a file is made with its first line. Repeatable.

    Never raises for a folder's sake: what cannot be logged is dropped.
    """
    stop()
    for name, loggers in FILES.items():
        handler = LogFile(
            folder / name, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
        )
        handler.setFormatter(RedactingFormatter(LINE))
        for logger in loggers:
            _begin(logging.getLogger(f"message_centre.{logger}"), handler)
    for library in LIBRARIES:
        silenced = logging.getLogger(library)
        silenced.setLevel(logging.WARNING)
        _begin(silenced, logging.NullHandler())


def stop() -> None:
    """Close the drives' logs; their lines go to the program's log again."""
    while _started:
        logger, handler = _started.popitem()
        logger.removeHandler(handler)
        logger.propagate = True
        handler.close()


def _begin(logger: logging.Logger, handler: logging.Handler) -> None:
    logger.addHandler(handler)
    logger.propagate = False
    _started[logger] = handler
