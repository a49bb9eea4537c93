"""The short form of the places suite: two folders of this computer, in memory and on disk; no root."""

import tempfile
from pathlib import Path

import pytest

from tests.support.suites import Suite, run_suite

_MEMORY = Path("/dev/shm")  # noqa: S108 - only as the parent of a private folder


def _run(source: Path, stores: Path, *given: str) -> Suite:
    places = ("--source", str(source), "--stores", str(stores))
    wanted = ("--scenario", "one picture", "--every", "7")
    return run_suite("tests.places.run", *places, *wanted, *given)


@pytest.mark.parametrize(("fault", "code"), [("", 0), ("no-recovery", 1)])
def test_a_pair_of_places_is_judged(tmp_path: Path, fault: str, code: int) -> None:
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as memory:
        given = ("--fault", fault) if fault else ()
        ended = _run(tmp_path, Path(memory), *given)

    assert ended.code == code, ended.told
    assert ended.counts["kills"] >= 4
    assert bool(ended.sins) == bool(code), ended.told
