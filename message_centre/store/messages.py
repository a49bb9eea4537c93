"""Internal messages as rows: one message, and a copy for everybody who takes part."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from message_centre.domain.messages import Draft, LinkedItem
from message_centre.services.ports import Copy, StoredMessage
from message_centre.store.database import Database, loaded, stored
from message_centre.store.tables import favourite_recipients, message_copies, messages
from message_centre.store.trail import append

_copies = message_copies.c


class SqlMessages:
    """The `Messages` port over the record. Moments are of the record's own clock."""

    def __init__(self, database: Database, workstation: str) -> None:
        self._database = database
        self._workstation = workstation

    def send(self, draft: Draft, *, conversation: str) -> StoredMessage:
        """Store a message with its copies, and a line of the trail if it is about somebody."""
        with self._database.writing() as connection:
            found = _read(connection, [draft.id])
            if found:
                return found[0]
            at = stored(self._database.now(connection))
            connection.execute(insert(messages).values(_row(draft, conversation, at)))
            connection.execute(insert(message_copies), _copy_rows(draft, at))
            if draft.item is not None:
                append(connection, self._entry(draft, draft.item, at))
            return _read(connection, [draft.id])[0]

    def get(self, message_id: str) -> StoredMessage | None:
        """One message, or None."""
        with self._database.reading() as connection:
            found = _read(connection, [message_id])
        return found[0] if found else None

    def of_operator(self, operator: str, *, limit: int) -> tuple[StoredMessage, ...]:
        """The newest messages of which the operator has a copy, oldest first; open tasks always."""
        mine = (
            select(messages.c.id)
            .join(message_copies, _copies.message_id == messages.c.id)
            .where(_copies.operator == operator)
        )
        newest = mine.order_by(messages.c.at.desc(), messages.c.id).limit(limit)
        to_do = mine.where(
            _copies.is_recipient.is_(True), messages.c.due.is_not(None), _copies.done_at.is_(None)
        )
        with self._database.reading() as connection:
            ids = {*connection.execute(newest).scalars(), *connection.execute(to_do).scalars()}
            return _read(connection, sorted(ids))

    def mark_seen(self, operator: str, message_ids: Sequence[str]) -> None:
        """The operator has seen these; a moment noted before stays."""
        unseen = (
            _copies.operator == operator,
            _copies.message_id.in_(message_ids),
            _copies.seen_at.is_(None),
        )
        with self._database.writing() as connection:
            now = stored(self._database.now(connection))
            wanted = select(_copies.message_id).where(*unseen)
            changed = connection.execute(wanted).scalars().all()
            connection.execute(update(message_copies).where(*unseen).values(seen_at=now))
            _tell_everybody(connection, changed)

    def mark_done(self, operator: str, message_id: str, *, is_done: bool) -> None:
        """The operator has done this task, or not after all."""
        with self._database.writing() as connection:
            now = stored(self._database.now(connection)) if is_done else None
            mine = (_copies.operator == operator, _copies.message_id == message_id)
            connection.execute(
                update(message_copies)
                .where(*mine, _copies.is_recipient.is_(True))
                .where(_copies.done_at.is_(None) if is_done else _copies.done_at.is_not(None))
                .values(done_at=now)
            )
            _tell_everybody(connection, [message_id])

    def stamp(self, operator: str) -> tuple[int, int]:
        """Changes whenever anything that `of_operator` tells has changed."""
        wanted = select(func.count(), func.coalesce(func.sum(_copies.version), 0))
        with self._database.reading() as connection:
            row = connection.execute(
                wanted.select_from(message_copies).where(_copies.operator == operator)
            ).one()
        return int(row[0]), int(row[1])

    def favourites(self, operator: str) -> frozenset[str]:
        """The operators whom this one writes to often."""
        wanted = select(favourite_recipients.c.favourite).where(
            favourite_recipients.c.operator == operator
        )
        with self._database.reading() as connection:
            return frozenset(connection.execute(wanted).scalars())

    def set_favourite(self, operator: str, other: str, *, is_wanted: bool) -> None:
        """Keep somebody among the favourites, or no longer."""
        pair = {"operator": operator, "favourite": other}
        with self._database.writing() as connection:
            connection.execute(delete(favourite_recipients).filter_by(**pair))
            if is_wanted:
                connection.execute(insert(favourite_recipients).values(pair))

    def _entry(self, draft: Draft, item: LinkedItem, at: str) -> dict[str, str]:
        """Who was told of whom; never what was said."""
        return {
            "at": at,
            "operator": draft.sender,
            "workstation": self._workstation,
            "action": "message",
            "record_id": item.record_id,
            "patient_id": item.patient_id,
            "detail": f"to {', '.join(draft.recipients)}",
        }


def _row(draft: Draft, conversation: str, at: str) -> dict[str, Any]:
    return {
        "id": draft.id,
        "conversation": conversation or draft.id,
        "sender": draft.sender,
        "at": at,
        "text": draft.text,
        "is_urgent": draft.is_urgent,
        "due": draft.due,
        "record_id": draft.item.record_id if draft.item else "",
        "patient_id": draft.item.patient_id if draft.item else "",
    }


def _copy_rows(draft: Draft, at: str) -> list[dict[str, Any]]:
    """A copy for each recipient, and one for the sender, who has seen it."""
    return [
        {
            "operator": operator,
            "message_id": draft.id,
            "is_recipient": operator in draft.recipients,
            "seen_at": at if operator == draft.sender else None,
            "done_at": None,
            "version": 1,
        }
        for operator in dict.fromkeys((draft.sender, *draft.recipients))
    ]


def _tell_everybody(connection: Connection, message_ids: Sequence[str]) -> None:
    """Let every copy's version grow: the windows of all who take part read them anew."""
    if message_ids:
        connection.execute(
            update(message_copies)
            .where(_copies.message_id.in_(message_ids))
            .values(version=_copies.version + 1)
        )


def _read(connection: Connection, ids: Sequence[str]) -> tuple[StoredMessage, ...]:
    """Messages with all their copies, oldest first."""
    found: dict[str, list[Copy]] = defaultdict(list)
    wanted = select(message_copies).where(_copies.message_id.in_(ids)).order_by(_copies.operator)
    for row in connection.execute(wanted):
        found[row.message_id].append(_copy(row))
    ordered = select(messages).where(messages.c.id.in_(ids)).order_by(messages.c.at, messages.c.id)
    return tuple(_message(row, found[row.id]) for row in connection.execute(ordered))


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        operator=row.operator,
        is_recipient=row.is_recipient,
        seen_at=loaded(row.seen_at) if row.seen_at else None,
        done_at=loaded(row.done_at) if row.done_at else None,
    )


def _message(row: Row[Any], copies: Sequence[Copy]) -> StoredMessage:
    return StoredMessage(
        id=row.id,
        conversation=row.conversation,
        sender=row.sender,
        at=loaded(row.at),
        text=row.text,
        is_urgent=row.is_urgent,
        due=row.due,
        item=LinkedItem(row.patient_id, row.record_id) if row.patient_id else None,
        copies=tuple(copies),
    )
