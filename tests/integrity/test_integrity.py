"""The short form of the integrity suite, and the proof that the suite bites."""

import pytest

from tests.integrity.manipulating import MANIPULATIONS
from tests.integrity.seeding import FAULTS
from tests.support.suites import run_suite


def test_every_flipped_bit_and_every_manipulation_is_found() -> None:
    ended = run_suite("tests.integrity.run", "--flips", "8", "--every", "4")

    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["bits flipped in the stores"] == 8
    assert ended.counts["bits flipped in staging"] > 5
    assert ended.counts["manipulations of the trail"] == len(MANIPULATIONS)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_catches_a_seeded_fault(fault: str) -> None:
    ended = run_suite("tests.integrity.run", "--flips", "8", "--every", "4", "--fault", fault)

    assert ended.code == 1, ended.told
    assert ended.sins > 0
