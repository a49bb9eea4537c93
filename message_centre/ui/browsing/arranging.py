"""What was found, as the dialog shows it: made on a worker, since words for thousands of files take time."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from message_centre.domain.errors import IncompleteOrder
from message_centre.domain.files import Destination, FileKey, FileState, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import written
from message_centre.domain.tree_names import companions_of, folder_of
from message_centre.services.browsing import Browsed
from message_centre.ui.browsing.grid import Face
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.pieces.thumbnail_model import Tile
from message_centre.ui.words import counted, tr

_VIDEOS = frozenset(".avi .mov .mp4 .mpeg .mpg .wmv".split())
_TOLD = 20
#: A tower's whole root may hold more, which is many people's; of so many a window still answers at once.
MOST_SHOWN = 10_000


@dataclass(frozen=True)
class Arranged:
    """Tiles in their order with their faces, the groups by name, and which files belong together.

    `sizes` are the bytes of all tiles before each place, and of all.
    """

    found: Browsed
    files: Mapping[Hashable, SourceFile]
    tiles: tuple[Tile, ...]
    faces: dict[Hashable, Face]
    groups: tuple[tuple[str, int], ...]
    companions: Mapping[Hashable, tuple[Hashable, ...]]
    sizes: tuple[int, ...] = (0,)


NOTHING = Arranged(Browsed((), (), (), {}), {}, (), {}, (), {})


def arranged(found: Browsed, titles: Mapping[FileKey, str]) -> Arranged:
    """Everything in words; no widget is touched.

    Raises:
        IncompleteOrder: there are more files than anybody can choose from.
    """
    if len(found.files) > MOST_SHOWN:
        raise IncompleteOrder(
            tr(
                "There are {n} files, more than one can choose from. Choose a folder inside it, or"
                " review it under Tower folders.",
                n=f"{len(found.files):,}",
            )
        )
    tiles: list[Tile] = []
    faces: dict[Hashable, Face] = {}
    together: dict[Hashable, list[Hashable]] = {}
    for number, group in enumerate(found.groups):
        for place, file in enumerate(group):
            taken, title = found.taken[file.key], titles.get(file.key, "")
            heading = _heading(group, found) if place == 0 else ""
            tiles.append(_tile(file, taken, title))
            faces[file.key] = _face(file, taken, title, heading, is_second=bool(number % 2))
            together.setdefault(companions_of(file), []).append(file.key)
    return Arranged(
        found=found,
        files={file.key: file for file in found.files},
        tiles=tuple(tiles),
        faces=faces,
        groups=tuple((_span(group, found), len(group)) for group in found.groups),
        companions={
            key: tuple(keys) for keys in together.values() if len(keys) > 1 for key in keys
        },
        sizes=tuple(accumulate((file.size for file in found.files), initial=0)),
    )


def line_of(file: SourceFile, taken: datetime, title: str) -> str:
    """The second line of a tile: its own title, or when and in which folder."""
    return title or f"{taken:%H:%M:%S}  {shown(folder_of(file))}"


def left_out_words(found: Browsed) -> str:
    """What stands there and cannot be saved, counted."""
    words = []
    held = sum(file.state is FileState.HELD for file in found.waiting)
    late, others = len(found.waiting) - held, len(found.others)
    if held:
        words.append(counted(held, "{n} cannot be read", "{n} cannot be read"))
    if late:
        words.append(counted(late, "{n} is still being written", "{n} are still being written"))
    if others:
        words.append(counted(others, "{n} other file", "{n} other files"))
    if not found.files and not words:
        words.append(tr("There is nothing here."))
    return "  \u00b7  ".join(words)


def left_out_reasons(found: Browsed) -> str:
    """The first few of them, each with its reason."""
    few = (*found.waiting, *found.others)[:_TOLD]
    return "\n".join(f"{shown(file.name)}: {shown(file.reason)}" for file in few)


def _tile(file: SourceFile, taken: datetime, title: str) -> Tile:
    name = shown(file.name)
    spoken = f"{name}, {taken:%H:%M}, {size_words(file.size)}, {title}".rstrip(", ")
    return Tile(file.key, name, spoken)


def _face(file: SourceFile, taken: datetime, title: str, heading: str, *, is_second: bool) -> Face:
    symbol = "" if file.destination is Destination.IMAGES else _symbol(file)
    return Face(line_of(file, taken, title), heading, is_second, bool(title), symbol)


def _symbol(file: SourceFile) -> str:
    return "video" if file.extension in _VIDEOS else "document"


def _span(group: Sequence[SourceFile], found: Browsed) -> str:
    first, last = found.taken[group[0].key], found.taken[group[-1].key]
    return f"{written(first.date())}\n{_hours(first, last)}"


def _heading(group: Sequence[SourceFile], found: Browsed) -> str:
    first = found.taken[group[0].key]
    return f"{written(first.date())}, {first:%H:%M}"


def _hours(first: datetime, last: datetime) -> str:
    begins = f"{first:%H:%M}"
    if first.date() != last.date():
        return f"{begins}\u2013{written(last.date())} {last:%H:%M}"
    return begins if begins == f"{last:%H:%M}" else f"{begins}\u2013{last:%H:%M}"
