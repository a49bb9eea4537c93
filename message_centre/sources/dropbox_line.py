"""Calls to one Dropbox account: every wait has an end, pauses are kept, errors are ours."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from message_centre.domain.errors import (
    AccessDenied,
    FileChanged,
    FileGone,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.secrets import Secret
from message_centre.sources.dropbox_errors import trace_of, translating
from message_centre.sources.retrying import Patience, patiently

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_BLOCK = 1 << 18
_AGAIN = Patience(budget=10.0)


@dataclass(frozen=True, slots=True)
class Waits:
    """How many seconds are waited for a connection and for each part of an answer, and what is retried."""

    connecting: float = 5.0
    answering: float = 20.0
    again: Patience = _AGAIN


#: An app key, and a refresh token for it; raises SignInNeeded without one.
Credentials = Callable[[], tuple[str, Secret]]


class Line:
    """Any thread. Nothing is loaded, read or connected before the first call."""

    def __init__(self, credentials: Credentials, waits: Waits) -> None:
        self._credentials = credentials
        self._waits = waits
        self._guard = threading.Lock()
        self._made: Any = None
        self._paused_until = 0.0

    def ask(self, step: str, call: Callable[[Any], _T]) -> _T:
        """What `call` gives, made with the SDK's client; `step` is its name in the log.

        It has to be one that may be made twice: an answer that was lost is asked for again.

        Raises:
            SourceOffline (RateLimited), SignInNeeded, AccessDenied, FileGone, FileChanged
        """
        try:
            return patiently(lambda: self._try(call), self._waits.again)
        except MessageCentreError as error:
            self._tell(step, error)
            raise

    def stream(self, step: str, response: Any) -> Iterator[bytes]:
        """The body of an answer, closed at the end; nothing of it is asked for twice.

        Raises:
            SourceOffline
        """
        try:
            with contextlib.closing(response), translating():
                yield from response.iter_content(_BLOCK)
        except MessageCentreError as error:
            self._tell(step, error)
            raise

    def _try(self, call: Callable[[Any], _T]) -> _T:
        left = self._paused_until - time.monotonic()
        if left > 0:
            # Calls made during a pause are refused and count against us.
            raise RateLimited("Dropbox asks for fewer calls.", after=left)
        try:
            client = self._client()
            with translating():
                return call(client)
        except RateLimited as error:
            self._paused_until = max(self._paused_until, time.monotonic() + error.after)
            raise
        except (SignInNeeded, AccessDenied) as error:
            if isinstance(error, SignInNeeded) or _is_of_sign_in(error):
                # The next call looks whether somebody has signed in meanwhile.
                with self._guard:
                    self._made = None
            raise

    def _client(self) -> Any:
        """The SDK's client with an access token that still lasts; one thread at a time renews it."""
        if not self._guard.acquire(timeout=self._waits.answering):
            raise SourceOffline("Dropbox does not answer.")  # to whoever was first
        try:
            if self._made is None:
                self._made = self._connected()
            with translating():
                self._made.check_and_refresh_access_token()
            return self._made
        finally:
            self._guard.release()

    def _connected(self) -> Any:
        app_key, token = self._credentials()
        import dropbox  # noqa: PLC0415 - a fifth of a second, for those who use it

        for name in ("dropbox", "requests", "urllib3"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below, they tell names of files
        with translating():
            return dropbox.Dropbox(
                app_key=app_key,
                oauth2_refresh_token=token.reveal(),
                timeout=(self._waits.connecting, self._waits.answering),
                # Tries and pauses are ours: the SDK's wait as long as it is told to.
                max_retries_on_error=0,
                max_retries_on_rate_limit=0,
                user_agent="MessageCentre",
            )

    @staticmethod
    def _tell(step: str, error: MessageCentreError) -> None:
        is_outcome = isinstance(error, FileGone | FileChanged)
        _log.log(logging.INFO if is_outcome else logging.WARNING, "%s: %s", step, trace_of(error))


def _is_of_sign_in(error: MessageCentreError) -> bool:
    """Whether it is the sign-in that lacks a permission, which a new one may have."""
    return getattr(error.__cause__, "status_code", None) == HTTPStatus.UNAUTHORIZED
