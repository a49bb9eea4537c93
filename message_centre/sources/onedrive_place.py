"""Which folder of which OneDrive a source is, and the adapter for it, made without loading a library."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from message_centre.domain.errors import SignInNeeded
from message_centre.domain.files import SourceKind
from message_centre.sources.drive import Drive
from message_centre.sources.drive_source import DrivePlace
from message_centre.sources.graph import Answer, Calls, Tokens
from message_centre.sources.onedrive_access import OneDriveAccess
from message_centre.sources.onedrive_files import OneDriveFiles


def onedrive_source_id(access: OneDriveAccess, path: str) -> str:
    """The source's id; `path` is empty for the root, or starts with a slash.

    Before anybody has signed in it names no drive, and that source only ever asks for the sign-in.

    Raises:
        VaultLocked
    """
    try:
        drive_id = access.drive_id()
    except SignInNeeded:
        drive_id = ""
    return f"{SourceKind.ONEDRIVE}:{drive_id}{path or '/'}"


def onedrive_place(
    accesses: Callable[[], Iterable[OneDriveAccess]], source_id: str
) -> tuple[DrivePlace, Drive]:
    """The place and the adapter for an id; `accesses` are the practice's, one a provider."""
    drive_id, _, path = source_id.partition(":")[2].partition("/")
    place = DrivePlace(source_id, f"OneDrive /{path}" if path else "OneDrive", SourceKind.ONEDRIVE)
    return place, OneDriveFiles(_OnFirstUse(_Signed(accesses, drive_id)), drive_id, path)


class _Signed:
    """Implements `graph.Tokens` by whichever provider is signed in to that very drive."""

    def __init__(self, accesses: Callable[[], Iterable[OneDriveAccess]], drive_id: str) -> None:
        self._accesses = accesses
        self._drive_id = drive_id

    def token(self, refused: str = "") -> str:
        for access in self._accesses() if self._drive_id else ():
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
