"""The comparison with rclone measures what it says: few files, one round, a line of 5 ms."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.benchmarks import drives
from tests.support.latency_proxy import latency_proxy


def test_it_moves_lists_and_counts_what_a_third_party_loses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    few = ["--files", "3", "--size", "2000", "--listed", "5", "--overwritten", "2"]

    drives.main([*few, "--rounds", "1", "--milliseconds", "5"])

    told = capsys.readouterr().out
    assert "3 blobs of 2000 bytes, 5 ms" in told
    assert "5 blobs listed" in told
    assert "ours        0 of 2\n  rclone move 2 of 2" in told


@pytest.fixture
def echo() -> Iterator[int]:
    """A port that sends back what it gets, to one who connects."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            with listening.accept()[0] as line:
                while data := line.recv(1 << 16):
                    line.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(10)


def test_the_line_is_as_long_as_it_says_and_keeps_the_order(echo: int) -> None:
    sent = bytes(range(256)) * 4000
    with (
        latency_proxy(echo, 100) as port,
        closing(socket.create_connection(("127.0.0.1", port), 10)) as line,
    ):
        begun = time.monotonic()
        line.sendall(b"a")
        assert line.recv(1) == b"a"
        first = time.monotonic()
        line.sendall(b"b")
        assert line.recv(1) == b"b"
        second = time.monotonic()
        threading.Thread(target=line.sendall, args=(sent,)).start()
        got = b""
        while len(got) < len(sent):
            got += line.recv(1 << 16)

    assert got == sent
    assert first - begun >= 0.19
    assert second - first >= 0.095
