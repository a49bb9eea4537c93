"""Mistakes of the kind that a source which changes meanwhile would bring to light."""

from collections.abc import Callable
from typing import Any

from message_centre.host.leases import Writers
from message_centre.sources import folder_release, local_folder
from message_centre.sources.folder_release import FolderRelease
from message_centre.sources.local_folder import OpenedLocalFile


def _remove_by_name() -> None:
    """The original is removed by its name, whatever stands there now."""

    def careless(self: FolderRelease, held: Any) -> None:
        if self._folder.has(held.name):
            self._folder.remove(held.name)

    FolderRelease._set_aside = careless  # type: ignore[method-assign] # a fault is put in


def _not_looked_at_again() -> None:
    """What was opened is not compared with what was seen."""
    OpenedLocalFile.check_unchanged = lambda self: None  # type: ignore[method-assign] # a fault is put in


def _no_lease() -> None:
    """Nobody asks whether a device still writes."""
    none = lambda handle, keep=False: Writers.NONE  # noqa: E731 - a fault in a line
    folder_release.writers = local_folder.writers = none  # type: ignore[attr-defined] # a fault is put in


FAULTS: dict[str, Callable[[], None]] = {
    "remove-by-name": _remove_by_name,
    "not-looked-at-again": _not_looked_at_again,
    "no-lease": _no_lease,
}


def seed(name: str) -> None:
    """Seed one fault into this process and its children; an empty name seeds none."""
    if name:
        FAULTS[name]()
