"""Signing in to a drive: its account, the page a person approves on, and where the browser comes back."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from message_centre.domain.files import SourceKind
from message_centre.services.work import CancelToken


@dataclass(frozen=True, slots=True)
class SignInPage:
    """One attempt's page. `address` is opened in the browser; the answer must bring back `state`.

    `memory` is the adapter's own (verifier, nonce, the SDK's flow): handed back to `finish`, never shown.
    """

    address: str = field(repr=False)
    state: str = field(repr=False)
    memory: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodePage:
    """A page for any browser, even of another computer: a code passes between it and this program.

    Where `code` is given, a person enters it on the page; where it is empty, the page shows one that is
    entered here. `memory` is the adapter's own.
    """

    address: str = field(repr=False)
    code: str = field(repr=False)
    memory: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class DriveAccount:
    """Who signed in, as the drive names the account (for the screen and the trail, never for a log).

    `is_kept` is what `Vault.keep` said: without it the next start asks again.
    """

    name: str
    is_kept: bool = True


class DriveAccess(Protocol):
    """The sign-in of one owner: an operator's Dropbox, a provider's OneDrive.

    Making one is free: settings and vault are read, and the SDK is imported, by the first call that
    needs them. Each call ends within seconds and may be made again after it failed: nothing an SDK
    remembers of a refused attempt may live on in this object. Steps go to the logger
    `message_centre.sources.<module>` with HTTP status, error number and request id only.
    """

    @property
    def kind(self) -> SourceKind:
        """Which drive this is."""

    @property
    def ports(self) -> Sequence[int]:
        """Ports of 127.0.0.1 that the drive sends the browser back to, tried in turn; 0 is any."""

    def is_signed_in(self) -> bool:
        """Whether tokens are kept here; the drive is not asked whether it still takes them.

        Raises:
            VaultLocked
        """

    def begin(self, redirect: str) -> SignInPage:
        """Begin an attempt whose browser comes back to `redirect` (`http://localhost:<port>`).

        Raises:
            BadSetting: what the practice set (app key, App ID) is missing or cannot be right.
            SourceOffline (RateLimited): the drive's sign-in cannot be reached.
            VaultLocked
        """

    def finish(self, page: SignInPage, answer: Mapping[str, str]) -> DriveAccount:
        """Turn the browser's answer (its fields, `state` checked before) into tokens in the vault.

        Raises:
            SignInNeeded: the person said no, or the drive refused; the detail says which.
            BadSetting: the drive refuses what the practice set (App ID, secret, permissions).
            SourceOffline (RateLimited), VaultLocked, StoreFull, AccessDenied
        """

    def begin_by_code(self) -> CodePage:
        """Begin an attempt without a way back from the browser.

        Raises:
            BadSetting, SourceOffline (RateLimited), VaultLocked
        """

    def finish_by_code(self, page: CodePage, typed: str) -> DriveAccount | None:
        """Turn an approval into tokens in the vault; None while nobody has approved yet.

        `typed` is the code that the page showed, empty where the page was given one. May be called as
        often as one likes: the drive is not asked more often than it wants.

        Raises:
            SignInNeeded, BadSetting, SourceOffline (RateLimited), VaultLocked, StoreFull, AccessDenied
        """

    def sign_out(self) -> None:
        """Keep the tokens no longer; nothing that is kept is fine. The drive need not be reached.

        Raises:
            VaultLocked, StoreFull, AccessDenied: the tokens are still kept.
        """


#: The access of a drive's owner: an operator's id for Dropbox, a provider's number for OneDrive.
AccessOf = Callable[[str], DriveAccess]


class Receiver(Protocol):
    """Listens on the loopback for the one answer of one attempt."""

    @property
    def address(self) -> str:
        """Where the browser is to come back to: `http://localhost:<port>`."""

    def expect(self, state: str) -> None:
        """From now on the first answer that brings `state` is kept; anything else is refused.

        To be called before the page is opened: a browser that is signed in comes back at once.
        """

    def receive(self, *, seconds: float, token: CancelToken) -> Mapping[str, str] | None:
        """The fields of the expected answer, or None once the time is over.

        Raises:
            Cancelled
        """


class Listening(Protocol):
    """Opens a receiver on the first of these ports that is free; closed with the block."""

    def __call__(self, ports: Sequence[int]) -> AbstractContextManager[Receiver]:
        """Raises `SourceOffline` if none of the ports is free."""
