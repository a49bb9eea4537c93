"""Each virtual drive from the command line: the real program, one process a command, as scripts use it."""

import hashlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.azurite import Azurite
from tests.support.clouds import Cloud, Clouds, running_clouds
from tests.support.pictures import a_jpeg
from tests.support.program import Ended, Practice
from tests.support.scripted_browser import as_program

FILES = {f"Scan {number}.jpg": a_jpeg(200 + number, 150) for number in range(1, 4)}
LETTER = {"Letter.pdf": b"%PDF-1.4 synthetic\n%%EOF\n"}
SIGNED = ["dropbox", "onedrive", "onedrive-personal"]


@dataclass
class Desk:
    """A practice at the command line, and one drive it may use."""

    practice: Practice
    cloud: Cloud
    clouds: Clouds

    def json(self, *arguments: str) -> Ended:
        return self.practice.json(*arguments)

    def switch_on(self) -> None:
        for key, value in self.cloud.settings.items():
            assert self.json("settings", "set", key, value).line == {"key": key, "value": value}
        for key, value in self.cloud.secrets.items():
            told = self.practice.run("settings", "set", key, "--json", given_in=f"{value}\n")
            assert told.line == {"key": key, "value": "***"}

    def browse(self, *presses: str) -> None:
        self.practice.extra["BROWSER"] = as_program(*presses)

    def source(self) -> dict[str, Any]:
        """What `sources` says of the drive; empty if it is none."""
        lines = self.json("sources").lines
        return next((one for one in lines if one["kind"] == self.cloud.kind), {})


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, busy_practice: Practice, tmp_path: Path, azurite: Azurite
) -> Iterator[Desk]:
    kind, _, account = str(request.param).partition("-")
    with running_clouds(tmp_path, azurite, drive_type=account or "business") as clouds:
        cloud = next(one for one in clouds.all() if one.kind == kind)
        made = Desk(busy_practice, cloud, clouds)
        busy_practice.extra.update(
            {
                "PYTHON_KEYRING_BACKEND": "tests.support.keyrings.FileKeyring",
                "TEST_KEYRING": str(tmp_path / "ring"),
            }
        )
        made.browse(cloud.allow)
        yield made


@pytest.mark.parametrize("desk", ["dropbox", "onedrive", "azure"], indirect=True)
def test_from_switching_on_to_signing_out(desk: Desk) -> None:
    contents = FILES | LETTER
    for name, content in contents.items():
        desk.cloud.put(name, content)
    assert desk.source() == {}
    desk.switch_on()
    if desk.cloud.allow:
        assert desk.source()["state"] == "sign-in-needed"
        signed = desk.json("sign-in", desk.cloud.kind)
        assert (signed.code, signed.line["state"]) == (0, "connected"), signed.err
        assert "https://" in signed.err, "the address is there to be copied"

    told = desk.source()
    assert (told["state"], told["files"], told["source"]) == ("connected", 4, desk.cloud.name)
    listed = {one["name"]: one for one in desk.json("list", "--source", told["source"]).lines}
    assert {name: one["destination"] for name, one in listed.items()} == {
        name: "notes" if name in LETTER else "images" for name in contents
    }
    save_all(desk, {name: one["key"] for name, one in listed.items()})
    assert desk.cloud.names() == []
    on_record(desk, contents)
    assert desk.json("list").lines == []
    assert desk.json("check").line["problems"] == 0
    sign_out(desk)


def save_all(desk: Desk, keys: dict[str, str]) -> None:
    """One by its name, two by their keys, once agreed to, and the document."""
    one = desk.json("save", "Scan 1.jpg", "--patient", "161", "--title", "Left hand")
    assert (one.code, one.line["outcome"]) == (0, "saved"), one.err
    many = [keys["Scan 2.jpg"], keys["Scan 3.jpg"], "--patient", "161"]
    unasked = desk.json("save", *many)
    assert unasked.code != 0, "several files want a --yes"
    assert len(desk.cloud.names()) == 3
    agreed = desk.json("save", *many, "--yes")
    assert [line["outcome"] for line in agreed.lines] == ["saved", "saved"], agreed.err
    mixed = desk.json("save", "Letter.pdf", "--patient", "161")
    assert mixed.line["destination"] == "notes", mixed.err


def on_record(desk: Desk, contents: dict[str, bytes]) -> None:
    records = desk.json("records", "--patient", "161").lines
    assert len(records) == len(contents)
    for record in records:
        content = contents[record["original_name"]]
        assert Path(record["path"]).read_bytes() == content
        assert record["sha256"] == hashlib.sha256(content).hexdigest()
        assert (record["source"], record["provider"]) == (desk.cloud.name, "1")


def sign_out(desk: Desk) -> None:
    """Twice is no harm; where nobody signs in it is wrong usage."""
    for _ in range(2):
        ended = desk.json("sign-out", desk.cloud.kind)
        if desk.cloud.allow:
            assert (ended.code, ended.line["state"]) == (0, "signed-out"), ended.err
            assert desk.source()["state"] == "sign-in-needed"
        else:
            assert (ended.code, ended.out) == (2, "")
            assert "needs no sign-in" in ended.err


@pytest.mark.parametrize("desk", SIGNED, indirect=True)
def test_a_refused_sign_in_and_a_revoked_one_are_told(desk: Desk) -> None:
    desk.cloud.put("Scan 1.jpg", FILES["Scan 1.jpg"])
    desk.switch_on()
    desk.browse(desk.cloud.deny)
    refused = desk.json("sign-in", desk.cloud.kind)
    assert (refused.code, refused.line["state"]) == (3, "failed")
    desk.browse(desk.cloud.allow)
    assert desk.json("sign-in", desk.cloud.kind).code == 0
    desk.cloud.revoke()
    saved = desk.json("save", "Scan 1.jpg", "--patient", "161")
    assert saved.code == 1
    assert f"Not listed: {desk.cloud.name} (sign-in-needed)." in saved.line["reason"]
    assert desk.source()["state"] == "sign-in-needed"
    assert desk.cloud.names() == ["Scan 1.jpg"]
    assert desk.json("sign-in", desk.cloud.kind).code == 0
    assert desk.source()["state"] == "connected"


@pytest.mark.parametrize("desk", SIGNED[:2], indirect=True)
def test_what_is_switched_off_is_not_signed_in_to(desk: Desk) -> None:
    ended = desk.json("sign-in", desk.cloud.kind)
    assert (ended.code, ended.out) == (2, "")
    assert f"operator.{desk.cloud.kind}.enabled" in ended.err
    assert desk.json("sign-out", desk.cloud.kind).code == 0
    desk.practice.set_up("settings", "set", f"operator.{desk.cloud.kind}.enabled", "true")
    unset = desk.json("sign-in", desk.cloud.kind)
    assert (unset.code, unset.line["state"]) == (3, "failed"), "no app is named"


@pytest.mark.parametrize("desk", ["dropbox"], indirect=True)
def test_where_it_is_hosted_dropbox_is_refused_and_nobody_is_called(desk: Desk) -> None:
    desk.switch_on()
    here = socket.gethostname()
    desk.practice.set_up("settings", "set", "system.hosted_domains", here)
    ended = desk.json("sign-in", "dropbox")
    assert (ended.code, ended.line["state"]) == (3, "not-allowed")
    assert here.lower() in ended.line["detail"]
    assert desk.source()["state"] == "not-allowed"
    assert desk.clouds.dropbox.server.server.requests == []
    log = desk.practice.home / "logs" / "MailCenter_Dropbox.log"
    assert "not allowed for applications hosted" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sign-in", "gropbox"), "no source 'gropbox'"),
        (("sign-in", "azure"), "needs no sign-in"),
        (("sign-in",), "SOURCE"),
        (("sign-out", ""), "no source ''"),
        (("sign-in", "onedrive", "--provider", "77"), "77"),
        (("list", "--source", "Gropbox"), "Gropbox"),
        (("settings", "set", "provider.1.onedrive.secret", "s3cr3t-canary"), "standard input"),
        (("settings", "set", "system.azure.key", "s3cr3t-canary"), "standard input"),
        (("settings", "set", "operator.dropbox.enabled", "yes"), "true or false"),
        (("settings", "set", "operator.dropbox.path", "/a/../b"), "'..'"),
        (("settings", "set", "provider.1.onedrive.app_id", "my app"), "app_id"),
        (("settings", "set", "provider.1.azure.container", "A"), "container"),
        (("settings", "set", "operator.gropbox.enabled", "true"), "operator.dropbox.enabled"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_was_wanted(
    practice: Practice, arguments: tuple[str, ...], words: str
) -> None:
    ended = practice.json(*arguments)
    assert (ended.code, ended.out) == (2, ""), ended.err
    assert words in ended.err
    assert "s3cr3t-canary" not in ended.err
