"""What the names that lead to a file of a tree say: its folders, its stem, when it was taken."""

import re
from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote_to_bytes

from message_centre.domain.files import FileKey, SourceFile, SourceKind

#: `20261123143005`, as ultrasound devices name scans, or `20261123_143005`, as cameras do.
_STAMP = re.compile(r"(?:^|[^0-9])((?:19|20)[0-9]{6})[-_T ]?([0-9]{6})(?:[^0-9]|$)")
_FIRST_YEAR = 2000


def way_of(file: SourceFile) -> tuple[str, ...]:
    """The names that lead to a file from its source, its own name last."""
    parts = file.key.path.split("/")
    return tuple(unquote_to_bytes(part).decode("utf-8", "backslashreplace") for part in parts)


def folder_of(file: SourceFile) -> str:
    """The folder directly below the source in which a file stands; empty where it stands in none."""
    way = way_of(file)
    return way[0] if len(way) > 1 else ""


def of_unentered(source_id: str, way: str) -> FileKey:
    """The key of a row that stands for a folder which could not be entered; no file has such a name."""
    return FileKey(source_id, f"{way}/.")


def is_unentered(file: SourceFile) -> bool:
    """Whether a row stands for a folder which could not be entered."""
    return file.key.path.endswith("/.")


def companions_of(file: SourceFile) -> Hashable:
    """What files share that belong together: their folder, and their name without its extension."""
    above, _, _ = file.key.path.rpartition("/")
    stem = file.name[: len(file.name) - len(file.extension)] if file.extension else file.name
    return file.key.source_id, above, stem.casefold()


def stamped_time(file: SourceFile) -> datetime | None:
    """The moment in the name of a file of a tree, in local time; None where it tells none."""
    if not file.kind.is_tree:
        return None
    found = _STAMP.search(file.name)
    if found is None:
        return None
    try:
        # The zone is the practice's: no device tells one.
        taken = datetime.strptime("".join(found.groups()), "%Y%m%d%H%M%S")  # noqa: DTZ007 - see above
    except ValueError:
        return None
    return taken.astimezone() if taken.year >= _FIRST_YEAR else None


def as_kind(file: SourceFile, *, copies: bool) -> SourceFile:
    """The same file of a tree, to be copied or to be moved."""
    kind = SourceKind.COPIED if copies else SourceKind.TOWER
    if file.kind is kind or not file.kind.is_tree:
        return file
    _, _, root = file.key.source_id.partition(":")
    key = FileKey(f"{kind}:{root}", file.key.path)
    return replace(file, key=key, kind=kind, source_name=name_of_tree(root, copies=copies))


def name_of_tree(root: str, *, copies: bool) -> str:
    """What people call a tree; a record made of a copy says so."""
    return f"{root} (copied)" if copies else root
