"""Mistakes in answering a system's errors, to see that the fault suite catches them."""

import contextlib
import os
from collections.abc import Callable

from message_centre.domain.outcomes import Release, Released
from message_centre.host import durable
from message_centre.services import import_group
from message_centre.sources import folder_release, local_folder


def _write_error_forgotten() -> None:
    """A write that fails is taken for one that was done, and nothing is read back."""
    write_whole = durable.write_whole

    def careless(handle: int, data: bytes) -> None:
        with contextlib.suppress(OSError):
            write_whole(handle, data)

    durable.write_whole = careless
    _nothing_read_back()


def _short_writes_forgotten() -> None:
    """What a write returns is not looked at, and nothing is read back."""

    def careless(handle: int, data: bytes) -> None:
        os.write(handle, data)

    durable.write_whole = careless
    _nothing_read_back()


def _nothing_read_back() -> None:
    import_group.Group._read_back = lambda self, job: None  # type: ignore[method-assign] # a fault is put in


def _kept_taken_for_released() -> None:
    """A source that would not let go is believed to have done so."""

    def careless(error: OSError) -> Released:
        del error
        return Released(Release.RELEASED)

    folder_release.kept = local_folder.kept = careless  # type: ignore[attr-defined] # a fault is put in


FAULTS: dict[str, Callable[[], None]] = {
    "write-error-forgotten": _write_error_forgotten,
    "short-writes-forgotten": _short_writes_forgotten,
    "kept-taken-for-released": _kept_taken_for_released,
}


def seed(name: str) -> None:
    """Seed one fault into this process and its children; an empty name seeds none."""
    if name:
        FAULTS[name]()
