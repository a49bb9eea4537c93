"""Imports into a record on a server that fails in the middle: nothing lost, nothing doubled, all told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.services.work import CancelToken, Progress
from tests.support.cutting_proxy import Cut, cutting_proxy
from tests.support.engine import A_JPEG, JANE, Engine, started
from tests.support.postgres import Cluster, running_cluster

_SAVED = {Outcome.SAVED, Outcome.SAVED_SOURCE_KEPT}
_MOST_COMMITS = 12


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A server that may be stopped and paused without harm to other tests."""
    with running_cluster() as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", found.password)
        yield found


@pytest.fixture
def desk(own: Cluster, tmp_path: Path) -> Iterator[Engine]:
    name = own.fresh()
    with started(tmp_path, own.url(name)) as engine:
        yield engine
    own.drop(name)


@dataclass
class Once:
    """Does something at the first progress that is told."""

    do: Callable[[], None]
    was_done: bool = field(default=False, init=False)

    def __call__(self, progress: Progress) -> None:
        del progress
        if not self.was_done:
            self.was_done = True
            self.do()


def run(engine: Engine, name: str, at_first_bytes: Callable[[], None]) -> ImportResult:
    order = engine.order(name)
    return engine.services.importer.run(order, CancelToken(), Once(at_first_bytes))


def on_record(engine: Engine) -> list[str]:
    return [record.original_name for record in engine.services.records.of_patient(JANE.id)]


def test_a_server_that_crashes_in_the_middle_of_an_import_costs_nothing(
    own: Cluster, desk: Engine
) -> None:
    file = desk.put("a.jpg")

    result = run(desk, "a.jpg", own.stop)

    assert result.outcome is Outcome.FAILED
    assert result.problem == "DatabaseAway"
    assert "does not answer" in result.reason
    assert "Check the network and the database server" in result.advice
    assert file.read_bytes() == A_JPEG

    own.start()
    desk.services.recoverer.run()
    assert desk.save("a.jpg").outcome is Outcome.SAVED
    assert on_record(desk) == ["a.jpg"]
    assert not file.exists()
    assert desk.problems() == []


def test_a_server_that_is_away_refuses_a_save_and_takes_the_next(
    own: Cluster, desk: Engine
) -> None:
    file = desk.put("a.jpg")
    order = desk.order("a.jpg")
    own.stop()
    away = desk.services.importer.run(order, CancelToken())
    own.start()
    back = desk.services.importer.run(order, CancelToken())

    assert (away.outcome, away.problem) == (Outcome.FAILED, "DatabaseAway")
    assert back.outcome is Outcome.SAVED
    assert on_record(desk) == ["a.jpg"]
    assert not file.exists()


def test_an_import_waits_for_a_fail_over(own: Cluster, desk: Engine) -> None:
    file = desk.put("a.jpg")
    import threading  # noqa: PLC0415 - this test alone

    def pause_for_a_moment() -> None:
        held = own.paused()
        held.__enter__()
        threading.Timer(1.5, held.__exit__, (None, None, None)).start()

    result = run(desk, "a.jpg", pause_for_a_moment)

    assert result.outcome is Outcome.SAVED
    assert on_record(desk) == ["a.jpg"]
    assert not file.exists()


@pytest.mark.parametrize("how", Cut)
def test_no_lost_answer_to_a_commit_ever_doubles_or_loses_a_file(
    own: Cluster, tmp_path: Path, how: Cut
) -> None:
    name = own.fresh()
    with (
        cutting_proxy(own.port) as way,
        started(tmp_path, own.url(name, port=way.port)) as desk,
    ):
        number = 0
        while way.cuts == number and number < _MOST_COMMITS:
            number += 1
            picture = f"{number}.jpg"
            _save_with_a_cut(desk, picture, partial(way.cut, number, how))
        way.cut(0, how)
        files = sorted(on_record(desk))

        assert way.cuts == number - 1 >= 3
        assert files == sorted(f"{one + 1}.jpg" for one in range(number))
        assert desk.ready() == []
        assert desk.problems() == []
    own.drop(name)


def _save_with_a_cut(desk: Engine, picture: str, cut: Callable[[], None]) -> None:
    """Save as a person would: what did not work is tried again."""
    file = desk.put(picture, A_JPEG + picture.encode() + b"\xff\xd9")
    order = desk.order(picture)
    cut()
    result = desk.services.importer.run(order, CancelToken())
    desk.services.recoverer.run()
    if result.outcome not in _SAVED:
        assert file.exists(), result
        assert desk.save(picture).outcome in _SAVED
    assert not file.exists()
