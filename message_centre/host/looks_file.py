"""Looks at settling files, kept between runs in the home's cache.

The monotonic clock is the system's own since its start, so that two runs may compare it; losing
the file only makes a file settle anew.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from message_centre.services.stability import Look


class LooksFile:
    """One small JSON file a source."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> Mapping[str, Look]:
        """Looks by file key token; empty where the file is missing or unreadable."""
        try:
            rows = json.loads(self._file.read_text("utf-8"))
            return {
                token: Look(str(row[0]), float(row[1]), int(row[2])) for token, row in rows.items()
            }
        except (OSError, ValueError, TypeError, AttributeError, IndexError, KeyError):
            return {}

    def write(self, looks: Mapping[str, Look]) -> None:
        """Keep these looks instead; a cache that cannot be written is done without."""
        rows = {token: [look.fingerprint, look.since, look.count] for token, look in looks.items()}
        part = self._file.with_suffix(".part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(rows), "utf-8")
            part.replace(self._file)
        except OSError:
            part.unlink(missing_ok=True)
