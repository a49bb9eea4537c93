"""Tells the first files of a long look while it goes on: a few at once, then in ever longer steps."""

import time
from collections.abc import Iterator
from itertools import islice

from message_centre.domain.files import SourceFile
from message_centre.services.ports import Found

#: A screenful and some more: so many are told as soon as they are known.
_FIRST = 200
#: Where a source is slow, what there is by then is told; from then on never more often than this.
_MOMENT, _PAUSE = 0.25, 2.0
#: More at once would hold up whoever shows them; the others come at the next step, or at the end.
_MOST = 5000
_AT_ONCE = 32


def gathered(rows: Iterator[SourceFile], found: Found) -> tuple[SourceFile, ...]:
    """All the rows of one look. `found` hears each of them at most once, in their order.

    A step lasts as long as all before it together, so that a long look is not made longer by telling.
    """
    begun = time.monotonic()
    due, told = begun + _MOMENT, 0
    files: list[SourceFile] = []
    while some := list(islice(rows, _AT_ONCE)):
        files += some
        now = time.monotonic()
        if now >= due or (not told and len(files) >= _FIRST):
            found(files[told : told + _MOST])
            told = min(told + _MOST, len(files))
            due = now + max(now - begun, _PAUSE)
    return tuple(files)
