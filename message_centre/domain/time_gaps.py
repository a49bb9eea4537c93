"""Files in the order in which they were taken, cut where the camera rested for long."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

#: How long a camera rests between two patients, as a practice may set otherwise.
USUAL_GAP = timedelta(minutes=15)

Item = TypeVar("Item")


def by_gaps(
    items: Sequence[Item], taken: Callable[[Item], datetime], gap: timedelta
) -> Iterator[tuple[Item, ...]]:
    """Groups of neighbours in time, none further from the one before than `gap`; the oldest first."""
    group: list[Item] = []
    for item in sorted(items, key=taken):
        if group and taken(item) - taken(group[-1]) > gap:
            yield tuple(group)
            group = []
        group.append(item)
    if group:
        yield tuple(group)
