from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.program import Practice

RecordOf = Callable[[str], dict[str, Any]]


def test_a_backup_restores_into_an_empty_home_only(
    busy_practice: Practice, record_of: RecordOf, tmp_path: Path
) -> None:
    record = record_of("a.jpg")
    backup = tmp_path / "practice.backup"

    made = busy_practice.json("backup", str(backup))
    refused = busy_practice.json("restore", str(backup))
    restored = Practice(tmp_path / "second", busy_practice.inbox)

    assert made.code == 0, made.err
    assert refused.code == 2
    assert restored.json("restore", str(backup)).code == 0
    there = restored.json("records").line
    assert there["sha256"] == record["sha256"]
    assert Path(there["path"]).read_bytes() == b"a.jpg"
    assert (tmp_path / "second") in Path(there["path"]).parents


def test_patients_are_imported_found_and_imported_again(practice: Practice, tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text(
        "number;last_name;first_names;birth_date\n"
        "161;Zztestone;Ann;1961-03-07\n272;Qqothertwo;Ben;1972-03-07\n383;;Cy;nonsense\n",
        "utf-8-sig",
    )

    first = practice.json("patients", "import", str(register))
    second = practice.json("patients", "import", str(register))
    found = practice.json("patients", "search", "Ann", "zztestone")

    assert first.code == second.code == 1
    assert {key: first.lines[-1][key] for key in ("new", "refused")} == {"new": 2, "refused": 1}
    assert second.lines[-1]["unchanged"] == 2
    assert first.lines[0]["number"] == "383"
    assert set(found.line) == set(
        "patient number last_name first_names known_as birth_date sex nhi address status score".split()
    )
    assert found.line["number"] == "161"


def test_a_provider_is_renamed_leaves_and_the_last_one_stays(busy_practice: Practice) -> None:
    last = busy_practice.run("providers", "set", "1", "--inactive")
    assert last.code == 2
    assert "One provider must be left" in last.err
    busy_practice.run("providers", "add", "2", "Dr Example")

    ended = busy_practice.json("providers", "set", "1", "--inactive", "--name", "Dr Gone")
    assert ended.line == {"provider": "1", "name": "Dr Gone", "active": False}
    assert busy_practice.run("providers", "set", "9", "--active").code == 2


def test_operators_get_rights_per_provider_and_no_more(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg")
    busy_practice.run("providers", "add", "2", "Dr Example")
    rights = ("--grant", "see-ext", "--grant", "save", "--provider", "2")

    assert busy_practice.run("operators", "add", "ANN", "Ann", *rights).code == 0
    at_two = ("save", "a.jpg", "--patient", "161", "--provider", "2", "--operator", "ANN")
    at_one = ("save", "a.jpg", "--patient", "161", "--provider", "1", "--operator", "ANN")
    busy_practice.run("settings", "set", "operator.ANN.folders.images", str(busy_practice.inbox))

    assert busy_practice.json(*at_one).code == 2
    assert busy_practice.json(*at_two).code == 0
    assert busy_practice.json("trail", "--operator", "ANN").code == 2
    assert busy_practice.json("backup", "b.zip", "--operator", "ANN").code == 2
    assert busy_practice.json("patients", "import", "r.csv", "--operator", "ANN").code == 2
    assert (
        busy_practice.json("settings", "set", "system.log_folder", "", "--operator", "ANN").code
        == 2
    )
    assert busy_practice.run("operators", "set", "ANN", "--inactive").code == 0
    assert busy_practice.json("list", "--operator", "ANN").code == 2


def test_the_demo_is_a_practice_that_works_at_once(tmp_path: Path) -> None:
    demo = Practice(tmp_path / "home", tmp_path)

    made = demo.json("demo", "--patients", "20", "--files", "6", "--no-window")

    assert made.code == 0, made.err
    assert set(made.line) == {"home", "patients", "files", "providers", "operators"}
    assert (made.line["patients"], made.line["providers"]) == (20, 2)
    assert demo.json("list").lines
    assert demo.json("check").code == 0


def test_the_demo_refuses_a_home_with_a_real_record(
    busy_practice: Practice, record_of: RecordOf
) -> None:
    record_of("a.jpg")

    refused = busy_practice.json("demo", "--no-window")

    assert (refused.code, refused.out) == (2, "")
    assert len(busy_practice.json("records").lines) == 1
