"""What others do to files is told once, in order, by a short look at the trail."""

from pathlib import Path

import pytest
from sqlalchemy import event

from message_centre.domain.changes import ChangeKind
from message_centre.domain.outcomes import ImportResult
from message_centre.services import following
from message_centre.services.following import Follower
from message_centre.store.changes import SqlChanges
from tests.support.engine import JANE, MARY, Engine


@pytest.fixture
def follower(engine: Engine) -> Follower:
    """Somebody who has looked already."""
    engine.services.follower.look()
    return engine.services.follower


def file_one(engine: Engine, name: str = "a.jpg") -> ImportResult:
    engine.put(name)
    return engine.save(name, JANE, title="Left knee")


def test_a_filed_file_is_told_with_patient_and_title(engine: Engine, follower: Follower) -> None:
    engine.put("a.jpg")
    seen = engine.files()["a.jpg"]
    engine.save("a.jpg", JANE, title="Left knee")

    (change,) = follower.look()

    assert (change.kind, change.key) == (ChangeKind.FILED, seen.key)
    assert (change.patient, change.title) == ("SMITH, Jane", "Left knee")
    assert change.is_about(seen.fingerprint)
    assert follower.look() == ()


def test_other_bytes_under_the_same_name_are_another_matter(
    engine: Engine, follower: Follower
) -> None:
    file_one(engine)
    engine.put("a.jpg", b"\xff\xd8other\xff\xd9")
    (change,) = follower.look()

    assert not change.is_about(engine.files()["a.jpg"].fingerprint)


def test_a_correction_is_told_with_where_the_file_is_now(
    engine: Engine, follower: Follower
) -> None:
    saved = file_one(engine)
    moved = engine.services.corrector.reassign(
        saved.record_id, patient_id=MARY.id, operator="ADM", reason="wrong patient"
    )
    engine.services.corrector.withdraw(moved.record_id, operator="ADM", reason="not wanted")

    changes = follower.look()

    assert [change.kind for change in changes] == [
        ChangeKind.FILED,
        ChangeKind.REASSIGNED,
        ChangeKind.REASSIGNED,
        ChangeKind.WITHDRAWN,
    ]
    assert {change.key for change in changes} == {changes[0].key}
    assert changes[2].patient == "JONES, Mary"
    assert changes[3].patient == ""


def test_the_first_look_goes_back_a_little(engine: Engine) -> None:
    file_one(engine)

    assert [change.kind for change in engine.services.follower.look()] == [ChangeKind.FILED]


def test_a_look_is_bounded_and_the_rest_comes_with_the_next(
    engine: Engine, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        engine.put(name, name.encode() * 100)
        engine.save(name)
    monkeypatch.setattr(following, "MOST", 2)

    assert [len(follower.look()) for _ in range(3)] == [2, 1, 0]


def test_a_look_at_nothing_new_is_one_short_question(engine: Engine) -> None:
    asked: list[str] = []
    database = engine.database()
    follower = Follower(SqlChanges(database))
    follower.look()
    event.listen(
        database.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2]))
    )
    follower.look()
    database.close()

    (question,) = [words for words in asked if words != "BEGIN"]
    assert "max(trail.seq)" in question


def test_the_question_for_what_is_new_reads_no_table_from_end_to_end(tmp_path: Path) -> None:
    from message_centre.store.changes import _wanted  # noqa: PLC0415 - this test alone
    from message_centre.store.database import Database  # noqa: PLC0415 - as above
    from message_centre.store.tables import trail  # noqa: PLC0415 - as above

    database = Database(tmp_path / "record.sqlite3")
    wanted = _wanted().where(trail.c.seq > 5, trail.c.seq <= 9)
    words = str(wanted.compile(database.engine, compile_kwargs={"literal_binds": True}))
    with database.reading() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
    database.close()

    assert plan
    assert not [line for line in plan if line.startswith("SCAN")]
