"""The short form of the suite of faults of drives, and the proof that it bites."""

import pytest

from tests.faults.drive_seeding import SEEDS
from tests.support.suites import run_suite

_SUITE = "tests.faults.drives"
_CAUGHT_BY = {
    "removes-by-name": "azure: changed",
    "name-in-the-log": "dropbox: access token",
    "kept-taken-for-removed": "dropbox: quota",
    "checksum-forgotten": "onedrive: bytes damaged",
    "words-of-the-library": "onedrive: 429 without",
}


@pytest.mark.parametrize("drive", ["azure", "dropbox", "onedrive"])
def test_no_fault_loses_doubles_or_misfiles_a_file_or_is_told_badly(drive: str) -> None:
    ended = run_suite(_SUITE, "--quick", "--only", f"{drive}: ")

    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["faults"] >= 28


@pytest.mark.parametrize("seed", SEEDS)
def test_the_suite_catches_a_seeded_mistake(seed: str) -> None:
    ended = run_suite(_SUITE, "--only", _CAUGHT_BY[seed], "--fault", seed)

    assert ended.code == 1, ended.told
    assert ended.sins > 0
