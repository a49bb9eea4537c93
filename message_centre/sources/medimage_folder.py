"""What a MedImage Server delivers under one address key: a folder for each patient, and files in them.

The server copies in place, and its answer to the phone comes before: what is listed as ready has come
to rest and is whole. No folder of the server's is ever removed, since it may be about to write there.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from message_centre.domain.contents import HEAD_BYTES, looks_incomplete
from message_centre.domain.errors import FileGone, SourceOffline
from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    SourceFile,
    SourceKind,
)
from message_centre.domain.medimage_contents import INCOMPLETE, diagnosis
from message_centre.services.ports import Clock, Found
from message_centre.services.stability import LooksKeeper
from message_centre.sources.early_rows import gathered
from message_centre.sources.folder_listing import Looker
from message_centre.sources.folder_watch import FolderWatch
from message_centre.sources.nested_folder import NestedFolder, folders_in
from message_centre.sources.open_folder import OpenFolder

#: How long a file may be without its end before it is taken for one that never gets it.
INCOMPLETE_SECONDS = 600.0
#: How long it may be empty: the server makes it so and fills it at once.
EMPTY_SECONDS = 60.0
_EMPTY = "Empty: the phone sent nothing. Take the photo again."
_GROWING = "Its end is missing; the MedImage Server may still be copying it."
_RETIRED = (
    "Sent under an address key that was replaced: a lost phone's? Look closely before saving."
)
_UNKNOWN = "Unknown sender: the folder belongs to no address key of this practice."

Judged = tuple[Fingerprint, FileState, str]


@dataclass(frozen=True, slots=True)
class MedImagePlace:
    """The folder of one address key. `guids` tells every key of the practice and its provider."""

    path: Path
    kind: SourceKind
    guids: Callable[[], Mapping[str, str]]

    @property
    def guid(self) -> str:
        """The address key."""
        return self.path.name

    @property
    def name(self) -> str:
        """What people call it; never the key itself."""
        provider = self.guids().get(self.guid, "")
        known = f"MedImage, provider {provider}" if provider else "MedImage"
        return known if self.kind is SourceKind.MEDIMAGE else f"{known}, replaced key"


class MedImageFolder(NestedFolder):
    """The `Source` of one address key; what came under a replaced one is marked."""

    def __init__(
        self,
        place: MedImagePlace,
        clock: Clock,
        looks: LooksKeeper,
        listed_extensions: Callable[[], frozenset[str]],
    ) -> None:
        super().__init__(
            place.path,
            clock=clock,
            looks=looks,
            listed_extensions=listed_extensions,
            kind=place.kind,
        )
        self.name = place.name
        self._watch = FolderWatch(place.path, recursive=True)
        self._guids = place.guids
        self._judged: dict[FileKey, Judged] = {}

    @property
    def _ground(self) -> Path:
        return self.path.parent

    @property
    def _start(self) -> tuple[str, ...]:
        return (self.path.name,)

    def _look(
        self, looker: Looker, check: Callable[[int], None], found: Found
    ) -> tuple[SourceFile, ...]:
        rows = looker.remembering(self._rows(looker, check))
        files = gathered(map(self._told, rows), found)
        self._judged = {row.key: self._judged[row.key] for row in files if row.key in self._judged}
        return files

    def _rows(self, looker: Looker, check: Callable[[int], None]) -> Iterator[SourceFile]:
        with OpenFolder(self.path.parent) as root:
            if self.path.name not in root.names():
                return  # nobody has sent anything yet; or the disk calls another key's folder the same
            with root.below(self.path.name) as folder:
                yield from self._walk(looker, folder, (), check)

    def _told(self, row: SourceFile) -> SourceFile:
        """The row with what its content says."""
        if row.size == 0 and row.state is FileState.SETTLING:
            return self._empty(row)
        if row.state is not FileState.READY:
            return row
        known = self._judged.get(row.key)
        if known is None or known[0] != row.fingerprint or known[1] is FileState.SETTLING:
            known = (row.fingerprint, *self._by_content(row))
            self._judged[row.key] = known
        return replace(row, state=known[1], reason=known[2])

    def _empty(self, row: SourceFile) -> SourceFile:
        if self._seconds_old(row) < EMPTY_SECONDS:
            return row
        return replace(row, state=FileState.HELD, reason=_EMPTY)

    def _by_content(self, row: SourceFile) -> tuple[FileState, str]:
        try:
            head, tail = self.peek(row.key, row.fingerprint, HEAD_BYTES)
        except (FileGone, SourceOffline) as error:
            return FileState.SETTLING, error.detail
        told = diagnosis(head, row.extension)
        if not told and looks_incomplete(head, tail, row.size, row.extension):
            if self._seconds_old(row) < INCOMPLETE_SECONDS:
                return FileState.SETTLING, _GROWING
            told = INCOMPLETE
        if self.kind is SourceKind.QUARANTINE:
            told = f"{_RETIRED} {told}".strip()
        return FileState.READY, told

    def _seconds_old(self, row: SourceFile) -> float:
        return self._age(row.fingerprint.modified_ns / 1e9)


class UnknownSenders(MedImageFolder):
    """Everything beside the folders of the practice's address keys: told, and never imported."""

    NAME = "*"

    def __init__(
        self,
        place: MedImagePlace,
        clock: Clock,
        looks: LooksKeeper,
        listed_extensions: Callable[[], frozenset[str]],
    ) -> None:
        super().__init__(place, clock, looks, listed_extensions)
        self.name = "MedImage, unknown sender"

    @property
    def _start(self) -> tuple[str, ...]:
        return ()

    def _rows(self, looker: Looker, check: Callable[[int], None]) -> Iterator[SourceFile]:
        known = self._guids()
        with OpenFolder(self.path.parent) as root:
            yield from looker.rows(root, check)
            for name in folders_in(root):
                if name in known:
                    continue
                with (
                    contextlib.suppress(FileNotFoundError, PermissionError),
                    root.below(name) as one,
                ):
                    yield from self._walk(looker, one, (name,), check)

    def _told(self, row: SourceFile) -> SourceFile:
        return replace(row, state=FileState.HELD, reason=_UNKNOWN)
