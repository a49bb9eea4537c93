"""The short form of the power-loss suite, and the proof that the suite bites."""

import re
import subprocess
import sys

import pytest

_COUNTS = re.compile(r"all: \d+ operations, (\d+) distinct disks .* (\d+) problems")


def _run(*given: str) -> tuple[int, int, int, str]:
    """Run the suite in a process of its own, since it forks and dies a lot."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.power.run", *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    found = _COUNTS.search(done.stdout)
    assert found is not None, done.stdout + done.stderr
    return done.returncode, int(found.group(1)), int(found.group(2)), done.stdout


@pytest.mark.parametrize(
    ("scenario", "every", "least"),
    [("one picture", "3", 12), ("withdraw", "3", 8), ("group", "17", 10)],
)
def test_no_cut_loses_doubles_or_misfiles_a_file(scenario: str, every: str, least: int) -> None:
    code, disks, problems, told = _run("--only", scenario, "--every", every)

    assert (code, problems) == (0, 0), told
    assert disks >= least


@pytest.mark.parametrize(
    ("fault", "scenario", "every"),
    [
        ("no-folder-flush", "one picture", "9"),
        ("no-staged-flush", "one picture", "15"),
        ("returned-without-flush", "withdraw", "12"),
    ],
)
def test_the_suite_catches_a_missing_flush(fault: str, scenario: str, every: str) -> None:
    code, _, problems, told = _run("--only", scenario, "--every", every, "--fault", fault)

    assert code == 1, told
    assert problems > 0
