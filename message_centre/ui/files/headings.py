"""Headings over the sessions of a grouped list: rows that are no files and can never be the current one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import islice

from PySide6.QtCore import Qt

from message_centre.domain.names import shown
from message_centre.domain.patients import written
from message_centre.domain.sessions import ALONE, Sessions
from message_centre.ui.files.rows import Column, FileRow, Standing
from message_centre.ui.words import counted, tr

#: The session of files that came after the list was grouped.
LATE = -1
_BLANK = [""] * len(Column)
#: A heading looks through so many files at each painting, not through more.
_MOST_LOOKED_AT = 5000
_NANO = 1_000_000_000
_FIELDS = tuple(field.name for field in fields(FileRow))


@dataclass(slots=True, eq=False)
class HeadingRow(FileRow):
    """Over the shown files of one session: how many, when, with what, and whether one is odd.

    To everything that goes through rows it is one that can be neither ticked nor found.
    """

    number: int = ALONE
    sessions: Sessions = field(default_factory=Sessions)
    members: list[FileRow] = field(default_factory=list)
    told: str = ""

    def hold(self, members: list[FileRow]) -> None:
        """These are the files below it now."""
        self.members, self.told = members, ""

    @property
    def words(self) -> str:
        """`12 files · 22 Nov 2026 17:03 to 17:11 · iPhone 12 · 1 odd one out`; made when it is seen."""
        if not self.told:
            files = counted(len(self.members), "{n} file", "{n} files")
            told = (self._title(files), self._span(), self._device(), self._odd())
            self.told = "  \u00b7  ".join(part for part in told if part)
        return self.told

    @property
    def spoken(self) -> str:
        """The heading for a screen reader."""
        ticked = {
            Qt.CheckState.Checked: tr("all ticked"),
            Qt.CheckState.PartiallyChecked: tr("some ticked"),
        }.get(self.tick_state(), tr("none ticked"))
        return tr("Group: {words}, {ticked}", words=self.words, ticked=ticked)

    def tick_state(self) -> Qt.CheckState:
        """Whether all, some or none of its files that can be ticked are."""
        tickable = [row for row in self._looked_at() if row.can_be_ticked]
        ticked = sum(row.is_ticked for row in tickable)
        if not ticked:
            return Qt.CheckState.Unchecked
        is_all = ticked == len(tickable)
        return Qt.CheckState.Checked if is_all else Qt.CheckState.PartiallyChecked

    @property
    def can_be_toggled(self) -> bool:
        """Whether any of its files can be ticked."""
        return any(row.can_be_ticked for row in self._looked_at())

    def _title(self, files: str) -> str:
        if self.number == LATE:
            return tr("New: {files}", files=files)
        return tr("By themselves: {files}", files=files) if self.number == ALONE else files

    def _span(self) -> str:
        if self.number in {ALONE, LATE}:
            return ""
        times = self.sessions.times
        taken = [
            times.get(row.ident, row.file.fingerprint.modified_ns) for row in self._looked_at()
        ]
        return span_words(min(taken), max(taken))

    def _device(self) -> str:
        return shown(self.sessions.devices.get(self.number, ""))

    def _odd(self) -> str:
        count = sum(bool(row.odd) for row in self._looked_at())
        return counted(count, "{n} odd one out", "{n} odd ones out") if count else ""

    def _looked_at(self) -> Iterable[FileRow]:
        return islice(self.members, _MOST_LOOKED_AT)


def span_words(first: int, last: int) -> str:
    """`22 Nov 2026 17:03 to 17:11`; both dates where they differ, one time where they are the same."""
    try:
        start, end = (datetime.fromtimestamp(at // _NANO).astimezone() for at in (first, last))
    except (OverflowError, ValueError, OSError):
        return tr("unknown time")
    begin, finish = f"{start:%H:%M}", f"{end:%H:%M}"
    day = written(start.date())
    if start.date() != end.date():
        return tr("{a} to {b}", a=f"{day} {begin}", b=f"{written(end.date())} {finish}")
    return f"{day} {begin}" if begin == finish else tr("{a} to {b}", a=f"{day} {begin}", b=finish)


class Arrangement:
    """Puts rows under the headings of their sessions; sessions stand by the first row of each.

    To make one is work for a worker: it goes through every row and changes none.
    """

    def __init__(self, sessions: Sessions, rows: Iterable[FileRow] = ()) -> None:
        self._sessions = sessions
        self._number_of: dict[FileRow, int] = {}
        self._headings: dict[int, HeadingRow] = {}
        self._odd: list[FileRow] = []
        self._last: tuple[list[FileRow], list[FileRow]] = [], []
        #: How many headings are in use.
        self.headings = 0
        for row in rows:
            number = self._number_of[row] = sessions.numbers.get(row.ident, LATE)
            if number not in self._headings:
                self._headings[number] = _made(row, number, sessions)
            if row.ident in sessions.odd:
                self._odd.append(row)

    def arranged(self, order: list[FileRow]) -> list[FileRow]:
        """The rows in their order, session by session, each below its heading.

        Of the order that was asked for last the answer is known: a worker asks before the list does.
        """
        if order != self._last[0]:
            self._last = order, self._put_under_headings(order)
        return self._last[1]

    def _put_under_headings(self, order: list[FileRow]) -> list[FileRow]:
        number_of = self._number_of.get
        sessions: defaultdict[int, list[FileRow]] = defaultdict(list)
        for row in order:
            sessions[number_of(row, LATE)].append(row)
        if LATE in sessions:
            sessions[LATE] = sessions.pop(LATE)
        self.headings = len(sessions)
        made: list[FileRow] = []
        for number, rows in sessions.items():
            made.append(self._heading(number, rows))
            made += rows
        return made

    def begin(self) -> None:
        """Let the rows that do not quite belong to their session say so."""
        for row in self._odd:
            row.odd = self._sessions.odd[row.ident]
            row.changed()

    def end(self) -> None:
        """Let no row say so any more."""
        for row in self._odd:
            row.odd = ""
            row.changed()

    def _heading(self, number: int, rows: list[FileRow]) -> HeadingRow:
        heading = self._headings.get(number)
        if heading is None:
            heading = self._headings[number] = _made(rows[0], number, self._sessions)
        heading.hold(rows)
        return heading


def _made(first: FileRow, number: int, sessions: Sessions) -> HeadingRow:
    heading = HeadingRow(**{name: getattr(first, name) for name in _FIELDS})
    heading.cells, heading.standing, heading.was_inspected = _BLANK, Standing.HEADING, True
    heading.haystack = heading.note = heading.badge = heading.patient = heading.title = ""
    heading.is_ticked, heading.odd = False, ""
    heading.number, heading.sessions = number, sessions
    return heading
