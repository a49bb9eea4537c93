"""What is asked of Microsoft Graph and what it answers, whatever carries it over the line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

GRAPH = "https://graph.microsoft.com/v1.0"


class Tokens(Protocol):
    """Where access tokens come from. Any thread."""

    def token(self, refused: str = "") -> str:
        """A token that should be taken; never the one that was just `refused`.

        Raises:
            SignInNeeded, SourceOffline (RateLimited), VaultLocked, BadSetting
        """


@dataclass(frozen=True, slots=True)
class Answer:
    """What Graph said: the status, and the JSON object that came with it."""

    status: int
    body: Mapping[str, object]


class LinkExpired(Exception):
    """A download address is taken no longer; the item has a new one."""


class Calls(Protocol):
    """Everything that goes over the line for one account. Any thread."""

    def ask(self, method: str, address: str, *, tag: str = "") -> Answer:
        """One call; `address` is a path below the service or an address that it gave.

        Raises:
            SourceOffline (RateLimited), SignInNeeded, and what a token raises
        """

    def download(self, address: str, start: int, end: int | None) -> Iterator[bytes]:
        """The bytes from `start` up to but not including `end`.

        Raises:
            LinkExpired, SourceOffline (RateLimited)
        """
