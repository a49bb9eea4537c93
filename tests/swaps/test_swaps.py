"""The short form of the swap suite, and the proof that the suite bites."""

import pytest

from tests.support.suites import ALONE, run_suite
from tests.swaps.run import NAMES
from tests.swaps.seeding import FAULTS


@pytest.mark.parametrize("scenario", NAMES)
def test_what_others_do_to_a_source_loses_nothing_and_files_nothing_unseen(scenario: str) -> None:
    every = "4" if scenario == "one picture" else "10"

    ended = run_suite("tests.swaps.run", *ALONE, "--only", scenario, "--every", every)

    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["acts"] > 50


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_catches_a_seeded_fault(fault: str) -> None:
    ended = run_suite(
        "tests.swaps.run", *ALONE, "--only", "one picture", "--every", "5", "--fault", fault
    )

    assert ended.code == 1, ended.told
    assert ended.sins > 0
