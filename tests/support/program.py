"""Runs the real program as a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from message_centre.cli.main import run

CHECKOUT = Path(__file__).parents[2]
OLD = time.time() - 3600


@dataclass(frozen=True)
class Ended:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON, a line an object, and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def line(self) -> dict[str, Any]:
        (only,) = self.lines
        return only


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if "MESSAGE_CENTRE" not in key}
    return inherited | {"PYTHONPATH": str(CHECKOUT)} | dict(extra or {})


def command(*arguments: str | bytes | Path) -> list[str | bytes | Path]:
    return [sys.executable, "-m", "message_centre", *arguments]


@dataclass
class Practice:
    """A home with one inbox, driven through the command line alone."""

    home: Path
    inbox: Path
    extra: dict[str, str] = field(default_factory=dict)

    def run(
        self, *arguments: str | bytes | Path, before: bool = True, given_in: str | None = None
    ) -> Ended:
        """Run one command on this home, named before the command or after it.

        `given_in` is what stands on its standard input.
        """
        home = ["--home", str(self.home)]
        given = [*home, *arguments] if before else [*arguments, *home]
        ended = subprocess.run(
            command(*given),
            input=None if given_in is None else given_in.encode(),
            capture_output=True,
            env=environment(self.extra),
            check=False,
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def json(self, *arguments: str | bytes | Path) -> Ended:
        return self.run(*arguments, "--json")

    def set_up(self, *arguments: str) -> None:
        """Run one command inside this process, which is quicker; its output is not looked at."""
        given = ["--home", str(self.home), *arguments]
        assert run(given, open_window=lambda _home, _operator: 1) == 0

    def watch(self, *folders: Path) -> None:
        value = os.pathsep.join(map(str, folders or (self.inbox,)))
        self.set_up("settings", "set", "operator.folders.images", value)

    def add_patient(self, number: str, last_name: str) -> None:
        self.set_up(
            *("patients", "add", "--number", number, "--last-name", last_name),
            *("--first-names", "Test", "--birth-date", f"19{number[-2:]}-03-07"),
        )

    def put(self, name: str | bytes, content: bytes = b"") -> Path:
        """A file that has been lying in the inbox for an hour."""
        path = Path(os.fsdecode(os.fsencode(self.inbox) + b"/" + os.fsencode(name)))
        path.write_bytes(content or os.fsencode(name))
        os.utime(path, (OLD, OLD))
        return path
