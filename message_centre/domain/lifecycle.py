"""ImportState and the table of legal transitions.

CLAIMED -> FILED -> DONE | LEFT | CHANGED | ATTENTION, or ABORTED; LEFT is FILED again while recovery tries its
release once more, so that nobody withdraws the record meanwhile.
RETURNING is the way back: a withdrawal whose bytes are on their way to the inbox; it ends as RETURNED.
"""

from enum import StrEnum


class ImportState(StrEnum):
    """Where one import stands in the journal."""

    CLAIMED = "claimed"
    FILED = "filed"
    DONE = "done"
    LEFT = "left"
    CHANGED = "changed"
    ABORTED = "aborted"
    ATTENTION = "attention"
    RETURNING = "returning"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


LEGAL: dict[ImportState, frozenset[ImportState]] = {
    ImportState.CLAIMED: frozenset({ImportState.FILED, ImportState.ABORTED}),
    ImportState.FILED: frozenset(
        {ImportState.DONE, ImportState.LEFT, ImportState.CHANGED, ImportState.ATTENTION}
    ),
    ImportState.LEFT: frozenset(
        {ImportState.FILED, ImportState.DONE, ImportState.CHANGED, ImportState.ATTENTION}
    ),
    ImportState.RETURNING: frozenset({ImportState.WITHDRAWN, ImportState.ABORTED}),
    ImportState.WITHDRAWN: frozenset({ImportState.RETURNED}),
    ImportState.ATTENTION: frozenset({ImportState.DONE, ImportState.LEFT, ImportState.CHANGED}),
    ImportState.DONE: frozenset(),
    ImportState.CHANGED: frozenset(),
    ImportState.ABORTED: frozenset(),
    ImportState.RETURNED: frozenset(),
}

#: States that still owe something: recovery looks at these.
OPEN_STATES = (
    ImportState.CLAIMED,
    ImportState.FILED,
    ImportState.LEFT,
    ImportState.RETURNING,
    ImportState.WITHDRAWN,
)

#: While one of these stands, nobody else may claim the same file.
CLAIMING_STATES = (
    ImportState.CLAIMED,
    ImportState.FILED,
    ImportState.RETURNING,
    ImportState.WITHDRAWN,
)


def may_become(old: ImportState, new: ImportState) -> bool:
    """Whether the journal may record this step."""
    return new in LEGAL[old]
