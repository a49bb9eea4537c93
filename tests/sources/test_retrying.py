"""How often a call to a drive is tried, and how long everybody waits."""

from dataclasses import dataclass, field

import pytest

from message_centre.domain.errors import FileChanged, RateLimited, SignInNeeded, SourceOffline
from message_centre.sources.retrying import Line, Patience, Time, patiently


@dataclass
class Clockwork:
    """A time that goes on by waiting and by work that takes long."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> Time:
        return Time(lambda: self.now, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Work:
    """Fails with these errors in turn, each after so many seconds, then answers."""

    clockwork: Clockwork
    errors: list[Exception]
    takes: float = 0.0
    tries: int = 0

    def __call__(self) -> str:
        self.tries += 1
        self.clockwork.now += self.takes
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.fixture
def clockwork() -> Clockwork:
    return Clockwork()


def test_a_call_that_works_is_made_once(clockwork: Clockwork) -> None:
    work = Work(clockwork, [])

    assert patiently(work, at=clockwork.time()) == "done"
    assert (work.tries, clockwork.slept) == (1, [])


def test_waits_grow_and_are_not_all_alike(clockwork: Clockwork) -> None:
    patience = Patience(tries=4, first_wait=1.0)
    for _ in range(30):
        work = Work(clockwork, [SourceOffline()] * 3)
        assert patiently(work, patience, clockwork.time()) == "done"

    for place, longest in enumerate((1, 2, 4)):
        waits = clockwork.slept[place::3]
        assert all(longest / 2 <= wait <= longest for wait in waits)
        assert len(set(waits)) > 20


def test_the_last_error_comes_out_when_the_tries_are_over(clockwork: Clockwork) -> None:
    work = Work(clockwork, [SourceOffline("one"), SourceOffline("two"), SourceOffline("three")])

    with pytest.raises(SourceOffline, match="three"):
        patiently(work, Patience(tries=3), clockwork.time())

    assert work.tries == 3
    assert len(clockwork.slept) == 2


@pytest.mark.parametrize("error", [SignInNeeded(), FileChanged(), ValueError()])
def test_what_would_fail_again_is_not_tried_again(clockwork: Clockwork, error: Exception) -> None:
    work = Work(clockwork, [error])

    with pytest.raises(type(error)):
        patiently(work, at=clockwork.time())

    assert work.tries == 1


def test_a_pause_that_is_asked_for_is_kept_to(clockwork: Clockwork) -> None:
    work = Work(clockwork, [RateLimited(after=7)])

    assert patiently(work, at=clockwork.time()) == "done"
    assert 7 <= clockwork.slept[0] <= 8


def test_a_pause_beyond_the_budget_ends_the_tries_at_once(clockwork: Clockwork) -> None:
    work = Work(clockwork, [RateLimited(after=60)])

    with pytest.raises(RateLimited):
        patiently(work, Patience(budget=20), clockwork.time())

    assert (work.tries, clockwork.slept) == (1, [])


@pytest.mark.parametrize(("takes", "tries"), [(0.1, 3), (9.0, 2), (10.0, 1), (60.0, 1)])
def test_who_hangs_is_not_asked_beyond_the_budget(
    clockwork: Clockwork, takes: float, tries: int
) -> None:
    work = Work(clockwork, [SourceOffline()] * 9, takes)

    with pytest.raises(SourceOffline):
        patiently(work, Patience(tries=3, budget=20), clockwork.time())

    assert work.tries == tries
    assert clockwork.now <= max(20, takes)


def test_while_nobody_answers_the_next_is_told_at_once(clockwork: Clockwork) -> None:
    line = Line(at=clockwork.time())
    with pytest.raises(SourceOffline):
        line.ask(Work(clockwork, [SourceOffline("away")] * 9, takes=10))
    later = Work(clockwork, [])
    begun = clockwork.now

    with pytest.raises(SourceOffline, match="away"):
        line.ask(later)

    assert (later.tries, clockwork.now) == (0, begun)
    clockwork.now += Line.REST_SECONDS
    assert line.ask(later) == "done"


def test_many_quick_failures_in_a_row_are_followed_by_a_rest(clockwork: Clockwork) -> None:
    line = Line(at=clockwork.time())
    works = [Work(clockwork, [SourceOffline()] * 9) for _ in range(20)]

    for work in works:
        with pytest.raises(SourceOffline):
            line.ask(work)

    assert 3 <= sum(work.tries > 0 for work in works) <= 8
    assert clockwork.now < 10


def test_failures_that_are_not_in_a_row_hinder_nobody(clockwork: Clockwork) -> None:
    line = Line(at=clockwork.time())

    for _ in range(20):
        with pytest.raises(SourceOffline):
            line.ask(Work(clockwork, [SourceOffline()] * 9))
        assert line.ask(Work(clockwork, [])) == "done"


def test_who_looks_anew_ends_a_rest(clockwork: Clockwork) -> None:
    line = Line(at=clockwork.time())
    with pytest.raises(SourceOffline):
        line.ask(Work(clockwork, [SourceOffline()] * 9, takes=10))

    assert line.ask(Work(clockwork, []), anew=True) == "done"
    assert line.ask(Work(clockwork, [])) == "done"


def test_a_long_pause_is_kept_to_by_everybody(clockwork: Clockwork) -> None:
    line = Line(at=clockwork.time())
    with pytest.raises(RateLimited):
        line.ask(Work(clockwork, [RateLimited("slowly", after=100)]))
    clockwork.now += 40
    later = Work(clockwork, [])

    with pytest.raises(RateLimited) as told:
        line.ask(later, anew=True)

    assert (later.tries, told.value.after) == (0, 60)
    clockwork.now += 60
    assert line.ask(later) == "done"
