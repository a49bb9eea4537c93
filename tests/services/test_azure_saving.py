"""What becomes of files of Azure Storage when they are saved, beside what becomes of local ones."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.errors import SourceOffline
from message_centre.domain.files import FileState
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.secrets import Secret
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from message_centre.sources.azure_blobs import AzureBlobs
from message_centre.sources.drive import DriveFile, Removal
from tests.support.azurite import Azurite, Container
from tests.support.engine import A_JPEG, JANE, Engine, started
from tests.support.faulty_front import Fault, FaultyFront, Spoil, faulty_front


@pytest.fixture
def front(azurite: Azurite) -> Iterator[FaultyFront]:
    with faulty_front(azurite.port) as found:
        yield found


@pytest.fixture
def desk(engine: Engine, container: Container, front: FaultyFront) -> Engine:
    """An engine that lists the container, by way of the front."""
    switch_on(engine, container, front.port)
    return engine


def switch_on(engine: Engine, container: Container, port: int) -> None:
    azurite, configuring, by = container.azurite, engine.services.configuring, engine.operator
    configuring.set("system.azure.account", azurite.account, operator=by)
    endpoint = f"http://127.0.0.1:{port}/{azurite.account}"
    configuring.set("system.azure.endpoint", endpoint, operator=by)
    configuring.set_secret("system.azure.key", Secret(azurite.key), operator=by)
    configuring.set("provider.1.azure.container", container.name, operator=by)
    configuring.set("operator.azure.enabled", "true", operator=by)


def before_the_removal(patch: pytest.MonkeyPatch, happens: Callable[[str], object]) -> None:
    """Let something happen between the download and the removal of each file."""
    remove = AzureBlobs.remove

    def removed(drive: AzureBlobs, file_id: str, revision: str, sha256: str) -> Removal:
        happens(file_id)
        return remove(drive, file_id, revision, sha256)

    patch.setattr(AzureBlobs, "remove", removed)


def test_nothing_is_downloaded_by_listing_looking_and_asking_for_alerts(
    desk: Engine, container: Container, front: FaultyFront
) -> None:
    container.put("a.jpg", A_JPEG)
    container.put("b.jpg", b"no picture at all")
    lister, assigner = desk.services.lister, desk.services.assigner

    files = list(desk.files().values())
    lister.inspect(files, CancelToken(), lambda file: None)
    assigner.alerts(JANE, files, CancelToken())

    assert [file.state for file in files] == [FileState.READY] * 2
    assert all("comp=list" in path for _, path in front.seen)


def test_a_file_that_changed_after_it_was_listed_is_not_saved_and_stays(
    desk: Engine, container: Container
) -> None:
    container.put("a.jpg", A_JPEG)
    order = desk.order("a.jpg")
    container.put("a.jpg", b"another picture")

    result = desk.services.importer.run(order, CancelToken())

    assert result.outcome is not Outcome.SAVED
    assert container.content("a.jpg") == b"another picture"
    assert desk.stored() == []
    assert desk.ready() == ["a.jpg"]


def test_a_file_that_is_gone_is_told_as_gone(desk: Engine, container: Container) -> None:
    container.put("a.jpg", A_JPEG)
    order = desk.order("a.jpg")
    container.client.delete_blob("a.jpg")

    result = desk.services.importer.run(order, CancelToken())

    assert result.problem == "FileGone"
    assert desk.stored() == []


def test_an_unseen_version_put_there_after_the_download_stays_and_is_listed(
    desk: Engine, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    container.put("a.jpg", A_JPEG)
    before_the_removal(monkeypatch, lambda name: container.put(name, b"unseen"))

    result = desk.save("a.jpg")

    assert result.outcome is Outcome.SAVED
    assert desk.stored()[0].read_bytes() == A_JPEG
    assert container.content("a.jpg") == b"unseen"
    assert desk.ready() == ["a.jpg"]


def test_what_cannot_be_removed_is_saved_hidden_and_removed_later(
    desk: Engine, container: Container
) -> None:
    container.put("a.jpg", A_JPEG)
    lease = container.client.get_blob_client("a.jpg").acquire_lease()

    result = desk.save("a.jpg")

    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    assert "lease" in result.reason
    assert desk.ready() == []
    lease.release()
    desk.services.recoverer.run()
    assert container.names == []
    assert desk.problems() == []


def test_a_line_that_breaks_in_the_download_leaves_nothing_and_takes_nothing(
    desk: Engine, container: Container, front: FaultyFront
) -> None:
    container.put("a.jpg", A_JPEG)
    order = desk.order("a.jpg")
    front.faults.extend([Fault(Spoil.CUT, "GET")] * 50)

    result = desk.services.importer.run(order, CancelToken())

    assert result.problem == "SourceOffline"
    assert container.names == ["a.jpg"]
    assert desk.stored() == []
    front.faults.clear()
    assert desk.save("a.jpg").outcome is Outcome.SAVED


def test_a_run_that_died_before_the_removal_is_finished_at_the_next_start(
    tmp_path: Path, azurite: Azurite, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nobody catches it, as nobody catches a kill."""

    def kill(_name: str) -> None:
        raise Killed

    container.put("a.jpg", A_JPEG)
    with started(tmp_path) as desk, monkeypatch.context() as patch:
        switch_on(desk, container, azurite.port)
        before_the_removal(patch, kill)
        with pytest.raises(Killed):
            desk.save("a.jpg")
    assert container.names == ["a.jpg"]

    with started(tmp_path) as desk:
        assert container.names == []
        assert desk.stored()[0].read_bytes() == A_JPEG
        assert desk.problems() == []


@pytest.mark.parametrize("count", [8, 24])
def test_eight_files_are_downloaded_at_once(
    desk: Engine, container: Container, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    everybody_is_there = threading.Barrier(8, timeout=20)
    read = AzureBlobs.read

    def read_with_the_others(drive: AzureBlobs, file: DriveFile) -> Iterator[bytes]:
        everybody_is_there.wait()
        return read(drive, file)

    monkeypatch.setattr(AzureBlobs, "read", read_with_the_others)

    results = save_all(desk, filled(container, count))

    assert {result.outcome for result in results.values()} == {Outcome.SAVED}
    assert container.names == []


def filled(container: Container, count: int) -> list[str]:
    names = [f"{number}.jpg" for number in range(count)]
    for name in names:
        container.put(name, A_JPEG + name.encode())
    return names


def save_all(desk: Engine, names: Sequence[str]) -> dict[str, ImportResult]:
    listed = desk.files()
    given = Assignment(JANE.id, "1", "ADM")
    orders = [ImportOrder(new_id(), listed[name], given) for name in names]
    results = desk.services.importer.run_all(orders, CancelToken(), lambda place, result: None)
    return {result.name: result for result in results}


@pytest.mark.parametrize("count", [11, 70])
def test_each_file_of_a_batch_costs_one_request_and_their_removal_a_few(
    desk: Engine, container: Container, front: FaultyFront, count: int
) -> None:
    names = filled(container, count)
    desk.files()
    front.seen.clear()

    save_all(desk, names)

    asked = Counter(method for method, path in front.seen if "comp=list" not in path)
    assert asked == {"GET": count, "POST": 2 if count == 11 else 3}
    assert container.names == []


def test_of_a_batch_that_cannot_be_removed_at_once_each_file_has_its_own_end(
    desk: Engine, container: Container, front: FaultyFront
) -> None:
    names = filled(container, 24)
    lease = container.client.get_blob_client("3.jpg").acquire_lease()
    hold = threading.Event()

    def third_party() -> None:
        """Between the downloads and the removals."""
        assert hold.wait(20)
        container.put("1.jpg", b"unseen")
        container.client.delete_blob("2.jpg")

    before = front.take

    def take(method: str, path: str) -> Fault | None:
        if method == "POST" and not hold.is_set():
            hold.set()
            other.join()
        return before(method, path)

    front.take = take  # type: ignore[method-assign] # something happens as the removals begin
    other = threading.Thread(target=third_party)
    other.start()

    results = save_all(desk, names)

    kept = {name for name, one in results.items() if one.outcome is Outcome.SAVED_SOURCE_KEPT}
    assert kept == {"3.jpg"}
    assert "lease" in results["3.jpg"].reason
    assert all(result.is_saved for result in results.values())
    assert container.names == ["1.jpg", "3.jpg"]
    assert container.content("1.jpg") == b"unseen"
    assert desk.ready() == ["1.jpg"]
    lease.release()
    assert desk.problems() == []


@pytest.mark.parametrize("how", [Spoil.LOSE, Spoil.DROP, Spoil.CUT, Spoil.FLIP])
def test_a_removal_of_many_whose_answer_is_lost_or_spoilt_is_done_once(
    desk: Engine, container: Container, front: FaultyFront, how: Spoil
) -> None:
    names = filled(container, 24)
    front.faults.append(Fault(how, "POST"))

    results = save_all(desk, names)

    assert {result.outcome for result in results.values()} == {Outcome.SAVED}
    assert container.names == []
    assert desk.problems() == []


def test_where_many_cannot_be_removed_at_once_they_are_removed_one_by_one(
    desk: Engine, container: Container, front: FaultyFront
) -> None:
    names = filled(container, 24)
    front.faults.extend([Fault(Spoil.ANSWER, "POST", status=501)] * 50)

    results = save_all(desk, names)

    assert {result.outcome for result in results.values()} == {Outcome.SAVED}
    assert container.names == []


def test_two_who_save_the_same_file_get_one_record(desk: Engine, container: Container) -> None:
    container.put("a.jpg", A_JPEG)
    first = desk.order("a.jpg")
    second = replace(first, request_id="another")

    with ThreadPoolExecutor(2) as pool:
        results = list(
            pool.map(
                lambda order: desk.services.importer.run(order, CancelToken()), [first, second]
            )
        )

    assert sorted(result.outcome is Outcome.SAVED for result in results) == [False, True]
    assert len(desk.stored()) == 1
    assert container.names == []


def test_a_withdrawn_file_gets_its_name_in_the_inbox_even_from_a_folder(
    desk: Engine, container: Container
) -> None:
    configuring = desk.services.configuring
    configuring.set("operator.azure.path", "/from tower", operator=desk.operator)
    container.put("from tower/Ann: left?.jpg", A_JPEG)
    (seen,) = desk.files().values()
    result = desk.save(seen.name)

    desk.services.corrector.withdraw(result.record_id, operator="ADM", reason="wrong patient")

    assert container.names == []
    back = desk.home / "returned" / "Ann_ left_.jpg"
    assert back.stat().st_mtime_ns == seen.fingerprint.modified_ns
    assert back.read_bytes() == A_JPEG
    assert desk.stored() == []


def test_a_withdrawn_file_that_its_drive_has_kept_is_listed_there_again(
    desk: Engine, container: Container
) -> None:
    container.put("a.jpg", A_JPEG)
    lease = container.client.get_blob_client("a.jpg").acquire_lease()
    result = desk.save("a.jpg")
    lease.release()

    desk.services.corrector.withdraw(result.record_id, operator="ADM", reason="wrong patient")

    assert container.content("a.jpg") == A_JPEG
    assert not (desk.home / "returned" / "a.jpg").exists()
    assert desk.ready() == ["a.jpg"]


def test_what_its_drive_has_kept_is_not_brought_back_twice_while_the_drive_is_away(
    desk: Engine, container: Container, azurite: Azurite
) -> None:
    container.put("a.jpg", A_JPEG)
    lease = container.client.get_blob_client("a.jpg").acquire_lease()
    result = desk.save("a.jpg")
    switch_on(desk, container, 9)
    desk.files()

    with pytest.raises(SourceOffline):
        desk.services.corrector.withdraw(result.record_id, operator="ADM", reason="wrong patient")

    assert not (desk.home / "returned" / "a.jpg").exists()
    assert len(desk.stored()) == 1
    lease.release()
    switch_on(desk, container, azurite.port)
    desk.files()
    desk.services.corrector.withdraw(result.record_id, operator="ADM", reason="wrong patient")
    copies = [*container.names, *(path.name for path in (desk.home / "returned").glob("*"))]
    assert copies == ["a.jpg"]


def test_a_start_while_the_drive_is_away_goes_on_and_forgets_nothing(
    tmp_path: Path, azurite: Azurite, container: Container
) -> None:
    container.put("a.jpg", A_JPEG)
    lease = container.client.get_blob_client("a.jpg").acquire_lease()
    with started(tmp_path) as desk:
        switch_on(desk, container, azurite.port)
        result = desk.save("a.jpg")
        desk.services.configuring.set(
            "system.azure.endpoint", "http://127.0.0.1:9/none", operator=desk.operator
        )
    lease.release()

    with started(tmp_path) as desk:
        (open_one,) = desk.services.recoverer.run()
        assert open_one.outcome in {"source-kept", "waiting"}
        assert desk.services.records.get(result.record_id) is not None
        switch_on(desk, container, azurite.port)
        desk.files()
        desk.services.recoverer.run()

    assert container.names == []


def test_many_open_ends_at_a_drive_that_hangs_hold_up_a_start_for_seconds_only(
    tmp_path: Path, azurite: Azurite, container: Container, front: FaultyFront
) -> None:
    with started(tmp_path) as desk:
        switch_on(desk, container, azurite.port)
        leases = []
        for number in range(4):
            container.put(f"{number}.jpg", A_JPEG + b"%d" % number)
            leases.append(container.client.get_blob_client(f"{number}.jpg").acquire_lease())
            assert desk.save(f"{number}.jpg").outcome is Outcome.SAVED_SOURCE_KEPT
        switch_on(desk, container, front.port)
    front.faults.extend([Fault(Spoil.HANG)] * 20)
    begun = time.monotonic()

    with started(tmp_path) as desk:
        assert time.monotonic() - begun < 20
        assert len(desk.stored()) == 4
    for lease in leases:
        lease.release()


def test_files_of_a_drive_file_themselves_and_damaged_ones_are_fetched_once(
    desk: Engine, container: Container, front: FaultyFront
) -> None:
    good, again, torn = (
        f"INTOUCH_P{number}_D1_20260102_101112.jpg" for number in ("100", "101", "100")
    )
    torn = torn.replace(".jpg", "_07.jpg")
    container.put(good, A_JPEG)
    container.put(again, A_JPEG + A_JPEG)
    container.put(torn, A_JPEG[:-2])
    container.put("DSC0100.jpg", A_JPEG)
    auto = desk.services.auto_importer

    def run() -> dict[str, Outcome]:
        told: dict[str, Outcome] = {}
        plans = auto.judge(list(desk.files().values()), "ADM", CancelToken()).plans
        auto.run(
            plans,
            "ADM",
            CancelToken(),
            lambda progress, plan, result: told.update({plan.file.name: result.outcome}),
        )
        return told

    assert run() == {good: Outcome.SAVED, again: Outcome.SAVED, torn: Outcome.REFUSED}
    assert desk.ready() == sorted(["DSC0100.jpg", torn])
    front.seen.clear()
    assert run() == {}
    assert all("comp=list" in path for _, path in front.seen)
    container.put(good, A_JPEG)
    assert run() == {good: Outcome.ALREADY_FILED}
    assert desk.ready() == sorted(["DSC0100.jpg", torn])
    assert len(desk.stored()) == 2
    assert desk.problems() == []
