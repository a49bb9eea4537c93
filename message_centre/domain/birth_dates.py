"""Birth dates as people write them in New Zealand: the day first, or ISO with the year first."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH_LETTERS = 3
_EARLIEST_YEAR = 1850
_YEAR_DIGITS = 4
_GAP = r"[\s./,-]+"
_MONTH = "(?P<month>[0-9]{1,2}|[a-z]{3,9})"

_FULL = (
    re.compile(rf"(?P<year>[0-9]{{4}}){_GAP}{_MONTH}{_GAP}(?P<day>[0-9]{{1,2}})"),
    re.compile(
        rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_GAP}{_MONTH}{_GAP}(?P<year>[0-9]{{4}}|[0-9]{{2}})"
    ),
    re.compile(r"(?P<day>[0-9]{1,2})(?P<month>[a-z]{3,9})(?P<year>[0-9]{4}|[0-9]{2})"),
)
_RUN_TOGETHER = (
    re.compile(r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{2})"),
)
_MONTH_ONLY = (
    re.compile(rf"(?P<month>[a-z]{{3,9}}){_GAP}(?P<year>[0-9]{{4}})"),
    re.compile(rf"(?P<month>[0-9]{{1,2}}){_GAP}(?P<year>[0-9]{{4}})"),
)
_YEAR_ONLY = (re.compile(r"(?P<year>(?:18|19|20)[0-9]{2})"),)

#: Dates in running text, for taking them out of a query.
FULL_PATTERNS = tuple(re.compile(rf"(?<![\w]){form.pattern}(?![\w])") for form in _FULL)
MONTH_PATTERNS = tuple(re.compile(rf"(?<![\w]){form.pattern}(?![\w])") for form in _MONTH_ONLY)


@dataclass(frozen=True, slots=True)
class Span:
    """Birth dates from `first` to `last`, both included; one day where a full date was written."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def parse(text: str, *, today: date) -> date | None:
    """The one birth date that `text` writes in full, or None.

    A year of two digits is of this century unless that lies in the future, then of the one before.
    """
    spans = [span for span in readings(text, today=today) if span.first == span.last]
    return spans[0].first if spans else None


def readings(text: str, *, today: date) -> tuple[Span, ...]:
    """What `text` may mean as a birth date, a month or a year; empty if nothing."""
    written = text.strip().lower()
    found = []
    for pattern in (*_FULL, *_RUN_TOGETHER, *_MONTH_ONLY, *_YEAR_ONLY):
        match = pattern.fullmatch(written)
        span = _span(match.groupdict(), today) if match else None
        if span is not None and span not in found:
            found.append(span)
    return tuple(found)


def is_plausible(day: date, *, today: date) -> bool:
    """Whether somebody of the register can be born on that day: not in the future, nor too long ago."""
    return date(_EARLIEST_YEAR, 1, 1) <= day <= today


def _span(parts: dict[str, str | None], today: date) -> Span | None:
    month = _month(parts.get("month") or "1")
    year_text = parts.get("year") or ""
    if len(year_text) == _YEAR_DIGITS and int(year_text) < _EARLIEST_YEAR:
        return None
    try:
        if parts.get("day"):
            day = _day(int(parts["day"] or 0), month, year_text, today)
            return Span(day, day)
        if parts.get("month"):
            return Span(date(int(year_text), month, 1), _last_of(int(year_text), month))
        return Span(date(int(year_text), 1, 1), date(int(year_text), 12, 31))
    except ValueError:
        return None


def _day(day: int, month: int, year_text: str, today: date) -> date:
    """The date, its century chosen for a year of two digits. Raises ValueError if there is none."""
    if len(year_text) == _YEAR_DIGITS:
        return date(int(year_text), month, day)
    century = today.year // 100 * 100
    for base in (century, century - 100):
        year = base + int(year_text)
        if (year, month, day) <= (today.year, today.month, today.day):
            return date(year, month, day)
    raise ValueError(year_text)


def _month(text: str) -> int:
    """The month's number, or 0 if it is none."""
    if text.isdigit():
        return int(text)
    for number, name in enumerate(_MONTHS, start=1):
        if len(text) >= _MONTH_LETTERS and name.startswith(text):
            return number
    return 0


def _last_of(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
