"""Sizes and moments as people read them."""

from datetime import datetime

from message_centre.domain.patients import written

_UNITS = ("bytes", "kB", "MB", "GB")
_STEP = 1000


def size_words(size: int) -> str:
    """`812 bytes`, `3.4 MB`."""
    amount, unit = float(size), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit else f"{size} {_UNITS[0]}"


def moment_words(moment: datetime) -> str:
    """`07 Mar 2026, 14:05` in local time."""
    local = moment.astimezone()
    return f"{written(local.date())}, {local:%H:%M}"
