"""Runs a suite as a person would, in a process of its own, and reads the counts it ends with."""

import re
import subprocess
import sys
from dataclasses import dataclass

from tests.support.counting import SINS


@dataclass(frozen=True)
class Suite:
    """How a suite ended, what it counted and everything it said."""

    code: int
    counts: dict[str, int]
    told: str

    @property
    def sins(self) -> int:
        """How much was found that must not be."""
        return sum(self.counts[sin] for sin in SINS)


#: One process at a time: pytest shares out the tests already.
ALONE = ("--jobs", "1")


def run_suite(module: str, *given: str) -> Suite:
    """Run it to its end."""
    done = subprocess.run(
        [sys.executable, "-m", module, *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    _, _, line = done.stdout.rpartition("\nall: ")
    counts = {words: int(count) for count, words in re.findall(r"(\d+) ([^,\n]+)", line)}
    assert counts.keys() >= set(SINS), done.stdout + done.stderr
    return Suite(done.returncode, counts, done.stdout + done.stderr)
