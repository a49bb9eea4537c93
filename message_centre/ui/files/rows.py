"""One row of the Ext list: its texts and sort keys are made once, on a worker, when it arrives."""

import re
import time
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache

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
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.words import tr

_VIDEO_EXTENSIONS = frozenset(".avi .mpg .mpeg .mp4 .wmv .mov .m4v .mkv .webm".split())
_SOUND_EXTENSIONS = frozenset(".mp3 .wav .m4a .aif .aiff .amr .flac .ogg .opus".split())
_PICTURE_EXTENSIONS = frozenset(
    ".ani .bmp .cal .dcm .dicom .fax .heic .heif .img .jbg .jpe .mac .pbm .pcx .pct .pgm .ppm .psd"
    " .ras .svg .tga .webp .wmf".split()
)
_NUMBER = re.compile(r"\d+")


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


_BADGES = {
    Standing.NOT_SAVED: "not saved",
    Standing.SETTLING: "settling",
    Standing.HELD: "held",
    Standing.OTHER: "other type",
    Standing.AWAY: "source is away",
    Standing.GONE: "no longer there",
    Standing.SAVED: "saved",
    Standing.SAVED_SOURCE_KEPT: "saved, source kept",
}
#: Rows that stand so or better can be ticked.
LAST_TO_TICK = Standing.NOT_SAVED
TICKABLE = tuple(standing for standing in Standing if standing <= LAST_TO_TICK)
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

#: Answers kept: of types, sources, days and sizes a list has few that differ.
_FEW, _MANY = 256, 4096

Ident = tuple[str, str]


@dataclass(slots=True, eq=False)
class FileRow:
    """A source file as the list shows it, with what happened to it since it was listed.

    Only `changed` may follow a change of these fields: it makes the texts anew.
    """

    file: SourceFile
    ident: Ident
    cells: list[str]
    haystack: str
    standing: Standing
    is_ticked: bool = False
    was_inspected: bool = False
    note: str = ""
    badge: str = ""
    patient: str = ""
    title: str = ""
    odd: str = ""
    by_name: str = ""
    counted: Standing = Standing.READY

    @property
    def is_saved(self) -> bool:
        """Whether this row's file was saved since the last refresh."""
        return self.standing in _SAVED

    @property
    def can_be_ticked(self) -> bool:
        """Only what can be saved now can be ticked."""
        return self.standing <= LAST_TO_TICK

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
        self.haystack = folded("\n".join([*self.cells, self.badge]))


_SPOKEN = (Column.TYPE, Column.DATE, Column.SIZE, Column.SOURCE, Column.PATIENT, Column.TITLE)


@dataclass(frozen=True, slots=True)
class SourceRows:
    """A listing with its rows made; travels from the worker to the list once.

    Where `gone` is given, the rows are only those that differ from the last listing, and `gone` those
    that it showed and this one does not. `sorted_by` is the wish that they are sorted by, if any.
    """

    listing: Listing
    by_ident: dict[Ident, FileRow]
    gone: frozenset[Ident] | None = None
    sorted_by: object = None

    @property
    def rows(self) -> Collection[FileRow]:
        """The rows."""
        return self.by_ident.values()

    def holds_all(self, known: Mapping[Ident, FileRow]) -> bool:
        """Whether these are all the source shows, and the known rows, each itself, are among them."""
        of = self.by_ident.get
        return self.gone is None and all(of(ident) is row for ident, row in known.items())

    def missing(self, known: Mapping[Ident, FileRow]) -> list[FileRow]:
        """Those of the known rows that the source no longer shows."""
        if self.gone is None:
            return [row for ident, row in known.items() if ident not in self.by_ident]
        return [known[ident] for ident in self.gone if ident in known]


def rows_of(
    listing: Listing, last: Listing | None = None, early: Mapping[int, FileRow] | None = None
) -> SourceRows:
    """Make the rows of a listing, or of what differs from the last one of the same source.

    `early` are rows that were made before the look was over, by the `id` of their file as it was then:
    they go on. Meant for a worker, since a hundred thousand take a while.
    """
    if last is None or not last.files or not listing.files:
        if not early:
            return SourceRows(listing, {ident_of(file.key): row_of(file) for file in listing.files})
        rows = [early.get(id(file)) or row_of(file) for file in listing.files]
        return SourceRows(listing, {row.ident: row for row in rows})
    # A source hands out the very same file where nothing changed: no need to look into it.
    before = {id(file) for file in last.files}
    fresh = [file for file in listing.files if id(file) not in before]
    idents = {ident_of(file.key) for file in listing.files}
    gone = frozenset(ident_of(file.key) for file in last.files) - idents
    return SourceRows(listing, {ident_of(file.key): row_of(file) for file in fresh}, gone)


def row_of(file: SourceFile) -> FileRow:
    """Make the row of one source file."""
    name, standing = shown(file.name), standing_of(file)
    kind = type_of(file.extension, file.destination)
    source = _source_cell(file.source_name, is_drive=file.kind.is_drive)
    row = FileRow(
        file=file,
        ident=ident_of(file.key),
        cells=["", "", name, kind, date_of(file), size_words(file.size), source, "", ""],
        haystack="",
        standing=standing,
        note=file.reason,
        counted=standing,
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


def natural(text: str) -> str:
    """A key that sorts `IMG 9` before `IMG 10` and `é` beside `e`: one string, which compares fast.

    A number stands behind a mark that is smaller than any letter, and behind its own length.
    """
    return _NUMBER.sub(_numbered, folded(text))


def _numbered(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    return f"\0{chr(len(digits))}{digits}"


def folded(text: str) -> str:
    """Without case, accents and macrons, for comparing what a person typed."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def date_of(file: SourceFile) -> str:
    """`22 Nov 2026 17:03`, or words where the file's time lies outside the calendar."""
    try:
        at = time.localtime(file.fingerprint.modified_ns // 1_000_000_000)
        return f"{_day(at.tm_year, at.tm_mon, at.tm_mday)} {at.tm_hour:02}:{at.tm_min:02}"
    except (OverflowError, ValueError, OSError):
        return tr("unknown")


@lru_cache(_MANY)
def _day(year: int, month: int, day: int) -> str:
    return written(date(year, month, day))


def moment(at: datetime) -> str:
    """A time of day and its date, the same in every locale."""
    return f"{written(at.date())} {at:%H:%M}"


@lru_cache(_FEW)
def type_of(extension: str, destination: Destination) -> str:
    """The extension and what sort of thing it is: `JPG image`."""
    told = shown(extension.removeprefix(".").upper())
    return f"{told} {tr(_sort_of_thing(extension, destination))}".strip()


@lru_cache(_FEW)
def _source_cell(name: str, *, is_drive: bool) -> str:
    """A drive by its kind alone: there is one of each, and patient and title want the room."""
    short = short_source(name)
    return short.partition(" ")[0] if is_drive else short


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
    return _sort_of_thing(file.extension, file.destination)


def _sort_of_thing(extension: str, destination: Destination) -> str:
    if destination is Destination.IMAGES or extension in _PICTURE_EXTENSIONS:
        return "image"
    if extension in _SOUND_EXTENSIONS:
        return "sound"
    return "video" if extension in _VIDEO_EXTENSIONS else "document"


def _badge(row: FileRow) -> str:
    """The state in one or two words; a ready row needs none."""
    if row.standing is Standing.READY:
        return tr(row.odd) if row.odd else ""
    if row.standing is not Standing.DOUBTFUL:
        return tr(_BADGES[row.standing])
    if row.file.unclaimed:
        return tr(row.file.unclaimed)
    return tr("looks incomplete") if "incomplete" in row.note else tr("check content")
