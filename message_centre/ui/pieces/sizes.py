"""Sizes and moments as people read them."""

from datetime import datetime
from functools import lru_cache

from message_centre.domain.patients import written

_KIBI = 1024
_MANY = 4096


@lru_cache(_MANY)
def size_words(size: int) -> str:
    """`812 B`, `35 KB`, `3.4 MB`: the same everywhere, so that a file is known by it."""
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < _KIBI or unit == "TB":
            break
        amount /= _KIBI
    return f"{amount:.0f} {unit}" if unit in {"B", "KB"} else f"{amount:.1f} {unit}"


def moment_words(moment: datetime) -> str:
    """`07 Mar 2026, 14:05` in local time."""
    local = moment.astimezone()
    return f"{written(local.date())}, {local:%H:%M}"
