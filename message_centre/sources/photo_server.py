"""The HTTP server that phones post to: four addresses, bounds on everything, TLS where others reach it."""

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from cheroot import wsgi
from cheroot.errors import MaxSizeExceeded
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from message_centre.domain.errors import AccessDenied
from message_centre.domain.medimage_uploads import LARGEST, LONGEST_NAME, UploadName
from message_centre.services.ports import Listen
from message_centre.services.receiving import Answer, Receiving

_FORM_EXTRA = 1 << 16
_HEADER_BYTES = 1 << 14
_CHUNK = 1 << 16
#: Seconds of silence or for a request's head, and for a whole upload, after which a phone has to begin anew.
_SILENCE, _WHOLE = 15, 300.0
_THREADS, _WAITING = 16, 64
_FIELD = "file1"
_UPLOAD, _CHECK = "/api/photo", "/check="
_CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Content-Type, Cache-Control, X-Requested-With"),
)
_NOT_FOUND = Answer(HTTPStatus.NOT_FOUND, "")
_TOO_LARGE = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The photo is too large.")
_BAD = Answer(HTTPStatus.BAD_REQUEST, "This is no upload of a photo.")

_log = logging.getLogger(__name__)
Environ = dict[str, Any]


class StartResponse(Protocol):
    """What WSGI hands in to begin an answer."""

    def __call__(self, status: str, headers: list[tuple[str, str]]) -> object:
        """Begin the answer."""


class PhotoApp:
    """The WSGI application. Every answer is short, none tells more than it must."""

    def __init__(self, receiving: Receiving) -> None:
        self._receiving = receiving

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path, method = _path(environ), environ["REQUEST_METHOD"]
        answer = self._answer(method, path, environ)
        body = answer.words.encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
        ]
        if path == _UPLOAD or path.startswith(_CHECK):
            headers += _CORS
        if answer.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
            # What is left of the body is not read: the line is not used again.
            headers.append(("Connection", "close"))
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [body]

    def _answer(self, method: str, path: str, environ: Environ) -> Answer:
        if method == "GET" and path == "/":
            return Answer(HTTPStatus.OK, "Message Centre\n")
        if method == "OPTIONS" and (path == _UPLOAD or path.startswith(_CHECK)):
            return Answer(HTTPStatus.OK, "")
        if method == "GET" and path.startswith(_CHECK) and len(path) <= LONGEST_NAME * 4:
            is_waited_for = self._receiving.is_waited_for(unquote(path.removeprefix(_CHECK)))
            return Answer(HTTPStatus.OK, "true" if is_waited_for else "false")
        if method == "POST" and path == _UPLOAD and not environ.get("QUERY_STRING"):
            return self._upload(environ)
        return _NOT_FOUND

    def _upload(self, environ: Environ) -> Answer:
        kind, options = parse_options_header(environ.get("CONTENT_TYPE", ""))
        boundary = options.get("boundary", "")
        if kind != "multipart/form-data" or not boundary:
            return _BAD
        form = _Form(self._receiving, str(environ.get("REMOTE_ADDR", "")))
        try:
            return form.read(environ["wsgi.input"], boundary)
        except MaxSizeExceeded:
            return _TOO_LARGE
        except (MultipartError, ValueError, OSError):
            return _BAD  # no form, or a line that was cut


class _Form:
    """One form on its way in: the first file of the right field counts, whatever else comes with it."""

    def __init__(self, receiving: Receiving, address: str) -> None:
        self._receiving = receiving
        self._address = address
        self._data = BytesIO()
        self._upload: UploadName | None = None
        self._name = ""
        self._is_ours = False

    def read(self, stream: Any, boundary: str) -> Answer:
        parser = PushMultipartParser(
            boundary,
            max_segment_count=8,
            max_header_size=2048,
            strict=True,
        )
        for chunk in iter(partial(stream.read, _CHUNK), b""):
            for event in parser.parse(chunk):
                refused = self._hear(event)
                if refused is not None:
                    return refused
            if parser.closed:
                break
        parser.close()  # raises where the end of the form is missing
        if self._upload is None:
            return _BAD
        return self._receiving.taken(self._upload, self._name, self._data.getvalue())

    def _hear(self, event: MultipartSegment | bytes | bytearray | None) -> Answer | None:
        if isinstance(event, MultipartSegment):
            self._is_ours = event.name == _FIELD and self._upload is None
            return self._open(event.filename or "") if self._is_ours else None
        if event and self._is_ours:
            if self._data.tell() + len(event) > LARGEST:
                return _TOO_LARGE
            self._data.write(event)
        return None

    def _open(self, name: str) -> Answer | None:
        found = self._receiving.opened(name, self._address)
        if isinstance(found, Answer):
            return found
        self._upload, self._name = found, name
        return None


def _path(environ: Environ) -> str:
    """The address as it was asked for, still encoded: a name in it may hold what ends an address."""
    return str(environ.get("REQUEST_URI") or environ.get("PATH_INFO", "")).partition("?")[0]


class _Request(HTTPRequest):
    """One request, which has to come to its end: a phone that sends a byte now and then is cut off."""

    def parse_request(self) -> None:
        """Shake hands where that is still to be done, and read the head."""
        line = self.conn.socket
        with _cut_after(_SILENCE, line):
            if isinstance(line, ssl.SSLSocket):
                try:
                    line.do_handshake()
                except OSError:
                    return  # it speaks no TLS of ours; nothing is answered
            with contextlib.suppress(ValueError):  # a length that is no number
                super().parse_request()
        # A length below nothing would be taken for none: everything that ever comes.
        self.ready = self.ready and self.inheaders.get(b"Content-Length", b"0").isdigit()

    def respond(self) -> None:
        """Read the body and answer."""
        with _cut_after(_WHOLE, self.conn.socket):
            super().respond()


@contextlib.contextmanager
def _cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """End a connection whose work is not done in time, whatever it waits for."""

    def cut() -> None:
        with contextlib.suppress(OSError):
            # The line itself: what lies above it belongs to the thread that waits.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request

    def close(self) -> None:
        """Close a line that may be gone; an error here would cost the server a thread."""
        with contextlib.suppress(OSError, ValueError):
            super().close()


class _Adapter(BuiltinSSLAdapter):
    """Leaves the handshake to the thread of its connection, so that nobody's holds up everybody."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, Environ]:
        """The socket with TLS to come, and what the application is told of it."""
        secured = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return secured, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Server(wsgi.Server):
    """Says nothing of its own: its lines would carry addresses."""

    ConnectionClass = _Connection

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        """As cheroot does, which leaves a socket open whose port is taken."""
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()
            raise
        return socket_

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        del msg, traceback
        if level >= logging.ERROR:
            _log.error("The receiver of photos had an error of its own")


@contextlib.contextmanager
def serving(receiving: Receiving, listen: Listen) -> Iterator[int]:
    """Serve until the block ends; yields the port.

    Raises:
        AccessDenied: the port or the certificate cannot be used.
    """
    server = _Server(
        (listen.address, listen.port),
        PhotoApp(receiving),
        numthreads=_THREADS,
        max=_THREADS,
        request_queue_size=_WAITING,
        timeout=_SILENCE,
        shutdown_timeout=5,
        server_name="message-centre",
    )
    server.max_request_header_size = _HEADER_BYTES
    server.max_request_body_size = LARGEST + _FORM_EXTRA
    try:
        if listen.certificate and listen.key:
            server.ssl_adapter = _secure(listen.certificate, listen.key)
        server.prepare()
    except (OSError, ssl.SSLError) as error:
        raise AccessDenied(
            f"Port {listen.port} or the certificate cannot be used ({type(error).__name__})."
        ) from error
    with _on_a_thread(server.serve):
        try:
            yield int(server.bind_addr[1])
        finally:
            server.stop()


def _secure(certificate: Path, key: Path) -> _Adapter:
    adapter = _Adapter(str(certificate), str(key))
    adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
    return adapter


@contextlib.contextmanager
def _on_a_thread(work: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=work, name="photo-server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)
