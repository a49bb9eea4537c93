"""Writing, publishing and locking on a real disk."""

import errno
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from blake3 import blake3

from message_centre.host import durable
from message_centre.host.digests import Digest
from message_centre.host.session import Session


def test_what_is_written_is_hashed_and_measured(tmp_path: Path) -> None:
    data = [b"one", b"", b"two" * 100_000]

    written = durable.write_new(tmp_path / "a", data)

    whole = b"".join(data)
    assert written == Digest(sha256(whole).hexdigest(), blake3(whole).hexdigest(), 300_003)
    assert durable.measure(tmp_path / "a") == written
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_nothing_is_ever_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").write_bytes(b"new")

    with pytest.raises(FileExistsError):
        durable.write_new(tmp_path / "a", [b"new"])
    with pytest.raises(FileExistsError):
        durable.publish(tmp_path / "b", tmp_path / "a")

    assert (tmp_path / "a").read_bytes() == b"old"
    assert (tmp_path / "b").read_bytes() == b"new"


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_without_hard_links_publishes_by_rename_and_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def no_link(*given: object, **named: object) -> None:
        raise OSError(code, "no hard links here")

    monkeypatch.setattr(os, "link", no_link)
    (tmp_path / "part").write_bytes(b"new")
    (tmp_path / "taken").write_bytes(b"old")

    with pytest.raises(FileExistsError):
        durable.publish(tmp_path / "part", tmp_path / "taken")
    durable.publish(tmp_path / "part", tmp_path / "final")

    assert (tmp_path / "final").read_bytes() == b"new"
    assert (tmp_path / "taken").read_bytes() == b"old"


def test_a_link_is_not_read_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a")

    with pytest.raises(OSError, match=r"."):
        durable.measure(tmp_path / "link")


def test_replacing_at_once_leaves_no_part_behind(tmp_path: Path) -> None:
    durable.write_atomically(tmp_path / "a", b"one")
    durable.write_atomically(tmp_path / "a", b"two")

    assert (tmp_path / "a").read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a"]


_OTHER_RUN = """
import sys, pathlib
from message_centre.host.session import Session
session = Session(pathlib.Path(sys.argv[1]))
print(session.id, flush=True)
sys.stdin.read()
"""


def test_a_run_is_alive_until_its_process_dies_however_it_dies(tmp_path: Path) -> None:
    mine = Session(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_RUN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        theirs = other.stdout.readline().strip()
        assert mine.is_alive(theirs)
        assert mine.is_alive(mine.id)
        other.kill()
        other.wait()
    assert not mine.is_alive(theirs)
    assert not mine.is_alive("never existed")
    mine.close()
    assert list((tmp_path / "sessions").iterdir()) == []


def test_a_workstation_keeps_its_name_and_two_homes_have_two(tmp_path: Path) -> None:
    names = []
    for home in ("one", "one", "two"):
        (tmp_path / home).mkdir(exist_ok=True)
        session = Session(tmp_path / home)
        names.append(session.workstation)
        session.close()

    assert names[0] == names[1] != names[2]
