"""What the path of a delivered photo says: whose it is, what it shows, when it was taken."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes

from message_centre.domain.files import SourceFile, SourceKind

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTH = "|".join(_MONTHS)
_TIME = r"(?P<hour>\d{1,2})-(?P<minute>\d{2})-(?P<second>\d{2})"
#: A second photo of one name, as our own receiver keeps it, ends in a small number.
_END = r"(?:-(?P<nth>[1-9]\d{0,2}))?$"
#: The browser app, the messaging plug-in (twelve hours, not told which half), its exports.
_DATES = tuple(
    re.compile(rf"(?:^|-){day}-{_TIME}{_END}", re.IGNORECASE)
    for day in (
        rf"(?P<day>\d{{1,2}})-(?P<month>{_MONTH})-(?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})-(?P<number>\d{1,2})-(?P<year>\d{4})",
        rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)-(?P<month>{_MONTH})-(?P<day>\d{{1,2}})-(?P<year>\d{{4}})",
    )
)
_SENT = re.compile(r"(-\d{4}-\d{1,2}-\d{2}-\d{2})-[1-9]\d{0,2}(\.\w+)$")
_NUMBERED = 1
_INNER = re.compile(r"(?:\.(?:jpe?g|png|gif|tiff?|hei[cf]|mp4|m4v|mov|pdf))+$", re.IGNORECASE)
_NOON = 12
#: Clocks of phones and servers differ a little.
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Taken:
    """A time out of a name, without a zone. `half_told` means that it may be twelve hours later."""

    at: datetime
    half_told: bool = False

    def local(self, arrived: datetime) -> datetime:
        """In local time; of two halves of a day the one at or just before the arrival."""
        first = self.at.astimezone()
        later = (self.at + timedelta(hours=_NOON)).astimezone()
        return later if self.half_told and later <= arrived + _SLACK else first


@dataclass(frozen=True, slots=True)
class Delivered:
    """A path below an address key's folder. `folder` is empty where the photo stands in it directly."""

    folder: str
    below: tuple[str, ...]
    words: tuple[str, ...]
    taken: Taken | None

    def title(self, skipped: int = 0) -> str:
        """The words without the date and the first `skipped` ones: `arm: left wound`."""
        words = " ".join(word for word in self.words[skipped:] if word)
        return ": ".join(part for part in (*self.below, words) if part)


def named_time(file: SourceFile) -> datetime | None:
    """The time in the name of a delivered photo, or None; other files' names are not read here."""
    if file.kind not in {SourceKind.MEDIMAGE, SourceKind.QUARANTINE}:
        return None
    taken = delivered(path_of(file)).taken
    return taken.local(file.modified) if taken else None


def as_sent(name: str) -> str:
    """A photo's name without the number that our receiver gave it because the name was taken."""
    return _SENT.sub(r"\1\2", name)


def path_of(file: SourceFile) -> tuple[str, ...]:
    """The names that lead to a delivered file, its own name last."""
    parts = file.key.path.split("/")
    return tuple(unquote_to_bytes(part).decode("utf-8", "backslashreplace") for part in parts)


def delivered(path: tuple[str, ...]) -> Delivered:
    """Read a path's parts, the file's name last."""
    *folders, name = path
    stem = _INNER.sub("", name)
    words, taken = _without_date(stem)
    folder = folders[0] if folders else ""
    return Delivered(folder, tuple(folders[1:]), words, taken)


def _without_date(stem: str) -> tuple[tuple[str, ...], Taken | None]:
    for number, pattern in enumerate(_DATES):
        found = pattern.search(stem)
        taken = _taken(found.groupdict(), twelve=number == _NUMBERED) if found else None
        if found and taken:
            return _words(stem[: found.start()]), taken
    return _words(stem), None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split("-") if word)


def _taken(parts: dict[str, str | None], *, twelve: bool) -> Taken | None:
    month = parts.get("number") or str(_MONTHS.index((parts["month"] or "").title()) + 1)
    day, year, hour = (int(parts[name] or 0) for name in ("day", "year", "hour"))
    minute, second = (int(parts[name] or 0) for name in ("minute", "second"))
    half_told = twelve and 0 < hour <= _NOON
    if half_told:
        hour %= _NOON
    try:
        # The zone is the practice's: no phone tells one.
        return Taken(
            datetime(year, int(month), day, hour, minute, second),  # noqa: DTZ001 - see above
            half_told,
        )
    except ValueError:
        return None
