"""A long look tells its first files early, each once and in order, and in few steps."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import pytest

from message_centre.domain.files import SourceFile
from message_centre.sources import early_rows
from message_centre.sources.early_rows import gathered
from tests.support.source_files import a_source_file


class Watch:
    """A clock that moves as far as each file takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(early_rows, "time", SimpleNamespace(monotonic=lambda: self.now))

    def rows(self, count: int, seconds: float) -> Iterator[SourceFile]:
        for number in range(count):
            self.now += seconds
            yield a_source_file(f"{number}.jpg")


def looked(rows: Iterator[SourceFile]) -> tuple[list[int], list[str]]:
    """How many files each step told, and the names that were told; all files come at the end."""
    steps, told = list[int](), list[str]()

    def found(files: Sequence[SourceFile]) -> None:
        steps.append(len(files))
        told.extend(file.name for file in files)

    every = [file.name for file in gathered(rows, found)]
    assert told == every[: len(told)]
    return steps, every


def test_a_short_look_tells_nothing_early(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, every = looked(Watch(monkeypatch).rows(190, 0.0001))

    assert (steps, len(every)) == ([], 190)


def test_a_fast_look_at_many_tells_the_first_two_hundred_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, every = looked(Watch(monkeypatch).rows(20_000, 0.00001))

    assert len(steps) == 1
    assert 200 <= steps[0] < 250
    assert len(every) == 20_000


def test_a_slow_look_tells_few_files_soon_and_the_next_ever_more_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, _ = looked(Watch(monkeypatch).rows(3_000, 0.02))

    assert steps[0] <= 32
    assert len(steps) <= 7
    assert sum(steps) > 1_000


def test_no_step_tells_more_than_a_list_takes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, _ = looked(Watch(monkeypatch).rows(60_000, 0.001))

    assert max(steps) <= 5_000
    assert len(steps) > 3
