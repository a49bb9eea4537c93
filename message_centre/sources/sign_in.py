"""The shared half of signing in: waits on the loopback for the browser to come back. No SDK here.

Whoever works on this computer can reach the port, on a terminal server others too. So only an answer that
brings the attempt's `state` counts; anything else is refused, and waiting goes on.
"""

import contextlib
import hmac
import queue
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from urllib.parse import parse_qsl, urlsplit

from message_centre.domain.errors import SourceOffline
from message_centre.services.work import CancelToken

_HOST = "127.0.0.1"
_LARGEST_ANSWER = 64 * 1024
#: A browser may connect ahead and say nothing.
_SILENCE_SECONDS = 5.0
#: How often whoever waits looks whether it was cancelled.
_GLANCE = 0.05

_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Message Centre</title>"
    "<body style='font-family:sans-serif;margin:3em'><h1>{title}</h1><p>{words}</p></body></html>"
)
_ARRIVED = (
    HTTPStatus.OK,
    "The answer has arrived",
    "The Message Centre says what became of it. You may close this page.",
)
_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    "This answer does not belong to a sign-in",
    "It was not used. Go back to the Message Centre and follow its latest sign-in.",
)


@contextlib.contextmanager
def listening(ports: Sequence[int]) -> Iterator["LoopbackReceiver"]:
    """A receiver on the first of these ports of 127.0.0.1 that is free; closed with the block.

    Raises:
        SourceOffline: none of them is free.
    """
    server = _first_free(ports)
    thread = threading.Thread(
        target=server.serve_forever, args=(_GLANCE,), name="sign-in", daemon=True
    )
    thread.start()
    try:
        yield LoopbackReceiver(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class LoopbackReceiver:
    """Implements `services.ports.Receiver`."""

    def __init__(self, server: "_Server") -> None:
        self._server = server

    @property
    def address(self) -> str:
        """Where the browser is to come back to, without a trailing slash."""
        return f"http://localhost:{self._server.server_address[1]}"

    def expect(self, state: str) -> None:
        """From now on the first answer that brings `state` is kept; anything else is refused."""
        self._server.expect(state)

    def receive(self, *, seconds: float, token: CancelToken) -> Mapping[str, str] | None:
        """The fields of the expected answer, or None once the time is over.

        Raises:
            Cancelled
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            token.check()
            with contextlib.suppress(queue.Empty):
                return self._server.answers.get(timeout=min(_GLANCE, left))
        return None


class _Server(ThreadingTCPServer):
    # Python's own HTTPServer asks the name service for the host's name at the start: it may hang.
    daemon_threads = True
    #: On Windows it would let another program listen on the very same port.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, port: int) -> None:
        self.answers: queue.SimpleQueue[Mapping[str, str]] = queue.SimpleQueue()
        self._state = b""
        self._is_answered = False
        self._lock = threading.Lock()
        super().__init__((_HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind, on Windows for ourselves alone."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        super().server_bind()

    def expect(self, state: str) -> None:
        """From now on the answer with this state counts."""
        self._state = state.encode()

    def takes(self, fields: Mapping[str, str]) -> bool:
        """Whether this answer brings our state; the first one that does is handed on."""
        given = fields.get("state", "").encode("utf-8", "surrogateescape")
        if not self._state or not hmac.compare_digest(given, self._state):
            return False
        with self._lock:
            if not self._is_answered:
                self._is_answered = True
                self.answers.put(fields)
        return True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that breaks off is no news, and must not be written to standard error."""
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        """An answer in the address."""
        self._take(urlsplit(self.path).query)

    def do_POST(self) -> None:
        """An answer as a form."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_ANSWER:
            self._show(*_REFUSED)
            return
        self._take(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the address holds the answer."""
        del format, args

    def version_string(self) -> str:
        """Not which Python this is."""
        return "MessageCentre"

    def _take(self, encoded: str) -> None:
        try:
            fields = dict(parse_qsl(encoded, keep_blank_values=True, max_num_fields=50))
        except ValueError:
            fields = {}
        self._show(*(_ARRIVED if self.server.takes(fields) else _REFUSED))

    def _show(self, status: HTTPStatus, title: str, words: str) -> None:
        page = _PAGE.format(title=title, words=words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(page)


def _first_free(ports: Sequence[int]) -> _Server:
    for port in ports:
        with contextlib.suppress(OSError):
            return _Server(port)
    raise SourceOffline(
        "The sign-in cannot be received on this computer: its ports are taken. Perhaps another"
        " sign-in is under way here."
    )
