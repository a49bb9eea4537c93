"""The short form of the fault suite."""

import re
import subprocess
import sys

import pytest

from tests.crash.run import SCENARIOS

_COUNTS = re.compile(r"all: (\d+) faults, (\d+) states checked, (\d+) problems")


@pytest.mark.parametrize("scenario", [scenario.name for scenario in SCENARIOS])
def test_no_failing_call_loses_doubles_or_misfiles_a_file(scenario: str) -> None:
    every = "20" if scenario.startswith(("batch", "group")) else "6"
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", "--only", scenario, "--every", every],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )

    found = _COUNTS.search(done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert (done.returncode, int(found.group(3))) == (0, 0), done.stdout
    assert int(found.group(1)) > 10
