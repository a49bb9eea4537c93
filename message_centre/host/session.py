"""This run's identity, and the operating system's lock that proves it is alive.

Whether another run is alive is asked of the system, never guessed from a time.
"""

import contextlib
import os
import platform
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from message_centre.host.durable import make_folders, write_atomically
from message_centre.host.os_errors import home_errors
from message_centre.services.ports import OpenImport


class Session:
    """Holds the lock file `<home>/sessions/<id>` until `close` or the end of the process.

    Asking for another raises AccessDenied where the home cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "sessions"
        make_folders(self._folder)
        self.id = uuid.uuid4().hex
        self.workstation = workstation_of(home)
        self._file = self._folder / self.id
        # Locked before it has its name: no other run may ever see it without its lock.
        fresh = self._folder / f"{self.id}.new"
        self._handle = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
        _lock(self._handle)
        fresh.rename(self._file)

    def is_alive(self, session_id: str) -> bool:
        """Whether the run with that id still holds its lock; our own does."""
        if session_id == self.id:
            return True
        with home_errors():
            return _is_held(self._folder / session_id)

    def still_carries(self, found: OpenImport) -> bool:
        """Whether the run that opened this import may still go on with it.

        Another workstation's runs cannot be asked from here; they are believed for their lease.
        """
        if found.workstation != self.workstation:
            return not found.is_lease_over
        return self.is_alive(found.session)

    def sweep(self) -> None:
        """Remove the files of runs that are dead."""
        for file in self._folder.iterdir():
            if not file.suffix:
                self.is_alive(file.name)

    def close(self) -> None:
        """Give the lock up."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            # Unlinked while still locked, so that nobody can see the file without its lock. Where the
            # home is away by now, the file stays; without its lock it is that of a dead run.
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                os.close(handle)


def is_at_work(home: Path) -> bool:
    """Whether a run of this home holds its lock; asked while `alone`, no other can begin one."""
    folder = home / "sessions"
    with home_errors():
        return _are_held(folder)


def _are_held(folder: Path) -> bool:
    names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
    return any(_is_held(folder / name) for name in names)


@contextlib.contextmanager
def alone(home: Path, name: str = "opening") -> Iterator[None]:
    """Let one run at a time of this home through; the others wait their turn.

    Raises:
        AccessDenied: the home cannot be used.
    """
    with home_errors():
        handle = os.open(home / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with home_errors():
            _lock(handle, wait=True)
        yield
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)  # even where it says that it failed, it is closed and the lock gone


def _is_held(file: Path) -> bool:
    """Whether a run holds this lock file; the file of a dead one is removed."""
    try:
        handle = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    file.unlink(missing_ok=True)
    return False


def workstation_of(home: Path) -> str:
    """The computer's name and a mark of this home, since one computer may serve several homes."""
    file = home / "workstation"
    try:
        mark = file.read_text("ascii").strip()
    except FileNotFoundError:
        mark = uuid.uuid4().hex[:6]
        write_atomically(file, f"{mark}\n".encode())
    return f"{platform.node() or 'workstation'}-{mark}"


def _lock(handle: int, *, wait: bool = False) -> None:
    """Take an exclusive lock, at once or never unless `wait`; OSError where it cannot be had."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
