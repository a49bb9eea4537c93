"""Azure Storage from the command line: the real program, a real Azurite, the key from standard input."""

import hashlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.azurite import Container
from tests.support.program import Ended, Practice, command, environment

CANARY = "ZZCANARY"


@dataclass
class Desk:
    """A practice that lists a container."""

    practice: Practice
    container: Container

    def told(self, line: str, *given: str) -> Ended:
        """Run one command with a line on standard input."""
        ended = subprocess.run(
            command("--home", self.practice.home, *given),
            input=line.encode(),
            capture_output=True,
            env=environment(self.practice.extra),
            check=False,
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def set(self, key: str, value: str) -> None:
        self.practice.set_up("settings", "set", key, value)

    def source(self) -> dict[str, Any]:
        """What `sources` says of the drive."""
        return next(one for one in self.practice.json("sources").lines if one["kind"] == "azure")

    def listed(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.practice.json("list").lines}


@pytest.fixture
def desk(busy_practice: Practice, container: Container, tmp_path: Path) -> Desk:
    ring = {
        "PYTHON_KEYRING_BACKEND": "tests.support.keyrings.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "ring"),
    }
    busy_practice.extra.update(ring)
    made = Desk(busy_practice, container)
    made.set("system.azure.account", container.azurite.account)
    made.set("system.azure.endpoint", container.azurite.endpoint)
    made.set("provider.1.azure.container", f"{container.name}/scans")
    made.set("operator.azure.enabled", "true")
    key = made.told(container.azurite.key + "\n", "settings", "set", "system.azure.key", "--json")
    assert key.code == 0, key.err
    assert key.line == {"key": "system.azure.key", "value": "***"}
    return made


def test_one_file_is_listed_saved_and_gone_from_its_container(desk: Desk) -> None:
    content = b"\xff\xd8\xff\xe0" + b"picture" * 1000 + b"\xff\xd9"
    desk.container.put("scans/a.jpg", content)
    desk.container.put("scans/deeper/b.jpg", content)

    listed = desk.listed()
    saved = desk.practice.json("save", "a.jpg", "--patient", "161", "--title", "Left hand")

    assert set(listed) == {"a.jpg"}
    assert {key: listed["a.jpg"][key] for key in ("kind", "size", "state", "destination")} == {
        "kind": "azure",
        "size": len(content),
        "state": "ready",
        "destination": "images",
    }
    assert saved.line["outcome"] == "saved", saved.err
    assert desk.container.names == ["scans/deeper/b.jpg"]
    (record,) = desk.practice.json("records", "--patient", "161").lines
    assert record["original_name"] == "a.jpg"
    assert record["title"] == "Left hand"
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert Path(record["path"]).read_bytes() == content
    assert record["source"] == f"Azure {desk.container.name}/scans"
    assert desk.listed() == {}
    assert desk.practice.json("check").line["problems"] == 0
    assert desk.source()["state"] == "connected"


def test_many_files_are_saved_at_once_and_the_container_is_empty(desk: Desk) -> None:
    contents = {f"{number:02}.jpg": b"picture %d" % number * 500 for number in range(24)}
    for name, content in contents.items():
        desk.container.put(f"scans/{name}", content)

    saved = desk.practice.json("save", *contents, "--patient", "272", "--yes")

    assert [one["outcome"] for one in saved.lines] == ["saved"] * 24, saved.err
    assert desk.container.names == []
    records = desk.practice.json("records", "--patient", "272").lines
    found = {one["original_name"]: Path(one["path"]).read_bytes() for one in records}
    assert found == contents
    assert desk.practice.json("check").line["problems"] == 0


def test_a_file_that_is_withdrawn_goes_to_the_inbox_and_nothing_to_the_container(
    desk: Desk,
) -> None:
    desk.container.put("scans/a.jpg", b"picture")
    saved = desk.practice.json("save", "a.jpg", "--patient", "161").line

    withdrawn = desk.practice.json("withdraw", saved["record"], "--reason", "wrong patient")

    assert withdrawn.code == 0, withdrawn.err
    assert desk.container.names == []
    assert (desk.practice.home / "returned" / "a.jpg").read_bytes() == b"picture"
    assert desk.listed()["a.jpg"]["kind"] == "returned"


def test_the_same_bytes_twice_are_not_filed_twice(desk: Desk) -> None:
    desk.container.put("scans/a.jpg", b"picture")
    desk.practice.json("save", "a.jpg", "--patient", "161")
    desk.container.put("scans/again.jpg", b"picture")

    again = desk.practice.json("save", "again.jpg", "--patient", "161")

    assert again.line["outcome"] == "already-filed", again.err
    assert len(desk.practice.json("records", "--patient", "161").lines) == 1
    assert desk.container.names == ["scans/again.jpg"]


def test_a_file_that_was_replaced_since_it_was_named_is_not_saved_by_its_old_key(
    desk: Desk,
) -> None:
    """What is removed is the revision that was filed; a new one stays and is listed again."""
    desk.container.put("scans/a.jpg", b"first")
    desk.practice.json("save", "a.jpg", "--patient", "161")
    desk.container.put("scans/a.jpg", b"second")

    assert set(desk.listed()) == {"a.jpg"}
    saved = desk.practice.json("save", "a.jpg", "--patient", "161")

    assert saved.line["outcome"] == "saved", saved.err
    records = desk.practice.json("records", "--patient", "161").lines
    assert {Path(one["path"]).read_bytes() for one in records} == {b"first", b"second"}


@pytest.mark.parametrize(
    ("break_it", "state", "words"),
    [
        (lambda desk: desk.told("d3Jvbmc=\n", "settings", "set", "system.azure.key"),
         "sign-in-needed", "does not take the account and key"),
        (lambda desk: desk.told("\n", "settings", "set", "system.azure.key"),
         "sign-in-needed", "No account and key"),
        (lambda desk: desk.set("provider.1.azure.container", "not-there"),
         "error", "no container of this name"),
        (lambda desk: desk.set("provider.1.azure.container", ""),
         "error", "No container"),
        (lambda desk: desk.set("system.azure.endpoint", "http://127.0.0.1:9/practice"),
         "offline", "cannot be reached"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_state_within_seconds(
    desk: Desk, break_it: Callable[[Desk], object], state: str, words: str
) -> None:
    desk.container.put("scans/a.jpg", b"picture")
    break_it(desk)
    begun = time.monotonic()

    told = desk.source()

    assert time.monotonic() - begun < 10
    assert told["state"] == state
    assert words in told["detail"]


def test_the_key_is_read_from_standard_input_and_stands_nowhere_else(desk: Desk) -> None:
    desk.container.put(f"scans/{CANARY} JANE.jpg", b"picture")
    desk.practice.json("save", f"{CANARY} JANE.jpg", "--patient", "161")
    key = desk.container.azurite.key

    argued = desk.practice.json("settings", "set", "system.azure.key", key)
    shown = desk.practice.json("settings", "show")

    assert argued.code == 2
    assert key not in argued.out + argued.err
    assert key not in shown.out + shown.err
    files = [path for path in desk.practice.home.rglob("*") if path.is_file()]
    assert [path for path in files if key.encode() in path.read_bytes()] == []
    logs = [path for path in files if path.suffix == ".log" or "logs" in path.parts]
    assert logs
    assert [path for path in logs if CANARY.encode() in path.read_bytes()] == []


def test_a_drive_that_is_off_loads_no_sdk_and_is_no_source(desk: Desk) -> None:
    desk.set("operator.azure.enabled", "false")

    kinds = {one["kind"] for one in desk.practice.json("sources").lines}

    assert "azure" not in kinds
