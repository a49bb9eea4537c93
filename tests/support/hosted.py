"""A served drive in a process of its own, for programs that are killed beside it."""

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

from tests.support.served_drives import ServedDrive


class Hosted:
    """Implements `served_drives.ServedDrive` by asking that process; any child of this one may ask."""

    def __init__(self, make: Callable[[Path], ServedDrive], folder: Path) -> None:
        folder.mkdir(parents=True)
        self._socket = str(folder / "socket")
        self._listener = listener = Listener(self._socket)
        waiting, self._alive = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._alive)
            _serve(make, folder, listener, waiting)
        os.close(waiting)
        self.facts: dict[str, str] = self._ask("facts")
        self.environment: dict[str, str] = self._ask("environment")

    def put(self, name: str, data: bytes) -> None:
        self._ask("put", name, data)

    def contents(self) -> dict[str, bytes]:
        found: dict[str, bytes] = self._ask("contents")
        return found

    def keep(self) -> None:
        self._ask("keep")

    def begin_again(self) -> None:
        self._ask("begin_again")

    def hinder(self) -> None:
        self._ask("hinder")

    def let_go(self) -> None:
        self._ask("let_go")

    def close(self) -> None:
        os.close(self._alive)
        os.waitpid(self._process, 0)
        self._listener.close()

    def _ask(self, name: str, *given: object) -> Any:
        with Client(self._socket) as line:
            line.send((name, given))
            found = line.recv()
        if isinstance(found, BaseException):
            raise found
        return found


def _serve(
    make: Callable[[Path], ServedDrive], folder: Path, listener: Listener, waiting: int
) -> None:
    """Answer until whoever made this process closes the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    served = make(folder)

    def end() -> None:
        os.read(waiting, 1)
        served.close()
        os._exit(0)

    threading.Thread(target=end).start()
    while True:
        with listener.accept() as line:
            name, given = line.recv()
            try:
                found = getattr(served, name)
                line.send(found(*given) if callable(found) else found)
            except Exception as error:  # noqa: BLE001 - it is the asker's
                line.send(error)
