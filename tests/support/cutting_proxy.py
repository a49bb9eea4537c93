"""A way to a PostgreSQL server that is cut exactly at a COMMIT, before or after the server has it."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from enum import Enum

_BLOCK = 1 << 16
_HOST = "127.0.0.1"


class Cut(Enum):
    """Whether the server gets the COMMIT whose answer never arrives."""

    BEFORE = "before the server has it"
    AFTER = "after the server did it"


class CuttingProxy:
    """Passes everything on; `cut` says which of the next commits (1 is the first) is cut, and how."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listening = socket.create_server((_HOST, 0))
        self.port = int(self._listening.getsockname()[1])
        self._lock = threading.Lock()
        self._left = 0
        self._how = Cut.AFTER
        self.cuts = 0
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self, number: int, how: Cut) -> None:
        """Cut the way at the `number`th commit from now."""
        with self._lock:
            self._left, self._how = number, how

    def close(self) -> None:
        """Cut everything and join."""
        # Accepting ends at shutdown; closing alone would leave it waiting.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in list(self._open):
            _cut(one)
        for thread in self._threads:
            thread.join()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((_HOST, self._server))
            except OSError:
                client.close()  # the server is away for now
                continue
            self._open += [client, server]
            spoilt = threading.Event()
            for work in (self._forth, self._back):
                thread = threading.Thread(target=work, args=(client, server, spoilt))
                self._threads.append(thread)
                thread.start()

    def _forth(self, client: socket.socket, server: socket.socket, spoilt: threading.Event) -> None:
        for data in _received(client):
            if b"COMMIT\0" in data and self._is_due():
                spoilt.set()
                self.cuts += 1
                if self._how is Cut.BEFORE:
                    break
            if not _sent(server, data):
                break
        if not spoilt.is_set() or self._how is Cut.BEFORE:
            _cut(client, server)

    def _back(self, client: socket.socket, server: socket.socket, spoilt: threading.Event) -> None:
        for data in _received(server):
            # The server has answered the COMMIT, so that it is done; the client never hears.
            if spoilt.is_set() or not _sent(client, data):
                break
        _cut(client, server)

    def _is_due(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left == 0


@contextlib.contextmanager
def cutting_proxy(port: int) -> Iterator[CuttingProxy]:
    """A proxy to a server's port on this computer."""
    proxy = CuttingProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()


def _received(one: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(OSError):
        while data := one.recv(_BLOCK):
            yield data


def _sent(one: socket.socket, data: bytes) -> bool:
    try:
        one.sendall(data)
    except OSError:
        return False
    return True


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
