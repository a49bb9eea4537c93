"""A real Chromium without a screen, in whose profile the tests' authority is trusted as a person's own.

It is driven over two pipes by its DevTools protocol, so that a click is the browser's own. It knows only the
host names it is given; every other one does not exist for it.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.support.tools import program

_SECONDS = 60.0
_QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update --disable-default-apps"
    " --disable-extensions --no-proxy-server --remote-debugging-pipe"
).split()


class Chromium:
    """A person in a browser: opens a page, waits for the first of these buttons and clicks it."""

    def __init__(self, profile: Path, ways: Mapping[str, int], *presses: str) -> None:
        names = [f"MAP {name}:443 127.0.0.1:{port}" for name, port in ways.items()]
        rules = ", ".join([*names, "MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1"])
        self._presses = presses
        self._threads: list[threading.Thread] = []
        self._numbers = 0
        self._waiting = b""
        self.last = ""
        self._in, theirs_out = _pipe()
        theirs_in, self._out = _pipe()
        command = [
            # It reads descriptor 3 and writes 4; which numbers ours have is up to the system.
            *("bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash"),
            *(program("chromium", "chromium"), *_QUIET, f"--host-resolver-rules={rules}"),
            *(f"--user-data-dir={profile / 'chromium'}", "about:blank"),
        ]
        self._process = subprocess.Popen(
            command,
            env=os.environ | {"HOME": str(profile)},
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def open(self, address: str) -> bool:
        """Take the address and come back at once, as the desktop does."""
        self._threads.append(threading.Thread(target=self._browse, args=(address,)))
        self._threads[-1].start()
        return True

    def join(self) -> None:
        """Wait until the last page is shown."""
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """End it."""
        self.join()
        os.close(self._out)  # its sign to leave
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)

    def _browse(self, address: str) -> None:
        """From the drive's page to the program's: `last` is what a person reads in the end."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.navigate", session, url=address)
        wanted = json.dumps([f"button[value={one}]" for one in self._presses])
        press = f"{wanted}.map(one => document.querySelector(one)).find(one => one)?.click() ?? 0"
        until = time.monotonic() + _SECONDS
        is_pressed = False
        while time.monotonic() < until:
            here = self._evaluate(session, "location.href")
            if here.startswith("http://localhost:"):
                self.last = self._evaluate(session, "document.body.innerText")
                if self.last:
                    return
            elif not is_pressed:
                is_there = self._evaluate(
                    session, f"{wanted}.some(one => document.querySelector(one))"
                )
                is_pressed = bool(is_there)
                if is_pressed:
                    self._evaluate(session, press)
            time.sleep(0.05)
        self.last = self._evaluate(session, "document.body.innerText")

    def _evaluate(self, session: str, script: str) -> Any:
        told = self._call("Runtime.evaluate", session, expression=script, returnByValue=True)
        return told.get("result", {}).get("value", "")

    def _call(self, method: str, session: str = "", **given: object) -> dict[str, Any]:
        self._numbers += 1
        asked = {"id": self._numbers, "method": method, "params": given}
        os.write(
            self._out,
            json.dumps(asked | ({"sessionId": session} if session else {})).encode() + b"\0",
        )
        for told in self._told():
            if told.get("id") == self._numbers:
                # While a page changes there is nothing to ask; the caller asks again.
                answer: dict[str, Any] = told.get("result", {})
                return answer
        raise EOFError("Chromium has gone")

    def _told(self) -> Iterator[dict[str, Any]]:
        while True:
            said, cut, rest = self._waiting.partition(b"\0")
            if cut:
                self._waiting = rest
                yield json.loads(said)
                continue
            received = os.read(self._in, 1 << 16)
            if not received:
                return
            self._waiting += received


def _pipe() -> tuple[int, int]:
    """Its ends, away from 3 and 4."""
    ends = os.pipe()
    read, write = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return read, write


@contextlib.contextmanager
def browsing(
    folder: Path, authority: Path, ways: Mapping[str, int], *presses: str
) -> Iterator[Chromium]:
    """A browser in a new profile below `folder`, ended with the block."""
    store = folder / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = [program("certutil", "libnss3-tools"), "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, timeout=30)
    trusted = ["-A", "-t", "C,,", "-n", "Authority of a test run", "-i", str(authority)]
    subprocess.run([*certutil, *trusted], check=True, timeout=30)
    found = Chromium(folder, ways, *presses)
    try:
        yield found
    finally:
        found.close()
