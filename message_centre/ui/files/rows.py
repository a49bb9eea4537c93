"""One row of the Ext list: its texts and sort keys are made once, on a worker, when it arrives."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from message_centre.domain.files import (
    Destination,
    FileKey,
    FileState,
    Listing,
    SourceFile,
    SourceKind,
)
from message_centre.domain.names import shown
from message_centre.domain.outcomes import Outcome
from message_centre.domain.patients import written
from message_centre.ui.icons import Ink
from message_centre.ui.words import tr

_VIDEO_EXTENSIONS = frozenset(".avi .mpg .mpeg .mp4 .wmv .mov .m4v .mkv .webm".split())
_PICTURE_EXTENSIONS = frozenset(
    ".ani .bmp .cal .dcm .dicom .fax .heic .heif .img .jbg .jpe .mac .pbm .pcx .pct .pgm .ppm .psd"
    " .ras .svg .tga .webp .wmf".split()
)
_NUMBERS = re.compile(r"(\d+)")
_KIBI = 1024


class Column(IntEnum):
    """The columns of the list, from left to right."""

    TICK = 0
    ICON = 1
    NAME = 2
    TYPE = 3
    DATE = 4
    SIZE = 5
    SOURCE = 6
    PATIENT = 7
    TITLE = 8


class Standing(IntEnum):
    """How a row stands, in the order in which the icon column sorts."""

    READY = 0
    DOUBTFUL = 1
    NOT_SAVED = 2
    SETTLING = 3
    HELD = 4
    OTHER = 5
    AWAY = 6
    GONE = 7
    SAVED_SOURCE_KEPT = 8
    SAVED = 9
    #: No file: a heading of a grouped list.
    HEADING = 10


_SAVED = frozenset({Standing.SAVED, Standing.SAVED_SOURCE_KEPT})
_STATES = {
    FileState.SETTLING: Standing.SETTLING,
    FileState.HELD: Standing.HELD,
    FileState.OTHER: Standing.OTHER,
}
_MARKS: dict[Standing, tuple[str, Ink]] = {
    Standing.DOUBTFUL: ("warning", Ink.WARNING),
    Standing.NOT_SAVED: ("not-saved", Ink.BAD),
    Standing.SETTLING: ("settling", Ink.MUTED),
    Standing.HELD: ("held", Ink.WARNING),
    Standing.OTHER: ("other", Ink.MUTED),
    Standing.AWAY: ("offline", Ink.MUTED),
    Standing.GONE: ("offline", Ink.MUTED),
    Standing.SAVED: ("saved", Ink.GOOD),
    Standing.SAVED_SOURCE_KEPT: ("saved-source-kept", Ink.GOOD),
}
_SOURCE_MARKS = {
    SourceKind.RETURNED: "returned",
    SourceKind.AZURE: "azure",
    SourceKind.DROPBOX: "dropbox",
    SourceKind.ONEDRIVE: "onedrive",
    SourceKind.MEDIMAGE: "medimage",
    SourceKind.QUARANTINE: "held",
}

#: The session of files that came after the list was grouped.
LATE = -1

Ident = tuple[str, str]
SortKey = tuple[object, ...]


@dataclass(slots=True, eq=False)
class FileRow:
    """A source file as the list shows it, with what happened to it since it was listed.

    Only `changed` may follow a change of these fields: it makes texts and keys anew.
    """

    file: SourceFile
    ident: Ident
    cells: list[str]
    keys: list[SortKey]
    haystack: str
    standing: Standing
    is_ticked: bool = False
    was_inspected: bool = False
    note: str = ""
    badge: str = ""
    patient: str = ""
    title: str = ""
    odd: str = ""
    session: int = LATE

    @property
    def is_saved(self) -> bool:
        """Whether this row's file was saved since the last refresh."""
        return self.standing in _SAVED

    @property
    def can_be_ticked(self) -> bool:
        """Only what can be saved now can be ticked."""
        return self.standing <= Standing.NOT_SAVED

    @property
    def mark(self) -> tuple[str, Ink]:
        """Icon and ink of the icon column: the state where there is one to tell, else the source."""
        plain = (_SOURCE_MARKS.get(self.file.kind, "folder"), Ink.MUTED)
        if self.odd and self.standing is Standing.READY:
            return _MARKS[Standing.DOUBTFUL]
        return _MARKS.get(self.standing, plain)

    @property
    def spoken(self) -> str:
        """The row in one sentence for a screen reader."""
        ticked = tr("ticked") if self.is_ticked else tr("not ticked")
        told = [self.cells[Column.NAME], ticked, self.badge or tr("ready"), self.note]
        told += [self.cells[column] for column in _SPOKEN]
        return ", ".join(part for part in told if part)

    def changed(self) -> None:
        """Make the texts that depend on standing, patient and title anew."""
        self.badge = _badge(self)
        self.cells[Column.PATIENT] = self.patient
        self.cells[Column.TITLE] = self.title
        self.keys[Column.PATIENT] = natural(self.patient)
        self.keys[Column.TITLE] = natural(self.title)
        self.keys[Column.ICON] = (int(self.standing), self.file.kind.value)
        self.haystack = folded("\n".join([*self.cells, self.badge]))


_SPOKEN = (Column.TYPE, Column.DATE, Column.SIZE, Column.SOURCE, Column.PATIENT, Column.TITLE)


@dataclass(frozen=True, slots=True)
class SourceRows:
    """A listing with its rows made; travels from the worker to the list once."""

    listing: Listing
    rows: tuple[FileRow, ...]


def rows_of(listing: Listing) -> SourceRows:
    """Make every row of a listing; meant for a worker, since a hundred thousand take a while."""
    return SourceRows(listing, tuple(row_of(file) for file in listing.files))


def row_of(file: SourceFile) -> FileRow:
    """Make the row of one source file."""
    name = shown(file.name)
    cells = ["", "", name, type_of(file), date_of(file), size_of(file.size), "", "", ""]
    cells[Column.SOURCE] = _source_cell(file)
    by_name = natural(name)
    modified = file.fingerprint.modified_ns
    row = FileRow(
        file=file,
        ident=ident_of(file.key),
        cells=cells,
        keys=[
            (),
            (),
            by_name,
            (cells[Column.TYPE].casefold(),),
            (modified,),
            (file.size,),
            natural(cells[Column.SOURCE]),
            (),
            (),
        ],
        haystack="",
        standing=standing_of(file),
        note=file.reason,
    )
    row.changed()
    return row


def ident_of(key: FileKey) -> Ident:
    """The key as a plain tuple: hashes many times faster than the key itself."""
    return key.source_id, key.path


def standing_of(file: SourceFile) -> Standing:
    """How a file stands that nothing has happened to yet."""
    if file.state is FileState.READY:
        return Standing.DOUBTFUL if file.reason else Standing.READY
    return _STATES[file.state]


def standing_after(outcome: Outcome) -> Standing:
    """How a row stands after its file was saved."""
    kept = outcome is Outcome.SAVED_SOURCE_KEPT
    return Standing.SAVED_SOURCE_KEPT if kept else Standing.SAVED


def natural(text: str) -> SortKey:
    """A key that sorts `IMG 9` before `IMG 10` and `é` beside `e`."""
    parts = _NUMBERS.split(folded(text))
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))


def folded(text: str) -> str:
    """Without case, accents and macrons, for comparing what a person typed."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def size_of(size: int) -> str:
    """Bytes as a person reads them."""
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < _KIBI or unit == "TB":
            break
        amount /= _KIBI
    return f"{amount:.0f} {unit}" if unit in {"B", "KB"} else f"{amount:.1f} {unit}"


def date_of(file: SourceFile) -> str:
    """`22 Nov 2026 17:03`, or words where the file's time lies outside the calendar."""
    try:
        return moment(file.modified)
    except (OverflowError, ValueError, OSError):
        return tr("unknown")


def moment(at: datetime) -> str:
    """A time of day and its date, the same in every locale."""
    return f"{written(at.date())} {at:%H:%M}"


def type_of(file: SourceFile) -> str:
    """The extension and what sort of thing it is: `JPG image`."""
    extension = shown(file.extension.removeprefix(".").upper())
    return f"{extension} {tr(_sort_of_thing(file))}".strip()


def _source_cell(file: SourceFile) -> str:
    """A drive by its kind alone: there is one of each, and patient and title want the room."""
    short = short_source(file.source_name)
    return short.partition(" ")[0] if file.kind.is_drive else short


def short_source(name: str) -> str:
    """A folder's own name instead of its whole path; tips and details show the path.

    A drive keeps its whole name: that it is Dropbox says more than which folder of it.
    """
    path = name.replace("\\", "/")
    if not (path.startswith("/") or path[1:2] == ":"):
        return shown(name)
    return shown(path.rstrip("/").rpartition("/")[2] or name)


def symbol_of(file: SourceFile) -> str:
    """The icon for the sort of thing a file is."""
    return _sort_of_thing(file)


def _sort_of_thing(file: SourceFile) -> str:
    if file.destination is Destination.IMAGES or file.extension in _PICTURE_EXTENSIONS:
        return "image"
    return "video" if file.extension in _VIDEO_EXTENSIONS else "document"


def _badge(row: FileRow) -> str:
    """The state in one or two words; a ready row needs none."""
    if row.standing is Standing.DOUBTFUL and row.file.unclaimed:
        return tr(row.file.unclaimed)
    if row.standing is Standing.DOUBTFUL:
        incomplete = "incomplete" in row.note
        return tr("looks incomplete") if incomplete else tr("check content")
    return {
        Standing.READY: tr(row.odd) if row.odd else "",
        Standing.NOT_SAVED: tr("not saved"),
        Standing.SETTLING: tr("settling"),
        Standing.HELD: tr("held"),
        Standing.OTHER: tr("other type"),
        Standing.AWAY: tr("source is away"),
        Standing.GONE: tr("no longer there"),
        Standing.SAVED: tr("saved"),
        Standing.SAVED_SOURCE_KEPT: tr("saved, source kept"),
    }[row.standing]
