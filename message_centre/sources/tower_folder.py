"""A folder with its sub-folders: a tower's root, or what a person chose for a patient.

Of a `COPIED` one nothing is ever removed and nothing written there: its originals stay.
"""

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from message_centre.domain.errors import SourceOffline
from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
)
from message_centre.domain.kinds import destination_of, is_hidden, is_temporary
from message_centre.domain.outcomes import Release, Released
from message_centre.domain.tree_names import (
    companions_of,
    is_unentered,
    name_of_tree,
    of_unentered,
    way_of,
)
from message_centre.services.ports import Clock, Filed, Found, TreePart, unheard
from message_centre.services.stability import LooksKeeper
from message_centre.services.work import CancelToken, Report
from message_centre.sources.folder_listing import Looker, path_of, readable
from message_centre.sources.nested_folder import NestedFolder, folders_in
from message_centre.sources.open_folder import OpenFolder

_WAITS = "It waits for {}, which belongs to it."
_UNLISTED = "Files {} are not on the practice's list, and none that is belongs to it."

_DENIED = "The folder may not be read: access is denied."
_NO_FOLDER = "It was a folder, and is one no longer."
_TOO_DEEP = "The folder lies too deep; what is in it is not looked at."


class _Everything(frozenset[str]):
    """Stands for every extension: what belongs to a listed file may have any."""

    def __contains__(self, one: object) -> bool:
        del one
        return True


_EVERYTHING = _Everything()


class TowerFolder(NestedFolder):
    """The `TreeSource` of one folder and everything below it."""

    deepest = 12

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        looks: LooksKeeper,
        listed_extensions: Callable[[], frozenset[str]],
        kind: SourceKind,
    ) -> None:
        super().__init__(
            path, clock=clock, looks=looks, listed_extensions=lambda: _EVERYTHING, kind=kind
        )
        self.name = name_of_tree(str(path), copies=kind is SourceKind.COPIED)
        self._practice_lists = listed_extensions
        self._part = TreePart()
        self._one_at_a_time = threading.Lock()

    def list_files(self, token: CancelToken, report: Report, found: Found = unheard) -> Listing:
        """Every file of the whole tree; none is told early, since what belongs together is known last."""
        del found
        return self.list_below(TreePart(), token, report)

    def list_below(self, part: TreePart, token: CancelToken, report: Report) -> Listing:
        """Every file of a part of the tree."""
        with self._one_at_a_time:
            self._part = part
            return super().list_files(token, report)

    def _look(
        self, looker: Looker, check: Callable[[int], None], found: Found
    ) -> tuple[SourceFile, ...]:
        del found
        seen = 0

        def count(_in_this_folder: int) -> None:
            check(seen)

        rows = []
        for row in looker.remembering(self._rows(looker, count)):
            seen += 1
            rows.append(row)
        return tuple(self._together(rows))

    def _rows(self, looker: Looker, check: Callable[[int], None]) -> Iterator[SourceFile]:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(OpenFolder(self.path))
            for name in self._part.way:
                folder = stack.enter_context(folder.below(name))
            if self._part.is_deep:
                yield from self._walk(looker, folder, self._part.way, check)
            else:
                yield from looker.rows(folder, check, self._part.way)
            self._check_still_there(folder)

    def _check_still_there(self, folder: OpenFolder) -> None:
        """What was unplugged during the look is away; the rows so far are not all of it.

        Raises:
            FileNotFoundError
        """
        now = self.path.joinpath(*self._part.way).stat()
        if folder.handle is not None and now.st_dev != os.fstat(folder.handle).st_dev:
            raise FileNotFoundError(errno.ENOENT, "another disk stands there now")

    def _walk(
        self,
        looker: Looker,
        folder: OpenFolder,
        above: tuple[str, ...],
        check: Callable[[int], None],
    ) -> Iterator[SourceFile]:
        """The files of a folder and of those inside; a folder that cannot be entered is a row itself."""
        yield from looker.rows(folder, check, above)
        for name in folders_in(folder):
            way = (*above, name)
            if len(above) >= self.deepest:
                yield self._unentered(way, _TOO_DEEP)
                continue
            try:
                with folder.below(name) as one:
                    yield from self._walk(looker, one, way, check)
            except FileNotFoundError:
                continue  # gone between the two looks
            except PermissionError:
                yield self._unentered(way, _DENIED)
            except NotADirectoryError:
                yield self._unentered(way, _NO_FOLDER)

    def _unentered(self, way: tuple[str, ...], reason: str) -> SourceFile:
        return SourceFile(
            key=of_unentered(self.source_id, "/".join(map(path_of, way))),
            name=readable(way[-1]),
            source_name=self.name,
            kind=self.kind,
            fingerprint=Fingerprint(0, 0, ""),
            extension="",
            destination=destination_of(""),
            state=FileState.HELD,
            reason=reason,
        )

    def _together(self, rows: Sequence[SourceFile]) -> Iterator[SourceFile]:
        """The rows, each as those allow that share its folder and stem."""
        listed = self._practice_lists()
        sharing: dict[object, list[SourceFile]] = {}
        for row in rows:
            if is_unentered(row):
                yield row
                continue
            sharing.setdefault(companions_of(row), []).append(row)
        for group in sharing.values():
            yield from _allowed(group, listed)

    def release(self, filed: Sequence[Filed]) -> tuple[Released, ...]:
        """Of copied files the originals stay, and nothing is owed."""
        if self.kind is SourceKind.COPIED:
            return (Released(Release.RELEASED),) * len(filed)
        return super().release(filed)

    def restore(self, key: FileKey, *, import_id: str) -> None:
        """In a copied folder nothing is ever set aside."""
        if self.kind is not SourceKind.COPIED:
            super().restore(key, import_id=import_id)

    def put_back(self, filed: Filed, chunks: Iterable[bytes]) -> FileKey:
        """Into a copied folder nothing is written: it has the original, or the inbox takes the bytes."""
        if self.kind is not SourceKind.COPIED:
            return super().put_back(filed, chunks)
        if self.still_has(filed.key, sha256=filed.sha256, import_id=filed.import_id):
            return filed.key
        raise SourceOffline("The file was copied from there, and its original is there no longer.")


def _allowed(group: Sequence[SourceFile], listed: frozenset[str]) -> Iterator[SourceFile]:
    """Files of one stem: they go together or wait together."""
    if any(is_hidden(name) for name in way_of(group[0])[:-1]):
        for row in group:
            yield replace(row, state=FileState.OTHER, reason="In a hidden folder.")
        return
    main = [one for one in group if one.extension in listed and one.state is not FileState.OTHER]
    late = [one for one in group if one.state in {FileState.SETTLING, FileState.HELD}]
    for row in group:
        if row.state is FileState.OTHER or is_temporary(row.name) or (main and not late):
            yield row
        elif not main:
            named = row.extension or "without an extension"
            yield replace(row, state=FileState.OTHER, reason=_UNLISTED.format(named))
        elif row.state is FileState.READY:
            yield replace(row, state=FileState.SETTLING, reason=_WAITS.format(late[0].name))
        else:
            yield row
