"""A room of its own for a suite that mounts: processes, mounts and network that end with it.

Whatever happens inside, also a kill, the kernel then unmounts and ends everything that was begun
there, and nothing outside ever sees it. Linux, and the administrator's rights.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_INSIDE = "MESSAGE_CENTRE_TESTS_INSIDE"
_ROOM = "unshare --mount --propagation private --pid --fork --mount-proc --net --kill-child".split()


def why_not() -> str:
    """What keeps this computer from mounting in a room of its own; empty if nothing does."""
    if sys.platform != "linux":
        return "only Linux can mount image files in a room of their own"
    if os.geteuid() != 0:
        return "mounting needs the administrator's rights: run it with sudo"
    if shutil.which("unshare") is None:
        return "unshare is missing: install util-linux"
    tried = subprocess.run([*_ROOM, "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip()


def inside() -> Path | None:
    """The empty folder to mount in, if this process runs in such a room.

    Told to end it then leaves as by an error, so that what it mounted is unmounted in order.
    """
    folder = os.environ.get(_INSIDE)
    if folder:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    return Path(folder) if folder else None


def run_inside(module: str, given: Sequence[str]) -> int:
    """Run a module in a new room, to its end; its exit code."""
    wanted = [*_ROOM, sys.executable, "-m", module, *given]
    with tempfile.TemporaryDirectory() as folder:
        # Mounted over an ordinary folder only inside: out here it stays empty but for the images.
        told = {**os.environ, _INSIDE: folder}
        room = subprocess.Popen(wanted, env=told, start_new_session=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _, frame: os.killpg(room.pid, signal.SIGTERM))
        return room.wait()
