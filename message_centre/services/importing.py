"""Imports: carries out orders, each whole or not at all, in groups that share their flushes."""

from collections.abc import Callable, Sequence

from message_centre.domain.assignments import ImportOrder
from message_centre.domain.outcomes import ImportResult
from message_centre.services.answering import cancelled
from message_centre.services.grouping import Copied, groups
from message_centre.services.import_group import Group, ImportParts
from message_centre.services.work import CancelToken, Report, silent


class Importer:
    """Carries out orders. Any thread.

    The life of an order, each step taken for a whole group before the next begins:
    1. claim: the journal commits that this run is filing these files; nothing was touched before;
    2. open each source file and see that it is the one the person saw;
    3. stage its bytes in the store's yard, hashing them, and flush the group to the disk;
    4. read the staged bytes back from the disk and compare, and hear what they say about themselves;
    5. publish them on their shelves under names that replace nothing, and flush the folders;
    6. commit records, ledger, trail and journal in one transaction: from here the files are ours;
    7. have the source release exactly those bytes, and settle the journal.
    Up to 6 every failure undoes itself and the source was only read. After 6 nothing is undone:
    what cannot be released stays at the source, hidden from the list, and is tried again. A file
    that fails leaves its group and hinders no other.
    """

    def __init__(self, parts: ImportParts) -> None:
        self._parts = parts

    def run_all(
        self,
        orders: Sequence[ImportOrder],
        token: CancelToken,
        done: Callable[[int, ImportResult], None],
        report: Report = silent,
    ) -> tuple[ImportResult, ...]:
        """Carry out orders; a cancel stops between files, the rest come back CANCELLED.

        `done` hears each answer, those of a group together; `report`, on any thread, how many files
        have been copied so far.
        """
        results: list[ImportResult] = []
        copied = Copied(len(orders), report)
        for group in groups(orders):
            if token.is_cancelled:
                answers = [cancelled(order) for order in group]
            else:
                answers = Group(self._parts, group, token, copied=copied).run()
            for answer in answers:
                results.append(answer)
                done(len(results) - 1, answer)
        return tuple(results)

    def run(self, order: ImportOrder, token: CancelToken, report: Report = silent) -> ImportResult:
        """Carry out one order; every expected failure is a result, not an exception."""
        return Group(self._parts, [order], token, report).run()[0]
