"""A way to a server of this computer that is as long as one through the internet.

A process of its own, so that what passes through it costs the measured program nothing:

    python -m tests.support.latency_proxy PORT --milliseconds 40

prints the port it listens on and ends when its input ends. Every byte arrives half a round trip later, in
each direction, and a new connection costs a round trip of its own before its first byte; how much
goes through at once is not limited.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

_HOST = "127.0.0.1"
_BLOCK = 1 << 18


@contextlib.contextmanager
def latency_proxy(server_port: int, milliseconds: float) -> Iterator[int]:
    """The port of a proxy before a server's port."""
    command = [sys.executable, "-m", "tests.support.latency_proxy", str(server_port)]
    with subprocess.Popen(
        [*command, "--milliseconds", str(milliseconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as proxy:
        if proxy.stdout is None or proxy.stdin is None:
            raise RuntimeError("a process without the pipes that were asked for")
        try:
            yield int(proxy.stdout.readline())
        finally:
            proxy.stdin.close()


class _Way:
    """One direction of a connection: what is read is written the delay later, in its order."""

    def __init__(self, delay: float, not_before: float) -> None:
        self._delay = delay
        self._not_before = not_before
        self._under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the reader has no more, or nobody takes what is written."""
        await asyncio.gather(self._take(reader), self._give(writer))

    async def _take(self, reader: asyncio.StreamReader) -> None:
        now, data = asyncio.get_running_loop().time, b"begun"
        while data:
            try:
                data = await reader.read(_BLOCK)
            except OSError:
                data = b""
            self._under_way.put_nowait((max(now(), self._not_before) + self._delay, data))

    async def _give(self, writer: asyncio.StreamWriter) -> None:
        now, data = asyncio.get_running_loop().time, b"begun"
        with contextlib.suppress(OSError):
            while data:
                due, data = await self._under_way.get()
                await asyncio.sleep(due - now())
                writer.write(data)
                await writer.drain()
        writer.close()


async def _serve(server_port: int, milliseconds: float) -> None:
    delay = milliseconds / 2000

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = asyncio.get_running_loop().time()
        try:
            back, forth = await asyncio.open_connection(_HOST, server_port)
        except OSError:
            writer.close()
            return
        there = _Way(delay, opened + 2 * delay).carry(reader, forth)
        await asyncio.gather(there, _Way(delay, opened).carry(back, writer))

    server = await asyncio.start_server(one, _HOST, 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)  # whatever is under way ends with it, unasked


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.latency_proxy")
    parser.add_argument("port", type=int)
    parser.add_argument("--milliseconds", type=float, default=40)
    wanted = parser.parse_args()
    asyncio.run(_serve(wanted.port, wanted.milliseconds))


if __name__ == "__main__":
    main()
