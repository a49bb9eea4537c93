"""Internal messages: sent to colleagues, answered as a conversation, done as a task.

The text of a message is for its recipients alone and stands in no log and not in the trail. What a
message is about is shown and opened only to who may see that patient's items.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from message_centre.domain.errors import IncompleteOrder, UnknownRecord
from message_centre.domain.folding import fold
from message_centre.domain.messages import (
    Addressee,
    Draft,
    ItemView,
    LinkedItem,
    Mailbox,
    Message,
    Recipient,
    check_text,
    counts_of,
)
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Right
from message_centre.domain.records import RecordState
from message_centre.services.permitting import LOOKING, Permitting
from message_centre.services.ports import Clock, Messages, Patients, People, Records, StoredMessage

#: Whoever handles files of patients may see what is on record.

#: Messages that a window shows, beside all open tasks: each linked item is looked up anew.
NEWEST = 200


@dataclass(frozen=True)
class MessengerParts:
    """The edges of messaging."""

    messages: Messages
    people: People
    patients: Patients
    records: Records
    permitting: Permitting
    clock: Clock


class Messenger:
    """One practice's internal messages. Every method may be called on any thread."""

    def __init__(self, parts: MessengerParts) -> None:
        self._messages = parts.messages
        self._people = parts.people
        self._patients = parts.patients
        self._records = parts.records
        self._permitting = parts.permitting
        self._clock = parts.clock

    # Writing

    def recipients(
        self, operator: str, item: LinkedItem | None = None, *, provider: str = ""
    ) -> tuple[Recipient, ...]:
        """Everybody one may write to, favourites first, then by name.

        Each says whether the item opens for them; what is not on record yet will be of `provider`.
        """
        self._signed_in(operator)
        favourites = self._messages.favourites(operator)
        record = self._records.get(item.record_id) if item and item.record_id else None
        where = record.provider if record else provider
        found = [
            Recipient(
                one.id,
                one.name,
                is_favourite=one.id in favourites,
                may_open=_may_look(one, where) or (item is None and not provider),
            )
            for one in self._people.operators()
            if one.is_active
        ]
        return tuple(
            sorted(found, key=lambda one: (not one.is_favourite, fold(one.name), one.operator))
        )

    def set_favourite(self, operator: str, other: str, *, is_wanted: bool) -> None:
        """Keep somebody among the operator's favourite recipients, or no longer."""
        self._signed_in(operator)
        self._messages.set_favourite(operator, other, is_wanted=is_wanted)

    def describe(self, operator: str, item: LinkedItem) -> ItemView:
        """What a message about this will be shown with to this operator."""
        return self._view(self._signed_in(operator), item)

    def send(self, draft: Draft) -> Message:
        """Send a message; the same draft again is the same message.

        Raises:
            IncompleteOrder: a recipient is unknown or no longer works here.
            NotPermitted: the sender does not work here, or may not see what is linked.
            UnknownRecord: what is linked does not exist.
        """
        sender = self._signed_in(draft.sender)
        active = {one.id for one in self._people.operators() if one.is_active}
        gone = [one for one in draft.recipients if one not in active]
        if gone:
            raise IncompleteOrder(f"There is no active operator {gone[0]!r} to write to.")
        if draft.item is not None:
            self._require(sender, draft.item)
        return self._seen_by(sender, self._messages.send(draft, conversation=""))

    def reply(
        self, message_id: str, *, draft_id: str, operator: str, text: str, is_urgent: bool = False
    ) -> Message:
        """Answer everybody else in a message's conversation who still works here.

        Raises:
            UnknownRecord: the operator takes no part in it.
            IncompleteOrder: nobody is left to answer, or the text cannot be sent.
        """
        sender = self._signed_in(operator)
        check_text(text)
        answered = self._mine(operator, message_id)
        recipients = self._others(sender, answered) or self._myself(sender, answered)
        draft = Draft(draft_id, operator, recipients, text, is_urgent=is_urgent)
        stored = self._messages.send(draft, conversation=answered.conversation)
        return self._seen_by(sender, stored)

    # Reading

    def mailbox(self, operator: str) -> Mailbox:
        """What this operator sent and received: conversations newest first, tasks soonest first."""
        reader = self._signed_in(operator)
        names = {one.id: one.name for one in self._people.operators()}
        views: dict[LinkedItem, ItemView] = {}
        found = tuple(
            self._seen_by(reader, stored, names, views)
            for stored in self._messages.of_operator(operator, limit=NEWEST)
        )
        return Mailbox(
            conversations=_conversations(found),
            tasks=tuple(
                sorted(
                    (message for message in found if message.is_task and message.is_for_me),
                    key=lambda message: (message.due, not message.is_urgent, message.at),
                )
            ),
            counts=counts_of(found, self._clock.now().date()),
        )

    def stamp(self, operator: str) -> tuple[int, int]:
        """A cheap look: changes whenever `mailbox` would answer otherwise."""
        return self._messages.stamp(operator)

    def mark_seen(self, operator: str, message_ids: Sequence[str]) -> None:
        """The operator has seen these messages."""
        self._signed_in(operator)
        self._messages.mark_seen(operator, message_ids)

    def mark_done(self, operator: str, message_id: str, *, is_done: bool) -> None:
        """The operator has done a task, or not after all.

        Raises:
            UnknownRecord: it is no task of this operator's.
        """
        self._signed_in(operator)
        copy = self._mine(operator, message_id).copy_of(operator)
        if copy is None or not copy.is_recipient:
            raise UnknownRecord("This is no task of yours.")
        self._messages.mark_done(operator, message_id, is_done=is_done)

    def open_item(self, operator: str, message_id: str) -> tuple[Patient, str]:
        """The patient, and the record's id if there is one, that a message of the operator's is about.

        Raises:
            NotPermitted: the operator may not see that patient's items.
            UnknownRecord: the message is not the operator's, or what it was about does not exist.
        """
        reader = self._signed_in(operator)
        item = self._mine(operator, message_id).item
        if item is None:
            raise UnknownRecord("Nothing is linked to this message.")
        self._require(reader, item)
        patient = self._patients.get(item.patient_id)
        if patient is None:
            raise UnknownRecord("This patient is not on the register any more.")
        return patient, item.record_id

    # Within

    def _signed_in(self, operator: str) -> Operator:
        return self._permitting.require_sign_in(operator, "write or read messages")

    def _mine(self, operator: str, message_id: str) -> StoredMessage:
        """The message, if the operator has a copy of it."""
        found = self._messages.get(message_id)
        if found is None or found.copy_of(operator) is None:
            raise UnknownRecord("You take no part in this message.")
        return found

    def _others(self, sender: Operator, answered: StoredMessage) -> tuple[str, ...]:
        """Everybody else who takes part in the sender's view of a conversation, and works here."""
        known = self._messages.of_operator(sender.id, limit=NEWEST)
        all_ = [answered, *(one for one in known if one.conversation == answered.conversation)]
        parts = [copy.operator for stored in all_ for copy in stored.copies]
        active = {one.id for one in self._people.operators() if one.is_active}
        return tuple(one for one in dict.fromkeys(parts) if one in active and one != sender.id)

    def _myself(self, sender: Operator, answered: StoredMessage) -> tuple[str, ...]:
        """Who wrote to nobody else may go on doing so."""
        is_alone = all(copy.operator == sender.id for copy in answered.copies)
        return (sender.id,) if is_alone else ()

    def _require(self, operator: Operator, item: LinkedItem) -> None:
        """Refuse an item that does not exist, or that this operator may not see."""
        record = self._records.get(item.record_id) if item.record_id else None
        if self._patients.get(item.patient_id) is None or (
            item.record_id and (record is None or record.patient_id != item.patient_id)
        ):
            raise UnknownRecord("What is linked to the message does not exist.")
        where = record.provider if record else ""
        if not _may_look(operator, where):
            asked = where or self._permitting.provider(operator, Right.SEE_EXT)
            self._permitting.require(operator.id, Right.SEE_EXT, asked)

    def _view(self, operator: Operator, item: LinkedItem) -> ItemView:
        record = self._records.get(item.record_id) if item.record_id else None
        where = record.provider if record else ""
        if (item.record_id and record is None) or not _may_look(operator, where):
            return ItemView("", may_open=False)
        patient = self._patients.get(item.patient_id)
        who = patient.label if patient else ""
        what = (record.title or record.original_name) if record else ""
        is_gone = record is not None and record.state is not RecordState.FILED
        label = ": ".join(part for part in (what, who) if part)
        return ItemView(label, may_open=patient is not None, is_withdrawn=is_gone)

    def _seen_by(
        self,
        reader: Operator,
        stored: StoredMessage,
        names: dict[str, str] | None = None,
        views: dict[LinkedItem, ItemView] | None = None,
    ) -> Message:
        named = names or {one.id: one.name for one in self._people.operators()}
        known = {} if views is None else views
        if stored.item is not None and stored.item not in known:
            known[stored.item] = self._view(reader, stored.item)
        mine = stored.copy_of(reader.id)
        is_for_me = mine is not None and mine.is_recipient
        return Message(
            id=stored.id,
            reader=reader.id,
            conversation=stored.conversation,
            sender=stored.sender,
            sender_name=named.get(stored.sender, stored.sender),
            recipients=tuple(
                Addressee(
                    copy.operator,
                    named.get(copy.operator, copy.operator),
                    copy.seen_at,
                    copy.done_at,
                )
                for copy in stored.copies
                if copy.is_recipient
            ),
            at=stored.at,
            text=stored.text,
            is_urgent=stored.is_urgent,
            due=stored.due,
            item=known[stored.item] if stored.item else None,
            is_for_me=is_for_me,
            seen_at=mine.seen_at if mine else None,
            done_at=mine.done_at if mine else None,
        )


def found_among(recipients: Sequence[Recipient], text: str) -> tuple[Recipient, ...]:
    """The recipients whose name or id has every typed word, accents and case aside."""
    words = fold(text).split()
    return tuple(
        one
        for one in recipients
        if all(word in f"{fold(one.name)} {fold(one.operator)}" for word in words)
    )


def _conversations(messages: Sequence[Message]) -> tuple[tuple[Message, ...], ...]:
    """The messages by conversation, oldest first within, the newest conversation first."""
    found: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        found[message.conversation].append(message)
    newest_first = sorted(found.values(), key=lambda all_: all_[-1].at, reverse=True)
    return tuple(tuple(all_) for all_ in newest_first)


def _may_look(operator: Operator, provider: str) -> bool:
    """Whether this provider, or with an empty number any provider, lets this operator look."""
    if provider:
        return any(operator.may(right, provider) for right in LOOKING)
    return operator.is_active and any(right in LOOKING for _, right in operator.rights)
