"""One list over every source: none holds up another, nothing on record is offered again."""

import threading
import time
from pathlib import Path

import pytest

from message_centre.domain.errors import Cancelled, FileGone, IncompleteOrder
from message_centre.domain.files import Listing, SourceFile, SourceState
from message_centre.domain.people import Operator
from message_centre.services import listing as listing_module
from message_centre.services.looking import Ears
from message_centre.services.ports import Found
from message_centre.services.work import CancelToken, Progress, Report
from tests.support.engine import Engine, age
from tests.support.pictures import a_jpeg


def refresh(engine: Engine, operator: Operator | None = None) -> tuple[Listing, ...]:
    return engine.services.lister.refresh(operator or engine.operator, "1", CancelToken())


def watch_also(engine: Engine, *folders: Path) -> None:
    value = ":".join(str(folder) for folder in (engine.source, *folders))
    engine.services.configuring.set("operator.folders.images", value, operator=engine.operator)


def test_each_source_is_told_as_it_is_done_and_one_that_is_away_holds_up_nobody(
    engine: Engine, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    watch_also(engine, other)
    engine.put("a.jpg")
    told: list[str] = []

    found = engine.services.lister.refresh(
        engine.operator, "1", CancelToken(), Ears(lambda one: told.append(one.source_name))
    )

    assert [one.state for one in found] == [SourceState.CONNECTED, SourceState.OFFLINE]
    assert sorted(told) == sorted([str(engine.source), str(other)])
    other.mkdir()
    assert [one.state for one in refresh(engine)] == [SourceState.CONNECTED] * 2


def test_a_source_that_hangs_is_reported_and_the_others_are_listed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_module, "SOURCE_SECONDS", 0.5)
    engine.put("a.jpg")
    returned = engine.home / "returned"
    returned.mkdir(exist_ok=True)
    age(_write(returned / "b.jpg"))
    slow, go_on = engine.services.lister.sources(engine.operator, "1")[0], threading.Event()
    list_files = slow.list_files

    def hang(*given: object) -> Listing:
        go_on.wait(20)
        return list_files(*given)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(slow, "list_files", hang)
    try:
        found = refresh(engine)
    finally:
        go_on.set()

    assert [one.state for one in found] == [SourceState.OFFLINE, SourceState.CONNECTED]
    assert "answer" in found[0].detail


def test_a_source_that_gets_on_slowly_is_told_as_it_stands_and_shared_by_the_next_refresh(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_module, "SOURCE_SECONDS", 0.6)
    engine.put("a.jpg")
    engine.put("b.jpg")
    slow, go_on = engine.services.lister.sources(engine.operator, "1")[0], threading.Event()
    list_files, looks = slow.list_files, list[int]()

    def slowly(token: CancelToken, report: Report, found: Found) -> Listing:
        looks.append(1)
        whole = list_files(token, report, found)
        found(whole.files[:1])
        while not go_on.wait(0.05):
            report(Progress(1, 0))
        return whole

    monkeypatch.setattr(slow, "list_files", slowly)
    try:
        so_far = refresh(engine)[0]
        threading.Timer(0.2, go_on.set).start()
        whole = refresh(engine)[0]
    finally:
        go_on.set()

    assert (so_far.state, len(so_far.files)) == (SourceState.CONNECTING, 1)
    assert "still being listed" in so_far.detail
    assert (whole.state, len(whole.files), len(looks)) == (SourceState.CONNECTED, 2, 1)


def _write(path: Path) -> Path:
    path.write_bytes(b"x")
    return path


def test_an_operator_without_the_right_sees_nothing(engine: Engine) -> None:
    engine.put("a.jpg")

    assert refresh(engine, Operator("XYZ", "Nobody")) == ()


def test_a_cancelled_refresh_ends(engine: Engine) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        engine.services.lister.refresh(engine.operator, "1", token)


def test_a_saved_file_is_gone_from_the_next_listing(engine: Engine) -> None:
    engine.put("a.jpg")
    engine.put("b.jpg", b"other")
    engine.save("a.jpg")

    assert engine.ready() == ["b.jpg"]


def inspected(engine: Engine) -> dict[str, str]:
    marked: list[SourceFile] = []
    files = tuple(engine.files().values())
    engine.services.lister.inspect(files, CancelToken(), marked.append)
    return {file.name: file.reason for file in marked}


def test_odd_bytes_are_marked_and_may_still_be_saved(engine: Engine) -> None:
    whole = a_jpeg()
    engine.put("good.jpg", whole)
    engine.put("cut.jpg", whole[:-100])
    engine.put("program.png", b"MZ\x90\x00" + b"\0" * 200)
    engine.put("text.jpg", b"just some words\n" * 20)

    marked = inspected(engine)

    assert set(marked) == {"cut.jpg", "program.png", "text.jpg"}
    assert "incomplete" in marked["cut.jpg"]
    assert engine.save("cut.jpg").is_saved


def test_a_key_or_an_unambiguous_name_finds_a_file(engine: Engine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    watch_also(engine, other)
    engine.put("a.jpg")
    age(_write(other / "a.jpg"))
    engine.put("b.jpg")
    listings, find = refresh(engine), engine.services.lister.find

    assert find(listings, "b.jpg").name == "b.jpg"
    with pytest.raises(IncompleteOrder):
        find(listings, "a.jpg")
    with pytest.raises(FileGone):
        find(listings, "c.jpg")
    for listing in listings:
        for file in listing.files:
            assert find(listings, file.key.token) == file


def test_watching_tells_of_new_files_and_stops_telling(engine: Engine) -> None:
    hinted = threading.Event()
    engine.services.lister.watch(engine.operator, "1", hinted.set)
    deadline = time.monotonic() + 20
    while not hinted.is_set() and time.monotonic() < deadline:
        engine.put(f"{time.monotonic_ns()}.jpg", b"x")
        hinted.wait(0.2)
    assert hinted.is_set()

    engine.services.lister.unwatch()
    hinted.clear()
    engine.put("late.jpg", b"x")

    assert not hinted.wait(0.5)


def test_a_watched_folder_is_looked_at_even_without_a_hint(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_module, "RESCAN_SECONDS", 0.05)
    rung: list[int] = []
    enough = threading.Event()

    def look_again() -> None:
        rung.append(1)
        if len(rung) >= 3:
            enough.set()

    engine.services.lister.watch(engine.operator, "1", look_again)

    assert enough.wait(10)


def test_watching_can_be_begun_and_ended_from_many_threads_at_once(engine: Engine) -> None:
    lister, failed = engine.services.lister, []

    def begin_and_end() -> None:
        try:
            for _ in range(20):
                lister.watch(engine.operator, "1", lambda: None)
                lister.unwatch()
        except RuntimeError as error:
            failed.append(error)

    threads = [threading.Thread(target=begin_and_end) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
