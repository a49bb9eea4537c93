"""Withdrawing and reassigning: bytes and rows move together, the old patient keeps a tombstone."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from message_centre.domain.errors import (
    AlreadyImported,
    BeingFiled,
    DatabaseBusy,
    FixTheInput,
    HalfReturned,
    IncompleteOrder,
    NotPermitted,
    RecordWithoutFile,
    UnknownPatient,
    UnknownRecord,
)
from message_centre.domain.outcomes import Outcome
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.domain.records import RecordState
from message_centre.sources import folder_release, folder_return, local_folder
from message_centre.store.journal import SqlJournal
from tests.support.engine import A_JPEG, JANE, MARY, Engine, started


@pytest.fixture
def record_id(engine: Engine) -> str:
    engine.put("a.jpg")
    return engine.save("a.jpg", title="Toe").record_id


def withdraw(engine: Engine, record_id: str, reason: str = "wrong patient") -> str:
    return engine.services.corrector.withdraw(record_id, operator="ADM", reason=reason).outcome


def test_a_withdrawn_file_is_back_in_its_folder_and_listed_again(
    engine: Engine, record_id: str
) -> None:
    assert withdraw(engine, record_id) == "withdrawn"

    path = engine.source / "a.jpg"
    assert path.read_bytes() == A_JPEG
    assert engine.stored() == []
    assert engine.ready() == ["a.jpg"]
    assert engine.problems() == []


def test_a_withdrawn_file_has_its_old_time_again_whoever_had_it(engine: Engine) -> None:
    before = engine.put("a.jpg").stat().st_mtime_ns
    first = engine.save("a.jpg").record_id
    moved = engine.services.corrector.reassign(
        first, patient_id=MARY.id, operator="ADM", reason="wrong patient"
    )

    withdraw(engine, moved.record_id)

    assert (engine.source / "a.jpg").stat().st_mtime_ns == before


def test_the_patient_keeps_a_tombstone_with_who_when_and_why(
    engine: Engine, record_id: str
) -> None:
    withdraw(engine, record_id, "blurred")

    assert engine.services.records.of_patient(JANE.id) == ()
    [stone] = engine.services.records.of_patient(JANE.id, withdrawn=True)
    assert stone.state is RecordState.WITHDRAWN
    assert (stone.withdrawn_by, stone.withdrawn_reason) == ("ADM", "blurred")
    assert stone.withdrawn_at is not None
    assert [entry.action for entry in engine.services.trail.entries(patient_id=JANE.id)] == [
        "save",
        "withdraw",
    ]


def test_a_withdrawn_file_never_takes_another_files_name(engine: Engine, record_id: str) -> None:
    engine.put("a.jpg", b"the next picture")

    withdraw(engine, record_id)

    assert (engine.source / "a.jpg").read_bytes() == b"the next picture"
    assert (engine.source / "a (returned).jpg").read_bytes() == A_JPEG


def test_an_original_that_was_kept_is_simply_listed_again(engine: Engine) -> None:
    path = engine.put("a.jpg")
    (engine.source / ".mc-hold").write_bytes(b"in the way")
    record_id = engine.save("a.jpg").record_id
    (engine.source / ".mc-hold").unlink()

    withdraw(engine, record_id)

    assert path.read_bytes() == A_JPEG
    assert os.listdir(engine.source) == ["a.jpg"]
    assert engine.ready() == ["a.jpg"]
    assert engine.stored() == []


@pytest.fixture
def kept_id(engine: Engine) -> str:
    """A record whose original its folder would not let go, until now."""
    engine.put("a.jpg")
    (engine.source / ".mc-hold").write_bytes(b"in the way")
    result = engine.save("a.jpg")
    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    (engine.source / ".mc-hold").unlink()
    return result.record_id


def test_a_record_is_not_withdrawn_while_its_kept_original_is_being_released(
    engine: Engine, kept_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, tried = folder_release.release, []

    def meanwhile(*given: Any) -> Any:
        try:
            tried.append(withdraw(engine, kept_id))
        except BeingFiled as error:
            tried.append(type(error).__name__)
        return release(*given)

    monkeypatch.setattr(local_folder, "release", meanwhile)
    with started(engine.home.parent):  # another run, which recovers
        pass

    assert tried == ["BeingFiled"]
    assert [path.read_bytes() for path in engine.stored()] == [A_JPEG]
    assert os.listdir(engine.source) == []
    assert withdraw(engine, kept_id) == "withdrawn"


def test_a_kept_original_is_not_released_while_its_record_is_being_withdrawn(
    engine: Engine, kept_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back = folder_return.put_back

    def meanwhile(*given: Any, **named: Any) -> Any:
        back = put_back(*given, **named)
        with started(engine.home.parent):  # another run, which recovers
            pass
        return back

    monkeypatch.setattr(local_folder, "put_back", meanwhile)

    assert withdraw(engine, kept_id) == "withdrawn"
    assert (engine.source / "a.jpg").read_bytes() == A_JPEG
    assert engine.ready() == ["a.jpg"]
    assert engine.problems() == []


def test_a_file_whose_folder_is_away_comes_back_to_the_homes_own_inbox(
    engine: Engine, record_id: str
) -> None:
    engine.source.rename(engine.source.with_name("away"))

    withdraw(engine, record_id)

    back = engine.home / "returned" / "a.jpg"
    assert back.read_bytes() == A_JPEG
    assert engine.ready() == ["a.jpg"]
    assert engine.stored() == []


def test_an_interrupted_return_waits_for_its_folder_and_comes_back_once(
    engine: Engine, record_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object, **__: object) -> None:
        raise DatabaseBusy("no answer")

    away, inbox = engine.source.with_name("away"), engine.home / "returned"
    with monkeypatch.context() as patch:
        patch.setattr(SqlJournal, "commit_return", lose)
        with pytest.raises(HalfReturned):
            withdraw(engine, record_id)
    engine.source.rename(away)

    [waiting] = engine.services.recoverer.run()
    assert waiting.outcome.startswith("waiting")
    assert not list(inbox.rglob("*.jpg"))

    away.rename(engine.source)
    engine.services.recoverer.run()
    assert [path.name for path in engine.source.iterdir()] == ["a.jpg"]
    assert not list(inbox.rglob("*.jpg"))
    assert engine.problems() == []


def test_an_interrupted_return_to_the_inbox_goes_on_there(
    engine: Engine, record_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object, **__: object) -> None:
        raise DatabaseBusy("no answer")

    away = engine.source.with_name("away")
    engine.source.rename(away)
    with monkeypatch.context() as patch:
        patch.setattr(SqlJournal, "commit_return", lose)
        with pytest.raises(HalfReturned):
            withdraw(engine, record_id)
    away.rename(engine.source)

    engine.services.recoverer.run()

    assert not list(engine.source.iterdir())
    assert [path.name for path in (engine.home / "returned").iterdir()] == ["a.jpg"]
    assert engine.problems() == []


def test_what_cannot_be_returned_stays_filed(
    engine: Engine, record_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(Exception, match="full"):
            withdraw(engine, record_id)

    record = engine.services.records.get(record_id)
    assert record is not None
    assert record.state is RecordState.FILED
    assert engine.stored()[0].read_bytes() == A_JPEG
    assert engine.problems() == []
    assert withdraw(engine, record_id) == "withdrawn"


def test_a_damaged_stored_file_is_not_returned_and_not_removed(
    engine: Engine, record_id: str
) -> None:
    [stored] = engine.stored()
    stored.chmod(0o600)
    stored.write_bytes(b"damaged")

    with pytest.raises(Exception, match=r"."):
        withdraw(engine, record_id)

    assert stored.read_bytes() == b"damaged"
    record = engine.services.records.get(record_id)
    assert record is not None
    assert record.state is RecordState.FILED


def test_a_missing_stored_file_says_so(engine: Engine, record_id: str) -> None:
    engine.stored()[0].unlink()

    with pytest.raises(RecordWithoutFile):
        withdraw(engine, record_id)


def test_reassigning_moves_the_record_and_leaves_a_nameless_tombstone(
    engine: Engine, record_id: str
) -> None:
    before = engine.stored()

    corrected = engine.services.corrector.reassign(
        record_id, patient_id=MARY.id, operator="ADM", reason="twin"
    )

    assert corrected.outcome == "reassigned"
    [moved] = engine.services.records.of_patient(MARY.id)
    assert (moved.id, moved.title, moved.came_by_correction) == (corrected.record_id, "Toe", True)
    [stone] = engine.services.records.of_patient(JANE.id, withdrawn=True)
    assert stone.withdrawn_reason == "twin"
    told = " ".join(entry.detail for entry in engine.services.trail.entries(patient_id=JANE.id))
    assert not any(word in told for word in (MARY.id, MARY.last_name, MARY.nhi, MARY.number))
    assert engine.stored() == before
    assert engine.problems() == []


def test_a_reassigned_file_can_still_be_withdrawn(engine: Engine, record_id: str) -> None:
    moved = engine.services.corrector.reassign(
        record_id, patient_id=MARY.id, operator="ADM", reason="twin"
    )

    assert withdraw(engine, moved.record_id) == "withdrawn"
    assert (engine.source / "a.jpg").read_bytes() == A_JPEG
    assert engine.problems() == []


def test_what_the_right_patient_already_has_is_not_moved_there_again(
    engine: Engine, record_id: str
) -> None:
    from message_centre.domain.assignments import Accepted  # noqa: PLC0415 - this test alone

    engine.put("b.jpg")
    engine.save("b.jpg", MARY, Accepted.OTHER_PATIENT_HAS_IT)

    with pytest.raises(AlreadyImported):
        engine.services.corrector.reassign(
            record_id, patient_id=MARY.id, operator="ADM", reason="twin"
        )

    assert [one.id for one in engine.services.records.of_patient(JANE.id)] == [record_id]


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_needs_a_reason(engine: Engine, record_id: str, reason: str) -> None:
    with pytest.raises(IncompleteOrder):
        withdraw(engine, record_id, reason)


def test_wrong_targets_are_refused_in_words(engine: Engine, record_id: str) -> None:
    corrector = engine.services.corrector
    refused: list[type[FixTheInput]] = []
    for record, patient in ((record_id, "pt-none"), (record_id, JANE.id), ("none", MARY.id)):
        with pytest.raises(FixTheInput) as caught:
            corrector.reassign(record, patient_id=patient, operator="ADM", reason="why")
        refused.append(type(caught.value))
    assert refused == [UnknownPatient, IncompleteOrder, UnknownRecord]


def test_a_withdrawn_record_cannot_be_withdrawn_again(engine: Engine, record_id: str) -> None:
    withdraw(engine, record_id)

    with pytest.raises(UnknownRecord):
        withdraw(engine, record_id)


def test_an_operator_without_the_right_corrects_nothing(engine: Engine, record_id: str) -> None:
    engine.services.people.save_operator(
        Operator("REC", "Reception", rights=frozenset({(EVERY_PROVIDER, Right.SAVE)}))
    )

    with pytest.raises(NotPermitted):
        engine.services.corrector.withdraw(record_id, operator="REC", reason="why")


def test_the_thumbnail_of_a_withdrawn_image_is_gone(engine: Engine) -> None:
    from tests.support.pictures import a_jpeg  # noqa: PLC0415 - the only picture here

    engine.put("b.jpg", a_jpeg())
    record_id = engine.save("b.jpg").record_id
    record = engine.services.records.get(record_id)
    assert record is not None
    engine.services.previewer.thumbnail(record)
    cache = engine.home / "cache" / "thumbnails"
    assert _cached(cache)

    withdraw(engine, record_id)

    assert not _cached(cache)


def _cached(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
