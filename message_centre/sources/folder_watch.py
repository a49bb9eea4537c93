"""Hints that a folder may have changed; nothing more is ever concluded from them."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

#: Reading or opening a file changes nothing; our own listing would otherwise wake itself.
_SILENT = frozenset({"opened", "closed_no_write"})


class FolderWatch:
    """One folder's watcher thread; may be begun anew when the folder came back."""

    def __init__(self, path: Path, *, recursive: bool = False) -> None:
        self._path = path
        self._recursive = recursive
        self._lock = threading.Lock()
        self._observer: BaseObserver | None = None
        self._identity: tuple[int, int] | None = None

    def watch(self, look_again: Callable[[], None]) -> None:
        """Make sure that a living watch stands on the folder that is there now."""
        with self._lock:
            identity = self._look()
            alive = self._observer is not None and self._observer.is_alive()
            if alive and identity == self._identity:
                return
            self._stop()
            if identity is None:
                return
            observer = Observer()
            try:
                observer.schedule(_Hints(look_again), str(self._path), recursive=self._recursive)
                observer.start()
            except OSError:
                return  # no watches left, or gone again: the periodic rescan finds the changes
            self._observer, self._identity = observer, identity

    def unwatch(self) -> None:
        """Stop and join."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            with contextlib.suppress(RuntimeError):
                self._observer.join(5)
        self._observer, self._identity = None, None

    def _look(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


class _Hints(FileSystemEventHandler):
    def __init__(self, look_again: Callable[[], None]) -> None:
        self._look_again = look_again

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _SILENT:
            self._look_again()
