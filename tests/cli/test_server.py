"""The command line with a record on a server: pointing to it, carrying one over, and working there."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Cluster
from tests.support.program import Ended, Practice, command, environment

CANARY = "canary-password-7"


@pytest.fixture
def empty_url(cluster: Cluster) -> Iterator[str]:
    name = cluster.empty()
    yield cluster.url(name)
    cluster.drop(name)


def run(practice: Practice, ring: dict[str, str], *given: str, told: str = "") -> Ended:
    """Run one command with a line on standard input and without a password in the environment."""
    inherited = {key: value for key, value in environment(ring).items() if key != "PGPASSWORD"}
    ended = subprocess.run(
        [*command("--home", practice.home, *given)],
        input=told.encode(),
        capture_output=True,
        env=inherited,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
def ring(tmp_path: Path) -> dict[str, str]:
    """A keyring for the programs of one test."""
    return {
        "PYTHON_KEYRING_BACKEND": "tests.support.keyrings.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "ring"),
    }


def test_a_record_is_carried_over_and_everything_goes_on(
    busy_practice: Practice, empty_url: str
) -> None:
    busy_practice.put("a.jpg")
    busy_practice.set_up("save", "a.jpg", "--patient", "161")

    ended = busy_practice.json("migrate-record", "--to", empty_url)

    assert ended.code == 0, ended.err
    *tables, summary = ended.lines
    rows = {line["table"]: (line["rows"], line["outcome"]) for line in tables}
    assert rows["records"] == (1, "copied")
    assert rows["patients"] == (2, "copied")
    assert summary["url"] == empty_url
    assert Path(summary["kept_as"]).exists()
    (record,) = busy_practice.json("records").lines
    assert record["original_name"] == "a.jpg"
    busy_practice.put("b.jpg")
    assert busy_practice.json("save", "b.jpg", "--patient", "272").line["outcome"] == "saved"
    assert busy_practice.json("check").line["problems"] == 0
    verified = busy_practice.json("trail", "--verify").line
    assert verified["intact"]
    actions = [(line["action"], line["detail"]) for line in busy_practice.json("trail").lines]
    assert ("settings", f"database.url = {empty_url}") in actions


def test_the_password_comes_from_standard_input_and_stays_in_the_vault(
    practice: Practice, server_url: str, cluster: Cluster, ring: dict[str, str]
) -> None:
    ended = run(
        *(practice, ring, "settings", "set", "database.url", server_url, "--json"),
        told=f"{cluster.password}\n",
    )
    shown = run(practice, ring, "settings", "show", "database.url", "--json")

    assert ended.code == 0, ended.err
    assert ended.line == {"key": "database.url", "value": server_url}
    assert shown.line == {"key": "database.url", "value": server_url}
    everything = b"".join(file.read_bytes() for file in practice.home.rglob("*") if file.is_file())
    assert cluster.password.encode() not in everything
    assert cluster.password not in ended.out + ended.err + shown.out + shown.err


def test_a_wrong_password_is_told_and_nothing_is_set(
    practice: Practice, server_url: str, ring: dict[str, str]
) -> None:
    ended = run(
        *(practice, ring, "settings", "set", "database.url", server_url),
        told=f"{CANARY}\n",
    )

    assert ended.code == 3
    assert "Record server refuses" in ended.err
    assert "password" in ended.err
    assert CANARY not in ended.err
    shown = run(practice, ring, "settings", "show", "database.url", "--json")
    assert shown.line["value"] == ""


def test_a_server_that_is_away_ends_with_three_and_can_be_left(
    practice: Practice, server_url: str
) -> None:
    assert practice.run("settings", "set", "database.url", server_url).code == 0
    settings = practice.home / "settings.toml"
    settings.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", settings.read_text()))

    away = practice.run("list")
    left = practice.run("settings", "set", "database.url", "")

    assert away.code == 3
    assert "Record is away" in away.err
    assert left.code == 0, left.err
    assert practice.run("list").code == 0


def test_an_address_with_a_password_is_refused(practice: Practice) -> None:
    ended = practice.run("settings", "set", "database.url", f"postgresql://c:{CANARY}@h/d")

    assert ended.code == 2
    assert "may not stand in the address" in ended.err
    assert CANARY not in ended.err


def test_the_password_of_the_environment_is_enough(
    practice: Practice, server_url: str, cluster: Cluster
) -> None:
    assert os.environ["PGPASSWORD"] == cluster.password
    assert practice.run("settings", "set", "database.url", server_url).code == 0
    assert practice.json("operators", "list").line["operator"] == "ADM"
