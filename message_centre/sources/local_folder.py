"""A watched folder on a local disk or a share; watchdog gives hints, listing gives truth."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from message_centre.domain.errors import FileBusy, FileChanged, SourceOffline
from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
    SourceState,
)
from message_centre.domain.outcomes import Release, Released
from message_centre.host.durable import BLOCK, handle_blocks
from message_centre.host.leases import Writers, writers
from message_centre.host.os_errors import of_source, source_errors
from message_centre.services.ports import Clock, Filed, Found, unheard
from message_centre.services.stability import LooksKeeper, Stillness
from message_centre.services.work import CancelToken, Progress, Report
from message_centre.sources.early_rows import gathered
from message_centre.sources.folder_listing import (
    Looker,
    Place,
    fingerprint_of,
    name_of,
    path_of,
)
from message_centre.sources.folder_release import (
    HOLD,
    Held,
    give_back,
    holds,
    in_hold,
    kept,
    release,
)
from message_centre.sources.folder_return import put_back
from message_centre.sources.folder_watch import FolderWatch
from message_centre.sources.open_folder import OpenFolder


class LocalFolder:
    """A source of files directly inside one folder. See `services.ports.Source` for the promises."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        looks: LooksKeeper,
        listed_extensions: Callable[[], frozenset[str]],
        kind: SourceKind = SourceKind.FOLDER,
    ) -> None:
        self.path = path
        self.source_id = f"{kind.value}:{path}"
        self.name = str(path)
        self.kind = kind
        self._clock = clock
        self._stillness = Stillness(clock, looks)
        self._listed_extensions = listed_extensions
        self._looker: Looker | None = None
        self._known: frozenset[str] = frozenset()
        self._watch = FolderWatch(path)

    def list_files(self, token: CancelToken, report: Report, found: Found = unheard) -> Listing:
        """Every file directly inside; a folder that is away is a state, never an error."""

        def check(count: int) -> None:
            token.check()
            report(Progress(count, 0, self.name))

        looker = self._current_looker()
        try:
            files = self._look(looker, check, found)
        except FileNotFoundError:
            return self._away(SourceState.OFFLINE, "The folder is not there; is the share away?")
        except PermissionError:
            return self._away(SourceState.ERROR, "The folder may not be read: access is denied.")
        except OSError as error:
            return self._away(SourceState.OFFLINE, of_source(error).detail)
        settling = FileState.SETTLING in map(attrgetter("state"), files)
        state = SourceState.SETTLING if settling else SourceState.CONNECTED
        return self._listing(state, "", self._clock.now(), files)

    def _look(
        self, looker: Looker, check: Callable[[int], None], found: Found
    ) -> tuple[SourceFile, ...]:
        with OpenFolder(self.path) as folder:
            return gathered(looker.look(folder, check), found)

    def _current_looker(self) -> Looker:
        listed = self._listed_extensions()
        if self._looker is None or listed != self._known:
            place = Place(self.source_id, self.name, self.kind, listed)
            self._looker, self._known = Looker(place, self._clock, self._stillness), listed
        return self._looker

    def _away(self, state: SourceState, detail: str) -> Listing:
        return self._listing(state, detail, None, ())

    def _listing(
        self,
        state: SourceState,
        detail: str,
        at: datetime | None,
        files: tuple[SourceFile, ...],
    ) -> Listing:
        return Listing(self.source_id, self.name, self.kind, state, detail, at, files)

    @contextlib.contextmanager
    def open(self, key: FileKey, fingerprint: Fingerprint) -> Iterator["OpenedLocalFile"]:
        """Open exactly the file that was seen, refusing links, second names and busy writers."""
        with source_errors(), self._reading(key) as (folder, handle):
            opened = OpenedLocalFile(folder, self._name(key), handle, fingerprint)
            opened.check_unchanged()
            if writers(handle) is Writers.SOME:
                raise FileBusy("Another program still has the file open for writing.")
            yield opened

    def peek(self, key: FileKey, fingerprint: Fingerprint, length: int) -> tuple[bytes, bytes]:
        """The first and the last `length` bytes."""
        with source_errors(), self._reading(key) as (_, handle):
            if fingerprint_of(os.fstat(handle)) != fingerprint:
                raise FileChanged("The file has changed since it was listed.")
            head = os.read(handle, length)
            os.lseek(handle, max(0, fingerprint.size - length), os.SEEK_SET)
            return head, os.read(handle, length)

    def thumbnail(self, key: FileKey, fingerprint: Fingerprint, longest: int) -> None:
        """A folder makes no pictures."""
        del key, fingerprint, longest

    def release(self, filed: Sequence[Filed]) -> tuple[Released, ...]:
        """Remove exactly the filed bytes; see `folder_release`."""
        try:
            group = [self._held(one) for one in filed]
            with self._folder(filed[0].key) as folder:
                return release(folder, group, self._age)
        except SourceOffline as error:
            return (Released(Release.KEPT, error.detail),) * len(filed)
        except OSError as error:
            return (kept(error),) * len(filed)

    def _age(self, moment: float) -> float:
        return self._clock.now().timestamp() - moment

    def still_has(self, key: FileKey, *, sha256: str, import_id: str) -> bool:
        """Whether the filed bytes stand here, under their name or set aside for this import."""
        with source_errors(), self._folder(key) as folder:
            if holds(folder, self._name(key), sha256):
                return True
            if not folder.has(HOLD):
                return False
            with folder.inside(HOLD) as hold:
                return holds(hold, import_id, sha256)

    def still_there(self, key: FileKey, fingerprint: str) -> bool:
        """Whether the folder still shows the file that was claimed."""
        with source_errors(), self._folder(key) as folder:
            try:
                return str(fingerprint_of(folder.stat(self._name(key)))) == fingerprint
            except FileNotFoundError:
                return False

    def restore(self, key: FileKey, *, import_id: str) -> None:
        """Give a file that was set aside for this import its name back."""
        with source_errors(), self._folder(key) as folder:
            if not folder.has(HOLD):
                return

            def back(hold: OpenFolder) -> None:
                if hold.has(import_id):
                    give_back(folder, hold, self._name(key), import_id)

            in_hold(folder, back)

    def put_back(self, filed: Filed, chunks: Iterable[bytes]) -> FileKey:
        """Write the bytes back, read them back, and give them the old name or one beside it."""
        modified_ns = Fingerprint.parse(filed.fingerprint).modified_ns if filed.fingerprint else 0
        with source_errors(), self._folder(filed.key) as folder:
            name = put_back(folder, self._held(filed), chunks, modified_ns)
        above, slash, _ = filed.key.path.rpartition("/")
        return FileKey(self.source_id, above + slash + path_of(name))

    def watch(self, look_again: Callable[[], None]) -> None:
        """Hints from the operating system; begun anew if the folder was away meanwhile."""
        self._watch.watch(look_again)

    def unwatch(self) -> None:
        """Stop the hints and join their thread."""
        self._watch.unwatch()

    def _name(self, key: FileKey) -> str:
        """The name on disk in `_folder`. Raises FileNotFoundError if the key holds none."""
        return name_of(key)

    @contextlib.contextmanager
    def _reading(self, key: FileKey) -> Iterator[tuple[OpenFolder, int]]:
        with self._folder(key) as folder, folder.reading(self._name(key)) as handle:
            yield folder, handle

    def _held(self, one: Filed) -> Held:
        inode = Fingerprint.parse(one.fingerprint).identity if one.fingerprint else ""
        return Held(self._name(one.key), one.sha256, one.import_id, one.blake3, inode)

    @contextlib.contextmanager
    def _folder(self, key: FileKey) -> Iterator[OpenFolder]:
        """The open folder in which the file stands."""
        del key
        with contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(OpenFolder(self.path))
            except OSError as error:
                raise SourceOffline("The folder is not there; is the share away?") from error
            yield folder


class OpenedLocalFile:
    """One handle on one file; the handle is what is read, so nobody can swap the bytes."""

    def __init__(
        self, folder: OpenFolder, name: str, handle: int, fingerprint: Fingerprint
    ) -> None:
        self._folder = folder
        self._name = name
        self._handle = handle
        self._fingerprint = fingerprint

    def chunks(self, at_most: int | None = None) -> Iterator[bytes]:
        """The bytes, from the start; whoever has enough stops. As many as are asked for come at once."""
        with source_errors():
            os.lseek(self._handle, 0, os.SEEK_SET)
            yield from handle_blocks(self._handle, at_most or BLOCK)

    def check_unchanged(self) -> None:
        """Raise `FileChanged` unless handle and name show the file that was seen."""
        with source_errors():
            held = os.fstat(self._handle)
            named = self._folder.stat(self._name)
        if held.st_nlink > 1:
            raise FileChanged("The file has been given a second name, so it cannot be moved.")
        if fingerprint_of(held) != self._fingerprint or not os.path.samestat(held, named):  # noqa: TID251 - pathlib compares names, not handles
            raise FileChanged("The file has changed since it was listed.")
