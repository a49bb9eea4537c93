"""The day sheet: per source, everything seen and where it went."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from message_centre.domain.day_sheets import DayFile, Fate
from message_centre.domain.files import FileKey, FileState, Listing, SourceFile, SourceState
from message_centre.domain.people import Operator, Right
from message_centre.domain.records import Record
from message_centre.domain.tower_folders import Standing, TowerFolder, Verdict
from message_centre.services.listing import Lister
from message_centre.services.permitting import Guard, open_to_all
from message_centre.services.ports import (
    Clock,
    DayCount,
    DayCounts,
    Patients,
    Records,
    Repeated,
    Repeats,
)
from message_centre.services.work import CancelToken

_SHOWN = {SourceState.CONNECTED, SourceState.SETTLING}
_UNREADABLE = "It cannot be read."
_LOOSE = "(files in no folder)"

#: Why auto-import leaves which of these files to a person, for the operator with this id.
Unclaimed = Callable[[Sequence[SourceFile], str], Mapping[FileKey, str]]
#: What stands in the towers' roots.
Towers = Callable[[CancelToken], Iterable[Standing]]


@dataclass(frozen=True)
class DaySheetParts:
    """What day sheets are made of."""

    counts: DayCounts
    records: Records
    repeats: Repeats
    patients: Patients
    lister: Lister
    clock: Clock
    unclaimed: Unclaimed
    towers: Towers


@dataclass(frozen=True, slots=True)
class _Counted:
    """A listing, which of its files are held, and what is named for them."""

    listing: Listing
    held: Collection[FileKey]
    named: Sequence[DayFile]


class DaySheets:
    """Counts each source's day; seen = filed + waiting + held + ignored, always.

    Sources that people call by the same name are one line. What is filed comes from the records, so
    it also counts what other workstations and earlier runs of the program filed. Held is what cannot
    be read, what auto-import leaves to a person, and what stands in a tower's folder of nobody's. A file that came again is ignored, and named.
    """

    def __init__(self, parts: DaySheetParts, guard: Guard = open_to_all) -> None:
        self._guard = guard
        self._parts = parts
        self._counts = parts.counts

    def today(self) -> date:
        """The day it is on this computer."""
        return self._parts.clock.now().date()

    def of(
        self, day: date, operator: Operator, provider: str, token: CancelToken
    ) -> tuple[DayCount, ...]:
        """The day's counts by source: today's from a fresh listing, a past day's as last noted.

        Raises:
            NotPermitted, NotSignedIn: who sits here may not see the Ext list of any provider.
            Cancelled
        """
        parts = self._parts
        self._guard(Right.SEE_EXT)
        if day == self.today():
            self.note(parts.lister.refresh(operator, provider, token), operator.id)
            self._note(filter(None, map(_of_tower, parts.towers(token))))
        filed, again = self._filed(day), Counter(one.source for one in self._again(day))
        noted = {count.source: count for count in self._counts.of_day(day)}
        sources = sorted({*filed, *noted, *again})
        return tuple(
            _balanced(
                noted.get(source) or _nothing(day, source, 0), filed.get(source, 0), again[source]
            )
            for source in sources
        )

    def files(self, day: date) -> tuple[DayFile, ...]:
        """The day's named files: held ones as last noted, auto-imported ones, and those that came again.

        Raises:
            NotPermitted, NotSignedIn: as for `of`.
        """
        self._guard(Right.SEE_EXT)
        imported = tuple(map(self._imported, self._parts.records.by_themselves(*_hours(day))))
        again = tuple(
            DayFile(one.source, one.token, one.name, Fate.CAME_AGAIN) for one in self._again(day)
        )
        return (*self._counts.held_on(day), *imported, *again)

    def note(self, listings: Iterable[Listing], operator_id: str) -> None:
        """Keep the counts of these listings as today's latest, seen with this operator's auto-import.

        A source that could not be listed keeps its last counts: being away empties no inbox.
        """
        shown = (listing for listing in listings if listing.state in _SHOWN)
        self._note(self._of_source(listing, operator_id) for listing in shown)

    def _note(self, seen: Iterable[_Counted]) -> None:
        today = self.today()
        filed = self._filed(today)
        counts: dict[str, DayCount] = {}
        named: dict[tuple[str, str], DayFile] = {}
        for one in seen:
            source = one.listing.source_name
            known = counts.get(source) or _nothing(today, source, filed.get(source, 0))
            counts[source] = _with(known, one.listing, one.held)
            named |= {(source, file.token): file for file in one.named}
        self._counts.save(counts.values(), named.values())

    def _of_source(self, listing: Listing, operator_id: str) -> _Counted:
        reasons = self._held(listing, operator_id)
        source = listing.source_name
        named = [
            DayFile(source, file.key.token, file.name, Fate.HELD, reasons[file.key])
            for file in listing.files
            if file.key in reasons
        ]
        return _Counted(listing, reasons.keys(), named)

    def _held(self, listing: Listing, operator_id: str) -> dict[FileKey, str]:
        """Why which files of a listing are held."""
        unreadable = {
            file.key: file.reason or _UNREADABLE
            for file in listing.files
            if file.state is FileState.HELD
        }
        return unreadable | dict(self._parts.unclaimed(listing.files, operator_id))

    def _imported(self, record: Record) -> DayFile:
        patient = self._parts.patients.get(record.patient_id)
        return DayFile(
            record.source,
            record.id,
            record.original_name,
            Fate.IMPORTED,
            record_id=record.id,
            patient=patient.label if patient else record.patient_id,
            provider=record.provider,
        )

    def _filed(self, day: date) -> Mapping[str, int]:
        return self._parts.records.filed_between(*_hours(day))

    def _again(self, day: date) -> tuple[Repeated, ...]:
        return self._parts.repeats.between(*_hours(day))


def _hours(day: date) -> tuple[datetime, datetime]:
    """Midnights of this computer's own time zone; a day of 23 or 25 hours is still one day."""
    start, end = (
        datetime.combine(each, time.min).astimezone() for each in (day, day + timedelta(days=1))
    )
    return start, end


def _nothing(day: date, source: str, filed: int) -> DayCount:
    return DayCount(day, source, seen=filed, filed=filed, waiting=0, held=0, ignored=0)


def _of_tower(standing: Standing) -> _Counted | None:
    """A root as it is counted: of a folder in doubt everything is held, and the folder is what is named."""
    if standing.listing is None:
        return None
    source = standing.listing.source_name
    held = {file.key for file in standing.listing.files if file.state is FileState.HELD}
    named = []
    for folder in standing.folders:
        if folder.match.verdict is Verdict.DOUBT and folder.waits:
            files = (*folder.files, *folder.waiting)
            held |= {file.key for file in files}
            named.append(_held_folder(folder, source, files))
        else:
            named += [
                DayFile(source, one.key.token, one.name, Fate.HELD, one.reason or _UNREADABLE)
                for one in folder.waiting
                if one.key in held
            ]
    return _Counted(standing.listing, held, named)


def _held_folder(folder: TowerFolder, source: str, files: Sequence[SourceFile]) -> DayFile:
    many = f"{len(files)} files" if len(files) > 1 else "1 file"
    reason = f"Tower folder with {many}. {folder.match.doubt}"
    return DayFile(source, files[0].key.token, folder.name or _LOOSE, Fate.HELD, reason)


def _with(count: DayCount, listing: Listing, held: Collection[FileKey]) -> DayCount:
    others = [file.state for file in listing.files if file.key not in held]
    waiting = others.count(FileState.READY) + others.count(FileState.SETTLING)
    return replace(
        count,
        seen=count.seen + len(listing.files),
        waiting=count.waiting + waiting,
        held=count.held + len(listing.files) - len(others),
        ignored=count.ignored + others.count(FileState.OTHER),
    )


def _balanced(count: DayCount, filed: int, again: int) -> DayCount:
    """The count with what is filed now: what was filed since the last look waited or was held then.

    Likewise, what was withdrawn since waits again, so a file never counts twice.
    """
    since = filed - count.filed
    waiting = max(count.waiting - since, 0)
    held = count.held - min(max(since - count.waiting, 0), count.held)
    ignored = count.ignored + again
    seen = filed + waiting + held + ignored
    return replace(count, filed=filed, waiting=waiting, held=held, ignored=ignored, seen=seen)
