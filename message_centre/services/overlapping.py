"""Whether two folders are the same place, or one lies inside the other."""

import os
from pathlib import Path


def overlap(one: Path, other: Path) -> bool:
    """Whether the folders are one or nested, by what the disk says and not by how they are spelt.

    Links are followed and, for what exists, device and inode are compared, so that a bind mount, a
    second drive letter or another letter case does not hide that two names mean one place.
    """
    chain, other_chain = _chain(one), _chain(other)
    return chain[0] in other_chain or other_chain[0] in chain


def is_same_place(one: Path, other: Path) -> bool:
    """Whether two names mean one folder."""
    return _identity(one.resolve()) == _identity(other.resolve())


def _chain(folder: Path) -> list[tuple[object, ...]]:
    """The identity of the folder, then of each folder above it."""
    resolved = folder.resolve()
    return [_identity(place) for place in (resolved, *resolved.parents)]


def _identity(place: Path) -> tuple[object, ...]:
    try:
        found = place.stat()
    except OSError:
        # Not there (yet) or out of reach: its resolved name is all there is to compare.
        return ("name", os.path.normcase(place))  # noqa: TID251 - pathlib cannot fold case
    return (found.st_dev, found.st_ino)
