"""Lists every source of an operator, each on its own thread, and leaves out what is on record."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty
from typing import Protocol

from message_centre.domain.contents import HEAD_BYTES, contradiction, looks_incomplete
from message_centre.domain.errors import FileGone, IncompleteOrder, MessageCentreError
from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
    SourceState,
)
from message_centre.domain.people import Operator, Right
from message_centre.services.looking import Ears, Inbox, Sight, SourceLook
from message_centre.services.permitting import LOOKING, Guard, open_to_all
from message_centre.services.ports import Journal, Source, SourceRegistry
from message_centre.services.watching import INCOMPLETE
from message_centre.services.work import CancelToken, Progress

#: How long one source may keep a refresh waiting before it is reported as it stands.
SOURCE_SECONDS = 30.0
#: How often a watched source is looked at although nothing hinted at a change.
RESCAN_SECONDS = 20.0
#: How often a waiting refresh looks whether it was cancelled.
_GLANCE = 0.2
#: Told only while they hold something.
_RARE = frozenset({SourceKind.RETURNED, SourceKind.QUARANTINE})


_DEAF = Ears()


class Folders(Protocol):
    """Which folders are watched and which drives are on; read anew at each refresh."""

    def image_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders for images."""

    def document_folders(self, operator_id: str) -> tuple[Path, ...]:
        """Folders for other documents."""

    def drives(self, operator_id: str, provider: str) -> tuple[str, ...]:
        """The source ids of the drives that are switched on."""


@dataclass(frozen=True)
class ListerParts:
    """What a lister is made of."""

    folders: Folders
    sources: SourceRegistry
    journal: Journal
    allows: Callable[[Operator, Right, str], bool] = Operator.may
    guard: Guard = open_to_all


class Lister:
    """Refreshes sources; one that hangs or fails never holds up another. Any thread."""

    def __init__(self, parts: ListerParts) -> None:
        self._parts = parts
        self._running: dict[str, SourceLook] = {}
        self._lock = threading.Lock()
        self._inspected: dict[FileKey, tuple[Fingerprint, str]] = {}
        self._watching = threading.Lock()
        self._watch: _Watch | None = None

    def sources(self, operator: Operator, provider: str) -> tuple[Source, ...]:
        """Every source that is switched on for this operator and provider; none without the right."""
        if not self._parts.allows(operator, Right.SEE_EXT, provider):
            return ()
        folders = self._parts.folders
        paths = dict.fromkeys(
            folders.image_folders(operator.id) + folders.document_folders(operator.id)
        )
        watched = tuple(self._parts.sources.folder(path) for path in paths)
        known = map(self._parts.sources.by_id, folders.drives(operator.id, provider))
        drives = tuple(drive for drive in known if drive is not None)
        return (*watched, *drives, self._parts.sources.returned())

    def refresh(
        self,
        operator: Operator,
        provider: str,
        token: CancelToken,
        ears: Ears = _DEAF,
        *,
        kinds: Collection[SourceKind] = frozenset(SourceKind),
    ) -> tuple[Listing, ...]:
        """One listing a source of these kinds, in the order of `sources`; `ears` hear of each as it comes.

        The inbox for returned files is left out while it is empty. What is on record is left out of what
        is glimpsed as well.

        Raises:
            Cancelled
        """
        sources = [one for one in self.sources(operator, provider) if one.kind in kinds]
        inbox, done = Inbox(), dict[str, Listing]()
        waiting = [self._share(source, inbox) for source in sources]
        until = time.monotonic() + SOURCE_SECONDS
        while waiting:
            token.check()
            listed = sum(len(listing.files) for listing in done.values())
            ears.report(Progress(listed + sum(look.seen for look in waiting), 0))
            for sight in _next(inbox, waiting, until):
                if sight.look in waiting and not sight.is_whole:
                    ears.glimpsed(sight.listing)
                elif sight.look in waiting:
                    waiting.remove(sight.look)
                    done[sight.listing.source_id] = sight.listing
                    if _is_told(sight.listing):
                        ears.listed(sight.listing)
        found = (done[source.source_id] for source in sources)
        return tuple(listing for listing in found if _is_told(listing))

    def _share(self, source: Source, inbox: Inbox) -> SourceLook:
        """List on a thread of its own; a refresh that comes meanwhile shares the answer."""
        with self._lock:
            look = self._running.get(source.source_id)
            if look is None:
                look = self._running[source.source_id] = SourceLook(source)
                look.thread = threading.Thread(
                    target=self._list, args=(look,), name="listing", daemon=True
                )
                look.thread.start()
        look.share(inbox)
        return look

    def _list(self, look: SourceLook) -> None:
        source, listing = look.source, _not_answering(look.source)

        def found(files: Sequence[SourceFile]) -> None:
            # Without the record nothing is told early, since it may be on it.
            with suppress(MessageCentreError):
                some = self._without_filed(replace(empty, files=tuple(files)))
                look.tell(some, is_whole=False)

        empty = replace(listing, state=SourceState.CONNECTED, detail="")
        try:
            listing = self._without_filed(source.list_files(CancelToken(), look.get_on, found))
        except MessageCentreError as error:
            listing = replace(listing, state=SourceState.ERROR, detail=error.detail)
        finally:
            with self._lock:
                del self._running[source.source_id]
            look.tell(listing, is_whole=True)

    def _without_filed(self, listing: Listing) -> Listing:
        """Leave out files that are on record though their source could not let go of them."""
        hidden = self._parts.journal.hidden(listing.source_id)
        if not hidden:
            return listing
        kept = tuple(
            file
            for file in listing.files
            if str(file.fingerprint) not in hidden.get(file.key.path, ())
        )
        return replace(listing, files=kept)

    def inspect(
        self,
        files: Sequence[SourceFile],
        token: CancelToken,
        marked: Callable[[SourceFile], None],
    ) -> None:
        """Look at the bytes of ready files; `marked` gets a copy with the reason where one is odd.

        Such a file may still be saved by a person. Answers are remembered by fingerprint. Nothing is
        fetched from a drive for that.

        Raises:
            Cancelled
            NotPermitted, NotSignedIn
        """
        self._parts.guard(*LOOKING)
        for file in files:
            token.check()
            if file.state is not FileState.READY or file.kind.is_drive:
                continue
            known = self._inspected.get(file.key)
            if known is None or known[0] != file.fingerprint:
                known = (file.fingerprint, self._oddity(file))
                self._inspected[file.key] = known
            if known[1] and file.reason != known[1]:
                marked(replace(file, reason=known[1]))

    def _oddity(self, file: SourceFile) -> str:
        source = self._parts.sources.by_id(file.key.source_id)
        if source is None:
            return ""
        try:
            head, tail = source.peek(file.key, file.fingerprint, HEAD_BYTES)
        except MessageCentreError as error:
            return error.detail
        odd = contradiction(file.extension, head)
        if not odd and looks_incomplete(head, tail, file.size, file.extension):
            return INCOMPLETE
        return odd

    def watch(self, operator: Operator, provider: str, look_again: Callable[[], None]) -> None:
        """Call `look_again` on a foreign thread at hints, and at a steady pace without them."""
        with self._watching:
            self._stop_watching()
            self._watch = _Watch(lambda: self.sources(operator, provider), look_again)
            self._watch.start()

    def unwatch(self) -> None:
        """Stop watching; returns when no call can come any more."""
        with self._watching:
            self._stop_watching()

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def find(self, listings: Sequence[Listing], key_or_name: str) -> SourceFile:
        """The listed file with that key token, or with that name if only one has it.

        Raises:
            FileGone: no listed file fits; it says which sources could not be listed.
            IncompleteOrder: several files have this name; their keys tell them apart.
        """
        files = [file for listing in listings for file in listing.files]
        by_key = [file for file in files if file.key.token == key_or_name]
        by_name = [file for file in files if file.name == key_or_name]
        found = by_key or by_name
        if not found:
            raise FileGone(f"No listed file has this key or name.{_unlisted(listings)}")
        if len(found) > 1:
            raise IncompleteOrder("Several files have this name; give the key from the list.")
        return found[0]


class _Watch:
    """Watches sources, and watches over the watches: shares go away and come back."""

    def __init__(
        self, sources: Callable[[], Sequence[Source]], look_again: Callable[[], None]
    ) -> None:
        self._sources = sources
        self._look_again = look_again
        self._stopped = threading.Event()
        self._watched: dict[str, Source] = {}
        self._thread = threading.Thread(target=self._run, name="rescan", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(10)
        for source in self._watched.values():
            source.unwatch()

    def _run(self) -> None:
        while not self._stopped.is_set():
            for source in self._sources():
                self._watched[source.source_id] = source
                source.watch(self._hint)
            if self._stopped.wait(RESCAN_SECONDS):
                return
            self._hint()

    def _hint(self) -> None:
        if not self._stopped.is_set():
            self._look_again()


def _unlisted(listings: Iterable[Listing]) -> str:
    """Where the file may be all the same, in a sentence; empty if every source was listed."""
    whys = (
        f"{listing.source_name} ({listing.state})"
        for listing in listings
        if listing.state not in {SourceState.CONNECTED, SourceState.SETTLING}
    )
    told = ", ".join(whys)
    return f" Not listed: {told}." if told else ""


def _next(inbox: Inbox, waiting: Iterable[SourceLook], until: float) -> tuple[Sight, ...]:
    """What comes next; when it is too late for more, what can be said of those that wait."""
    try:
        sight = inbox.get(timeout=_GLANCE)
    except Empty:
        is_late = time.monotonic() > until
        return tuple(Sight(look, _so_far(look), is_whole=True) for look in waiting if is_late)
    if sight.is_whole and sight.look.thread is not None:
        # Its end notes what nobody foresaw in it.
        sight.look.thread.join(_GLANCE)
    return (sight,)


def _so_far(look: SourceLook) -> Listing:
    """What is known of a source that takes long: the next refresh shares the rest."""
    listing = _not_answering(look.source)
    if look.moved_at < time.monotonic() - SOURCE_SECONDS / 2:
        return listing
    detail = f"It is still being listed; {look.seen:,} files were seen so far."
    files = look.files_so_far()
    return replace(listing, state=SourceState.CONNECTING, detail=detail, files=files)


def _is_told(listing: Listing) -> bool:
    return bool(listing.files) or listing.kind not in _RARE


def _not_answering(source: Source) -> Listing:
    return Listing(
        source_id=source.source_id,
        source_name=source.name,
        kind=source.kind,
        state=SourceState.OFFLINE,
        detail="The source does not answer.",
        listed_at=None,
        files=(),
    )
