"""MedImage on the command line: pairing, whose photos, and the server's settings."""

import json
from pathlib import Path

import pytest

from tests.support.medimage_names import GUID
from tests.support.medimage_phone import Phone
from tests.support.medimage_server import running
from tests.support.pairing_service import pairing_service
from tests.support.pictures import a_jpeg
from tests.support.program import OLD, Practice

_SERVER = "https://mc.example.test:5566"


def test_phones_are_paired_and_a_key_is_replaced_and_retired(practice: Practice) -> None:
    with pairing_service() as service:
        practice.set_up("settings", "set", "system.medimage.server", _SERVER)
        practice.set_up("settings", "set", "system.medimage.pairing_service", service.url)

        first = practice.json("medimage", "pair")
        key = service.codes[first.line["code"]][0]
        again = practice.json("medimage", "pair", "--verbose")
        new = practice.json("medimage", "pair", "--replace")
        state = practice.json("medimage", "retire")

    assert [one.code for one in (first, again, new, state)] == [0] * 4
    assert [one.line["key"] for one in (first, again, new)] == ["new", "same", "new"]
    assert state.line["retired"] == 2
    assert practice.json("medimage", "keys").line["key"] == ""
    shown = practice.json("settings", "show", "provider.1.medimage.retired").line["value"]
    assert f"***{key[-2:]}" in shown
    told = "".join(f"{one.out}{one.err}" for one in (first, again, new, state))
    logs = "".join(path.read_text("utf-8") for path in practice.home.rglob("*.log*"))
    assert key not in told + logs + practice.json("trail").out + shown


def test_a_service_that_is_away_is_told_and_nothing_is_changed(practice: Practice) -> None:
    practice.set_up("settings", "set", "system.medimage.server", _SERVER)
    practice.set_up("settings", "set", "system.medimage.pairing_service", "http://127.0.0.1:9/x")

    ended = practice.json("medimage", "pair")

    assert (ended.code, ended.out) == (3, "")
    assert "No code for the phone" in ended.err
    assert "Phones that were paired before keep working" in ended.err


def test_delivered_photos_are_listed_claimed_and_saved(practice: Practice, tmp_path: Path) -> None:
    practice.add_patient("161", "Zztestone")
    with running(tmp_path / "server") as server:
        root = tmp_path / "server" / "backup"
        practice.set_up("settings", "set", "system.medimage.root", str(root))
        practice.set_up("settings", "set", "provider.1.medimage.guid", GUID)
        phone = Phone(server.url, GUID)
        phone.send("161 arm", a_jpeg())
        phone.send("999", a_jpeg(32, 32))
        server.settle()
    _age(root)

    found = {one["name"]: one for one in practice.json("medimage", "photos").lines}
    mine = found["161-arm-21-Aug-2026-14-03-09.jpg"]
    saved = practice.json("save", mine["key"], "--patient", "161")
    record = practice.json("records").line

    assert mine["patient"] == record["patient"]
    assert (mine["title"], mine["taken_at"][:19]) == ("arm", "2026-08-21T14:03:09")
    assert "No patient has the id 999" in found["999-21-Aug-2026-14-03-09.jpg"]["reason"]
    assert saved.line["outcome"] == "saved"
    assert record["taken_at_from"] == "file-name"
    kinds = [one["kind"] for one in practice.json("sources").lines]
    assert kinds == ["medimage"]


def _age(root: Path) -> None:
    import os  # noqa: PLC0415 - this helper alone

    for path in root.rglob("*.jpg"):
        os.utime(path, (OLD, OLD))


def test_settings_are_written_checked_and_kept(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "server" / "config.json"
    file.parent.mkdir()
    file.write_bytes(
        b"\xef\xbb\xbf"
        + json.dumps({"backupTo": "/x", "purpose": "ours", "basicAuthent": "changeme"}).encode()
    )
    (file.parent / "addons").mkdir()
    addons: dict[str, object] = {"events": {"photoWritten": [], "fileWritten": []}}
    (file.parent / "addons" / "config.json").write_text(json.dumps(addons))
    practice.set_up("settings", "set", "system.medimage.root", str(tmp_path / "photos"))

    before = practice.json("medimage", "check-config", file)
    wrote = practice.json("medimage", "write-config", file)
    after = practice.json("medimage", "check-config", file)

    assert before.code == 1
    assert {"backupTo", "keepMaster", "lockDown", "basicAuthent"} <= {
        one["key"] for one in before.lines
    }
    assert wrote.code == 0
    assert [one["verdict"] for one in after.lines] == ["warning"]
    now = json.loads(file.read_text("utf-8"))
    assert (now["purpose"], now["backupTo"]) == ("ours", [str(tmp_path / "photos")])
    (backup,) = file.parent.glob("config.json.*.bak")
    assert backup.name in wrote.err
    assert b"changeme" in backup.read_bytes()


@pytest.mark.parametrize("arguments", [("check-config",), ("pair", "--bad"), ("write-config",)])
def test_wrong_usage_says_what_was_wanted(practice: Practice, arguments: tuple[str, ...]) -> None:
    assert practice.run("medimage", *arguments).code == 2


def test_a_running_server_is_asked_and_a_photo_makes_its_way(
    practice: Practice, tmp_path: Path
) -> None:
    with running(tmp_path / "server") as server:
        practice.set_up("settings", "set", "system.medimage.root", str(tmp_path / "server/backup"))
        practice.set_up("settings", "set", "system.medimage.server", server.url)
        practice.set_up("settings", "set", "provider.1.medimage.guid", GUID)

        ended = practice.json("medimage", "check-server", "--round-trip")

    told = {one["key"]: (one["verdict"], one["detail"]) for one in ended.lines}
    assert ended.code == 0
    assert told["round trip"][0] == "good"
    assert "delivered in" in told["round trip"][1]
    assert not list((tmp_path / "server" / "backup").rglob("*.jpg"))


def test_half_photos_are_completed_on_request(practice: Practice, tmp_path: Path) -> None:
    photo = a_jpeg() + b"more" * 80_000 + b"\xff\xd9"
    with running(tmp_path / "server", die_at=65_536) as server:
        root = tmp_path / "server" / "backup"
        for key, value in (("root", root), ("photos", server.photos)):
            practice.set_up("settings", "set", f"system.medimage.{key}", str(value))
        practice.set_up("settings", "set", "provider.1.medimage.guid", GUID)
        Phone(server.url, GUID).send("161", photo)
        server.settle()
        _age(root)

        first = practice.json("medimage", "rescue")
        again = practice.json("medimage", "rescue")

    assert (first.code, first.line["whole"]) == (0, True)
    assert (again.code, again.out) == (0, "")
