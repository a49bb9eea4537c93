"""A decoding child with bad habits: `python -m tests.imaging.misbehaving [memory [cpu-seconds]]`.

The habit is named in the picture itself, behind a JPEG signature. `attempt` answers, as a picture of
one row, what the system said to each forbidden thing.
"""

import ctypes
import errno
import hashlib
import mmap
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from message_centre.imaging import worker
from message_centre.imaging.confining import Confines
from message_centre.services.ports import CaptureFacts, Picture

SIGNATURE = b"\xff\xd8\xff\xe0"


class _Unforeseen(BaseException):
    pass


def asking(habit: str) -> bytes:
    """A picture that brings the habit out."""
    return SIGNATURE + habit.encode() + b"\n"


def text_of(picture: Picture) -> str:
    """What `attempt` answered."""
    return picture.rgba.decode().strip()


def _told(text: str) -> Picture:
    row = text.encode() + b" " * (-len(text) % 4)
    return Picture(len(row) // 4, 1, row)


def _hang() -> None:
    time.sleep(3600)


def _spin() -> None:
    while True:
        pass


def _hang_in_c() -> None:
    hashlib.pbkdf2_hmac("sha256", b"x", b"x", (1 << 31) - 1)


def _allocate() -> None:
    held = []
    while True:
        held.append(bytearray(16 << 20))


def _map() -> None:
    held = []
    while True:
        held.append(mmap.mmap(-1, 64 << 20))


def _crash() -> None:
    ctypes.string_at(0)


def _abort() -> None:
    os.abort()


def _leave() -> None:
    os._exit(0)


def _raise() -> None:
    raise _Unforeseen


def _babble() -> None:
    for number in range(3, 12):
        try:
            os.write(number, b"\xff" * 4096)
        except OSError:
            continue
    time.sleep(3600)


def _whisper() -> None:
    os.write(1, b"a decoder that prints\n" * 100)
    os.write(2, b"and warns\n" * 100)


def _spoil_facts() -> None:
    said: dict[str, object] = {
        "taken_at": "9999-12-31T23:59:59+14:00",
        "taken_from": "the moon",
        "width": -5,
        "height": 1e300,
        "format_name": "\u202e" * 4000,
        "device": ["no", "text"],
    }
    vars(worker)["packed_facts"] = lambda _facts: said


HABITS: dict[str, Callable[[], None]] = {
    "hang": _hang,
    "spin": _spin,
    "hang-in-c": _hang_in_c,
    "allocate": _allocate,
    "map": _map,
    "crash": _crash,
    "abort": _abort,
    "leave": _leave,
    "raise": _raise,
    "babble": _babble,
    "whisper": _whisper,
    "spoil-facts": _spoil_facts,
}


def _connect() -> None:
    with socket.socket() as door:
        door.connect(("127.0.0.1", 9))


def _listen() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _run() -> None:
    os.execv("/bin/true", ["/bin/true"])  # noqa: S606 - it must not be able to


def _memory_of_parent() -> None:
    Path(f"/proc/{os.getppid()}/mem").read_bytes()


def _trace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


#: Forbidden things, each of which must end in an error of the system.
ATTEMPTS: dict[str, Callable[[Path], object]] = {
    "read": lambda victim: victim.read_bytes(),
    "write": lambda victim: victim.write_bytes(b"changed"),
    "create": lambda victim: victim.with_name("new").touch(),
    "remove": lambda victim: victim.unlink(),
    "rename": lambda victim: victim.rename(victim.with_name("renamed")),
    "link": lambda victim: os.link(victim, victim.with_name("linked")),
    "symlink": lambda victim: os.symlink(victim, victim.with_name("linked")),
    "shorten": lambda victim: os.truncate(victim, 1),
    "chmod": lambda victim: victim.chmod(0),
    "touch": lambda victim: os.utime(victim, (0, 0)),
    "mkdir": lambda victim: victim.with_name("folder").mkdir(),
    "list": lambda victim: list(victim.parent.iterdir()),
    "connect": lambda _: _connect(),
    "listen": lambda _: _listen(),
    "pair": lambda _: socket.socketpair(),
    "fork": lambda _: _fork(),
    "run": lambda _: _run(),
    "pipe": lambda _: os.pipe(),
    "kill-parent": lambda _: os.kill(os.getppid(), signal.SIGTERM),
    "look-into-parent": lambda _: _memory_of_parent(),
    "trace-parent": lambda _: _trace(),
}


def _attempt(name: str, victim: Path) -> Picture:
    try:
        ATTEMPTS[name](victim)
    except OSError as error:
        return _told(errno.errorcode.get(error.errno or 0, "unknown"))
    return _told("DONE")


def _thread() -> Picture:
    heard: list[str] = []
    thread = threading.Thread(target=heard.append, args=("thread",))
    thread.start()
    thread.join()
    return _told(heard[0])


def _picture(data: bytes, *, longest: int) -> Picture:
    words = data.removeprefix(SIGNATURE).decode().split("\n")[0].split(" ")
    if words[0] == "attempt":
        return _attempt(words[1], Path(words[2]))
    if words[0] == "thread":
        return _thread()
    if words[0] == "lie":
        return Picture(longest, longest, b"1234")
    if words[0] == "flood":
        return Picture(longest * 2, longest * 2, bytes(longest * longest * 16))
    HABITS.get(words[0], _whisper)()
    return _told(words[0])


def _facts(data: bytes, *, now: datetime) -> CaptureFacts:
    del now
    HABITS[data.removeprefix(SIGNATURE).decode().split("\n")[0]]()
    return CaptureFacts(width=len(data), format_name="JPEG")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    memory, cpu = [*numbers, *(1 << 30, 900)[len(numbers) :]]
    sys.exit(worker.main(worker.Skills(_picture, _facts), Confines(memory, cpu)))
