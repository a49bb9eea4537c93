"""A way out of the program that ends on loopback: public host names lead to servers of the tests.

The program and the SDKs run unchanged with their production addresses; `environment` is all that tells
them. Every other name is refused and noted.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path

_HOST = "127.0.0.1"
_BLOCK = 1 << 16
_ACKNOWLEDGE: int | None = getattr(socket, "TCP_QUICKACK", None)


class ConnectProxy:
    """Tunnels CONNECT requests for `ways` (host name to port on loopback); `refused` lists the rest."""

    def __init__(self, ways: dict[str, int]) -> None:
        self.ways = ways
        self.asked: list[str] = []
        self.refused: list[str] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._guard = threading.Lock()
        self._listening = socket.create_server((_HOST, 0))
        self.url = f"http://{_HOST}:{self._listening.getsockname()[1]}"
        self._run(self._accept)

    def environment(self, authority: Path) -> dict[str, str]:
        """What makes requests (so every SDK built on it) and rclone go this way, trusting `authority`."""
        return {
            "HTTPS_PROXY": self.url,
            "https_proxy": self.url,
            "NO_PROXY": "",
            "no_proxy": "",
            "REQUESTS_CA_BUNDLE": str(authority),
            "CURL_CA_BUNDLE": str(authority),
        }

    def close(self) -> None:
        """Cut everything and join."""
        # Accepting ends at shutdown; closing alone would leave it waiting.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        # Whoever has just been accepted may still start another.
        while (thread := next((one for one in self._threads if one.is_alive()), None)) is not None:
            with self._guard:
                left = list(self._open)
            for one in left:
                _cut(one)
            thread.join(0.05)
        for one in self._open:
            one.close()

    def _run(self, work: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        thread.start()
        with self._guard:
            self._threads.append(thread)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            with self._guard:
                self._open.append(client)
            self._run(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            name = _asked_for(client)
            self.asked.append(name)
            server = self._server(name)
            if server is None:
                self.refused.append(name)
                client.sendall(b"HTTP/1.1 502 Not here\r\nContent-Length: 0\r\n\r\n")
                _cut(client)
                return
            with self._guard:
                self._open.append(
                    server
                )  # now: a client that has gone already ends this thread below
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._run(_carry, client, server)
            _carry(server, client)

    def _server(self, name: str) -> socket.socket | None:
        port = self.ways.get(name.partition(":")[0])
        if port is None:
            return None
        try:
            return socket.create_connection((_HOST, port))
        except OSError:
            return None


def _asked_for(client: socket.socket) -> str:
    """The `host:port` of the CONNECT; nothing but the head of the request is read."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        received = client.recv(1)
        if not received:
            raise ConnectionAbortedError
        head += received
    return head.split(b" ")[1].decode("ascii")


def _carry(origin: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := origin.recv(_BLOCK):
            # urllib3 sends heads and bodies apart and, to a proxy, waits for our word between them: 40 ms.
            if _ACKNOWLEDGE is not None:
                origin.setsockopt(socket.IPPROTO_TCP, _ACKNOWLEDGE, 1)
            target.sendall(data)
    _cut(target)
    _cut(origin)


def _cut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
