"""Several processes at one folder: the short form of the race suite."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("record", [(), ("--postgres",)], ids=["sqlite in one home", "postgres"])
def test_programs_that_save_at_once_file_every_file_once_and_tell_the_losers_by_whom(
    record: tuple[str, ...],
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.races.run", "--processes", "4", "--files", "200", *record],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 saved" in done.stdout
    assert "0 not told by whom, 0 lost, 0 doubled, 0 left, 0 findings" in done.stdout
