"""Calls to Microsoft Graph: bounded, with a token that renews itself, obeying every pause it asks for."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3
from requests.adapters import HTTPAdapter

from message_centre.domain.errors import RateLimited, SignInNeeded, SourceOffline
from message_centre.sources.drive_source import WORKERS
from message_centre.sources.graph import GRAPH, Answer, LinkExpired, Tokens
from message_centre.sources.request_ids import request_id
from message_centre.sources.retrying import Patience, patiently

_CHUNK = 1 << 18
PATIENCE = Patience(budget=10.0)
#: Seconds to wait for a connection, and for each stretch of an answer.
TIMEOUT = (5.0, 15.0)
_PAUSES = {429, 503, 509}

_log = logging.getLogger(__name__)


class GraphCalls:
    """Implements `graph.Calls` over HTTPS."""

    def __init__(
        self,
        tokens: Tokens,
        patience: Patience = PATIENCE,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._tokens = tokens
        self._patience = patience
        self._timeout = timeout
        self._session = _session()
        self._guard = threading.Lock()
        self._paused_until = 0.0

    def ask(self, method: str, address: str, *, tag: str = "") -> Answer:
        """One call, with a token that is renewed once if it is refused."""
        if address.startswith("/"):
            address = GRAPH + address
        elif not address.startswith(f"{GRAPH}/"):
            # The token goes with it; nobody else gets that.
            raise SourceOffline("OneDrive named an address that is not its own.")
        token = self._tokens.token()
        answer = self._ask(method, address, token, tag)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            answer = self._ask(method, address, self._tokens.token(refused=token), tag)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise SignInNeeded("OneDrive does not take this sign-in any more.")
        return answer

    def close(self) -> None:
        """Give the connections back; another call would open new ones."""
        self._session.close()

    def download(self, address: str, start: int, end: int | None) -> Iterator[bytes]:
        """The bytes, by an address that is its own permission."""
        headers = {"Accept-Encoding": "identity"}
        if start or end is not None:
            headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        with contextlib.closing(self._sent("GET", address, headers, streamed=True)) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return
            _check_download(response, is_part="Range" in headers)
            chunks = response.iter_content(_CHUNK)
            while True:
                with translating():
                    chunk = next(chunks, None)
                if chunk is None:
                    return
                yield chunk

    def _ask(self, method: str, address: str, token: str, tag: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if tag:
            headers["If-Match"] = tag
        response = self._sent(method, address, headers)
        if response.status_code == HTTPStatus.NO_CONTENT:
            return Answer(response.status_code, {})
        with translating():
            body = response.json()
        if not isinstance(body, dict):
            raise SourceOffline("Something else than OneDrive answers. Check the network.")
        return Answer(response.status_code, body)

    def _sent(
        self, method: str, address: str, headers: dict[str, str], *, streamed: bool = False
    ) -> requests.Response:
        """The answer, after as many tries as patience allows."""
        once = partial(self._once, method, address, headers, streamed=streamed)
        return patiently(once, self._patience)

    def _once(
        self, method: str, address: str, headers: dict[str, str], *, streamed: bool
    ) -> requests.Response:
        self._check_pause()
        began = time.monotonic()
        with translating():
            response = self._session.request(
                method,
                address,
                headers=headers,
                timeout=self._timeout,
                stream=streamed,
                allow_redirects=streamed,
                auth=_as_it_is,
            )
        _log.info(
            "%s: %d in %.2f s, request %s",
            "download" if streamed else method,
            response.status_code,
            time.monotonic() - began,
            request_id(response.headers.get("request-id")),
        )
        self._check_ready(response)
        return response

    def _check_ready(self, response: requests.Response) -> None:
        """Raise for an answer that is worth another try.

        Raises:
            RateLimited: later calls keep to the pause as well.
            SourceOffline: the service has a fault.
        """
        status = response.status_code
        if status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
            return
        response.close()
        if status not in _PAUSES:
            raise SourceOffline(f"OneDrive has a fault of its own ({status}).")
        after = _seconds(response.headers.get("Retry-After", ""))
        with self._guard:
            self._paused_until = max(self._paused_until, time.monotonic() + after)
        raise _limited(after)

    def _check_pause(self) -> None:
        # Refused calls count against us as well, so none is made before the time is over.
        with self._guard:
            left = self._paused_until - time.monotonic()
        if left > 0:
            raise _limited(left)


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """What the library raises, as our errors, with a line in the log."""
    try:
        with _told():
            yield
    except requests.exceptions.SSLError as error:
        raise SourceOffline(
            "The line to OneDrive is not safe: its certificate is false."
        ) from error
    except requests.exceptions.Timeout as error:
        raise SourceOffline("OneDrive does not answer in time.") from error
    except requests.exceptions.JSONDecodeError as error:
        raise SourceOffline("Something else than OneDrive answers. Check the network.") from error
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        # Every exception of requests is an OSError; so is a bundle of certificates that is not there.
        raise SourceOffline("The line to OneDrive is broken.") from error


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        _log.warning("no answer: %s", type(error).__name__)
        raise


def _session() -> requests.Session:
    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=WORKERS))
    # Threads share it, and cookies would be what they share.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without this a .netrc file of the computer would replace the token."""
    return request


def _check_download(response: requests.Response, *, is_part: bool) -> None:
    """Raise unless the body is what was asked for."""
    if response.status_code in {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
    }:
        raise LinkExpired
    wanted = HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK
    if response.status_code != wanted:
        raise SourceOffline(f"OneDrive does not deliver the file ({response.status_code}).")


def _seconds(text: str) -> float:
    """What Retry-After says, or 0 if it does not say seconds."""
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _limited(after: float) -> RateLimited:
    how_long = f"{after:.0f} seconds" if after else "a while"
    return RateLimited(f"OneDrive asks to wait {how_long}.", after=after)
