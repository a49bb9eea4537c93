"""Internal messages between operators: what one may say, how it is counted, and how it stands."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from message_centre.domain.errors import IncompleteOrder

#: Characters as a person counts them.
TEXT_LIMIT = 255
#: One character may be made of many code points; this bounds what is stored.
CODE_POINT_LIMIT = 4096

_JOINER = "\u200d"
_ZERO_WIDTH_NON_JOINER = "\u200c"
_EXTENDING = frozenset({"Mn", "Me", "Mc"})
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_HANGUL_VOWELS = range(0x1160, 0x1200)
#: Nothing that a person reads, and some of it no database takes.
_UNREADABLE = frozenset({"Cc", "Cs", "Co", "Cn"})


def cleaned(text: str) -> str:
    """The text as it is kept: uniform line ends, no space around it, nothing unreadable."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (one for one in lines if one == "\n" or unicodedata.category(one) not in _UNREADABLE)
    return "".join(kept).strip()


def characters(text: str) -> int:
    """How many characters a person sees: a letter with its accents, an emoji family or a flag is one."""
    count, before, flags = 0, "", 0
    for one in text:
        flags = flags + 1 if ord(one) in _FLAG_LETTERS else 0
        if not before or not _continues(before, one, flags):
            count += 1
        before = one
    return count


def _continues(before: str, one: str, flags: int) -> bool:
    """Whether this code point belongs to the character before it."""
    if before == "\n" or one == "\n":
        return False
    if unicodedata.category(one) in _EXTENDING or one in (_JOINER, _ZERO_WIDTH_NON_JOINER):
        return True
    code = ord(one)
    if code in _SKIN_TONES or code in _TAGS or code in _HANGUL_VOWELS:
        return True
    # Joined emoji are one; a joiner between letters joins nothing that is counted as one.
    is_joined = before == _JOINER and unicodedata.category(one) == "So"
    return is_joined or flags % 2 == 0 < flags


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """What a message is about: a record, or with an empty `record_id` the patient."""

    patient_id: str
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is sent; complete, or not made.

    `id` makes a repeated sending (a lost answer, a retry) harmless. With a `due` day it is a task for
    its recipients.

    Raises:
        IncompleteOrder: there is no text or recipient, or the text is too long.
    """

    id: str
    sender: str
    recipients: tuple[str, ...]
    text: str
    is_urgent: bool = False
    due: date | None = None
    item: LinkedItem | None = None

    def __post_init__(self) -> None:
        if not (self.id and self.sender and self.recipients):
            raise IncompleteOrder("Choose at least one recipient.")
        if len(set(self.recipients)) != len(self.recipients):
            raise IncompleteOrder("A recipient is named twice.")
        check_text(self.text)


def check_text(text: str) -> None:
    """Refuse what is no text, or too long.

    Raises:
        IncompleteOrder
    """
    if not text or text != cleaned(text):
        raise IncompleteOrder("A message needs a text.")
    if len(text) > CODE_POINT_LIMIT or characters(text) > TEXT_LIMIT:
        raise IncompleteOrder(f"A message has at most {TEXT_LIMIT} characters.")


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient of a message, and how it stands with them."""

    operator: str
    name: str
    seen_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """A linked item as one operator may see it; without the right there is no label."""

    label: str
    may_open: bool
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its `reader` sees it. `conversation` is the id of the message it all began with."""

    id: str
    reader: str
    conversation: str
    sender: str
    sender_name: str
    recipients: tuple[Addressee, ...]
    at: datetime
    text: str
    is_urgent: bool
    due: date | None
    item: ItemView | None
    is_for_me: bool
    seen_at: datetime | None
    done_at: datetime | None

    @property
    def is_mine(self) -> bool:
        """Whether the reader sent it."""
        return self.sender == self.reader

    @property
    def is_task(self) -> bool:
        """Whether it asks its recipients to do something."""
        return self.due is not None

    @property
    def is_unseen(self) -> bool:
        """Whether it waits to be seen by its reader."""
        return self.is_for_me and self.seen_at is None

    @property
    def is_open_task(self) -> bool:
        """Whether its reader has it still to do."""
        return self.is_for_me and self.is_task and self.done_at is None

    def days_left(self, today: date) -> int:
        """Days until it is due; negative once it is overdue."""
        return (self.due - today).days if self.due else 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for an operator."""

    unseen: int = 0
    open_tasks: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """An operator whom one may write to; `may_open` says whether the linked item opens for them."""

    operator: str
    name: str
    is_favourite: bool = False
    may_open: bool = True


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Everything that one operator's window shows; conversations newest first, tasks soonest first."""

    conversations: tuple[tuple[Message, ...], ...] = ()
    tasks: tuple[Message, ...] = ()
    counts: Counts = Counts()


def counts_of(messages: tuple[Message, ...], today: date) -> Counts:
    """How many of these messages wait."""
    open_tasks = [message for message in messages if message.is_open_task]
    return Counts(
        unseen=sum(message.is_unseen for message in messages),
        open_tasks=len(open_tasks),
        overdue=sum(message.days_left(today) < 0 for message in open_tasks),
    )
