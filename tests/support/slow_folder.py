"""A folder of which the last names come only when they are let, as on a slow share."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre.sources.open_folder import OpenFolder
from tests.support.engine import age


class SlowFolder:
    """Every look at it shows so many names, waits, and then shows the others."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, *, early: int) -> None:
        self.path = path
        self.let = threading.Event()
        self.looks = 0
        names = OpenFolder.names

        def slowly(folder: OpenFolder) -> Iterator[str]:
            is_slow = folder._path == path
            self.looks += is_slow
            for count, name in enumerate(sorted(names(folder))):
                if count == early and is_slow:
                    self.let.wait(30)
                yield name

        monkeypatch.setattr(OpenFolder, "names", slowly)

    def fill(self, count: int) -> None:
        """Files that have been lying there, the first by name the oldest."""
        for number in range(count):
            path = self.path / f"IMG {number:04}.jpg"
            path.write_bytes(b"\xff\xd8\xff\xe0 synthetic \xff\xd9")
            age(path, 900_000 - number * 60)
