"""A small HTTPS server on loopback whose connections can be made to fail in every way a line can."""

import contextlib
import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What a client asked; header names in lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Mishap(Enum):
    """What goes wrong with a connection."""

    DROPPED = "closed without an answer, nothing was done"
    LOST = "done, and closed without an answer"
    CUT = "done, and closed in the middle of the body"
    HUNG = "never answered"


def as_json(status: int, body: object, **headers: str) -> Reply:
    kind = {"Content-Type": "application/json"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), kind | named)


def as_html(status: int, body: str) -> Reply:
    return Reply(status, body.encode(), {"Content-Type": "text/html; charset=utf-8"})


@dataclass
class _Fault:
    method: str
    part: str
    what: Reply | Mishap
    left: int

    def hits(self, request: Request) -> bool:
        return self.left > 0 and self.method == request.method and self.part in request.path


class HttpsServer:
    """Answers with `answer`; `asked` holds every request, in order."""

    def __init__(self, tls: ssl.SSLContext, answer: Callable[[Request], Reply]) -> None:
        self.answer = answer
        self.asked: list[Request] = []
        self.closing = threading.Event()
        self._faults: list[_Fault] = []
        self._guard = threading.Lock()
        self._server = _Listening(self, tls)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def fail(self, method: str, part: str, what: Reply | Mishap, *, times: int = 1) -> None:
        """Let the next `times` requests of this method whose path has this part go wrong."""
        with self._guard:
            self._faults.append(_Fault(method, part, what, times))

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        with self._guard:
            self._faults.clear()

    def count(self, method: str, part: str) -> int:
        """How many such requests came."""
        return sum(1 for one in list(self.asked) if one.method == method and part in one.path)

    def close(self) -> None:
        """Cut live connections, join."""
        self.closing.set()
        self._server.shutdown()
        self._server.cut()
        self._server.server_close()
        self._thread.join()

    def fault(self, request: Request) -> Reply | Mishap | None:
        with self._guard:
            self.asked.append(request)
            for fault in self._faults:
                if fault.hits(request):
                    fault.left -= 1
                    return fault.what
        return None


class _Listening(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, owner: HttpsServer, tls: ssl.SSLContext) -> None:
        self.owner = owner
        self._tls = tls
        self._live: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        plain, peer = super().get_request()
        # The handshake waits for the connection's own thread, else one slow client stops them all.
        wrapped = self._tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._live.add(wrapped)
        return wrapped, peer

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self._live.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested; a fault of the server's own is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def cut(self) -> None:
        for one in list(self._live):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # answers leave in one piece; unbuffered they wait 40 ms for each other
    disable_nagle_algorithm = True
    server: _Listening

    def _serve(self) -> None:
        request = self._request()
        owner = self.server.owner
        what = owner.fault(request)
        if what is Mishap.HUNG:
            owner.closing.wait(60)
        if what is Mishap.HUNG or what is Mishap.DROPPED:  # a reply has no hash
            self.close_connection = True
            return
        reply = what if isinstance(what, Reply) else owner.answer(request)
        if what is Mishap.LOST:
            self.close_connection = True
            return
        self._send(reply, cut=what is Mishap.CUT)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 # the names http.server calls

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        host = headers.get("host", "").partition(":")[0]
        return Request(self.command, host, parts.path, query, headers, body)

    def _send(self, reply: Reply, *, cut: bool) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if cut:
            self.close_connection = True
        self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)

    def log_message(self, *args: object) -> None:
        """`asked` is the log."""
