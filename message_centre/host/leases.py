"""Whether anybody has a file open for writing, where the system can prove it."""

import errno
import os
import signal
import sys
from enum import Enum

from message_centre.host.paths import is_fetched_by_program

_BUSY = {errno.EAGAIN, errno.EACCES}


class Writers(Enum):
    """What the system says about writers of an open file."""

    NONE = "none"
    SOME = "some"
    UNKNOWN = "unknown"


def writers(handle: int, *, keep: bool = False) -> Writers:
    """Ask for a read lease: granted only where no process has the file open for writing.

    With `keep` the lease stays until the handle is closed. Linux, fcntl(2) F_SETLEASE; other
    systems and file systems without leases, and files of another owner, are UNKNOWN. So is a share
    that a program serves: there a lease knows this computer's writers alone.
    """
    if sys.platform != "linux" or is_fetched_by_program(os.fstat(handle).st_dev):
        return Writers.UNKNOWN
    import fcntl  # noqa: PLC0415 - Linux only

    try:
        # A broken lease is told by a signal; SIGIO would end the process, SIGURG is ignored.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        if not keep:
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        if error.errno == errno.EACCES and not _may_lease(handle):
            return Writers.UNKNOWN
        return Writers.SOME if error.errno in _BUSY else Writers.UNKNOWN
    return Writers.NONE


def _may_lease(handle: int) -> bool:
    """Leases are for a file's owner (or a process with CAP_LEASE, which never gets EACCES)."""
    return os.fstat(handle).st_uid == os.geteuid()
