"""A desktop's session without a screen: a bus of its own and a real gnome-keyring on it.

Nothing on that bus can be started by it, so that nobody is there to be asked for a password, and no keyring
but the one below the test's folder is ever met.
"""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import environment
from tests.support.tools import program

_PASSWORD = b"a throw-away password\n"
_START_SECONDS = 20.0
#: What keeps other tests from any keyring, and where somebody could be asked.
_NOT_OF_A_DESKTOP = {"PYTHON_KEYRING_BACKEND", "DISPLAY", "WAYLAND_DISPLAY"}
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""


class Desktop:
    """What a person's programs find; its keyring is locked, open or away."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self._keyring: subprocess.Popen[bytes] | None = None
        for name in ("data", "run"):
            (folder / name).mkdir(mode=0o700)
        kept = {k: v for k, v in environment().items() if k not in _NOT_OF_A_DESKTOP}
        #: Of every program that is started in it.
        self.environment = kept | {
            "DBUS_SESSION_BUS_ADDRESS": address,
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }

    def log_in(self) -> None:
        """The keyring is there, and open."""
        self._start("--unlock")

    def start_locked(self) -> None:
        """The keyring is there, and nobody has opened it."""
        self._start()

    def end_keyring(self) -> None:
        """Nobody on the bus keeps passwords any more."""
        if self._keyring is not None:
            self._keyring.terminate()
            self._keyring.wait(10)
            self._keyring = None

    def _start(self, *options: str) -> None:
        self.end_keyring()
        name = program("gnome-keyring-daemon", "gnome-keyring")
        self._keyring = subprocess.Popen(
            [name, "--foreground", "--components=secrets", *options],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if self._keyring.stdin is not None:
            self._keyring.stdin.write(_PASSWORD if options else b"")
            self._keyring.stdin.close()
        self._wait()

    def _wait(self) -> None:
        address = self.environment["DBUS_SESSION_BUS_ADDRESS"]
        asked = [program("dbus-send", "dbus"), f"--bus={address}", "--print-reply=literal"]
        asked += ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
        asked += ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        until = time.monotonic() + _START_SECONDS
        while b"true" not in subprocess.run(asked, capture_output=True, check=True).stdout:
            if time.monotonic() > until:
                pytest.fail("gnome-keyring does not start")
            time.sleep(0.05)


@contextlib.contextmanager
def a_desktop(folder: Path) -> Iterator[Desktop]:
    """A session with no keyring yet; everything that was started ends with the block."""
    config = folder / "bus.conf"
    config.write_text(_BUS)
    bus = subprocess.Popen(
        [program("dbus-daemon", "dbus"), f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        if bus.stdout is None:
            raise AssertionError("no address to read")
        with bus.stdout:
            desktop = Desktop(folder, bus.stdout.readline().strip())
            try:
                yield desktop
            finally:
                desktop.end_keyring()
    finally:
        bus.terminate()
        bus.wait(10)
