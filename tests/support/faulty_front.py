"""A front on loopback that passes HTTP requests on, spoils the ones it is told to, and counts them all."""

import http.client
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HOST = "127.0.0.1"
LATE_SECONDS = 2.0
_NOT_PASSED_ON = {"transfer-encoding", "connection"}


class Spoil(Enum):
    """What becomes of a request."""

    ANSWER = "answered here, the server never has it"
    LOSE = "the server does it, and its answer is lost"
    DROP = "the line is cut before the server has it"
    HANG = "nobody answers"
    FLIP = "one bit of the answer is wrong"
    CUT = "the line is cut in the middle of the answer"
    LATE = "the answer takes its time"
    AFTER = "somebody else does something first"


@dataclass(frozen=True)
class Fault:
    """One request with this method, or any, is spoilt so; `headers`, `status`, `body` are of an ANSWER.

    `path` has to occur in the request's; `deed` is what somebody else does AFTER which it is passed on.
    """

    how: Spoil
    method: str = ""
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    path: str = ""
    deed: Callable[[], object] = lambda: None


class FaultyFront:
    """Faults are taken in order, each by the first request that fits."""

    def __init__(self, server_port: int) -> None:
        self.seen: list[tuple[str, str]] = []
        self.faults: deque[Fault] = deque()
        self.at: list[float] = []
        self._server_port = server_port
        self._lock = threading.Lock()
        self.closing = threading.Event()
        front = self

        class Handler(_Handler):
            front_: FaultyFront = front

        self._http = ThreadingHTTPServer((_HOST, 0), Handler)
        self._http.daemon_threads = True
        self.port = int(self._http.server_address[1])
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        """Stop listening; whoever hangs is let go."""
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def methods(self) -> list[str]:
        """The method of each request so far."""
        return [method for method, _ in self.seen]

    def take(self, method: str, path: str) -> Fault | None:
        """Note a request, and give the fault that is meant for it."""
        with self._lock:
            self.seen.append((method, path))
            self.at.append(time.monotonic())
            for fault in self.faults:
                if fault.method in {"", method} and fault.path in path:
                    self.faults.remove(fault)
                    return fault
        return None

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the server answers."""
        line = http.client.HTTPConnection(_HOST, self._server_port, timeout=30)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            line.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    front_: FaultyFront

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.front_.take(self.command, self.path)
        how = fault.how if fault else None
        if fault is not None and how is Spoil.ANSWER:
            self._answer(fault.status, list(fault.headers.items()), fault.body)
            return
        if fault is not None and how is Spoil.AFTER:
            fault.deed()
        if how is Spoil.LATE:
            self.front_.closing.wait(LATE_SECONDS)
        if how is Spoil.HANG:
            self.front_.closing.wait()
        if how in {Spoil.DROP, Spoil.HANG}:
            self.close_connection = True
            return
        status, headers, content = self.front_.ask(
            self.command, self.path, dict(self.headers.items()), body
        )
        if how is Spoil.LOSE:
            self.close_connection = True
            return
        if how is Spoil.FLIP:
            content = bytes([content[0] ^ 1]) + content[1:]
        self._answer(status, headers, content, cut=how is Spoil.CUT)

    def _answer(
        self, status: int, headers: list[tuple[str, str]], content: bytes, *, cut: bool = False
    ) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED_ON | {"content-length"}:
                self.send_header(name, value)
        told = next((value for name, value in headers if name.lower() == "content-length"), None)
        is_head = self.command == "HEAD"
        self.send_header("Content-Length", told if is_head and told else str(len(content)))
        self.end_headers()
        if not is_head:
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut
        self.wfile.flush()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _serve  # noqa: N815 - the names that are called

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
        """Nothing is written."""


@contextmanager
def faulty_front(server_port: int) -> Iterator[FaultyFront]:
    """A front before a server's port on this computer."""
    front = FaultyFront(server_port)
    try:
        yield front
    finally:
        front.close()
