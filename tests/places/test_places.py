"""The short form of the places suite: two folders of this computer, in memory and on disk; no root."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

_COUNTS = re.compile(r"all: (\d+) kills and refusals, .* (\d+) problems")
_MEMORY = Path("/dev/shm")  # noqa: S108 - only as the parent of a private folder


def _run(source: Path, stores: Path, *given: str) -> tuple[int, int, int, str]:
    wanted = [sys.executable, "-m", "tests.places.run", "--source", source, "--stores", stores]
    done = subprocess.run(
        [*map(str, wanted), "--scenario", "one picture", "--every", "7", *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    found = _COUNTS.search(done.stdout)
    assert found is not None, done.stdout + done.stderr
    return done.returncode, int(found.group(1)), int(found.group(2)), done.stdout


@pytest.mark.parametrize(("fault", "code"), [("", 0), ("settled-without-removing", 1)])
def test_a_pair_of_places_is_judged(tmp_path: Path, fault: str, code: int) -> None:
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as memory:
        given = ("--fault", fault) if fault else ()
        found, kills, problems, told = _run(tmp_path, Path(memory), *given)

    assert found == code, told
    assert kills >= 4
    assert bool(problems) == bool(code), told
