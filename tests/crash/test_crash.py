"""The short form of the crash suite, and the proof that the suite bites."""

import re
import subprocess
import sys

import pytest

from tests.crash.faults import FAULTS
from tests.crash.run import SCENARIOS

_COUNTS = re.compile(
    r"all: (\d+) kill points, (\d+) recovery kills, (\d+) states checked, (\d+) problems"
)


def _run(*given: str) -> tuple[int, tuple[int, ...], str]:
    """Run the suite in a process of its own, since it forks and dies a lot."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.run", *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    found = _COUNTS.search(done.stdout)
    assert found is not None, done.stdout + done.stderr
    return done.returncode, tuple(map(int, found.groups())), done.stdout


@pytest.mark.parametrize("scenario", [scenario.name for scenario in SCENARIOS])
def test_no_kill_loses_doubles_or_misfiles_a_file(scenario: str) -> None:
    code, (kills, recovery_kills, _, problems), told = _run("--only", scenario, "--every", "9")

    assert (code, problems) == (0, 0), told
    assert kills >= 4
    assert recovery_kills >= kills


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_catches_a_seeded_fault(fault: str) -> None:
    scenario = "withdraw" if fault.startswith("withdraw") else "one picture"

    code, (_, _, _, problems), told = _run("--only", scenario, "--every", "9", "--fault", fault)

    assert code == 1, told
    assert problems > 0
