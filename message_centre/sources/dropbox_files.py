"""One folder of a Dropbox account, behind `drive.Drive`.

A file is its `id:`, its revision its `rev`: both stay where somebody only looks, and the second changes
with every change. Bytes come with the revision they are of, and by no other than the one that was seen:
Dropbox would give old ones too, of files that somebody has removed or replaced for a reason. A file is
removed only while the revision is still that one.
"""

import contextlib
import hashlib
import logging
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

from message_centre.domain.errors import FileChanged, FileGone, SourceOffline, UnreadablePicture
from message_centre.sources.drive import MOST_OF_THUMBNAIL, DriveFile, Removal, some_of
from message_centre.sources.dropbox_line import Credentials, Line, Waits

_log = logging.getLogger(__name__)

_PAGE = 1000
_HASH_BLOCK = 4 << 20
#: The boxes that Dropbox fits its small pictures into.
_SIDES = ((64, 64), (128, 128), (256, 256), (640, 480), (1024, 768), (2048, 1536))
#: A list that Dropbox wants begun anew is begun anew this often.
_BEGINNINGS = 3


class DropboxFiles:
    """Implements `drive.Drive`. Any thread; making one is free."""

    def __init__(
        self, credentials: Credentials, folder: str, *, waits: Waits | None = None
    ) -> None:
        self._line = Line(credentials, waits or Waits())
        self._folder = normalised(folder)

    def files(self, check: Callable[[int], None]) -> Iterator[DriveFile]:
        """Every file directly inside, as it stands once the last page has come."""
        for _ in range(_BEGINNINGS):
            try:
                yield from self._listed(check)
            except FileGone as error:
                raise SourceOffline(
                    f"There is no folder {self._folder or '/'} in this Dropbox."
                ) from error
            except FileChanged:
                continue
            return
        raise SourceOffline("The folder changes faster than Dropbox can list it.")

    def find(self, file_id: str) -> DriveFile | None:
        """The file as it stands now; one that was moved out of the folder is gone from here."""
        try:
            entry = self._line.ask("find", lambda client: client.files_get_metadata(file_id))
        except FileGone:
            return None
        return _file(entry) if _is_file(entry) and self._is_inside(entry) else None

    def read(
        self, file: DriveFile, *, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of this revision, while it is still the file's."""
        if length == 0:
            return
        is_whole = start == 0 and length is None
        end = "" if length is None else start + length - 1
        headers = None if is_whole else {"Range": f"bytes={start}-{end}"}
        entry, response = self._line.ask(
            "read",
            lambda client: client.files_download(file.id, extra_headers=headers),
        )
        chunks = self._line.stream("read", response)
        if entry.id != file.id or entry.rev != file.revision:
            response.close()
            raise FileChanged("Dropbox now holds another revision of this file.")
        wanted = min(entry.size, start + length if length is not None else entry.size) - start
        yield from _whole(chunks, entry.content_hash) if is_whole else _part(chunks, wanted)

    def thumbnail(self, file: DriveFile, longest: int) -> bytes | None:
        """Dropbox's own, of this revision; None of kinds it makes none of, and of large files."""
        try:
            made, response = self._line.ask(
                "thumbnail", lambda client: _thumbnail(client, file.revision, longest)
            )
        except UnreadablePicture:
            return None
        with contextlib.closing(response):
            if made.file_metadata is None or made.file_metadata.rev != file.revision:
                raise FileChanged("Dropbox gave another file than the one that was seen.")
            return some_of(self._line.stream("thumbnail", response), MOST_OF_THUMBNAIL)

    def remove(self, file_id: str, revision: str, sha256: str = "") -> Removal:
        """Remove this revision; asked twice if the first answer was lost."""
        del sha256  # the download was bound to the revision, so it names the bytes
        try:
            self._line.ask(
                "remove", lambda client: client.files_delete_v2(file_id, parent_rev=revision)
            )
        except FileGone:
            return Removal.GONE
        except FileChanged:
            return Removal.CHANGED
        return Removal.REMOVED

    def _listed(self, check: Callable[[int], None]) -> list[DriveFile]:
        """Pages are a tale of what happened: a later line about a path replaces an earlier one."""
        check(0)
        page = self._line.ask(
            "list",
            lambda client: client.files_list_folder(
                self._folder, limit=_PAGE, include_non_downloadable_files=False
            ),
        )
        found: dict[str, Any] = {}
        while True:
            for entry in page.entries:
                found.pop(_place(entry), None)
                if _is_file(entry):
                    found[_place(entry)] = entry
            check(len(found))
            if not page.has_more:
                _log.info("list: %d files", len(found))
                return [_file(entry) for entry in found.values()]
            page = self._line.ask("list", _next(page.cursor))

    def _is_inside(self, entry: Any) -> bool:
        parent = (entry.path_lower or "").rpartition("/")[0]
        return entry.path_lower is not None and _folded(parent) == _folded(self._folder)


def _thumbnail(client: Any, revision: str, longest: int) -> Any:
    from dropbox import files  # noqa: PLC0415 - loaded with the client

    side = next((side for side in _SIDES if side[0] >= longest), _SIDES[-1])
    return client.files_get_thumbnail_v2(
        files.PathOrLink.path(f"rev:{revision}"),
        size=files.ThumbnailSize(f"w{side[0]}h{side[1]}"),
    )


def normalised(folder: str) -> str:
    """As Dropbox names a folder: empty for the root, else with one slash before each part."""
    return "".join(f"/{part}" for part in folder.strip().split("/") if part)


def _next(cursor: str) -> Callable[[Any], Any]:
    return lambda client: client.files_list_folder_continue(cursor)


def _place(entry: Any) -> str:
    return str(entry.path_lower or entry.name)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _is_file(entry: Any) -> bool:
    # The only kind of entry with a revision; folders and what was deleted have none.
    return getattr(entry, "rev", None) is not None


def _file(entry: Any) -> DriveFile:
    # Dropbox's times are of UTC and do not say so. The file's own time is the camera's or scanner's.
    modified = int(entry.client_modified.replace(tzinfo=UTC).timestamp())
    return DriveFile(entry.id, entry.name, entry.size, modified * 1_000_000_000, entry.rev)


def _part(chunks: Iterator[bytes], wanted: int) -> Iterator[bytes]:
    received = 0
    for chunk in chunks:
        received += len(chunk)
        yield chunk
    if received != wanted:
        raise SourceOffline("Dropbox gave another part of the file than the one asked for.")


def _whole(chunks: Iterator[bytes], told: str | None) -> Iterator[bytes]:
    """The bytes, and at the end whether they are the ones Dropbox holds: SHA-256 over those of its blocks."""
    overall, block, room = hashlib.sha256(), hashlib.sha256(), _HASH_BLOCK
    for chunk in chunks:
        yield chunk
        left = memoryview(chunk)
        while left:
            taken, left = left[:room], left[room:]
            block.update(taken)
            room -= len(taken)
            if room == 0:
                overall.update(block.digest())
                block, room = hashlib.sha256(), _HASH_BLOCK
    if room < _HASH_BLOCK:
        overall.update(block.digest())
    if overall.hexdigest() != told:
        _log.warning("read: bytes without the hash that is told were thrown away")
        raise SourceOffline("What arrived is not what Dropbox holds; it was damaged on the way.")
