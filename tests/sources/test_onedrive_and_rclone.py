"""rclone as a foreign judge: a client that nobody here wrote takes the server for OneDrive."""

import hashlib
import json
import os
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from message_centre.domain.secrets import Secret
from message_centre.sources.drive import Removal
from message_centre.sources.quick_xor_hash import QuickXorHash
from tests.support.entra_server import APP_ID
from tests.support.graph_server import ROOT, Item
from tests.support.https_server import Trouble
from tests.support.microsoft_replies import as_json
from tests.support.onedrive import SECRET, TOKENS, Practice
from tests.support.rclones import OF_SYSTEM, OURS, Rclone, rclone_program


@pytest.fixture(params=[OURS, OF_SYSTEM])
def rclone(request: pytest.FixtureRequest, onedrive: Practice, tmp_path: Path) -> Rclone:
    """With a remote `od:` for the server, and a token that is over.

    The old one always sends a secret, so its app has one.
    """
    secret = "of the app" if request.param == OF_SYSTEM else ""
    onedrive.server.entra.secret = secret
    if secret:
        onedrive.vault.keep(SECRET, Secret(secret))
    token = {
        "access_token": "long gone",
        "token_type": "Bearer",
        "refresh_token": _refresh_token(onedrive),
        "expiry": "2020-01-01T00:00:00Z",
    }
    remote = {
        "TYPE": "onedrive",
        "TOKEN": json.dumps(token),
        "CLIENT_ID": APP_ID,
        "CLIENT_SECRET": secret,
        "DRIVE_ID": onedrive.server.drive_id,
        "DRIVE_TYPE": onedrive.server.drive_type,
    }
    settings = {f"RCLONE_CONFIG_OD_{name}": value for name, value in remote.items()}
    settings |= {
        "RCLONE_CA_CERT": os.environ["REQUESTS_CA_BUNDLE"],
        "RCLONE_LOW_LEVEL_RETRIES": "3",
    }
    return Rclone(rclone_program(request.param), tmp_path, settings)


def _refresh_token(onedrive: Practice) -> str:
    onedrive.sign_in()
    cache = json.loads(json.loads(onedrive.vault.secrets[TOKENS].reveal())["cache"])
    (kept,) = cache["RefreshToken"].values()
    return str(kept["secret"])


def _filled(onedrive: Practice, count: int) -> dict[str, bytes]:
    names = ["ü #1 100%.jpg", "日本.heic", *(f"{number:03}.bin" for number in range(count - 2))]
    contents = {name: name.encode() * 321 for name in names}
    for name, content in contents.items():
        onedrive.server.add(f"in/box/{name}", content)
    return contents


def test_it_lists_page_by_page_what_our_adapter_lists(onedrive: Practice, rclone: Rclone) -> None:
    _filled(onedrive, 45)
    onedrive.server.page = 20

    theirs = set(rclone.say("lsf", "od:in/box", "--files-only").splitlines())

    assert theirs == {file.name for file in onedrive.drive("/in/box").files(lambda _: None)}
    assert len(theirs) == 45


def test_it_takes_copies_and_finds_every_checksum_right(
    onedrive: Practice, rclone: Rclone, tmp_path: Path
) -> None:
    contents = _filled(onedrive, 12)
    copies = tmp_path / "copies"

    rclone.say("copy", "od:in/box", str(copies))
    rclone.say("check", "od:in/box", str(copies))

    assert {one.name: one.read_bytes() for one in copies.iterdir()} == contents


def test_its_hashes_are_those_that_are_listed(onedrive: Practice, rclone: Rclone) -> None:
    contents = _filled(onedrive, 12)
    words = ("--files-only", "--hash", "quickxor", "--format", "ph")

    told = dict(line.rsplit(";", 1) for line in rclone.say("lsf", *words, "od:in/box").splitlines())

    ours = {name: QuickXorHash() for name in contents}
    for name, content in contents.items():
        ours[name].update(content)
    # rclone writes in hexadecimal what Graph writes in base 64.
    assert told == {name: b64decode(sum_.text()).hex() for name, sum_ in ours.items()}


def test_it_finds_a_checksum_wrong_that_is(
    onedrive: Practice, rclone: Rclone, tmp_path: Path
) -> None:
    contents = _filled(onedrive, 3)
    copies = tmp_path / "copies"
    rclone.say("copy", "od:in/box", str(copies))
    name = next(iter(contents))
    (copies / name).write_bytes(contents[name][:-1] + b"x")

    checked = rclone.run("check", "od:in/box", str(copies))

    assert checked.returncode != 0
    assert "1 differences found" in checked.stderr


def test_it_moves_obeys_a_pause_and_renews_its_token(
    onedrive: Practice, rclone: Rclone, tmp_path: Path
) -> None:
    _filled(onedrive, 6)
    paused = as_json(429, {"error": {"code": "activityLimitReached"}}, Retry_After="1")
    onedrive.server.https.fault("/children", paused)
    onedrive.server.https.fault("/download", Trouble.TRUNCATED)

    rclone.say("move", "od:in/box", str(tmp_path / "moved"))

    assert len(list((tmp_path / "moved").iterdir())) == 6
    left = [one for one in onedrive.server.items.values() if one.content is not None]
    assert (left, ROOT in onedrive.server.items) == ([], True)
    renewals = [
        one for one in onedrive.server.https.asked("/token") if b"refresh_token" in one.body
    ]
    assert renewals


def test_versions_nobody_has_seen_are_lost_by_it_and_kept_by_us(
    onedrive: Practice, rclone: Rclone, tmp_path: Path
) -> None:
    """Somebody saves every file anew right after its bytes have left."""
    contents = _filled(onedrive, 10)
    onedrive.server.after_download = _save_anew(onedrive)
    drive = onedrive.drive("/in/box")

    for file in list(drive.files(lambda _: None)):
        filed = b"".join(drive.read(file))
        assert filed == contents[file.name]
        digest = hashlib.sha256(filed).hexdigest()
        assert drive.remove(file.id, file.revision, digest) is Removal.CHANGED
    assert _unseen(onedrive) == 10

    onedrive.server.after_download = _save_anew(onedrive)
    rclone.say("move", "od:in/box", str(tmp_path / "moved"))
    assert _unseen(onedrive) == 0


def _save_anew(onedrive: Practice) -> Callable[[Item], None]:
    saved: set[str] = set()

    def save(item: Item) -> None:
        if item.id not in saved:
            saved.add(item.id)
            onedrive.server.replace(item.id, (item.content or b"") + b"!")

    return save


def _unseen(onedrive: Practice) -> int:
    return sum(1 for one in onedrive.server.items.values() if one.content is not None)
