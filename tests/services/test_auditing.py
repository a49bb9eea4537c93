"""The integrity check finds every kind of damage, and nothing where there is none."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from message_centre.domain.errors import Cancelled
from message_centre.domain.files import Destination
from message_centre.domain.lifecycle import ImportState
from message_centre.services.auditing import Auditor, AuditReport
from message_centre.services.ports import OpenImport
from message_centre.services.work import CancelToken, Progress
from tests.support.engine import MARY, Engine, save_patients
from tests.support.shelves import Shelves


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path / "home")
    yield made
    made.close()


def auditor(shelves: Shelves, *, alive: bool = False) -> Auditor:
    def is_alive(_found: OpenImport) -> bool:
        return alive

    return Auditor(
        records=shelves.records,
        store=shelves.store,
        journal=shelves.journal,
        trail=shelves.trail,
        is_alive=is_alive,
    )


def check(shelves: Shelves) -> AuditReport:
    return auditor(shelves).check(CancelToken())


def settled(shelves: Shelves, content: bytes, name: str = "photo.jpg") -> str:
    record = shelves.file(content, name)
    shelves.settle(record.id, ImportState.DONE)
    return record.id


def everything(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("stores/**/*") if path.is_file()}


def test_a_practice_in_order_has_no_findings(shelves: Shelves) -> None:
    settled(shelves, b"one")
    settled(shelves, b"two", "letter.pdf")
    report = check(shelves)
    assert report == AuditReport(2, 2, ())


def test_every_damage_to_a_stored_file_is_found(shelves: Shelves) -> None:
    sound = [shelves.file(f"sound {number}".encode()) for number in range(3)]
    missing, short, flipped, swapped, other = (
        shelves.file(b"the bytes of " + name.encode())
        for name in ("missing", "short", "flipped", "swapped", "other")
    )
    for record in (*sound, missing, short, flipped, swapped, other):
        shelves.settle(record.id, ImportState.DONE)
    shelves.path(missing).unlink()
    shelves.spoil(short, b"the by")
    shelves.spoil(flipped, b"the bytes of flippeD")
    one, two = shelves.path(swapped).read_bytes(), shelves.path(other).read_bytes()
    shelves.spoil(swapped, two)
    shelves.spoil(other, one)

    before = everything(shelves.home)
    report = check(shelves)

    assert {(found.problem, found.record_id) for found in report.findings} == {
        ("missing-file", missing.id),
        ("wrong-size", short.id),
        ("wrong-bytes", flipped.id),
        ("wrong-size", swapped.id),
        ("wrong-size", other.id),
    }
    assert report.records == 8
    assert report.files == 7
    by_record = {found.record_id: found for found in report.findings}
    assert by_record[short.id].path == str(shelves.path(short))
    assert everything(shelves.home) == before


@pytest.mark.parametrize("place", [0, 1, 500, 1023])
def test_a_single_flipped_bit_is_found_wherever_it_is(shelves: Shelves, place: int) -> None:
    content = bytearray(os.urandom(1024))
    record = shelves.file(bytes(content))
    shelves.settle(record.id, ImportState.DONE)
    content[place] ^= 0x10
    shelves.spoil(record, bytes(content))
    (found,) = check(shelves).findings
    assert (found.problem, found.record_id) == ("wrong-bytes", record.id)


def test_strays_are_found_and_left_alone(shelves: Shelves) -> None:
    settled(shelves, b"sound")
    root = shelves.root(Destination.IMAGES)
    shelf = root / "1" / "zz"
    shelf.mkdir(parents=True)
    (shelf / "stray.jpg").write_bytes(b"x")
    (root / ".staging" / "dead.part").write_bytes(b"x")
    (root / "lost+found").mkdir()
    (root / "lost+found" / "last.jpg").write_bytes(b"x")
    report = check(shelves)
    assert sorted((found.problem, Path(found.path).name) for found in report.findings) == [
        ("file-without-record", "stray.jpg"),
        ("left-in-staging", "dead.part"),
        ("lost-and-found", "last.jpg"),
    ]
    assert (shelf / "stray.jpg").exists()


def test_the_shelf_of_another_store_is_not_a_home(shelves: Shelves) -> None:
    record_id = settled(shelves, b"sound")
    record = shelves.records.get(record_id)
    assert record is not None
    wrong = shelves.root(Destination.NOTES) / record.shelf_path
    wrong.parent.mkdir(parents=True)
    shelves.path(record).rename(wrong)
    assert {found.problem for found in check(shelves).findings} == {
        "missing-file",
        "file-without-record",
    }


def test_what_a_running_import_owns_is_no_finding(shelves: Shelves) -> None:
    staged, shelved = shelves.claim(), shelves.claim()
    for claimed in (staged, shelved):
        shelves.store.stage(claimed.destination, claimed.import_id, [b"x"])
    shelves.store.publish(shelved.destination, [(shelved.import_id, shelved.shelf_path)])
    assert auditor(shelves, alive=True).check(CancelToken()).findings == ()


def test_an_import_that_a_dead_program_left_open_is_a_finding(shelves: Shelves) -> None:
    claimed = shelves.claim()
    (found,) = check(shelves).findings
    assert found.problem == "open-import"
    assert found.detail.startswith("An import stands at 'claimed'")
    assert claimed.shelf_path == found.path


def test_a_file_that_only_its_source_keeps_is_no_finding(shelves: Shelves) -> None:
    record = shelves.file(b"kept at source")
    shelves.settle(record.id, ImportState.LEFT)
    assert check(shelves).findings == ()


def test_a_changed_trail_is_a_finding(shelves: Shelves) -> None:
    settled(shelves, b"one")
    settled(shelves, b"two")
    shelves.close()
    with sqlite3.connect(shelves.record_file) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE trail SET operator = 'NOB' WHERE seq = 1")
    db.close()
    (found,) = check(shelves).findings
    assert found.problem == "broken-trail"
    assert "entry 1" in found.detail


def test_a_store_that_is_away_is_one_finding_and_not_one_for_each_record(shelves: Shelves) -> None:
    settled(shelves, b"one")
    settled(shelves, b"two", "letter.pdf")
    shelves.root(Destination.IMAGES).rename(shelves.home / "unplugged")
    (found,) = check(shelves).findings
    assert (found.problem, found.path) == ("store-away", "images")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_in_place_of_a_stored_file_is_found(shelves: Shelves) -> None:
    record_id = settled(shelves, b"one")
    record = shelves.records.get(record_id)
    assert record is not None
    elsewhere = shelves.home / "elsewhere.jpg"
    shelves.path(record).rename(elsewhere)
    shelves.path(record).symlink_to(elsewhere)
    (found,) = check(shelves).findings
    assert (found.problem, found.record_id) == ("unreadable-file", record_id)


def test_the_check_tells_how_far_it_is_and_can_be_cancelled(shelves: Shelves) -> None:
    for number in range(4):
        settled(shelves, f"{number}".encode())
    seen: list[Progress] = []
    token = CancelToken()

    def stop_at_two(progress: Progress) -> None:
        seen.append(progress)
        if progress.done == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        auditor(shelves).check(token, stop_at_two)
    assert [progress.done for progress in seen] == [0, 1, 2]
    assert seen[0].total == 4


@pytest.mark.parametrize(
    "change",
    [
        "patient_id = 'pt-cccccccccccc'",
        "provider = '2'",
        "operator = 'XYZ'",
        "title = 'another'",
        "taken_at = '2001-01-01T00:00:00+00:00'",
        "filed_at = '2001-01-01T00:00:00.000000+00:00'",
        "original_name = 'b.jpg'",
        "destination = 'notes'",
    ],
)
def test_a_record_that_was_changed_behind_the_programs_back_is_found(
    engine: Engine, change: str
) -> None:
    engine.put("a.jpg")
    engine.put("b.jpg", b"another")
    save_patients(engine, replace(MARY, id="pt-cccccccccccc", number="102", nhi=""))
    result = engine.save("a.jpg", title="Toe", comment="left")
    engine.save("b.jpg")
    assert engine.problems() == []

    database = engine.database()
    with database.writing() as connection:
        tampering = text(f"UPDATE records SET {change} WHERE id = :id")  # noqa: S608 - our own words
        connection.execute(tampering, {"id": result.record_id})
    database.close()

    found = engine.services.auditor.check(CancelToken()).findings
    assert {finding.record_id for finding in found} - {""} == {result.record_id}
    expected = "missing-file" if change.startswith("destination") else "changed-row"
    assert expected in {finding.problem for finding in found}
