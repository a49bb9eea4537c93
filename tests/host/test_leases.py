"""Whether a writer can be proven, on real files."""

import os
from pathlib import Path

import pytest

from message_centre.host import paths
from message_centre.host.leases import Writers, writers

pytestmark = pytest.mark.skipif(
    not paths.MOUNTS.exists(),
    reason="only Linux can prove that nobody writes to a file",
)


def _asked(file: Path) -> Writers:
    handle = os.open(file, os.O_RDONLY)
    try:
        return writers(handle)
    finally:
        os.close(handle)


def test_an_open_writer_is_seen_and_its_end_too(tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    with file.open("wb") as writing:
        writing.write(b"half")
        assert _asked(file) is Writers.SOME
    assert _asked(file) is Writers.NONE


@pytest.mark.parametrize(
    ("kind", "found"),
    [("fuse.smbnetfs", Writers.UNKNOWN), ("fuse", Writers.UNKNOWN), ("fuseblk", Writers.NONE)],
)
def test_a_lease_on_a_share_that_a_program_serves_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, found: Writers
) -> None:
    file = tmp_path / "picture.jpg"
    file.write_bytes(b"whole")
    device = file.stat().st_dev
    mounts = tmp_path / "mountinfo"
    number = f"{os.major(device)}:{os.minor(device)}"
    mounts.write_text(f"36 22 {number} / {tmp_path} rw shared:1 - {kind} server:/share rw\n")
    monkeypatch.setattr(paths, "MOUNTS", mounts)

    assert _asked(file) is found
