"""Several processes at one folder: the short forms of the race suite."""

import subprocess
import sys

import pytest

_ALL_IS_WELL = "0 not told by whom, 0 lost, 0 doubled, 0 left, 0 open, 0 findings, trail of"
_RACES = {
    "sqlite in one home": (200, ""),
    "postgres": (200, "--postgres"),
    "auto-import against people, sqlite": (200, "--auto"),
    "auto-import against people, postgres": (200, "--auto --postgres"),
    "killed, sqlite in one home": (1200, "--kill 4"),
    "killed, postgres": (900, "--kill 4 --postgres"),
    "commits cut and a server that crashes": (600, "--cut 20 --crash 1"),
    "clocks a day wrong": (150, "--skew"),
    "clocks a day wrong, leases over": (600, "--skew --lease 0.01 --kill 2"),
}


@pytest.mark.parametrize(("files", "more"), _RACES.values(), ids=_RACES.keys())
def test_programs_that_save_at_once_file_every_file_once_and_tell_the_losers_by_whom(
    files: int, more: str
) -> None:
    command = [sys.executable, "-m", "tests.races.run", "--processes", "4", "--files", str(files)]
    done = subprocess.run(
        [*command, *more.split()], capture_output=True, text=True, check=False, timeout=280
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{files} saved" in done.stdout
    assert _ALL_IS_WELL in done.stdout
