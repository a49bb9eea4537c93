"""The day sheet: per source, everything seen and where it went."""

from collections.abc import Iterable
from datetime import date

from message_centre.domain.files import Listing
from message_centre.domain.people import Operator
from message_centre.services.listing import Lister
from message_centre.services.ports import Clock, DayCount, DayCounts, Records
from message_centre.services.work import CancelToken


class DaySheets:
    """Counts each source's day; seen = filed + waiting + held + ignored, always."""

    def __init__(self, counts: DayCounts, records: Records, lister: Lister, clock: Clock) -> None:
        self._counts = counts
        self._records = records
        self._lister = lister
        self._clock = clock

    def of(
        self, day: date, operator: Operator, provider: str, token: CancelToken
    ) -> tuple[DayCount, ...]:
        """The day's counts by source: today's from a fresh listing, a past day's as last noted."""
        raise NotImplementedError

    def note(self, listings: Iterable[Listing]) -> None:
        """Keep the counts of these listings as today's latest."""
        raise NotImplementedError
