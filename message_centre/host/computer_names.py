"""What this computer is called, with its domain: by the system, never by what a person may set."""

import functools
import socket
import sys

_FULLY_QUALIFIED = 3
_LONGEST = 1024


@functools.lru_cache(maxsize=1)
def computer_names() -> tuple[str, ...]:
    """Every name by which the system knows this computer, asked once; a name service may be slow."""
    found = [socket.gethostname(), socket.getfqdn()]
    if sys.platform == "win32":
        found.append(_windows_name())
    return tuple(dict.fromkeys(name for name in found if name))


def _windows_name() -> str:
    """The name with the domain that the computer was joined to."""
    import ctypes  # noqa: PLC0415 - Windows only

    length = ctypes.c_ulong(_LONGEST)
    name = ctypes.create_unicode_buffer(_LONGEST)
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore] # Windows' own
    is_told = kernel.GetComputerNameExW(_FULLY_QUALIFIED, name, ctypes.byref(length))
    return name.value if is_told else ""
