"""The short form of the crash suite, and the proof that the suite bites."""

import pytest

from tests.crash.faults import FAULTS
from tests.crash.stage import DRIVE_SCENARIOS, EVERY_SCENARIO
from tests.support.suites import ALONE, run_suite

_CAUGHT_BY = {
    "withdraw-removes-first": "withdraw",
    "carry-puts-aside-first": "migrate",
    "drive-removes-by-name": "azure: overwritten",
    "drive-lets-go-first": "onedrive: one picture",
    "drive-not-asked": "dropbox: one picture",
    "drive-taken-for-empty": "azure: one picture",
    "phone-answered-first": "receiver",
}
#: They have many points, or each takes its time.
_THIN = {"group of three", "migrate-record", "bulk import of a tower", *DRIVE_SCENARIOS}
#: Each of their runs decodes photos behind the wall.
_DECODING = {name for name, one in EVERY_SCENARIO.items() if one.by_phone}


@pytest.mark.parametrize("scenario", EVERY_SCENARIO)
def test_no_kill_loses_doubles_or_misfiles_a_file(scenario: str) -> None:
    every = "40" if scenario in _THIN | _DECODING else "9"
    apart = "1" if scenario not in _DECODING else "10" if scenario == "receiver" else "5"

    ended = run_suite(
        "tests.crash.run", *ALONE, "--only", scenario, "--every", every, "--apart", apart
    )

    if "not run" in ended.told:
        pytest.skip(ended.told)
    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["kills"] >= 4
    assert ended.counts["kills of recovery"] >= 4


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_catches_a_seeded_fault(fault: str) -> None:
    scenario = _CAUGHT_BY.get(fault, "one picture")
    every = "40" if ":" in scenario else "9"
    apart = "10" if scenario in _DECODING else "1"
    thin = ("--every", every, "--apart", apart)

    ended = run_suite("tests.crash.run", *ALONE, "--only", scenario, *thin, "--fault", fault)

    if "not run" in ended.told:
        pytest.skip(ended.told)
    assert ended.code == 1, ended.told
    assert ended.sins > 0
