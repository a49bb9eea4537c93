"""When files were taken, and with what: from their own heads, where these lie near. Nothing is fetched."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from message_centre.domain.contents import HEAD_BYTES
from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import FileKey, Fingerprint, SourceFile
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.ports import CaptureFacts, Clock, Imager, Source
from message_centre.services.work import CancelToken, Progress, Report, silent

_AT_ONCE = 8
#: So many answers are kept; the oldest go first.
_MOST_KEPT = 20_000
_NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Capture:
    """When a file was taken, in nanoseconds, and the device; `at` is 0 where it does not say."""

    at: int = 0
    device: str = ""


class CaptureReader:
    """Remembers by fingerprint what it read. Every method may be called on any thread."""

    def __init__(
        self,
        open_source: Callable[[str], Source | None],
        imager: Imager,
        clock: Clock,
        guard: Guard = open_to_all,
    ) -> None:
        self._open_source = open_source
        self._imager = imager
        self._clock = clock
        self._guard = guard
        self._kept: dict[FileKey, tuple[Fingerprint, Capture]] = {}
        self._lock = threading.Lock()

    def known(self, files: Iterable[SourceFile]) -> Mapping[FileKey, Capture]:
        """What was read of these files before, and tells something."""
        with self._lock:
            kept = dict(self._kept)
        if not kept:
            return {}
        found = ((file, kept.get(file.key)) for file in files)
        return {
            file.key: one[1]
            for file, one in found
            if one is not None and one[0] == file.fingerprint and one[1] != Capture()
        }

    def read(
        self,
        files: Sequence[SourceFile],
        token: CancelToken,
        report: Report = silent,
        *,
        seconds: float = 0.0,
    ) -> None:
        """Read files that were not read yet, the first ones first; of a drive nothing.

        It stops after so many seconds, if any are given: the rest is read another time.

        Raises:
            Cancelled
            NotPermitted, NotSignedIn
        """
        self._guard(*LOOKING)
        until = self._clock.monotonic() + seconds
        waiting = [file for file in files if not file.kind.is_drive and not self._has(file)]
        for first in range(0, len(waiting), _AT_ONCE):
            token.check()
            if seconds and self._clock.monotonic() > until:
                return
            report(Progress(first, len(waiting)))
            chunk = waiting[first : first + _AT_ONCE]
            told = self._imager.facts_of_all([self._head(file) for file in chunk])
            self._keep(chunk, told)

    def _has(self, file: SourceFile) -> bool:
        one = self._kept.get(file.key)
        return one is not None and one[0] == file.fingerprint

    def _keep(self, chunk: Sequence[SourceFile], told: Sequence[CaptureFacts]) -> None:
        with self._lock:
            for file, facts in zip(chunk, told, strict=True):
                at = int(facts.taken_at.timestamp() * _NANO) if facts.taken_at else 0
                self._kept.pop(file.key, None)
                self._kept[file.key] = (file.fingerprint, Capture(at, facts.device))
            for key in list(self._kept)[: max(0, len(self._kept) - _MOST_KEPT)]:
                del self._kept[key]

    def _head(self, file: SourceFile) -> bytes:
        source = self._open_source(file.key.source_id)
        if source is None:
            return b""
        try:
            return source.peek(file.key, file.fingerprint, HEAD_BYTES)[0]
        except MessageCentreError:
            return b""
