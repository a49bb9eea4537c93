"""The short form of the power-loss suite, and the proof that the suite bites."""

import pytest

from tests.power.run import IN_ORDER, UNORDERED
from tests.support.suites import run_suite


@pytest.mark.parametrize(
    ("scenario", "every", "least"),
    [("one picture", "3", 12), ("withdraw", "3", 8), ("group", "17", 10)],
)
def test_no_cut_loses_doubles_or_misfiles_a_file(scenario: str, every: str, least: int) -> None:
    ended = run_suite("tests.power.run", "--only", scenario, "--every", every)

    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts[IN_ORDER] + ended.counts[UNORDERED] >= least


@pytest.mark.parametrize(
    ("fault", "scenario", "every"),
    [
        ("no-folder-flush", "one picture", "9"),
        ("no-staged-flush", "one picture", "15"),
        ("returned-without-flush", "withdraw", "12"),
    ],
)
def test_the_suite_catches_a_missing_flush(fault: str, scenario: str, every: str) -> None:
    given = ("--only", scenario, "--every", every, "--fault", fault)

    ended = run_suite("tests.power.run", *given)

    assert ended.code == 1, ended.told
    assert ended.sins > 0
