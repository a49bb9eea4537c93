"""One import: whole or not at all, once, to the right patient."""

import dataclasses
import errno
import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import exc, select
from sqlalchemy.engine import default

from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.errors import IncompleteOrder
from message_centre.domain.files import Destination
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.records import TakenFrom
from message_centre.services.naming import new_id
from message_centre.services.ports import Filing
from message_centre.services.work import CancelToken
from message_centre.store.image_store import FolderImageStore
from message_centre.store.journal import SqlJournal
from message_centre.store.tables import imports
from tests.support.engine import A_JPEG, JANE, MARY, Engine, age, save_patients
from tests.support.pictures import a_jpeg


def test_a_saved_file_has_left_the_source_and_is_whole_in_the_store(engine: Engine) -> None:
    path = engine.put("Jane's toe.JPG")

    result = engine.save("Jane's toe.JPG", title="Toe", comment="left")

    assert result.outcome is Outcome.SAVED
    assert not path.exists()
    assert os.listdir(engine.source) == []
    [stored] = engine.stored()
    assert stored.read_bytes() == A_JPEG
    record = engine.services.records.get(result.record_id)
    assert record is not None
    assert (record.title, record.comment, record.patient_id) == ("Toe", "left", JANE.id)
    assert (record.original_name, record.size) == ("Jane's toe.JPG", len(A_JPEG))
    assert record.sha256 == hashlib.sha256(A_JPEG).hexdigest()
    assert record.taken_from is TakenFrom.FILE_TIME
    assert engine.problems() == []


def test_a_stored_name_tells_nothing_of_patient_or_original_name(engine: Engine) -> None:
    engine.put("Smith Jane.jpg")
    engine.save("Smith Jane.jpg")

    [stored] = engine.stored()
    told = str(stored.relative_to(engine.home)).lower()

    assert not any(word in told for word in ("smith", "jane", "100", "zac5361"))
    assert stored.relative_to(engine.home).parts[:3] == ("stores", "Images", "1")


def test_the_capture_time_inside_a_picture_is_recorded(engine: Engine) -> None:
    from PIL import Image  # noqa: PLC0415 - a core test that needs no decoder otherwise

    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2024:02:03 10:11:12", 0x9011: "+13:00"})
    engine.put("a.jpg", a_jpeg(exif=exif.tobytes()))

    record = engine.services.records.get(engine.save("a.jpg").record_id)

    assert record is not None
    assert record.taken_from is TakenFrom.EXIF
    assert record.taken_at is not None
    assert record.taken_at.isoformat() == "2024-02-03T10:11:12+13:00"


def test_a_document_goes_to_notes(engine: Engine) -> None:
    engine.put("letter.pdf", b"%PDF-1.4 %%EOF")

    result = engine.save("letter.pdf")

    assert result.destination is Destination.NOTES
    assert engine.stored()[0].relative_to(engine.home).parts[1] == "Documents"


def test_the_same_bytes_again_are_already_filed_and_stay_at_the_source(engine: Engine) -> None:
    engine.put("a.jpg")
    first = engine.save("a.jpg")
    again = engine.put("b.jpg")

    second = engine.save("b.jpg")

    assert second.outcome is Outcome.ALREADY_FILED
    assert second.record_id == first.record_id
    assert again.exists()
    assert len(engine.stored()) == 1
    assert engine.problems() == []


def test_bytes_of_another_patient_need_a_deliberate_yes(engine: Engine) -> None:
    engine.put("a.jpg")
    first = engine.save("a.jpg")
    engine.put("b.jpg")

    refused = engine.save("b.jpg", MARY)
    accepted = engine.save("b.jpg", MARY, Accepted.OTHER_PATIENT_HAS_IT)

    assert refused.outcome is Outcome.REFUSED
    assert (refused.problem, refused.other_patient_id) == ("DuplicateOnOtherPatient", JANE.id)
    assert refused.record_id == first.record_id
    assert accepted.outcome is Outcome.SAVED
    assert "confirmed" in list(engine.services.trail.entries(patient_id=MARY.id))[-1].detail


def test_the_ledger_remembers_after_a_withdrawal(engine: Engine) -> None:
    engine.put("a.jpg")
    first = engine.save("a.jpg")
    engine.services.corrector.withdraw(first.record_id, operator="ADM", reason="blurred")
    age(engine.source / "a.jpg")

    refused = engine.save("a.jpg")
    accepted = engine.save("a.jpg", JANE, Accepted.FILED_BEFORE)

    assert (refused.outcome, refused.problem) == (Outcome.REFUSED, "FiledBefore")
    assert "blurred" in refused.reason
    assert accepted.outcome is Outcome.SAVED


def test_the_same_request_twice_is_one_import_with_one_answer(engine: Engine) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")

    first = engine.services.importer.run(order, CancelToken())
    second = engine.services.importer.run(order, CancelToken())

    assert second == first
    assert len(engine.stored()) == 1


def test_two_orders_for_one_file_at_once_file_it_once(engine: Engine) -> None:
    engine.put("a.jpg")
    orders = [engine.order("a.jpg", patient) for patient in (JANE, MARY) for _ in range(3)]
    results: list[ImportResult] = []

    def run(order: ImportOrder) -> None:
        results.append(engine.services.importer.run(order, CancelToken()))

    threads = [threading.Thread(target=run, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [result.is_saved for result in results].count(True) == 1
    losers = [result for result in results if not result.is_saved]
    assert all(result.outcome in {Outcome.REFUSED, Outcome.ALREADY_FILED} for result in losers)
    assert len(engine.stored()) == 1
    assert engine.problems() == []


def test_a_file_that_changed_since_it_was_seen_is_not_saved(engine: Engine) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")
    engine.put("a.jpg", b"another picture")

    result = engine.services.importer.run(order, CancelToken())

    assert (result.outcome, result.problem) == (Outcome.REFUSED, "FileChanged")
    assert (engine.source / "a.jpg").read_bytes() == b"another picture"
    assert engine.stored() == []


def test_a_file_that_vanished_is_not_saved(engine: Engine) -> None:
    path = engine.put("a.jpg")
    order = engine.order("a.jpg")
    path.unlink()

    result = engine.services.importer.run(order, CancelToken())

    assert (result.outcome, result.problem) == (Outcome.REFUSED, "FileGone")
    assert result.advice


def test_a_file_that_is_still_written_is_not_saved(engine: Engine) -> None:
    path = engine.put("a.jpg")
    order = engine.order("a.jpg")

    with path.open("ab"):
        result = engine.services.importer.run(order, CancelToken())

    assert (result.outcome, result.problem) == (Outcome.FAILED, "FileBusy")
    assert engine.stored() == []
    assert engine.save("a.jpg").outcome is Outcome.SAVED


def test_a_source_that_cannot_let_go_keeps_the_file_and_never_offers_it_again(
    engine: Engine,
) -> None:
    path = engine.put("a.jpg")
    blocker = engine.source / ".mc-hold"
    blocker.write_bytes(b"in the way")

    result = engine.save("a.jpg")

    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    assert result.reason
    assert path.exists()
    assert "a.jpg" not in engine.files()
    blocker.unlink()
    [settled] = engine.services.recoverer.run()
    assert settled.outcome == "finished"
    assert not path.exists()


def test_a_kept_original_that_changes_is_a_new_file(engine: Engine) -> None:
    engine.put("a.jpg")
    (engine.source / ".mc-hold").write_bytes(b"in the way")
    engine.save("a.jpg")

    engine.put("a.jpg", b"the next picture")

    assert engine.ready() == ["a.jpg"]


@pytest.mark.parametrize("status", [s for s in PatientStatus if s is not PatientStatus.ACTIVE])
def test_an_unusual_patient_needs_one_more_yes(engine: Engine, status: PatientStatus) -> None:
    other = Patient("pt-cccccccccccc", "102", "Old", "Ann", date(1930, 1, 1), status=status)
    save_patients(engine, other)
    engine.put("a.jpg")

    refused = engine.save("a.jpg", other)
    accepted = engine.save("a.jpg", other, Accepted.STATUS)

    assert (refused.outcome, refused.problem) == (Outcome.REFUSED, "NeedsYes")
    assert accepted.outcome is Outcome.SAVED


def test_a_patient_whose_details_changed_since_the_confirmation_is_refused(
    engine: Engine,
) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg", identity=JANE.label)
    save_patients(engine, dataclasses.replace(JANE, last_name="Smythe"))

    result = engine.services.importer.run(order, CancelToken())

    assert (result.outcome, result.problem) == (Outcome.REFUSED, "ListChanged")


def test_an_unknown_patient_is_refused(engine: Engine) -> None:
    engine.put("a.jpg")
    stranger = Patient("pt-none", "999", "No", "Body", date(2000, 1, 1))

    assert engine.save("a.jpg", stranger).problem == "UnknownPatient"


def test_an_operator_without_the_right_is_refused(engine: Engine) -> None:
    engine.put("a.jpg")

    assert engine.save("a.jpg", operator="XYZ").problem == "NotPermitted"
    assert engine.ready() == ["a.jpg"]


def test_an_order_for_a_file_that_is_not_ready_cannot_be_made(engine: Engine) -> None:
    engine.put("a.jpg", b"")

    with pytest.raises(IncompleteOrder):
        engine.order("a.jpg")


@pytest.mark.parametrize(
    ("title", "comment"), [("x" * 101, ""), ("", "x" * 1001)], ids=["title", "comment"]
)
def test_details_have_limits(engine: Engine, title: str, comment: str) -> None:
    engine.put("a.jpg")
    given = Assignment(JANE.id, "1", "ADM", title, comment)

    with pytest.raises(IncompleteOrder):
        ImportOrder("request", engine.files()["a.jpg"], given)


def test_a_cancel_before_the_commit_changes_nothing(engine: Engine) -> None:
    path = engine.put("a.jpg")
    token = CancelToken()

    result = engine.services.importer.run(
        engine.order("a.jpg"), token, lambda progress: token.cancel()
    )

    assert result.outcome is Outcome.CANCELLED
    assert path.read_bytes() == A_JPEG
    assert engine.stored() == []
    assert engine.problems() == []
    assert engine.save("a.jpg").outcome is Outcome.SAVED


def test_a_batch_stops_between_files_and_tells_each_outcome(engine: Engine) -> None:
    for number in range(4):
        engine.put(f"{number}.jpg", f"picture {number}".encode())
    orders = [engine.order(f"{number}.jpg") for number in range(4)]
    token = CancelToken()

    def done(index: int, result: ImportResult) -> None:
        if index == 1:
            token.cancel()

    results = engine.services.importer.run_all(orders, token, done)

    saved, cancelled = Outcome.SAVED, Outcome.CANCELLED
    assert [result.outcome for result in results] == [saved, saved, cancelled, cancelled]
    assert engine.ready() == ["2.jpg", "3.jpg"]


def many(engine: Engine, count: int) -> list[ImportOrder]:
    for number in range(count):
        engine.put(f"{number:03d}.jpg", f"picture {number}".encode())
    files = engine.files()
    given = Assignment(JANE.id, "1", "ADM")
    return [ImportOrder(new_id(), files[f"{n:03d}.jpg"], given) for n in range(count)]


def test_a_large_batch_is_filed_in_groups_and_each_file_is_told(engine: Engine) -> None:
    orders, told = many(engine, 60), []

    results = engine.services.importer.run_all(
        orders, CancelToken(), lambda index, result: told.append(index)
    )

    assert {result.outcome for result in results} == {Outcome.SAVED}
    assert told == list(range(60))
    assert os.listdir(engine.source) == []
    assert engine.problems() == []
    assert engine.services.trail.verify()[1] is None


def test_one_bad_file_in_a_group_hinders_no_other(engine: Engine) -> None:
    orders = many(engine, 30)
    engine.put("003.jpg", b"changed meanwhile")
    (engine.source / "005.jpg").unlink()
    engine.put("twin.jpg", b"picture 7")
    twin = ImportOrder(new_id(), engine.files()["twin.jpg"], orders[0].assignment)

    results = engine.services.importer.run_all(
        [*orders, twin], CancelToken(), lambda index, result: None
    )

    odd = {r.name: (r.outcome, r.problem) for r in results if r.outcome is not Outcome.SAVED}
    assert odd == {
        "003.jpg": (Outcome.REFUSED, "FileChanged"),
        "005.jpg": (Outcome.REFUSED, "FileGone"),
        "twin.jpg": (Outcome.ALREADY_FILED, "AlreadyImported"),
    }
    assert engine.ready() == ["003.jpg", "twin.jpg"]
    assert engine.problems() == []


def test_a_group_that_is_cancelled_while_it_is_copied_changes_nothing(engine: Engine) -> None:
    orders, token = many(engine, 30), CancelToken()

    results = engine.services.importer.run_all(
        orders, token, lambda index, result: None, lambda progress: token.cancel()
    )

    assert {result.outcome for result in results} == {Outcome.CANCELLED}
    assert len(engine.ready()) == 30
    assert engine.stored() == []
    assert engine.problems() == []


def test_a_disk_that_fills_up_in_the_middle_of_a_group_loses_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = many(engine, 30)
    write, left = os.write, iter(range(20))

    def fill_up(handle: int, data: bytes) -> int:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "full")
        return write(handle, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill_up)
        results = engine.services.importer.run_all(orders, CancelToken(), lambda i, result: None)

    failed = {result.name for result in results if result.outcome is Outcome.FAILED}
    assert failed == set(engine.ready())
    assert len(failed) == 10
    assert engine.problems() == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["write", "fsync", "link"])
def test_a_failing_store_leaves_the_file_where_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    path = engine.put("a.jpg")
    order = engine.order("a.jpg")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, _failing(code))
        result = engine.services.importer.run(order, CancelToken())

    if call == "link" and code in {errno.EPERM, errno.EACCES}:
        assert result.outcome in {Outcome.SAVED, Outcome.FAILED, Outcome.SAVED_SOURCE_KEPT}
    else:
        assert result.outcome is Outcome.FAILED
    assert result.reason
    if not result.is_saved:
        assert path.read_bytes() == A_JPEG
        assert engine.save("a.jpg").outcome is Outcome.SAVED
    assert engine.problems() == []


def _failing(code: int) -> Callable[..., Any]:
    def fail(*given: object, **named: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def test_short_writes_lose_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.put("a.jpg")
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, bytes(data)[:1000]))

    assert engine.save("a.jpg").outcome is Outcome.SAVED
    assert engine.stored()[0].read_bytes() == A_JPEG


def test_a_store_that_is_away_is_noticed_before_anything_happens(engine: Engine) -> None:
    path = engine.put("a.jpg")
    root = engine.home / "stores" / "Images"
    root.rename(root.with_name("away"))
    root.mkdir()  # the empty mount point

    result = engine.save("a.jpg")

    assert (result.outcome, result.problem) == (Outcome.FAILED, "StoreUnreachable")
    assert path.exists()
    assert list(root.iterdir()) == []


def test_a_commit_whose_answer_is_lost_is_looked_up_not_repeated(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")
    with monkeypatch.context() as patch:
        _break_commit(patch, number=2, first=True)
        result = engine.services.importer.run(order, CancelToken())

    assert result.outcome is Outcome.SAVED
    assert len(engine.stored()) == 1
    assert engine.problems() == []


def test_a_claim_whose_answer_is_lost_is_undone_by_the_next_save(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")
    with monkeypatch.context() as patch:
        _break_commit(patch, number=1, first=True)
        result = engine.services.importer.run(order, CancelToken())

    assert result.outcome is Outcome.FAILED
    assert engine.save("a.jpg").outcome is Outcome.SAVED
    assert engine.problems() == []


def test_a_commit_that_fails_leaves_the_file_where_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = engine.put("a.jpg")
    order = engine.order("a.jpg")
    with monkeypatch.context() as patch:
        _break_commit(patch, number=2, first=False)
        result = engine.services.importer.run(order, CancelToken())

    assert result.outcome is Outcome.FAILED
    assert path.read_bytes() == A_JPEG
    assert engine.stored() == []
    assert engine.problems() == []


def _break_commit(patch: pytest.MonkeyPatch, *, number: int, first: bool) -> None:
    """Break the N-th commit from now: with `first` it happens before its answer is lost."""
    commit: Callable[..., None] = default.DefaultDialect.do_commit
    count = iter(range(1, 100))

    def broken(self: Any, connection: Any) -> None:
        if next(count) != number:
            commit(self, connection)
            return
        if first:
            commit(self, connection)
        else:
            connection.rollback()
        raise exc.OperationalError("COMMIT", {}, OSError("disk I/O error"))

    patch.setattr(default.DefaultDialect, "do_commit", broken)


def test_nothing_of_patient_or_file_stands_in_the_log(engine: Engine) -> None:
    canary = "Canary Quetzalcoatl ZAC5361.jpg"
    engine.put(canary)
    engine.save(canary, title="Canarytitle", comment="Canarycomment")
    engine.put("b.jpg")
    engine.save("b.jpg")

    told = "".join(path.read_text() for path in (engine.home / "logs").iterdir())

    assert "saved" in told
    for word in ("Canary", "Quetzalcoatl", "ZAC5361", "Smith", "Jane", "Canarytitle"):
        assert word not in told


def test_bytes_that_were_withdrawn_and_filed_again_are_simply_already_filed(engine: Engine) -> None:
    engine.put("a.jpg")
    engine.services.corrector.withdraw(
        engine.save("a.jpg").record_id, operator="ADM", reason="blurred"
    )
    age(engine.source / "a.jpg")
    second = engine.save("a.jpg", JANE, Accepted.FILED_BEFORE)
    engine.put("b.jpg")

    third = engine.save("b.jpg")

    assert (third.outcome, third.record_id) == (Outcome.ALREADY_FILED, second.record_id)


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.EPERM, errno.EBUSY, errno.EIO])
@pytest.mark.parametrize("call", ["mkdir", "rename", "unlink"])
def test_a_source_that_refuses_to_let_go_keeps_the_file_on_record_and_hidden(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")
    real = getattr(os, call)

    def refuse(name: Any, *given: Any, **named: Any) -> Any:
        if named.get("dir_fd") is not None or named.get("src_dir_fd") is not None:
            raise OSError(code, os.strerror(code))
        return real(name, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        result = engine.services.importer.run(order, CancelToken())

    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    assert result.reason
    assert engine.ready() == []
    [settled] = engine.services.recoverer.run()
    assert settled.outcome == "finished"
    assert os.listdir(engine.source) == []
    assert engine.problems() == []


def test_a_claim_that_takes_long_is_renewed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")
    monkeypatch.setattr("message_centre.services.import_group.RENEW_SECONDS", -1.0)
    leases: list[str] = []
    database = engine.database()

    def look(progress: object) -> None:
        with database.reading() as connection:
            leases.extend(connection.execute(select(imports.c.lease_until)).scalars())

    engine.services.importer.run(order, CancelToken(), look)
    database.close()

    assert leases == sorted(leases)
    assert len(set(leases)) > 1


@pytest.mark.parametrize("count", [1, 20])
def test_a_disk_that_gives_back_other_bytes_is_found_before_anything_is_on_record(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    orders = many(engine, count)
    flush = FolderImageStore.flush

    def lying(store: FolderImageStore, kind: Destination, import_ids: Sequence[str]) -> None:
        flush(store, kind, import_ids)
        part = engine.home / "stores" / "Images" / ".staging" / f"{import_ids[-1]}.part"
        with part.open("r+b") as handle:
            handle.write(b"\x00")

    monkeypatch.setattr(FolderImageStore, "flush", lying)
    results = engine.services.importer.run_all(orders, CancelToken(), lambda index, result: None)

    assert [result.outcome for result in results].count(Outcome.SAVED) == count - 1
    assert results[-1].outcome is Outcome.FAILED
    assert len(engine.stored()) == count - 1
    assert len(os.listdir(engine.source)) == 1
    assert engine.problems() == []


@pytest.mark.parametrize("count", [1, 20])
def test_other_bytes_that_took_the_name_of_a_filed_file_stay_at_the_source(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    orders = many(engine, count)
    path = engine.source / orders[-1].file.name
    other = path.read_bytes()[:-1] + b"\x00"
    commit = SqlJournal.file

    def meanwhile(journal: SqlJournal, filings: Sequence[Filing]) -> object:
        answers = commit(journal, filings)
        path.write_bytes(other)
        return answers

    monkeypatch.setattr(SqlJournal, "file", meanwhile)
    results = engine.services.importer.run_all(orders, CancelToken(), lambda index, result: None)

    assert all(result.is_saved for result in results)
    assert os.listdir(engine.source) == [path.name]
    assert path.read_bytes() == other
    assert len(engine.stored()) == count
