"""A file that grows for a while, as a slow camera or scanner writes it."""

import threading
from pathlib import Path
from typing import Self

from message_centre.demo.documents import pdf
from message_centre.demo.samples import DOCUMENTS

_STEPS = 40
_SECONDS = 1.0


class GrowingFile:
    """Writes one report into a demo home piece by piece, on a thread of its own.

    A home without demo folders, or with such a file already, gets nothing. `stop` may be called on any thread, at any time; a file that
    was stopped early stays as it is, incomplete.
    """

    def __init__(self, home: Path, *, steps: int = _STEPS, seconds: float = _SECONDS) -> None:
        self._folder = home / "demo" / DOCUMENTS
        self._steps = steps
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._grow, name="demo-growing", daemon=True)

    @property
    def path(self) -> Path:
        """The file that grows."""
        return self._folder / "Slow scanner.pdf"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to write."""
        if self._folder.is_dir() and not self.path.exists():
            self._thread.start()

    def stop(self) -> None:
        """Stop writing and wait for the thread."""
        self._stop.set()
        self.finish()

    def finish(self) -> None:
        """Wait until the file is whole, or was stopped."""
        if self._thread.is_alive():
            self._thread.join()

    def _grow(self) -> None:
        content = pdf(seed=91, pages=2)
        piece = max(1, -(-len(content) // self._steps))
        with self.path.open("wb") as growing:
            for start in range(0, len(content), piece):
                growing.write(content[start : start + piece])
                growing.flush()
                if self._stop.wait(self._seconds):
                    return
