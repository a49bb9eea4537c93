"""bulk-import as a program sees it: by patient, by profile, moved and copied."""

import os
from pathlib import Path

import pytest

from tests.support.pictures import a_jpeg
from tests.support.program import OLD, Practice

SCAN = "20260102101112"
VSCAN = ("--profile", "GE Vscan Air")
KNOWN = "161_Test_Zztestone"


def _put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    place.write_bytes(data)
    os.utime(place, (OLD, OLD))
    return place


@pytest.fixture
def tower(busy_practice: Practice, tmp_path: Path) -> Path:
    root = tmp_path / "tower"
    _put(root / KNOWN / SCAN, f"{SCAN}.jpg", a_jpeg())
    _put(root / KNOWN / SCAN, f"{SCAN}.xml", b"<scan/>")
    _put(root / "272" / SCAN, f"{SCAN}.jpg", a_jpeg(70))
    _put(root / "TEST_Phantom" / SCAN, f"{SCAN}.jpg", a_jpeg(80))
    busy_practice.set_up("settings", "set", "system.tower_roots", str(root))
    return root


def test_by_profile_what_is_beyond_doubt_is_moved_and_the_rest_stays_with_its_reason(
    busy_practice: Practice, tower: Path
) -> None:
    dry = busy_practice.json("bulk-import", tower, *VSCAN, "--dry-run")
    without_yes = busy_practice.json("bulk-import", tower, *VSCAN)
    assert len(list(tower.rglob("*.*"))) == 4
    done = busy_practice.json("bulk-import", tower, *VSCAN, "--yes")
    again = busy_practice.json("bulk-import", tower, *VSCAN, "--yes")

    assert (dry.code, without_yes.code, done.code, again.code) == (1, 2, 1, 1)
    outcomes = {(one["folder"], one["outcome"]) for one in dry.lines}
    assert outcomes == {
        (KNOWN, "would-save"),
        ("272", "refused"),
        ("TEST_Phantom", "refused"),
    }
    rows = {(one["folder"], one["name"]): one for one in done.lines}
    saved = rows[KNOWN, f"{SCAN}.jpg"]
    assert (saved["outcome"], saved["destination"]) == ("saved", "images")
    assert saved["evidence"] == "number 161, last name, first names"
    assert rows[KNOWN, f"{SCAN}.xml"]["destination"] == "notes"
    assert "No last name" in rows["272", f"{SCAN}.jpg"]["reason"]
    assert "No patient has the id TEST" in rows["TEST_Phantom", f"{SCAN}.jpg"]["reason"]
    assert not list((tower / KNOWN).rglob("*.*"))
    assert len(list(tower.rglob("*.jpg"))) == 2
    records = busy_practice.json("records").lines
    assert {one["original_name"] for one in records} == {f"{SCAN}.jpg", f"{SCAN}.xml"}
    assert all(one["taken_at"].startswith("2026-01-02T10:11:12") for one in records)
    assert {one["outcome"] for one in again.lines} == {"refused"}
    assert busy_practice.json("check").lines[-1]["problems"] == 0


def test_for_one_patient_files_are_copied_from_elsewhere_unless_moving_is_asked_for(
    busy_practice: Practice, tmp_path: Path
) -> None:
    card = tmp_path / "card"
    places = [_put(card, "a.jpg", a_jpeg()), _put(card / "sub", "b.jpg", a_jpeg(90))]
    one = busy_practice.json("bulk-import", card, "--patient", "161")
    copied = busy_practice.json("bulk-import", card, "--patient", "161", "--yes")
    same = busy_practice.json("bulk-import", card, "--patient", "161", "--yes")

    assert (one.code, copied.code, same.code) == (2, 0, 0)
    assert "--move moves them" in copied.err
    assert {(row["folder"], row["outcome"]) for row in copied.lines} == {
        ("", "saved"),
        ("sub", "saved"),
    }
    assert {row["outcome"] for row in same.lines} == {"already-filed"}
    assert {row["record"] for row in same.lines} == {row["record"] for row in copied.lines}
    assert all(place.exists() for place in places)
    assert all("(copied)" in row["source"] for row in busy_practice.json("records").lines)

    other = _put(tmp_path / "stick", "c.jpg", a_jpeg(60))
    moved = busy_practice.json("bulk-import", other.parent, "--patient", "161", "--move")
    assert (moved.code, moved.line["outcome"]) == (0, "saved")
    assert not other.exists()


def test_a_tower_can_be_copied_too(busy_practice: Practice, tower: Path) -> None:
    done = busy_practice.json("bulk-import", tower, *VSCAN, "--yes", "--copy")

    assert {one["outcome"] for one in done.lines if one["folder"] == KNOWN} == {"saved"}
    assert len(list(tower.rglob("*.*"))) == 4


def test_folders_that_wait_are_told_with_their_reason_and_counted_on_the_day_sheet(
    busy_practice: Practice, tower: Path
) -> None:
    busy_practice.json("bulk-import", tower, *VSCAN, "--yes")

    waiting = busy_practice.json("towers")
    sheet = busy_practice.json("day-sheet")
    tower.rename(tower.with_name("unplugged"))
    away = busy_practice.json("towers")

    assert (waiting.code, sheet.code, away.code) == (0, 0, 1)
    told = {one["folder"]: one for one in waiting.lines}
    assert set(told) == {"272", "TEST_Phantom"}
    assert (told["272"]["verdict"], told["TEST_Phantom"]["verdict"]) == ("thin", "doubt")
    assert "No patient has the id TEST" in told["TEST_Phantom"]["reason"]
    [line] = [one for one in sheet.lines if one["source"] == str(tower)]
    numbers = [line[part] for part in ("seen", "filed", "waiting", "held", "ignored")]
    assert numbers == [4, 2, 1, 1, 0]
    assert [one["name"] for one in line["files"]] == ["TEST_Phantom"]
    assert away.lines == []
    assert "share away" in away.err


@pytest.mark.parametrize(
    "given",
    [
        ["bulk-import"],
        ["bulk-import", "x"],
        ["bulk-import", "x", "--patient", "161", "--profile", "GE Vscan Air"],
        ["bulk-import", "x", "--patient", "161", "--copy", "--move"],
        ["bulk-import", "x", "--profile", "Nobody's", "--dry-run"],
        ["bulk-import", "x", "--patient", "999", "--yes"],
    ],
)
def test_wrong_usage_is_told_in_a_line(busy_practice: Practice, given: list[str]) -> None:
    ended = busy_practice.run(*given)

    assert ended.code == 2
    assert ended.out == ""
    assert len(ended.err.splitlines()) in {1, 2}


def test_only_who_may_import_in_bulk_may(busy_practice: Practice, tower: Path) -> None:
    busy_practice.set_up("operators", "add", "LOW", "Low", "--grant", "save", "--provider", "1")

    ended = busy_practice.json("bulk-import", tower, *VSCAN, "--yes", "--operator", "LOW")

    assert ended.code == 2
    assert "import in bulk" in ended.err
    assert len(list(tower.rglob("*.*"))) == 4
