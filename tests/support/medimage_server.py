"""A MedImage Server on loopback, as phones and the Message Centre meet it, with the faults of the real one.

It answers before it has moved anything, copies slowly where it is told to, and dies in the middle.
"""

import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from tests.support.medimage_names import SHIPPED_CHARACTERS, Landing, decoded, landing

_BLOCK = 65536
_GUID_LENGTHS = range(16, 21)
_RECONNECT = "Sorry, your app is not connected. Please reconnect your app to this server."
_SIGNATURES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"%PDF-", ".pdf"),
)
_REFUSED = (b"\x89PNG", b"GIF8", b"RIFF")


@dataclass
class Behaviour:
    """The server's config.json, and the faults a test wants. May be changed while it runs."""

    backup_to: list[Path] | str | None
    keep_master: bool = False
    leaving: bool = False
    global_id: str = ""
    allowed_characters: str = SHIPPED_CHARACTERS
    max_upload: int = 16 << 20
    has_addons: bool = True
    #: Seconds of rest after each block of the move; the answer is given before.
    block_rest: float = 0.0
    #: The server is killed once so many bytes stand in the target.
    die_at: int | None = None
    target_read_only: bool = False
    dies_on_long_name: bool = False


@dataclass
class MedImageServer:
    """One running server. `landed` hears of each move that is complete; `failures` is its log."""

    root: Path
    behaviour: Behaviour
    failures: list[str] = field(default_factory=list)
    landed: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.photos = self.root / "photos"
        self.photos.mkdir(parents=True)
        self._listening: _Listening | None = None
        self._movers: list[threading.Thread] = []
        self._guard = threading.Lock()
        self.killed = threading.Event()

    @property
    def url(self) -> str:
        if self._listening is None:
            raise RuntimeError("the server does not run")
        return f"http://127.0.0.1:{self._listening.server_address[1]}"

    def start(self) -> None:
        """Listen; a server that was killed does not look at what its last life left in photos/."""
        if isinstance(self.behaviour.backup_to, str):
            # The real one walks the text letter by letter, scatters copies and deletes the original.
            raise TypeError("backupTo must be a list")
        self.killed.clear()
        self._listening = _Listening(self)
        threading.Thread(target=self._listening.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening; moves that are under way end where they are."""
        self.killed.set()
        if self._listening is not None:
            self._listening.shutdown()
            self._listening.server_close()
            self._listening = None
        for mover in self._movers:
            mover.join()

    def settle(self) -> None:
        """Wait until every move so far has ended."""
        with self._guard:
            movers = list(self._movers)
        for mover in movers:
            mover.join()

    # What becomes of an upload

    def take(self, name: str, content: bytes) -> tuple[int, bytes]:
        """Store one upload in photos/ and begin its move; the status and body of the answer."""
        found = landing(name, self.behaviour.allowed_characters, self.behaviour.global_id)
        if self.behaviour.leaving and not _has_guid(name):
            return 400, json.dumps(_RECONNECT).encode()
        kind = _extension(content, name)
        if kind is None:
            return 400, b""
        extension, kept = kind
        stem = found.stem.removesuffix(extension) if extension != ".jpg" else found.stem
        where = Path(*found.folders, stem + extension)
        if self.behaviour.dies_on_long_name and len(where.name) > 255:
            self.killed.set()
            return 0, b""
        original = self.photos / where
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_bytes(kept)
        self._begin_move(original, where)
        return 200, b"Received upload successfully!\n\n"

    def holds(self, name: str) -> bool:
        """What `/check=` answers: whether the photo is still here, that is not delivered."""
        found: Landing = landing(name, self.behaviour.allowed_characters, self.behaviour.global_id)
        return (self.photos / Path(*found.folders, f"{found.stem}.jpg")).exists()

    def _begin_move(self, original: Path, where: Path) -> None:
        targets = self.behaviour.backup_to
        if not isinstance(targets, list) or not self.behaviour.has_addons:
            return
        mover = threading.Thread(target=self._move, args=(original, where, targets), daemon=True)
        with self._guard:
            self._movers.append(mover)
        mover.start()

    def _move(self, original: Path, where: Path, targets: list[Path]) -> None:
        try:
            for target in targets:
                if not self._copy(original, target / where):
                    return
        except OSError as error:
            self.failures.append(f"copy failed: {error.strerror}")
            return
        if not self.behaviour.keep_master:
            with suppress(FileNotFoundError):
                original.unlink()
        self.landed.append(targets[0] / where)

    def _copy(self, original: Path, final: Path) -> bool:
        """Not atomic: made empty, grows, and only then is complete. False if killed on the way."""
        if self.behaviour.target_read_only:
            raise PermissionError(13, "read-only")
        final.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            final.unlink()
        content = original.read_bytes()
        with final.open("wb", buffering=0) as out:
            for start in range(0, len(content), _BLOCK):
                if self._dies_at(start):
                    return False
                out.write(content[start : start + _BLOCK])
                if self.killed.wait(self.behaviour.block_rest):
                    return False
        final.chmod(0o644)
        return True

    def _dies_at(self, written: int) -> bool:
        limit = self.behaviour.die_at
        if limit is not None and written >= limit:
            self.killed.set()
        return self.killed.is_set()


@contextmanager
def running(root: Path, **behaviour: object) -> Iterator[MedImageServer]:
    """A server below `root` whose `backupTo` is `root/backup`, unless told otherwise."""
    target = root / "backup"
    target.mkdir(parents=True, exist_ok=True)
    given = Behaviour(backup_to=[target])
    for name, value in behaviour.items():
        setattr(given, name, value)
    server = MedImageServer(root, given)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.photos, ignore_errors=True)


def _has_guid(name: str) -> bool:
    first = name.split("-", maxsplit=1)[0]
    return first.startswith("#") and len(first) - 1 in _GUID_LENGTHS


def _extension(content: bytes, name: str) -> tuple[str, bytes] | None:
    """The extension that content decides, and the bytes that are kept; None for a refused kind."""
    for start, extension in _SIGNATURES:
        if content.startswith(start):
            return extension, content
    if content.startswith(_REFUSED) or name.lower().endswith((".txt", ".png", ".gif", ".webp")):
        return None
    if content[4:8] == b"ftyp" and name.endswith(".mp4"):
        return ".m4v", content
    named = re.search(r"\.(heic|csv|json)$", name)
    # Unknown bytes are read as text of seven bits and written again: a HEIC photo is lost by that.
    return (named.group(0) if named else ".jpg"), bytes(one & 0x7F for one in content)


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, server: MedImageServer) -> None:
        self.medimage = server
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A phone that goes away is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listening

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, b"<html>MedImage Server</html>")
        elif self.path == "/load/":
            self._answer(200, b"[0.1,0.2,0.3]")
        elif self.path.startswith("/check=") and len(self.path) > len("/check="):
            self._check(unquote(self.path.removeprefix("/check=")))
        else:
            self._say_nothing()

    def do_HEAD(self) -> None:
        if not self.path.startswith("/read/"):
            self._say_nothing()
        elif self.server.medimage.behaviour.leaving:
            self._answer(200, b"")
        else:
            self._answer(400, b"")

    def do_OPTIONS(self) -> None:
        self._answer(200, b"")

    def do_POST(self) -> None:
        if self.path != "/api/photo":
            self._say_nothing()
            return
        body = self._body()
        found = re.search(r"boundary=([^;]+)", self.headers.get("Content-Type", ""))
        if found is None:
            self._answer(206, b'{"message":"unsupported content-type"}')
        elif len(body) > self.server.medimage.behaviour.max_upload:
            self._answer(206, b'{"message":"maximum file length exceeded","code":"ETOOBIG"}')
        else:
            self._take(body, b"--" + found.group(1).strip('"').encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by its base
        """Say nothing."""

    def _take(self, body: bytes, boundary: bytes) -> None:
        for part in body.split(boundary)[1:-1]:
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            header = head.decode("utf-8", "replace")
            if 'name="file1"' in header and (name := decoded(header)):
                status, words = self.server.medimage.take(name, content.removesuffix(b"\r\n"))
                if status:
                    self._answer(status, words)
                else:
                    self._drop()
                return
        self._answer(400, b"")

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("cut")
        return body

    def _check(self, name: str) -> None:
        if not self.server.medimage.behaviour.leaving:
            self._answer(400, b"")
            return
        self._answer(200, b"true" if self.server.medimage.holds(name) else b"false")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _say_nothing(self) -> None:
        """As the real one: the line stays open, and no answer ever comes."""
        self.server.medimage.killed.wait(20)
        self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
