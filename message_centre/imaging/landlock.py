"""Linux's Landlock, by system call: this process may open, make, change and remove no file.

What was open before stays usable. Kernels without it (before 5.13, or with it switched off) say so,
and newer ones add what they know: no TCP connection (6.7), no signal to another process (6.12).
"""

import ctypes
import os

# The same numbers on every architecture.
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
#: File rights that exist from each version on, as the number of low bits.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_FILE_RIGHTS = 16
_NET_SINCE, _SCOPE_SINCE = 4, 6
_BIND_AND_CONNECT = 0b11
_SOCKETS_AND_SIGNALS = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def version() -> int:
    """The kernel's Landlock version, 0 where it has none."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        found = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    except (OSError, AttributeError, TypeError):
        # A libc that cannot be reached this way, or none, as on Windows.
        return 0
    return max(0, int(found))


def lock_files() -> int:
    """Take every file right from the calling thread and those it starts, for good.

    Needs a free file descriptor and `PR_SET_NO_NEW_PRIVS`. Answers the version in force, 0 for none.
    """
    known = version()
    if not known:
        return 0
    rules = _Ruleset(
        files=(1 << _FILE_RIGHTS.get(known, _ALL_FILE_RIGHTS)) - 1,
        net=_BIND_AND_CONNECT if known >= _NET_SINCE else 0,
        scoped=_SOCKETS_AND_SIGNALS if known >= _SCOPE_SINCE else 0,
    )
    libc = ctypes.CDLL(None, use_errno=True)
    ruleset = libc.syscall(
        _CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0
    )
    if ruleset < 0:
        return 0
    try:
        return known if libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)
