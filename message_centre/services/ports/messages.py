"""Internal messages as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from message_centre.domain.messages import Draft, LinkedItem


@dataclass(frozen=True, slots=True)
class Copy:
    """One operator's copy of a message; the sender has one too, which counts as seen."""

    operator: str
    is_recipient: bool
    seen_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message with everybody's copies."""

    id: str
    conversation: str
    sender: str
    at: datetime
    text: str
    is_urgent: bool
    due: date | None
    item: LinkedItem | None
    copies: tuple[Copy, ...]

    def copy_of(self, operator: str) -> Copy | None:
        """This operator's copy, or None."""
        return next((copy for copy in self.copies if copy.operator == operator), None)


class Messages(Protocol):
    """Messages, their copies and favourite recipients."""

    def send(self, draft: Draft, *, conversation: str) -> StoredMessage:
        """Store a message with its copies, and a line of the trail if it is about somebody.

        A draft that was stored before is answered with what was stored then.
        """

    def get(self, message_id: str) -> StoredMessage | None:
        """One message, or None."""

    def of_operator(self, operator: str, *, limit: int) -> tuple[StoredMessage, ...]:
        """The newest messages of which the operator has a copy, oldest first; open tasks always."""

    def mark_seen(self, operator: str, message_ids: Sequence[str]) -> None:
        """The operator has seen these; a moment noted before stays."""

    def mark_done(self, operator: str, message_id: str, *, is_done: bool) -> None:
        """The operator has done this task, or not after all."""

    def stamp(self, operator: str) -> tuple[int, int]:
        """Changes whenever anything that `of_operator` tells has changed."""

    def favourites(self, operator: str) -> frozenset[str]:
        """The operators whom this one writes to often."""

    def set_favourite(self, operator: str, other: str, *, is_wanted: bool) -> None:
        """Keep somebody among the favourites, or no longer."""
