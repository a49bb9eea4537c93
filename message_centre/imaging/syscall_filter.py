"""Linux's seccomp: system calls that a decoder never needs fail with "not permitted".

No socket, no new process or program, no signal to anybody else, no look into another process, no
change to any file by its name. Threads stay allowed: the HEIC decoder cannot work without them.
Reading and writing open files stays allowed; opening is left to Landlock and to the limit on
descriptors. Known for x86-64 and ARM64, the two that this program is built for.
"""

import ctypes
import os
import platform
import struct
import sys
from dataclasses import dataclass

#: Name: number on x86-64, number on ARM64; -1 where the architecture has no such call.
_REFUSED = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "execveat": (322, 281),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "setpriority": (141, 140),
    "mount": (165, 40),
    "umount2": (166, 39),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_by_handle_at": (304, 265),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "chmod": (90, -1),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "unlink": (87, -1),
    "unlinkat": (263, 35),
    "rename": (82, -1),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "rmdir": (84, -1),
    "mkdir": (83, -1),
    "mkdirat": (258, 34),
    "link": (86, -1),
    "linkat": (265, 37),
    "symlink": (88, -1),
    "symlinkat": (266, 36),
    "truncate": (76, 45),
    "mknod": (133, -1),
    "mknodat": (259, 33),
}


@dataclass(frozen=True, slots=True)
class _Machine:
    """What the filter must know of an architecture."""

    audit: int
    column: int
    clone: int
    clone3: int
    kill: int
    tgkill: int
    prlimit: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, clone=56, clone3=435, kill=62, tgkill=234, prlimit=302),
    "aarch64": _Machine(0xC00000B7, 1, clone=220, clone3=435, kill=129, tgkill=131, prlimit=261),
}

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NOT_PERMITTED, _NOT_THERE = 0x00050000 | 1, 0x00050000 | 38
#: Above this x86-64 numbers its calls a second time.
_SECOND_NUMBERS = 0x40000000
_THREAD = 0x00010000
_SET_FILTER, _MODE_FILTER = 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_void_p))


def refuse_calls() -> bool:
    """Put the filter on the calling thread and those it starts, for good; whether it is in force.

    Needs `PR_SET_NO_NEW_PRIVS`.
    """
    machine = _MACHINES.get(platform.machine())
    is_known = sys.platform == "linux" and sys.byteorder == "little" and sys.maxsize > 1 << 32
    if machine is None or not is_known:
        return False
    lines = b"".join(struct.pack("<HBBI", *line) for line in _lines(machine, os.getpid()))
    kept = ctypes.create_string_buffer(lines, len(lines))
    program = _Program(len(lines) // 8, ctypes.cast(kept, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_SET_FILTER, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _lines(machine: _Machine, own: int) -> list[tuple[int, int, int, int]]:
    """The filter: (what, lines to skip if so, lines to skip if not, value)."""
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.audit),
        (_ANSWER, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _SECOND_NUMBERS),
        (_ANSWER, 0, 0, _NOT_PERMITTED),
    ]
    for numbers in _REFUSED.values():
        if numbers[machine.column] >= 0:
            lines += _answer(numbers[machine.column], _NOT_PERMITTED)
    # Its flags lie in memory, out of the filter's sight; "not there" makes the C library use clone.
    lines += _answer(machine.clone3, _NOT_THERE)
    lines += _only_if(machine.clone, (_ANY_BIT, _THREAD))
    # A crash is a signal to oneself.
    lines += _only_if(machine.kill, (_EQUAL, own))
    lines += _only_if(machine.tgkill, (_EQUAL, own))
    lines += _only_if(machine.prlimit, (_EQUAL, 0))
    return [*lines, (_ANSWER, 0, 0, _ALLOW)]


def _answer(number: int, answer: int) -> list[tuple[int, int, int, int]]:
    return [(_EQUAL, 0, 1, number), (_ANSWER, 0, 0, answer)]


def _only_if(number: int, test: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Allowed if the first argument passes the test."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (test[0], 0, 1, test[1]),
        (_ANSWER, 0, 0, _ALLOW),
        (_ANSWER, 0, 0, _NOT_PERMITTED),
    ]
