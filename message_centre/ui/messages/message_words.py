"""Messages in words: who to whom, what it is about, when a task is due."""

from collections.abc import Sequence
from datetime import date

from message_centre.domain.messages import Addressee, ItemView, Message
from message_centre.domain.names import shown
from message_centre.domain.patients import written
from message_centre.ui.pieces.sizes import moment_words
from message_centre.ui.words import counted, tr

#: A list names so many people and counts the others.
_NAMED = 3


def text_of(message: Message) -> str:
    """The text with its lines, safe to show."""
    return "\n".join(shown(line) for line in message.text.splitlines())


def one_line(message: Message) -> str:
    """The text in one line."""
    return shown(" ".join(message.text.split()))


def names_of(people: Sequence[Addressee]) -> str:
    """`Bea, Cal, Dan and 4 others`."""
    named = ", ".join(shown(one.name) for one in people[:_NAMED])
    rest = len(people) - _NAMED
    return (
        named
        if rest <= 0
        else counted(rest, "{who} and one other", "{who} and {n} others", who=named)
    )


def partners(conversation: Sequence[Message]) -> str:
    """Whom the conversation is with, its reader left out."""
    found: dict[str, Addressee] = {}
    for message in conversation:
        everybody = (Addressee(message.sender, message.sender_name), *message.recipients)
        found |= {one.operator: one for one in everybody}
    others = [one for one in found.values() if one.operator != conversation[0].reader]
    return names_of(others or list(found.values()))


def item_words(item: ItemView | None) -> str:
    """What a message is about."""
    if item is None:
        return ""
    if not item.label:
        return tr("An item that you may not see")
    label = shown(item.label)
    return tr("{what} (withdrawn)", what=label) if item.is_withdrawn else label


def due_words(message: Message, today: date) -> str:
    """How it stands with a task, in words that need no colour."""
    if message.due is None:
        return ""
    if message.done_at is not None:
        return tr("Done {day}", day=written(message.done_at.date()))
    days = message.days_left(today)
    if days < 0:
        return counted(-days, "Overdue by 1 day", "Overdue by {n} days")
    if days <= 1:
        return tr("Due tomorrow") if days else tr("Due today")
    return tr("Due {day}", day=written(message.due))


def heading(message: Message) -> str:
    """`Bea to Administrator, 07 Mar 2026, 14:05`."""
    who = tr("You") if message.is_mine else shown(message.sender_name)
    to = names_of(message.recipients)
    return tr("{who} to {to}, {when}", who=who, to=to, when=moment_words(message.at))


def standing(message: Message) -> str:
    """Who has seen it and, of a task, who has done it; told to whoever sent it."""
    if not message.is_mine:
        return ""
    seen = [one for one in message.recipients if one.seen_at is not None]
    done = [one for one in message.recipients if one.done_at is not None]
    words = [tr("Seen by {who}", who=names_of(seen)) if seen else tr("Not seen yet")]
    if message.is_task:
        words.append(tr("Done by {who}", who=names_of(done)) if done else tr("Not done yet"))
    return ". ".join(words)


def task_words(message: Message, today: date) -> str:
    """How a task stands, for the line above its conversation."""
    if message.due is None:
        return ""
    if message.is_for_me:
        return tr("Task for you: {how}", how=due_words(message, today))
    return tr(
        "Task for {who}: due {day}", who=names_of(message.recipients), day=written(message.due)
    )
