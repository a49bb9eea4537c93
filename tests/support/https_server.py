"""An HTTPS server on loopback that answers as it is told, and misbehaves where a test says so."""

import contextlib
import socket
import ssl
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

_HOST = "127.0.0.1"
_LATE_SECONDS = 2.0


@dataclass(frozen=True)
class Request:
    """One request; the names of headers are in lower case, `host` is without a port."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer; its length is told unless a fault says otherwise."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Trouble(Enum):
    """What can happen to an answer on its way, or to the server before it has one."""

    HANGS = "takes the request and never answers"
    CUT = "the line drops before the request was acted upon"
    REPLY_LOST = "the request was acted upon, then the line drops"
    TRUNCATED = "half of the body arrives, then the line drops"
    FLIPPED = "one bit of the body is wrong"
    LATE = "the answer takes its time"


@dataclass
class _Fault:
    path: str
    what: Trouble | Reply
    left: int
    skip: int
    method: str

    def is_for(self, request: Request) -> bool:
        return request.path.endswith(self.path) and self.method in {"", request.method}


class HttpsServer:
    """Serves `respond` on a port of loopback until it is closed; `requests` lists what was asked."""

    def __init__(self, context: ssl.SSLContext, respond: Callable[[Request], Reply]) -> None:
        self._respond = respond
        self._faults: list[_Fault] = []
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self.requests: list[Request] = []
        self._listening = _Listening(context, self.answer)
        self.port = int(self._listening.server_address[1])
        self._thread = threading.Thread(target=self._listening.serve_forever, args=(0.05,))
        self._thread.start()

    def fault(
        self, path: str, what: Trouble | Reply, *, times: int = 1, skip: int = 0, method: str = ""
    ) -> None:
        """Spoil the next `times` requests whose path ends so, after `skip` that are let through."""
        with self._guard:
            self._faults.append(_Fault(path, what, times, skip, method))

    def mend(self) -> None:
        """No fault is left."""
        with self._guard:
            self._faults.clear()

    def asked(self, path: str) -> list[Request]:
        """The requests so far whose path ends so."""
        with self._guard:
            return [request for request in self.requests if request.path.endswith(path)]

    def close(self) -> None:
        """Cut every connection and join."""
        self._stopping.set()
        self._listening.shutdown()
        self._listening.cut()
        self._listening.server_close()
        self._thread.join()

    def answer(self, request: Request) -> tuple[Reply, Trouble | None]:
        """The answer to one request, and what becomes of it."""
        with self._guard:
            self.requests.append(request)
            what = self._due(request)
        if isinstance(what, Reply):
            return what, None
        if what is Trouble.HANGS:
            self._stopping.wait()
        if what in {Trouble.HANGS, Trouble.CUT}:
            return Reply(500), what
        if what is Trouble.LATE:
            self._stopping.wait(_LATE_SECONDS)
        return self._respond(request), what

    def _due(self, request: Request) -> Trouble | Reply | None:
        for fault in self._faults:
            if fault.is_for(request) and fault.left > 0:
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.left -= 1
                return fault.what
        return None


class _Listening(ThreadingHTTPServer):
    daemon_threads = False  # joined by server_close
    request_queue_size = 64

    def __init__(
        self,
        context: ssl.SSLContext,
        answer: Callable[[Request], tuple[Reply, Trouble | None]],
    ) -> None:
        self.answer = answer
        self._context = context
        self._live: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((_HOST, 0), _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        plain, address = super().get_request()
        # The handshake is made by the connection's own thread, at its first read.
        secure = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        with self._guard:
            self._live.add(secure)
        return secure, address

    def shutdown_request(self, request: object) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._live.discard(request)
            _cut(request)
            request.close()

    def cut(self) -> None:
        with self._guard:
            for one in self._live:
                _cut(one)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away, or does not trust the certificate, is nothing to print."""
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # unbuffered, each header would be a packet
    disable_nagle_algorithm = True
    server: _Listening

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by its base
        """Say nothing."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            self.headers.get("Host", "").partition(":")[0],
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            b"".join(self._body()),
        )
        reply, trouble = self.server.answer(request)
        if trouble in {Trouble.HANGS, Trouble.CUT, Trouble.REPLY_LOST}:
            self._drop()
            return
        if trouble is Trouble.FLIPPED:
            reply = replace(reply, body=bytes([reply.body[0] ^ 1]) + reply.body[1:])
        self._send(reply, whole=trouble is not Trouble.TRUNCATED)

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            yield self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _send(self, reply: Reply, *, whole: bool) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body if whole else reply.body[: len(reply.body) // 2])
        self.wfile.flush()
        if not whole:
            self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        _cut(self.connection)


def _cut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
