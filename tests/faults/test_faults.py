"""The short form of the fault suite, and the proof that the suite bites."""

import pytest

from tests.crash.stage import SCENARIOS
from tests.faults.seeding import FAULTS
from tests.support.suites import ALONE, run_suite

#: Every so many-th call: few enough for every day, and some of each scenario whatever the disk.
_EVERY = {"batch of three": 30, "group of three": 15, "migrate-record": 6, "reassign": 2}
#: Each of their runs decodes photos behind the wall.
_EVERY |= {name: 80 for name, one in SCENARIOS.items() if one.by_phone}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_failing_call_loses_doubles_or_misfiles_a_file(scenario: str) -> None:
    every = str(_EVERY.get(scenario, 11))

    ended = run_suite("tests.faults.run", *ALONE, "--only", scenario, "--every", every)

    if "not run" in ended.told:
        pytest.skip(ended.told)
    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["faults"] > 10
    assert ended.counts["faults in recovery"] > 5


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_catches_a_seeded_fault(fault: str) -> None:
    ended = run_suite(
        "tests.faults.run", *ALONE, "--only", "one picture", "--every", "3", "--fault", fault
    )

    assert ended.code == 1, ended.told
    assert ended.sins > 0
