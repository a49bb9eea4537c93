"""How a batch is cut into groups, and how far it has come."""

import threading
from collections.abc import Iterator, Sequence

from message_centre.domain.assignments import ImportOrder
from message_centre.domain.files import Destination
from message_centre.services.work import Progress, Report

#: From so many files on a batch goes in groups; fewer are told and can be stopped one by one,
#: of a drive, whose answers take their time on the way, so many at once.
GROUP_FROM = 20
FEW_OF_DRIVE = 8
#: A group ends at so many files or bytes.
GROUP_FILES = 250
GROUP_BYTES = 1 << 30


class Copied:
    """Counts copied files over the groups of a batch."""

    def __init__(self, total: int, report: Report) -> None:
        self._total = total
        self._report = report
        self._done = 0
        self._lock = threading.Lock()

    def one(self) -> None:
        """One more is copied; may be called on any thread."""
        with self._lock:
            self._done += 1
            self._report(Progress(self._done, self._total))


def groups(orders: Sequence[ImportOrder]) -> Iterator[list[ImportOrder]]:
    """Neighbours of one source and destination, up to a group's limits; few files in small ones."""
    group: list[ImportOrder] = []
    size = 0
    for order in orders:
        full = len(group) >= _most(order, len(orders)) or size + order.file.size > GROUP_BYTES
        if group and (full or _kind(order) != _kind(group[0])):
            yield group
            group, size = [], 0
        group.append(order)
        size += order.file.size
    if group:
        yield group


def _most(order: ImportOrder, of_batch: int) -> int:
    if of_batch >= GROUP_FROM:
        return GROUP_FILES
    return FEW_OF_DRIVE if order.file.kind.is_drive else 1


def _kind(order: ImportOrder) -> tuple[str, Destination]:
    return order.file.key.source_id, order.file.destination
