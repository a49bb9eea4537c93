"""A folder of which the last files can be looked at only when they are let, as on a slow share."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from message_centre.sources.open_folder import OpenFolder
from tests.support.engine import age


class SlowFolder:
    """Every look at it comes as far as `early` files, waits, and then sees the others."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, *, early: int) -> None:
        self.path = path
        self.let = threading.Event()
        self.looks = 0
        names, stats = OpenFolder.names, OpenFolder.stats

        def in_order(folder: OpenFolder) -> list[str]:
            self.looks += folder._path == path
            return sorted(names(folder))

        def slowly(folder: OpenFolder, some: Sequence[str]) -> list[os.stat_result | None]:
            if folder._path == path and sorted(names(folder)).index(some[0]) >= early:
                self.let.wait(30)
            return stats(folder, some)

        monkeypatch.setattr(OpenFolder, "names", in_order)
        monkeypatch.setattr(OpenFolder, "stats", slowly)

    def fill(self, count: int) -> None:
        """Files that have been lying there, the first by name the oldest."""
        for number in range(count):
            path = self.path / f"IMG {number:04}.jpg"
            path.write_bytes(b"\xff\xd8\xff\xe0 synthetic \xff\xd9")
            age(path, 900_000 - number * 60)
