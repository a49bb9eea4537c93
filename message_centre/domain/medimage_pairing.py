"""What the pairing service replies, read strictly: in any doubt there is no code."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from message_centre.domain.errors import PairingFailed
from message_centre.domain.medimage_settings import is_guid

#: How long a code is good, for any number of phones.
CODE_SECONDS = 3600
_CODE = re.compile(r"[A-Za-z0-9]{4}")
_FEWEST, _MOST = 3, 4
_LONGEST_LABEL = 100
_DIGITS = "zero one two three four five six seven eight nine".split()


@dataclass(frozen=True, slots=True)
class PairingReply:
    """A reply that says what it must. Nothing of it may be logged."""

    code: str = field(repr=False)
    guid: str = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class PhoneCode:
    """A code to type on a phone, until when, and what people should know. Never logged."""

    code: str = field(repr=False)
    until: datetime
    provider: str
    server: str
    label: str = ""
    is_new_key: bool = False

    @property
    def spelled(self) -> str:
        """The code for the ear: `capital V, small q, capital R, two`."""
        return spelled(self.code)


def understood(reply: bytes, *, guid: str, server: str) -> PairingReply:
    """The code and the address key of a reply to a wish for `guid` (empty for a new one) and `server`.

    Raises:
        PairingFailed: it is anything else than what was asked for. Its words are not repeated.
    """
    try:
        fields = reply.decode("ascii").rstrip("\r\n").split(" ")
    except UnicodeDecodeError:
        raise PairingFailed("The pairing service's reply is no plain text.") from None
    if not _FEWEST <= len(fields) <= _MOST:
        raise PairingFailed("The pairing service did not reply with a code.")
    code, given, address = fields[:_FEWEST]
    if not _CODE.fullmatch(code):
        raise PairingFailed("The pairing service did not reply with a code of four characters.")
    if not is_guid(given) or guid not in {"", given}:
        raise PairingFailed("The pairing service replied with an address key that is not ours.")
    if address != server:
        raise PairingFailed("The pairing service replied with the address of another server.")
    label = unquote(fields[_FEWEST])[:_LONGEST_LABEL] if len(fields) == _MOST else ""
    return PairingReply(code, given, label)


def spelled(code: str) -> str:
    """`capital V, small q, capital R, two`: nobody takes one character for another."""
    return ", ".join(map(_spoken, code))


def _spoken(character: str) -> str:
    if character.isdigit():
        return _DIGITS[int(character)]
    return f"{'capital' if character.isupper() else 'small'} {character}"
