"""A folder of a virtual drive as a source: listed without downloading, moved by revision.

What stands here holds for every drive; what one drive does its own way is behind `drive.Drive`.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from message_centre.domain.errors import (
    AccessDenied,
    FileChanged,
    FileGone,
    MessageCentreError,
    NotAllowedHere,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.files import (
    FileKey,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
    SourceState,
)
from message_centre.domain.kinds import destination_of, extension_of
from message_centre.domain.outcomes import Release, Released
from message_centre.services.ports import Clock, Filed, Found, unheard
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.sources.drive import Drive, DriveFile, Removal, RemovesMany
from message_centre.sources.early_rows import gathered
from message_centre.sources.names import judged

#: More calls at once than this gain nothing and overflow the SDKs' connection pools (measured).
WORKERS = 8

_RELEASED = Released(Release.RELEASED)
_CHANGED = Released(Release.CHANGED, "The drive now holds another revision of this file; it stays.")


@dataclass(frozen=True, slots=True)
class DrivePlace:
    """Which folder this is: its id for the record, what people call it, and its kind."""

    source_id: str
    name: str
    kind: SourceKind


class DriveSource:
    """Implements `services.ports.Source`. Any thread."""

    def __init__(
        self,
        place: DrivePlace,
        drive: Drive,
        clock: Clock,
        listed_extensions: Callable[[], frozenset[str]],
    ) -> None:
        self.source_id = place.source_id
        self.name = place.name
        self.kind = place.kind
        self._drive = drive
        self._clock = clock
        self._listed_extensions = listed_extensions

    def list_files(self, token: CancelToken, report: Report, found: Found = unheard) -> Listing:
        """Every file directly inside; a drive that cannot be reached is a state, never an error."""

        def check(count: int) -> None:
            token.check()
            report(Progress(count, 0, self.name))

        listed = self._listed_extensions()
        try:
            rows = (self._row(file, listed) for file in self._drive.files(check))
            files = gathered(rows, found)
        except SignInNeeded as error:
            return self._away(SourceState.SIGN_IN_NEEDED, error)
        except NotAllowedHere as error:
            return self._away(SourceState.NOT_ALLOWED, error)
        except SourceOffline as error:
            return self._away(SourceState.OFFLINE, error)
        except MessageCentreError as error:
            return self._away(SourceState.ERROR, error)
        now = self._clock.now()
        return Listing(self.source_id, self.name, self.kind, SourceState.CONNECTED, "", now, files)

    @contextlib.contextmanager
    def open(self, key: FileKey, fingerprint: Fingerprint) -> Iterator["OpenedDriveFile"]:
        """The revision that was seen; the drive is asked for that one and no other."""
        yield OpenedDriveFile(self._drive, _file(key, fingerprint))

    def peek(self, key: FileKey, fingerprint: Fingerprint, length: int) -> tuple[bytes, bytes]:
        """The first and the last `length` bytes, fetched as two ranges."""
        file = _file(key, fingerprint)
        head = b"".join(self._drive.read(file, start=0, length=min(length, file.size)))
        if file.size <= length:
            return head, head
        start = file.size - length
        return head, b"".join(self._drive.read(file, start=start, length=length))

    def thumbnail(self, key: FileKey, fingerprint: Fingerprint, longest: int) -> bytes | None:
        """The drive's own small picture of the revision that was seen, if it makes one."""
        return self._drive.thumbnail(_file(key, fingerprint), longest)

    def release(self, filed: Sequence[Filed]) -> tuple[Released, ...]:
        """Remove exactly the filed revisions, several at once."""
        if len(filed) == 1:
            return (self._release(filed[0]),)
        many = self._drive.many if isinstance(self._drive, RemovesMany) else 1
        parts = [filed[at : at + many] for at in range(0, len(filed), many)]
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="releasing") as pool:
            return tuple(chain.from_iterable(pool.map(self._release_part, parts)))

    def _release_part(self, filed: Sequence[Filed]) -> list[Released]:
        """By one call if that removes them all; else whatever became of it, each is asked for."""
        if len(filed) > 1 and isinstance(self._drive, RemovesMany):
            wanted = [(one.key.path, Fingerprint.parse(one.fingerprint).identity) for one in filed]
            with contextlib.suppress(MessageCentreError):
                if self._drive.remove_many(wanted):
                    return [_RELEASED] * len(filed)
        return [self._release(one) for one in filed]

    def _release(self, filed: Filed) -> Released:
        revision = Fingerprint.parse(filed.fingerprint).identity
        try:
            removal = self._drive.remove(filed.key.path, revision, filed.sha256)
        except MessageCentreError as error:
            return Released(Release.KEPT, f"The original could not be removed. {error.detail}")
        return _CHANGED if removal is Removal.CHANGED else _RELEASED

    def still_has(self, key: FileKey, *, sha256: str, import_id: str) -> bool:
        """Whether the drive holds the filed bytes under this identity; they are downloaded to know."""
        del import_id  # nothing is ever set aside on a drive
        found = self._drive.find(key.path)
        if found is None:
            return False
        digest = hashlib.sha256()
        try:
            for chunk in self._drive.read(found):
                digest.update(chunk)
        except (FileGone, FileChanged):
            return False
        return digest.hexdigest() == sha256

    def still_there(self, key: FileKey, fingerprint: str) -> bool:
        """Whether the drive still shows the revision that was claimed."""
        found = self._drive.find(key.path)
        return found is not None and str(_fingerprint(found)) == fingerprint

    def restore(self, key: FileKey, *, import_id: str) -> None:
        """Nothing is ever set aside on a drive, so there is nothing to give back."""
        del key, import_id

    def put_back(self, filed: Filed, chunks: Iterable[bytes]) -> FileKey:
        """A file that the drive has kept is back by that; a drive is never written to.

        Raises:
            AccessDenied: the drive does not have it, so that it goes to the inbox for returned files.
        """
        del chunks
        if self.still_has(filed.key, sha256=filed.sha256, import_id=filed.import_id):
            return filed.key
        raise AccessDenied("Nothing is ever written to a virtual drive.")

    def watch(self, look_again: Callable[[], None]) -> None:
        """A drive gives no hints worth a connection of their own; the steady rescan finds changes."""
        del look_again

    def unwatch(self) -> None:
        """There is no watch to end."""

    def _row(self, file: DriveFile, listed: frozenset[str]) -> SourceFile:
        extension = extension_of(file.name)
        state, reason = judged(file.name, extension, file.size, listed)
        return SourceFile(
            key=FileKey(self.source_id, file.id),
            name=file.name,
            source_name=self.name,
            kind=self.kind,
            fingerprint=_fingerprint(file),
            extension=extension,
            destination=destination_of(extension),
            state=state,
            reason=reason,
        )

    def _away(self, state: SourceState, error: MessageCentreError) -> Listing:
        return Listing(self.source_id, self.name, self.kind, state, error.detail, None, ())


class OpenedDriveFile:
    """One revision of one file; a drive cannot give other bytes for it."""

    def __init__(self, drive: Drive, file: DriveFile) -> None:
        self._drive = drive
        self._file = file

    def chunks(self, at_most: int | None = None) -> Iterator[bytes]:
        """The bytes, checked by the drive's own hash at the end; not where only some are asked for."""
        if at_most is None or self._file.size <= at_most:
            return self._drive.read(self._file)
        return self._drive.read(self._file, length=at_most)

    def check_unchanged(self) -> None:
        """Nothing to look at: what was read was asked for by its revision."""


def _fingerprint(file: DriveFile) -> Fingerprint:
    return Fingerprint(file.size, file.modified_ns, file.revision)


def _file(key: FileKey, fingerprint: Fingerprint) -> DriveFile:
    """What the drive showed when this fingerprint was taken."""
    return DriveFile(key.path, "", fingerprint.size, fingerprint.modified_ns, fingerprint.identity)
