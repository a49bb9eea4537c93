"""The day sheet: per source, everything seen and where it went."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from message_centre.domain.files import FileState, Listing, SourceState
from message_centre.domain.people import Operator, Right
from message_centre.services.listing import Lister
from message_centre.services.permitting import Guard, open_to_all
from message_centre.services.ports import Clock, DayCount, DayCounts, Records
from message_centre.services.work import CancelToken

_SHOWN = {SourceState.CONNECTED, SourceState.SETTLING}


class DaySheets:
    """Counts each source's day; seen = filed + waiting + held + ignored, always.

    Sources that people call by the same name are one line. What is filed comes from the records, so
    it also counts what other workstations and earlier runs of the program filed.
    """

    def __init__(
        self,
        counts: DayCounts,
        records: Records,
        lister: Lister,
        clock: Clock,
        guard: Guard = open_to_all,
    ) -> None:
        self._guard = guard
        self._counts = counts
        self._records = records
        self._lister = lister
        self._clock = clock

    def of(
        self, day: date, operator: Operator, provider: str, token: CancelToken
    ) -> tuple[DayCount, ...]:
        """The day's counts by source: today's from a fresh listing, a past day's as last noted.

        Raises:
            NotPermitted, NotSignedIn: who sits here may not see the Ext list of any provider.
        """
        self._guard(Right.SEE_EXT)
        if day == self._clock.now().date():
            self.note(self._lister.refresh(operator, provider, token))
        filed = self._filed(day)
        noted = {count.source: count for count in self._counts.of_day(day)}
        sources = sorted({*filed, *noted})
        return tuple(
            _balanced(noted.get(source) or _nothing(day, source, 0), filed.get(source, 0))
            for source in sources
        )

    def note(self, listings: Iterable[Listing]) -> None:
        """Keep the counts of these listings as today's latest.

        A source that could not be listed keeps its last counts: being away empties no inbox.
        """
        today = self._clock.now().date()
        filed = self._filed(today)
        counts: dict[str, DayCount] = {}
        for listing in listings:
            if listing.state in _SHOWN:
                source = listing.source_name
                known = counts.get(source) or _nothing(today, source, filed.get(source, 0))
                counts[source] = _with(known, listing)
        self._counts.save(counts.values())

    def _filed(self, day: date) -> Mapping[str, int]:
        # Midnights of this computer's own time zone; a day of 23 or 25 hours is still one day.
        start, end = (
            datetime.combine(each, time.min).astimezone() for each in (day, day + timedelta(days=1))
        )
        return self._records.filed_between(start, end)


def _nothing(day: date, source: str, filed: int) -> DayCount:
    return DayCount(day, source, seen=filed, filed=filed, waiting=0, held=0, ignored=0)


def _with(count: DayCount, listing: Listing) -> DayCount:
    states = [file.state for file in listing.files]
    waiting = states.count(FileState.READY) + states.count(FileState.SETTLING)
    return replace(
        count,
        seen=count.seen + len(states),
        waiting=count.waiting + waiting,
        held=count.held + states.count(FileState.HELD),
        ignored=count.ignored + states.count(FileState.OTHER),
    )


def _balanced(count: DayCount, filed: int) -> DayCount:
    """The count with what is filed now: what was filed since the last look was waiting then.

    Likewise, what was withdrawn since waits again, so a file never counts twice.
    """
    waiting = max(count.waiting - (filed - count.filed), 0)
    seen = filed + waiting + count.held + count.ignored
    return replace(count, filed=filed, waiting=waiting, seen=seen)
