"""Lets permissions count for the administrator too, in this thread and those it starts."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION = 0x20080522
#: To write and to read whatever the mode of a file says.
_OVERRIDING = (1 << 1) | (1 << 2)


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def permissions_count() -> Iterator[None]:
    """Within it a folder of mode 0 cannot be entered. Linux; whoever is no administrator needs nothing."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    head, sets = _Head(_VERSION, 0), (_Sets * 2)()
    _check(libc.capget(ctypes.byref(head), sets))
    before = sets[0].effective
    sets[0].effective = before & ~_OVERRIDING
    _check(libc.capset(ctypes.byref(head), sets))
    try:
        yield
    finally:
        sets[0].effective = before
        _check(libc.capset(ctypes.byref(head), sets))


def _check(answer: int) -> None:
    if answer != 0:
        raise OSError(ctypes.get_errno(), "the capabilities cannot be changed")
