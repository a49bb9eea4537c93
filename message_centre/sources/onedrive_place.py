"""Which folder of which OneDrive a source is, and the adapter for it, made without loading a library."""

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial

from message_centre.domain.errors import SignInNeeded, VaultLocked
from message_centre.domain.files import SourceKind
from message_centre.services.ports import Vault
from message_centre.sources.drive import Drive
from message_centre.sources.drive_source import DrivePlace
from message_centre.sources.graph import Answer, Calls, Tokens
from message_centre.sources.onedrive_access import OneDriveAccess
from message_centre.sources.onedrive_files import OneDriveFiles


class OneDriveAccounts:
    """The sign-in of each provider, always the same object, so that all who use it see it end."""

    def __init__(
        self, providers: Callable[[], Iterable[str]], app_id: Callable[[str], str], vault: Vault
    ) -> None:
        self._providers = providers
        self._app_id = app_id
        self._vault = vault
        self._made: dict[str, OneDriveAccess] = {}
        self._guard = threading.Lock()

    def of(self, provider: str) -> OneDriveAccess:
        """This provider's, signed in or not."""
        with self._guard:
            made = self._made.get(provider)
            if made is None:
                made = OneDriveAccess(provider, partial(self._app_id, provider), self._vault)
                self._made[provider] = made
            return made

    def all(self) -> tuple[OneDriveAccess, ...]:
        """One for each provider of the practice."""
        return tuple(map(self.of, self._providers()))

    def source_id(self, provider: str, path: str) -> str:
        """The id of a folder; `path` is empty for the root, or starts with a slash.

        Before anybody has signed in it names no drive, and that source only ever asks for the sign-in.
        """
        try:
            drive_id = self.of(provider).drive_id()
        except (SignInNeeded, VaultLocked):
            drive_id = ""
        # OneDrive knows no case, so that however it is typed, it is one source.
        same = "".join(one.lower() if one.isascii() else one for one in path)
        return f"{SourceKind.ONEDRIVE}:{drive_id}{same or '/'}"


def onedrive_place(
    accesses: Callable[[], Iterable[OneDriveAccess]], source_id: str
) -> tuple[DrivePlace, Drive]:
    """The place and the adapter for an id; whichever of `accesses` has that drive is used."""
    drive_id, _, path = source_id.partition(":")[2].partition("/")
    place = DrivePlace(source_id, f"OneDrive /{path}" if path else "OneDrive", SourceKind.ONEDRIVE)
    return place, OneDriveFiles(_OnFirstUse(_Signed(accesses, drive_id)), drive_id, path)


class _Signed:
    """Implements `graph.Tokens` by whichever provider is signed in to that very drive."""

    def __init__(self, accesses: Callable[[], Iterable[OneDriveAccess]], drive_id: str) -> None:
        self._accesses = accesses
        self._drive_id = drive_id

    def token(self, refused: str = "") -> str:
        for access in self._accesses():
            if access.is_signed_in() and access.drive_id() == self._drive_id:
                return access.token(refused)
        raise SignInNeeded("Sign in to OneDrive.")


class _OnFirstUse:
    """Implements `graph.Calls`; the library is loaded by the first call."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    @cached_property
    def _calls(self) -> Calls:
        from message_centre.sources.onedrive_calls import GraphCalls  # noqa: PLC0415 - as promised

        return GraphCalls(self._tokens)

    def ask(self, method: str, address: str, *, tag: str = "") -> Answer:
        return self._calls.ask(method, address, tag=tag)

    def download(self, address: str, start: int, end: int | None) -> Iterator[bytes]:
        return self._calls.download(address, start, end)
