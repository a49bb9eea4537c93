"""auto-import and day-sheet as a program sees them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.pictures import a_jpeg
from tests.support.program import OLD, Practice, command, environment

GOOD = "INTOUCH_P161_D1_20260102_101112.jpg"
UNKNOWN = "INTOUCH_P999_D1_20260102_101112.jpg"


@pytest.fixture
def on(busy_practice: Practice) -> Practice:
    busy_practice.set_up("settings", "set", "operator.auto_import", "true")
    return busy_practice


def test_while_it_is_off_nothing_is_imported_but_a_dry_run_tells(busy_practice: Practice) -> None:
    path = busy_practice.put(GOOD, a_jpeg())

    refused = busy_practice.json("auto-import")
    told = busy_practice.json("auto-import", "--dry-run")

    assert (refused.code, refused.out) == (2, "")
    assert "operator.auto_import true" in refused.err
    assert (told.code, told.line["outcome"]) == (0, "would-save")
    assert "off for operator ADM" in told.err
    assert path.exists()
    assert busy_practice.json("list").line["unclaimed"] == ""


def test_it_files_what_it_may_and_tells_why_it_leaves_the_rest(on: Practice) -> None:
    on.put(GOOD, a_jpeg())
    on.put(UNKNOWN, a_jpeg(70))
    on.put("DSC0161.jpg", a_jpeg(80))

    dry = on.json("auto-import", "--dry-run")
    assert dry.code == 1
    assert {one["name"]: one["outcome"] for one in dry.lines} == {
        GOOD: "would-save",
        UNKNOWN: "refused",
    }
    ended = on.json("auto-import")

    assert ended.code == 1
    rows = {one["name"]: one for one in ended.lines}
    assert set(rows) == {GOOD, UNKNOWN}
    assert rows[GOOD]["outcome"] == "saved"
    assert rows[GOOD]["taken_at"].startswith("2026-01-02T10:11:12")
    assert rows[GOOD]["provider"] == "1"
    assert rows[UNKNOWN]["outcome"] == "refused"
    assert rows[UNKNOWN]["reason"] == "The register has no patient with the number 999."
    assert "1 imported, 0 came again, 1 left for you." in ended.err
    record = on.json("records").line
    assert (record["taken_at_from"], record["title"], record["comment"]) == ("file-name", "", "")
    assert record["record"] == rows[GOOD]["record"]
    listed = {one["name"]: one for one in on.json("list").lines}
    assert listed[UNKNOWN]["state"] == "ready"
    assert listed[UNKNOWN]["unclaimed"] == "unknown patient"
    assert listed["DSC0161.jpg"]["unclaimed"] == ""


def test_a_second_run_changes_nothing_and_what_it_left_is_saved_by_hand(on: Practice) -> None:
    on.put(UNKNOWN, a_jpeg())
    on.put(GOOD, a_jpeg(70))
    on.json("auto-import")
    before = on.json("trail").out

    again = on.json("auto-import")
    assert [one["name"] for one in again.lines] == [UNKNOWN]
    assert on.json("trail").out == before

    saved = on.json("save", UNKNOWN, "--patient", "161", "--yes")
    assert saved.line["outcome"] == "saved"
    nothing = on.json("auto-import")
    assert (nothing.code, nothing.out) == (0, "")


def test_the_same_file_again_is_already_filed_and_gone(on: Practice) -> None:
    on.put(GOOD, a_jpeg())
    on.json("auto-import")
    path = on.put(GOOD, a_jpeg())

    again = on.json("auto-import")

    assert (again.code, again.line["outcome"]) == (0, "already-filed")
    assert not path.exists()
    assert len(on.json("records").lines) == 1
    assert on.json("check").line["problems"] == 0


def test_the_day_sheet_tells_each_file_with_its_reason(on: Practice) -> None:
    for name in (GOOD, UNKNOWN):
        on.put(name, a_jpeg())
    on.put("setup.exe", b"MZ")
    on.json("auto-import")

    sheet = on.json("day-sheet").line
    assert [sheet[key] for key in ("seen", "filed", "waiting", "held", "ignored")] == [
        3,
        1,
        0,
        1,
        1,
    ]
    assert {(one["name"], one["fate"], bool(one["reason"])) for one in sheet["files"]} == {
        (GOOD, "auto-imported", False),
        (UNKNOWN, "held", True),
    }
    people = on.run("day-sheet")
    assert f"held: {UNKNOWN} - The register has no patient" in people.err


def test_a_source_that_is_away_is_told_and_the_others_work(on: Practice, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    on.watch(on.inbox, away)
    away.rmdir()
    on.put(GOOD, a_jpeg())

    ended = on.json("auto-import")

    assert (ended.code, ended.line["outcome"]) == (1, "saved")
    assert str(away) in ended.err


@pytest.mark.parametrize("value", [r"INTOUCH_(?P<patient>\d+)", "<patient number>.<ext>", "[", ""])
def test_a_pattern_is_checked_before_it_counts(on: Practice, value: str) -> None:
    ended = on.json("settings", "set", "system.intouch.pattern", value)

    assert ended.code == (0 if not value else 2)
    told = {one["key"]: one["value"] for one in on.json("settings", "show").lines}
    assert told["system.intouch.pattern"].startswith("INTOUCH_P<patient number>")


def test_ten_thousand_device_names_are_left_alone(on: Practice) -> None:
    data = a_jpeg()
    for number in range(10_000):
        name = (f"DSC{number:04}.JPG", f"SCN{number:04}.tif", f"ZAC{number:04}.jpg")[number % 3]
        path = on.inbox / name
        path.write_bytes(data[:64])
        os.utime(path, (OLD, OLD))

    ended = on.json("auto-import")

    assert (ended.code, ended.out) == (0, "")
    assert len(list(on.inbox.iterdir())) == 10_000
    assert on.json("records").out == ""


def test_two_programs_at_once_file_each_file_once(on: Practice) -> None:
    for second in range(30):
        on.put(f"INTOUCH_P161_D1_20260102_1011{second:02}.jpg", a_jpeg(60 + second))
    given = command("--home", on.home, "auto-import", "--json")
    running = [
        subprocess.Popen(
            given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        )
        for _ in range(2)
    ]
    told = [
        json.loads(line) for one in running for line in one.communicate()[0].decode().splitlines()
    ]

    saved = [one["name"] for one in told if one["outcome"] in {"saved", "saved-source-kept"}]
    assert len(saved) == len(set(saved)) == 30
    assert len(on.json("records").lines) == 30
    assert list(on.inbox.iterdir()) == []
    assert on.json("check").line["problems"] == 0
