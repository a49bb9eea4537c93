"""What this workstation last saw of the trail, kept outside the record.

A chain of hashes proves nothing to somebody who can write the whole record: cut off at its end, or
made anew from a changed row on, it holds. It then lacks what was seen here at the last check.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from message_centre.host import durable
from message_centre.host.os_errors import home_errors

_BEGINS = "trail-seen"


class Seen(NamedTuple):
    """Number and digest of an entry."""

    seq: int
    digest: str


class Witness:
    """The last entry that held, in one small file of the home for each record it has worked with."""

    def __init__(self, home: Path, url: str) -> None:
        mark = f"-{hashlib.sha256(url.encode()).hexdigest()[:16]}" if url else ""
        self._file = home / f"{_BEGINS}{mark}.json"

    def seen(self) -> Seen | None:
        """That entry; None before the first check. A file that does not say is that of no trail."""
        try:
            found = json.loads(self._file.read_bytes())
            return Seen(max(1, int(found["seq"])), str(found["digest"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return Seen(1, "")

    def remember(self, seq: int, digest: str) -> None:
        """The trail holds up to this entry. Where that cannot be noted, the older note goes on being true."""
        data = json.dumps({"seq": seq, "digest": digest})
        with contextlib.suppress(OSError):
            durable.write_atomically(self._file, data.encode())

    def forget(self) -> None:
        """Another trail begins here, as after a restore.

        Raises:
            AccessDenied: the note cannot be removed.
        """
        with home_errors():
            durable.remove(self._file)
