"""Puts a withdrawn file back into its folder: written aside, read back, then given a free name."""

from collections.abc import Iterable, Iterator

from message_centre.domain.errors import FileGone, SourceOffline
from message_centre.host.durable import flush, write_whole
from message_centre.sources.folder_release import HOLD, holds
from message_centre.sources.open_folder import OpenFolder

_MANY_TRIES = 1000


def put_back(
    folder: OpenFolder, name: str, chunks: Iterable[bytes], *, sha256: str, import_id: str
) -> str:
    """Returns the name under which the bytes now stand: the old one, or one beside it.

    May be repeated after any interruption; a name that already holds these bytes will do.

    Raises:
        SourceOffline: the folder does not keep what is written to it.
        OSError: as the system says.
    """
    with folder.inside(HOLD) as hold:
        if hold.has(import_id):
            hold.remove(import_id)  # the part of an interrupted try
        if not holds(folder, name, sha256):
            _write(hold, import_id, chunks)
            if not holds(hold, import_id, sha256):
                raise SourceOffline("The folder does not keep what is written to it.")
            name = _settle_name(folder, hold, name, sha256, import_id)
        folder.sync()
        hold.sync()
    folder.remove_folder(HOLD)
    return name


def _write(hold: OpenFolder, name: str, chunks: Iterable[bytes]) -> None:
    with hold.creating(name) as handle:
        for chunk in chunks:
            write_whole(handle, chunk)
        flush(handle)
    hold.sync()


def _settle_name(
    folder: OpenFolder, hold: OpenFolder, name: str, sha256: str, import_id: str
) -> str:
    """Publish the part under the first free name; one that already holds these bytes will do."""
    for wanted in _names_beside(name):
        try:
            hold.give(import_id, folder, wanted)
        except FileExistsError:
            if not holds(folder, wanted, sha256):
                continue
            hold.remove(import_id)
        return wanted
    raise FileGone("No free name is left in the folder.")


def _names_beside(name: str) -> Iterator[str]:
    yield name
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    yield f"{stem} (returned){dot}{extension}"
    for count in range(2, _MANY_TRIES):
        yield f"{stem} (returned {count}){dot}{extension}"
