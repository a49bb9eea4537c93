import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Practice

RecordOf = Callable[[str], dict[str, Any]]


def test_a_fresh_home_is_made_on_first_use_and_every_list_is_empty(practice: Practice) -> None:
    listed = practice.json("list")

    assert (listed.code, listed.out) == (0, "")
    assert "settings set operator.folders.images" in listed.err
    assert practice.json("records").out == ""
    assert practice.json("providers", "list").line == {
        "provider": "1",
        "name": "Provider 1",
        "active": True,
    }
    assert practice.json("operators", "list").line["operator"] == "ADM"
    assert practice.json("check").line == {"records": 0, "files": 0, "problems": 0}


def test_the_list_tells_every_file_with_every_field(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg", b"12345")
    busy_practice.put("b.odd")
    (busy_practice.inbox / "growing.pdf").write_bytes(b"x")

    files = {one["name"]: one for one in busy_practice.json("list").lines}

    assert files["a.jpg"] == {
        "key": files["a.jpg"]["key"],
        "name": "a.jpg",
        "source": str(busy_practice.inbox),
        "kind": "folder",
        "type": "jpg",
        "size": 5,
        "modified": files["a.jpg"]["modified"],
        "destination": "images",
        "state": "ready",
        "reason": "",
        "unclaimed": "",
    }
    assert datetime.fromisoformat(files["a.jpg"]["modified"]).tzinfo is not None
    assert (files["b.odd"]["state"], bool(files["b.odd"]["reason"])) == ("other", True)
    assert (files["growing.pdf"]["state"], files["growing.pdf"]["destination"]) == (
        "settling",
        "notes",
    )


def test_a_list_that_looks_into_the_files_says_what_is_odd_about_them(
    busy_practice: Practice,
) -> None:
    busy_practice.put("program.jpg", b"MZ" + bytes(200))
    busy_practice.put("notes.txt", b"in order")

    quick = busy_practice.json("list").lines
    thorough = {one["name"]: one for one in busy_practice.json("list", "--inspect").lines}

    assert {one["reason"] for one in quick} == {""}
    assert thorough["program.jpg"]["reason"]
    assert thorough["program.jpg"]["state"] == "ready"
    assert thorough["notes.txt"]["reason"] == ""


def test_keys_are_stable_between_listings(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg")

    first, second = busy_practice.json("list"), busy_practice.json("list")

    assert first.line["key"] == second.line["key"]


def test_only_the_named_source_is_listed(busy_practice: Practice, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    busy_practice.watch(busy_practice.inbox, other)
    busy_practice.put("a.jpg")
    (other / "b.jpg").write_bytes(b"b")

    listed = busy_practice.json("list", "--source", str(other))
    unknown = busy_practice.json("list", "--source", "elsewhere")

    assert [one["name"] for one in listed.lines] == ["b.jpg"]
    assert unknown.code == 2
    assert str(other) in unknown.err


def test_a_source_that_is_away_is_told_and_holds_up_no_other(
    busy_practice: Practice, tmp_path: Path
) -> None:
    busy_practice.watch(busy_practice.inbox, tmp_path / "away")
    busy_practice.put("a.jpg")

    listed = busy_practice.json("list")
    sources = busy_practice.json("sources")

    assert [one["name"] for one in listed.lines] == ["a.jpg"]
    assert listed.code == sources.code == 1
    assert str(tmp_path / "away") in listed.err
    near, away = sources.lines
    assert set(near) == {"source", "kind", "state", "detail", "listed_at", "files"}
    assert (near["state"], near["files"]) == ("connected", 1)
    assert (away["state"], away["files"]) == ("offline", 0)
    assert away["detail"]


def test_a_saved_file_has_left_its_source_and_is_on_record(busy_practice: Practice) -> None:
    file = busy_practice.put("photo.jpg", b"pixels")
    (key,) = [one["key"] for one in busy_practice.json("list").lines]

    saved = busy_practice.json(
        *("save", key, "--patient", "161", "--title", "Left hand", "--comment", "dry")
    )

    assert saved.code == 0, saved.err
    assert saved.line == {
        "key": key,
        "name": "photo.jpg",
        "outcome": "saved",
        "record": saved.line["record"],
        "destination": "images",
        "reason": "",
    }
    assert not file.exists()
    assert busy_practice.json("list").out == ""
    record = busy_practice.json("records", "--patient", "161").line
    assert set(record) == set(
        "record patient provider operator destination title comment taken_at taken_at_from filed_at"
        " original_name source size sha256 path state".split()
    )
    assert record["record"] == saved.line["record"]
    assert (record["title"], record["comment"]) == ("Left hand", "dry")
    assert (record["provider"], record["operator"], record["state"]) == ("1", "ADM", "filed")
    assert record["sha256"] == hashlib.sha256(b"pixels").hexdigest()
    assert Path(record["path"]).is_absolute()
    assert Path(record["path"]).read_bytes() == b"pixels"
    assert busy_practice.json("records", "--patient", "272").out == ""


def test_several_files_need_a_yes(busy_practice: Practice) -> None:
    for name in ("a.jpg", "b.png"):
        busy_practice.put(name)

    refused = busy_practice.json("save", "a.jpg", "b.png", "--patient", "161")
    saved = busy_practice.json("save", "a.jpg", "b.png", "--patient", "161", "--yes")

    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "--yes" in refused.err
    assert saved.code == 0
    assert [one["outcome"] for one in saved.lines] == ["saved", "saved"]


def test_a_selection_that_mixes_destinations_is_refused_file_by_file(
    busy_practice: Practice,
) -> None:
    files = [busy_practice.put(name) for name in ("a.jpg", "b.pdf")]

    refused = busy_practice.json("save", "a.jpg", "b.pdf", "--patient", "161", "--yes")

    assert refused.code == 1
    assert [one["outcome"] for one in refused.lines] == ["refused", "refused"]
    assert all(one["reason"] for one in refused.lines)
    assert all(file.exists() for file in files)
    assert busy_practice.json("records").out == ""


def test_an_unknown_patient_changes_nothing(busy_practice: Practice) -> None:
    file = busy_practice.put("a.jpg")

    ended = busy_practice.json("save", "a.jpg", "--patient", "999")

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert file.exists()


def test_what_can_be_saved_is_saved_and_the_rest_is_told(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg")
    busy_practice.put("b.odd")

    ended = busy_practice.json("save", "a.jpg", "b.odd", "gone.jpg", "--patient", "161", "--yes")

    assert ended.code == 1
    outcomes = {one["name"]: one for one in ended.lines}
    assert outcomes["a.jpg"]["outcome"] == "saved"
    for name in ("b.odd", "gone.jpg"):
        assert outcomes[name]["outcome"] == "refused"
        assert outcomes[name]["reason"]


def test_the_same_bytes_again_are_filed_already(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record = record_of("a.jpg")
    busy_practice.put("copy.jpg", b"a.jpg")

    again = busy_practice.json("save", "copy.jpg", "--patient", "161")

    assert again.code == 0, again.err
    assert (again.line["outcome"], again.line["record"]) == ("already-filed", record["record"])
    assert len(busy_practice.json("records").lines) == 1


def test_bytes_on_another_patients_record_need_a_yes(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record_of("a.jpg")
    file = busy_practice.put("copy.jpg", b"a.jpg")

    refused = busy_practice.json("save", "copy.jpg", "--patient", "272")
    kept = file.exists()
    saved = busy_practice.json("save", "copy.jpg", "--patient", "272", "--yes")

    assert (refused.code, refused.line["outcome"], kept) == (1, "refused", True)
    assert "ZZTESTONE" in refused.line["reason"]
    assert (saved.code, saved.line["outcome"]) == (0, "saved")


def test_a_provider_that_is_not_there_is_refused(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg")

    refused = busy_practice.json("save", "a.jpg", "--patient", "161", "--provider", "9")
    busy_practice.run("providers", "add", "9", "Dr Example")
    saved = busy_practice.json("save", "a.jpg", "--patient", "161", "--provider", "9")

    assert refused.code == 2
    assert saved.code == 0
    assert busy_practice.json("records").line["provider"] == "9"


def test_a_withdrawn_item_is_back_and_leaves_a_tombstone(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record = record_of("a.jpg")

    withdrawn = busy_practice.json("withdraw", record["record"], "--reason", "blurred")

    assert withdrawn.code == 0
    assert withdrawn.line == {
        "record": record["record"],
        "outcome": "withdrawn",
        "reason": "",
    }
    assert not Path(record["path"]).exists()
    assert (busy_practice.inbox / "a.jpg").read_bytes() == b"a.jpg"
    assert busy_practice.json("records").out == ""
    tombstone = busy_practice.json("records", "--all").line
    assert (tombstone["state"], tombstone["path"]) == ("withdrawn", "")


def test_a_reassigned_item_is_on_the_right_record_with_its_bytes(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record = record_of("a.jpg")

    moved = busy_practice.json(
        *("reassign", record["record"], "--patient", "272", "--reason", "wrong patient")
    )

    assert (moved.code, moved.line["outcome"]) == (0, "reassigned")
    assert busy_practice.json("records", "--patient", "161").out == ""
    here = busy_practice.json("records", "--patient", "272").line
    assert Path(here["path"]).read_bytes() == b"a.jpg"
    assert busy_practice.json("check").line == {"records": 1, "files": 1, "problems": 0}


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(
    busy_practice: Practice, record_of: RecordOf, reason: str
) -> None:
    record = record_of("a.jpg")

    ended = busy_practice.json("withdraw", record["record"], "--reason", reason)

    assert (ended.code, ended.out) == (2, "")
    assert busy_practice.json("records").line["state"] == "filed"


def test_the_check_tells_a_missing_file_and_ends_with_one(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record = record_of("a.jpg")
    Path(record["path"]).unlink()

    ended = busy_practice.json("check")

    *found, summary = ended.lines
    assert ended.code == 1
    assert [set(one) for one in found] == [{"problem", "record", "path", "detail"}]
    assert found[0]["record"] == record["record"]
    assert summary == {"records": 1, "files": 0, "problems": 1}


def test_the_trail_tells_who_did_what_and_verifies(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record = record_of("a.jpg")

    entries = busy_practice.json("trail", "--patient", "161").lines
    verified = busy_practice.json("trail", "--verify")

    assert [one["action"] for one in entries] == ["patient-add", "save"]
    assert set(entries[0]) == {"at", "operator", "action", "record", "patient", "detail"}
    assert entries[1]["record"] == record["record"]
    assert verified.code == 0
    assert (verified.line["intact"], verified.line["first_broken"]) == (True, None)
    assert verified.line["entries"] == len(busy_practice.json("trail").lines)


def test_the_day_sheet_accounts_for_every_file(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    corrected = record_of("corrected.jpg")["record"]
    record_of("filed.jpg")
    busy_practice.put("waiting.pdf")
    busy_practice.put("other.odd")
    busy_practice.run("reassign", corrected, "--patient", "272", "--reason", "wrong patient")

    sheet = busy_practice.json("day-sheet").line
    long_ago = busy_practice.json("day-sheet", "--date", "2001-01-01")

    assert sheet == {
        "source": str(busy_practice.inbox),
        "seen": 4,
        "filed": 2,
        "waiting": 1,
        "held": 0,
        "ignored": 1,
        "files": [],
    }
    assert (long_ago.code, long_ago.out) == (0, "")
