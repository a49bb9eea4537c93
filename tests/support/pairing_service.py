"""The pairing service on loopback: gives codes for guids, and answers as badly as a test says."""

import random
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

_LETTERS = string.ascii_letters + string.digits
_HOUR = 3600.0
#: Sees guid, server address and code, and gives status, headers and body.
Spoilt = Callable[[str, str, str], tuple[int, dict[str, str], bytes]]


@dataclass
class PairingService:
    """`spoil` replaces every answer; `drip` sends the body a byte at a time with that pause."""

    now: Callable[[], float]
    spoil: Spoilt | None = None
    drip: float = 0.0
    asked: list[str] = field(default_factory=list)
    codes: dict[str, tuple[str, str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(7)  # noqa: S311 - a test's codes need not be unguessable
        self._listening = _Listening(self)
        self._thread = threading.Thread(target=self._listening.serve_forever, args=(0.02,))
        self._thread.start()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.server_address[1]}/med-genid.php"

    def close(self) -> None:
        self.stopping.set()
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join()

    def answer(self, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        if "compare" in query:
            return 200, {}, self._redeem(query["compare"][0]).encode()
        guid = query.get("guid", [""])[0] or "".join(self._chance.choices(_LETTERS, k=18))
        server = query.get("proxyServer", [""])[0]
        code = "".join(self._chance.choices(_LETTERS, k=4))
        if self.spoil is not None:
            return self.spoil(guid, server, code)
        self.codes[code] = (guid, server, self.now() + _HOUR)
        return 200, {}, f"{code} {guid} {server} {quote('[Unknown - private]')}\n".encode()

    def _redeem(self, code: str) -> str:
        guid, server, until = self.codes.get(code, ("", "", 0.0))
        return f"{server}/write/{guid}" if self.now() < until else "nomatch"


@contextmanager
def pairing_service(now: Callable[[], float] = lambda: 0.0) -> Iterator[PairingService]:
    """A running service."""
    service = PairingService(now)
    try:
        yield service
    finally:
        service.close()


class _Listening(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service: PairingService) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listening

    def do_GET(self) -> None:
        service = self.server.service
        service.asked.append(self.path)
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        status, headers, body = service.answer(query)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not service.drip:
            self.wfile.write(body)
            return
        for one in body:
            self.wfile.write(bytes([one]))
            if service.stopping.wait(service.drip):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by its base
        """Say nothing."""
