"""Lists folders with their sub-folders, on a person's word alone: never what is the program's own."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from message_centre.domain.errors import AccessDenied, IncompleteOrder, SourceOffline
from message_centre.domain.files import Listing, SourceFile, SourceState
from message_centre.domain.tree_names import companions_of
from message_centre.services.ports import Journal, Source, TreePart, Trees
from message_centre.services.work import CancelToken, Progress, Report

#: A folder with more files than this is more than anybody can look through.
MOST_FILES = 200_000
_THERE = {SourceState.CONNECTED, SourceState.SETTLING}


@dataclass(frozen=True)
class TreeParts:
    """Sources, journal, and what the practice set: the towers' roots, and which folders are its own."""

    trees: Trees
    journal: Journal
    roots: Callable[[], tuple[Path, ...]]
    check_source: Callable[[Path], None]


class TreeLister:
    """Any thread. Nothing is remembered between two listings but which files were at rest."""

    def __init__(self, parts: TreeParts) -> None:
        self._parts = parts

    def is_in_tower(self, place: Path) -> bool:
        """Whether a place is a tower's root or lies inside one."""
        return self._root_of(_resolved(place)) is not None

    def whole(self, root: Path, *, copies: bool, token: CancelToken, report: Report) -> Listing:
        """Every file of a tower's root.

        Raises:
            BadSetting: the folder is the program's own.
            SourceOffline, AccessDenied: it cannot be read now.
            IncompleteOrder: it holds too many files.
            Cancelled
        """
        return self._listed(_resolved(root), TreePart(), (copies, token, report))

    def of_places(
        self, places: Sequence[Path], *, copies: bool, token: CancelToken, report: Report
    ) -> tuple[SourceFile, ...]:
        """The files of folders, with everything below them, and single files with their companions.

        Raises:
            As `whole`.
        """
        found: dict[object, SourceFile] = {}
        wish = (copies, token, report)
        chosen: dict[Path, set[str]] = {}
        for place in places:
            if _is_folder(place):
                listing = self._in_tower(_resolved(place), wish, is_deep=True)
                found |= {file.key: file for file in listing.files}
            else:
                chosen.setdefault(_resolved(place.parent), set()).add(place.name)
        for folder, names in chosen.items():
            listing = self._in_tower(folder, wish, is_deep=False)
            found |= {file.key: file for file in _with_companions(listing.files, names)}
        return tuple(found.values())

    def _in_tower(
        self, folder: Path, wish: tuple[bool, CancelToken, Report], *, is_deep: bool
    ) -> Listing:
        """A folder inside a tower's root is listed as part of that root, so that its keys are the same."""
        root = self._root_of(folder) or folder
        part = TreePart(folder.relative_to(root).parts, is_deep)
        return self._listed(root, part, wish, folder)

    def _listed(
        self,
        root: Path,
        part: TreePart,
        wish: tuple[bool, CancelToken, Report],
        folder: Path | None = None,
    ) -> Listing:
        copies, token, report = wish
        self._parts.check_source(folder or root)
        source = self._parts.trees.tree(root, copies=copies)
        listing = source.list_below(part, token, _bounded(report))
        if listing.state is SourceState.ERROR:
            raise AccessDenied(listing.detail)
        if listing.state not in _THERE:
            raise SourceOffline(listing.detail)
        return self._without_filed(source, listing)

    def _without_filed(self, source: Source, listing: Listing) -> Listing:
        """Leave out files that are on record though their folder could not let go of them."""
        hidden = self._parts.journal.hidden(source.source_id)
        kept = tuple(
            file
            for file in listing.files
            if str(file.fingerprint) not in hidden.get(file.key.path, ())
        )
        return replace(listing, files=kept)

    def _root_of(self, folder: Path) -> Path | None:
        roots = [_resolved(root) for root in self._parts.roots()]
        inside = [root for root in roots if folder.is_relative_to(root)]
        return min(inside, key=lambda root: len(root.parts), default=None)


def _bounded(report: Report) -> Report:
    def told(progress: Progress) -> None:
        if progress.done > MOST_FILES:
            raise IncompleteOrder(
                f"The folder holds more than {MOST_FILES:,} files. Choose a folder inside it."
            )
        report(progress)

    return told


def _with_companions(files: Sequence[SourceFile], names: set[str]) -> list[SourceFile]:
    wanted = {companions_of(file) for file in files if file.name in names}
    return [file for file in files if companions_of(file) in wanted]


def _resolved(place: Path) -> Path:
    """The place as the disk knows it: whoever chose it by way of a link meant what it leads to.

    Raises:
        SourceOffline: a link leads in a circle, or the system refuses to look.
    """
    try:
        return place.resolve()
    except (OSError, RuntimeError) as error:
        raise SourceOffline("The folder cannot be reached.") from error


def _is_folder(place: Path) -> bool:
    """Whether the place is a folder or a link to one; what is not there is told by the listing."""
    try:
        return stat.S_ISDIR(place.stat().st_mode)
    except OSError:
        return True
