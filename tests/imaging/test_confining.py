"""What a decoder that was taken over can do to this computer: nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from message_centre.imaging.confining import OUT_OF_MEMORY
from message_centre.imaging.landlock import version
from message_centre.imaging.wall import Wall
from tests.imaging.misbehaving import ATTEMPTS, asking, text_of
from tests.support.walls import a_wall

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")

ROOT = Path(__file__).parents[2]


def said(wall: Wall, name: str, victim: Path) -> str:
    return text_of(wall.picture(asking(f"attempt {name} {victim}"), longest=64))


def test_no_forbidden_thing_can_be_done_from_behind_the_wall(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"as it was")
    before = victim.stat()
    with a_wall() as wall:
        answers = {name: said(wall, name, victim) for name in ATTEMPTS}
        # Every answer is a refusal by the system, and the child has survived them all.
        assert len(wall.pids) == 1
    assert [name for name, answer in answers.items() if answer == "DONE"] == []
    assert set(answers.values()) <= {"EPERM", "EACCES", "EMFILE"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["victim"]
    after = victim.stat()
    assert (victim.read_bytes(), after.st_mode) == (b"as it was", before.st_mode)
    assert after.st_mtime_ns == before.st_mtime_ns


def test_a_decoder_may_still_use_threads(tmp_path: Path) -> None:
    with a_wall() as wall:
        assert text_of(wall.picture(asking("thread"), longest=64)) == "thread"


def test_a_child_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESSAGE_CENTRE_HOME", "secret-home")
    monkeypatch.setenv("SOME_TOKEN", "canary")
    with a_wall() as wall:
        wall.picture(asking("good"), longest=64)
        environment = Path(f"/proc/{wall.pids[0]}/environ").read_bytes()
    assert b"canary" not in environment
    assert b"secret-home" not in environment


def test_a_child_holds_two_pipes_and_no_other_door() -> None:
    with a_wall() as wall, Path(__file__).open("rb"):
        wall.picture(asking("good"), longest=64)
        folder = Path(f"/proc/{wall.pids[0]}/fd")
        doors = sorted(os.readlink(door) for door in folder.iterdir())
    assert doors[:3] == ["/dev/null"] * 3
    assert [door.partition(":")[0] for door in doors[3:]] == ["pipe", "pipe"]


def locked(code: str, lock: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has taken one lock only."""
    program = (
        "import ctypes, os, socket\n"
        "from message_centre.imaging import confining, landlock, syscall_filter\n"
        "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n"
        f"print({lock})\n"
        f"try:\n    {code}\n    print('done')\n"
        "except OSError as error:\n    print(type(error).__name__)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )


@pytest.mark.skipif(not version(), reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    "code",
    [
        "open('{victim}').read()",
        "open('{victim}', 'w')",
        "os.unlink('{victim}')",
        "os.rename('{victim}', '{victim}2')",
        "os.mkdir('{victim}2')",
        "os.listdir('/')",
        "os.execv('/bin/true', ['/bin/true'])",
    ],
)
def test_landlock_alone_keeps_files_out_of_reach(tmp_path: Path, code: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"as it was")
    lines = locked(code.format(victim=victim), "landlock.lock_files()").stdout.split()
    assert lines == [str(version()), "PermissionError"]
    assert victim.read_bytes() == b"as it was"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("socket.socket()", "PermissionError"),
        ("socket.socketpair()", "PermissionError"),
        ("os.fork()", "PermissionError"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "PermissionError"),
        ("os.execv('/bin/true', ['/bin/true'])", "PermissionError"),
        ("os.kill(os.getppid(), 0)", "PermissionError"),
        ("os.kill(os.getpid(), 0)", "done"),
        ("os.chmod('.', 0o700)", "PermissionError"),
        ("open('/etc/passwd').close()", "done"),
    ],
)
def test_the_filter_alone_refuses_calls_that_no_decoder_needs(code: str, answer: str) -> None:
    assert locked(code, "syscall_filter.refuse_calls()").stdout.split() == ["True", answer]


def test_on_this_kernel_every_lock_closes() -> None:
    held = locked("pass", "confining.confine(confining.Confines())").stdout.splitlines()[0]
    for name in ("privileges", "calls", "core", "file-size", "cpu", "descriptors", "memory"):
        assert repr(name) in held
    assert ("'files'" in held) == bool(version())


def test_where_the_kernel_does_not_count_memory_the_child_watches_itself() -> None:
    program = (
        "import time\n"
        "from message_centre.imaging.confining import _peak, _watch_memory\n"
        # What a process starts with is the peak of the one that started it.
        "most = _peak() + (50 << 20)\n"
        "_watch_memory(most)\n"
        "time.sleep(0.2)\n"
        "held = b'x' * (most + (50 << 20))\n"
        "time.sleep(30)\n"
    )
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert ended.returncode == OUT_OF_MEMORY
    assert time.monotonic() - began < 20
