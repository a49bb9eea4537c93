"""What a folder shows: one look at every name, and the state that follows from it."""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import quote_from_bytes, unquote_to_bytes

from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    SourceFile,
    SourceKind,
)
from message_centre.domain.kinds import destination_of, extension_of
from message_centre.host.leases import Writers, writers
from message_centre.services.ports import Clock
from message_centre.services.stability import STILL_SECONDS, Stillness
from message_centre.sources.names import judged
from message_centre.sources.open_folder import OpenFolder

#: A file untouched for longer than this is not probed for writers while listing; saving probes it.
_PROBED_SECONDS = 3600.0
#: So many names are looked at before it is asked what time it is, and whether to go on.
_STEP = 256
_KIND = 0o170000
_HAS_IDENTITY = os.name != "nt"
_Ready = list[SourceFile | None]
#: Names of which percent-encoding changes the spaces alone.
_PLAIN = re.compile(r"[A-Za-z0-9_.~ -]+")
_SECOND_NAME = "It has a second name on this disk, so it cannot be moved."
_NO_FILE = "Not an ordinary file."
_SPECIAL = (
    (stat.S_ISLNK, "A symbolic link; links are not followed."),
    (stat.S_ISFIFO, "A pipe, not a file."),
    (stat.S_ISSOCK, "A socket, not a file."),
    (stat.S_ISBLK, "A device, not a file."),
    (stat.S_ISCHR, "A device, not a file."),
)


def path_of(name: str) -> str:
    """A name on disk as a file key holds it: percent-encoded bytes."""
    if _PLAIN.fullmatch(name):
        return name.replace(" ", "%20")
    return quote_from_bytes(os.fsencode(name))


def name_of(key: FileKey) -> str:
    """The name on disk that a key stands for; never more than a plain name.

    Raises:
        FileNotFoundError: the key holds a separator or is no name at all.
    """
    name = os.fsdecode(unquote_to_bytes(key.path))
    if not name or name in {".", ".."} or "/" in name or "\0" in name or os.sep in name:
        raise FileNotFoundError(errno.ENOENT, "not a plain name")
    return name


def readable(name: str) -> str:
    """A name as text that every database can hold: undecodable bytes as escapes."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def fingerprint_of(found: os.stat_result) -> Fingerprint:
    """Size, time and identity; Windows lists no identity, so there it is left out."""
    identity = str(found.st_ino) if _HAS_IDENTITY else ""
    return Fingerprint(found.st_size, found.st_mtime_ns, identity)


def _is_as_it_was(row: SourceFile, found: os.stat_result) -> bool:
    """Whether a ready file still is what it was when it was found ready, by all that is looked at.

    Compared piece by piece: of a great folder this is asked for every file at every look.
    """
    seen = row.fingerprint
    return (
        seen.modified_ns == found.st_mtime_ns
        and seen.size == found.st_size
        and found.st_nlink <= 1
        and found.st_mode & _KIND == stat.S_IFREG
        and seen.identity == (str(found.st_ino) if _HAS_IDENTITY else "")
    )


@dataclass(frozen=True, slots=True)
class Place:
    """What every row of one folder shares."""

    source_id: str
    name: str
    kind: SourceKind
    listed_extensions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """The names in one folder as they came, and for each the row that was found ready, or None."""

    names: list[str] = field(default_factory=list)
    ready: _Ready = field(default_factory=list)

    def ready_among(self, names: list[str]) -> _Ready:
        """The ready rows of these names, each in its name's place."""
        if names == self.names:
            return self.ready
        known = dict(zip(self.names, self.ready, strict=True))
        return list(map(known.get, names))


class Looker:
    """Looks at one folder; remembers which files were proven ready.

    A file that is still as it was is handed out as the very row of the last look: whoever compares two
    looks at a great folder finds at once what is new.
    """

    def __init__(self, place: Place, clock: Clock, stillness: Stillness) -> None:
        self._place = place
        self._is_tree = place.kind.is_tree
        self._clock = clock
        self._stillness = stillness
        self._before: dict[tuple[str, ...], _Seen] = {}
        self._seen: dict[tuple[str, ...], _Seen] = {}
        self._now = 0.0

    def look(self, folder: OpenFolder, check: Callable[[int], None]) -> Iterator[SourceFile]:
        """Every file directly inside; `check` is called with the count so far and may raise.

        Raises:
            OSError: the folder cannot be read.
        """
        yield from self.remembering(self.rows(folder, check))

    def remembering(self, rows: Iterator[SourceFile]) -> Iterator[SourceFile]:
        """The rows of one whole look, which is over when the last one was taken."""
        self._seen = {}
        yield from rows
        self._before = self._seen
        self._stillness.end_round()

    def rows(
        self, folder: OpenFolder, check: Callable[[int], None], above: tuple[str, ...] = ()
    ) -> Iterator[SourceFile]:
        """Every file directly inside a folder, which `above` leads to from the source's own.

        Raises:
            OSError: the folder cannot be read.
        """
        return chain.from_iterable(self._pieces(folder, check, above))

    def _pieces(
        self, folder: OpenFolder, check: Callable[[int], None], above: tuple[str, ...]
    ) -> Iterator[list[SourceFile]]:
        names = folder.names()
        before = self._before.get(above, _Seen()).ready_among(names)
        ready: _Ready = []
        for start in range(0, len(names), _STEP):
            check(start)
            self._now = self._clock.now().timestamp()
            end = start + _STEP
            files, some = self._piece(folder, above, names[start:end], before[start:end])
            yield files
            ready += some
        self._seen[above] = _Seen(names, ready)

    def _piece(
        self, folder: OpenFolder, above: tuple[str, ...], names: list[str], before: _Ready
    ) -> tuple[list[SourceFile], _Ready]:
        """The files among these names, and in each name's place the row that is ready."""
        files: list[SourceFile] = []
        ready: _Ready = []
        for name, row, found in zip(names, before, folder.stats(names), strict=True):
            if row is not None and found is not None and _is_as_it_was(row, found):
                files.append(row)
                ready.append(row)
                continue
            ready.append(None)
            if found is None or stat.S_ISDIR(found.st_mode):
                continue  # gone between the two looks, or no file
            now = self._row(folder, (*above, name), found)
            files.append(now)
            if now.state is FileState.READY:
                ready[-1] = now
        return files, ready

    def _row(self, folder: OpenFolder, way: tuple[str, ...], found: os.stat_result) -> SourceFile:
        key = FileKey(self._place.source_id, "/".join(map(path_of, way)))
        fingerprint = fingerprint_of(found)
        # With its folders before it, a name reads as it was typed on the phone that sent it.
        joined = "-".join(way).lstrip("." if len(way) > 1 else "")
        name = way[-1] if self._is_tree else joined
        extension = extension_of(name)
        state, reason = self._by_name(name, extension, found)
        if state is FileState.READY and self._is_young(fingerprint):
            state, reason = self._by_rest(folder, way[-1], key, fingerprint)
        return SourceFile(
            key=key,
            name=readable(name),
            source_name=self._place.name,
            kind=self._place.kind,
            fingerprint=fingerprint,
            extension=extension,
            destination=destination_of(extension),
            state=state,
            reason=reason,
        )

    def _by_name(self, name: str, extension: str, found: os.stat_result) -> tuple[FileState, str]:
        """What name, kind and size alone say; READY means that nothing speaks against it."""
        if not stat.S_ISREG(found.st_mode):
            special = [reason for is_kind, reason in _SPECIAL if is_kind(found.st_mode)]
            return FileState.OTHER, "".join(special) or _NO_FILE
        if found.st_nlink > 1:
            return FileState.OTHER, _SECOND_NAME
        return judged(name, extension, found.st_size, self._place.listed_extensions)

    def _is_young(self, fingerprint: Fingerprint) -> bool:
        """Whether a file was changed so lately that it may still be written."""
        return self._now - fingerprint.modified_ns / 1e9 <= _PROBED_SECONDS

    def _by_rest(
        self, folder: OpenFolder, name: str, key: FileKey, fingerprint: Fingerprint
    ) -> tuple[FileState, str]:
        """Whether a young file has come to rest: nobody is writing it, as far as can be proven."""
        age = self._clock.now().timestamp() - fingerprint.modified_ns / 1e9
        try:
            with folder.reading(name) as handle:
                found = writers(handle)
                is_seen = fingerprint_of(os.fstat(handle)) == fingerprint
        except PermissionError:
            return FileState.HELD, "The file cannot be read: access is denied."
        except OSError:
            return FileState.SETTLING, "The file cannot be opened yet."
        if found is Writers.SOME or not is_seen:
            return FileState.SETTLING, "Another program is still writing it."
        proven = found is Writers.NONE and age >= STILL_SECONDS
        if proven or self._stillness.is_still(key, fingerprint):
            return FileState.READY, ""
        return FileState.SETTLING, "Waiting until it has been unchanged for ten seconds."
