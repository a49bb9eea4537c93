"""rclone as a foreign client of the Dropbox that these tests bring: it was not made to fit it."""

import json
import shutil
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
from tests.support.rclones import OF_SYSTEM, OURS, Rclone, rclone_program


@dataclass(frozen=True)
class Peer(Rclone):
    """Signed in to the account as `box:`."""

    world: DropboxWorld

    def sign_in(self, *, expiry: str = "2099-01-01T00:00:00Z") -> None:
        sign_in = self.world.dropbox.sign_in
        token = {
            "access_token": sign_in.access(),
            "token_type": "bearer",
            "refresh_token": sign_in.signed_in(),
            "expiry": expiry,
        }
        self.settings["RCLONE_CONFIG_BOX_TOKEN"] = json.dumps(token)


@pytest.fixture(params=[OURS, OF_SYSTEM])
def rclone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    with dropbox_world(tmp_path) as world:
        settings = {
            "RCLONE_CONFIG_BOX_TYPE": "dropbox",
            "RCLONE_CONFIG_BOX_CLIENT_ID": APP_KEY,
            "RCLONE_CONFIG_BOX_CLIENT_SECRET": "none",
            "RCLONE_CA_CERT": str(world.certificates.authority),
        }
        found = Peer(rclone_program(request.param), tmp_path, settings, world)
        found.sign_in()
        yield found


def test_its_list_and_hashes_are_ours(rclone: Peer) -> None:
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


def test_it_follows_every_page(rclone: Peer) -> None:
    names = {f"{number:02}.jpg" for number in range(23)}
    for name in names:
        rclone.world.dropbox.tree.put(f"{FOLDER}/{name}", b"x")
    rclone.world.dropbox.page = 5

    assert set(rclone.say("lsf", f"box:{FOLDER}").splitlines()) == names
    assert len(rclone.world.server.asked("files/list_folder/continue")) == 4
    assert {file.name for file in rclone.world.files().files(lambda _: None)} == names


def test_its_own_hash_of_a_file_is_ours(rclone: Peer) -> None:
    file = rclone.folder / "big.bin"
    file.write_bytes(b"x" * (BLOCK + 1))
    told = rclone.run("hashsum", "dropbox", str(file))
    assert told.stdout.split()[0] == content_hash(file.read_bytes())


def test_it_uploads_moves_and_finds_nothing_left(rclone: Peer) -> None:
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


def test_it_understands_what_goes_wrong(rclone: Peer) -> None:
    missing = rclone.run("lsf", "box:/nowhere")
    assert missing.returncode == 3, missing.stderr  # its word for a folder that is not there
    rclone.world.dropbox.tree.put(f"{FOLDER}/a.jpg", b"x")
    rclone.world.server.fault("files/list_folder", rate_limited(2))
    rclone.world.server.fault("files/list_folder", Reply(503, b"", "text/plain"))
    began = time.monotonic()
    listed = rclone.run("lsf", f"box:{FOLDER}")
    assert listed.stdout == "a.jpg\n", listed.stderr
    assert time.monotonic() - began >= 2


def test_it_renews_its_token(rclone: Peer) -> None:
    rclone.world.dropbox.tree.put(f"{FOLDER}/a.jpg", b"x")
    rclone.sign_in(expiry="2020-01-01T00:00:00Z")
    listed = rclone.run("lsf", f"box:{FOLDER}")
    assert listed.stdout == "a.jpg\n", listed.stderr
    assert len(rclone.world.server.asked("oauth2/token")) == 1


def test_it_loses_what_changes_between_download_and_removal_and_we_do_not(rclone: Peer) -> None:
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
