"""Several processes at one folder: the short form of the race suite."""

import subprocess
import sys


def test_four_programs_in_one_home_file_every_file_once_and_tell_the_losers_by_whom() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.races.run", "--processes", "4", "--files", "200"],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 saved" in done.stdout
    assert "0 not told by whom, 0 lost, 0 doubled, 0 left, 0 findings" in done.stdout
