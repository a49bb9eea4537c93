"""Puts a withdrawn file back into its folder: written aside, read back, then given a free name."""

from collections.abc import Iterable, Iterator

from message_centre.domain.errors import (
    FileGone,
    HalfReturned,
    MessageCentreError,
    SourceOffline,
)
from message_centre.host.durable import flush, write_whole
from message_centre.sources.folder_release import Held, holds, in_hold
from message_centre.sources.open_folder import OpenFolder

_MANY_TRIES = 1000


def put_back(folder: OpenFolder, held: Held, chunks: Iterable[bytes], modified_ns: int = 0) -> str:
    """Returns the name under which the bytes now stand: the old one, or one beside it.

    May be repeated after any interruption; a name that already holds these bytes will do. A new file
    gets the time `modified_ns` (nanoseconds since 1970; 0 for none), where the place can keep it.

    Raises:
        SourceOffline: the folder does not keep what is written to it; nothing of it is left there.
        OSError: as the system says; likewise.
        HalfReturned: what was put there could not be taken away again.
    """

    def back(hold: OpenFolder) -> str:
        if hold.has(held.import_id):
            hold.remove(held.import_id)  # the part of an interrupted try
        if holds(folder, held.name, held.sha256):
            return held.name
        return _Return(folder, hold, held, modified_ns).run(chunks)

    return in_hold(folder, back)


class _Return:
    """One try: write aside, read back, publish, flush; a failure takes everything away again."""

    def __init__(self, folder: OpenFolder, hold: OpenFolder, held: Held, modified_ns: int) -> None:
        self._folder = folder
        self._hold = hold
        self._held = held
        self._modified_ns = modified_ns
        self._name = ""
        self._identity = 0

    def run(self, chunks: Iterable[bytes]) -> str:
        """Returns the name under which the bytes stand durably."""
        try:
            self._write(chunks)
            self._settle_name()
            self._flush()
        except (OSError, MessageCentreError) as error:
            try:
                self._take_away()
            except OSError:
                raise HalfReturned("The file could not be put back completely.") from error
            raise
        return self._name

    def _write(self, chunks: Iterable[bytes]) -> None:
        held, hold = self._held, self._hold
        with hold.creating(held.import_id) as handle:
            for chunk in chunks:
                write_whole(handle, chunk)
            flush(handle)
        if self._modified_ns:
            hold.date(held.import_id, self._modified_ns)
        hold.sync()
        self._identity = hold.stat(held.import_id).st_ino
        if not holds(hold, held.import_id, held.sha256):
            raise SourceOffline("The folder does not keep what is written to it.")

    def _settle_name(self) -> None:
        """Publish the part under the first free name; one that already holds these bytes will do."""
        held = self._held
        for self._name in _names_beside(held.name):
            try:
                self._hold.give(held.import_id, self._folder, self._name)
            except FileExistsError:
                if not holds(self._folder, self._name, held.sha256):
                    continue
                self._hold.remove(held.import_id)
            return
        raise FileGone("No free name is left in the folder.")

    def _take_away(self) -> None:
        """Remove what this try has put there, and nothing else."""
        if self._hold.has(self._held.import_id):
            self._hold.remove(self._held.import_id)
        name = self._name
        if name and self._folder.has(name) and self._folder.stat(name).st_ino == self._identity:
            self._folder.remove(name)
        self._flush()

    def _flush(self) -> None:
        self._folder.sync()
        self._hold.sync()


def _names_beside(name: str) -> Iterator[str]:
    yield name
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    yield f"{stem} (returned){dot}{extension}"
    for count in range(2, _MANY_TRIES):
        yield f"{stem} (returned {count}){dot}{extension}"
