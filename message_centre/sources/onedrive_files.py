"""One folder of a OneDrive, personal or business, through Microsoft Graph.

Graph cannot be asked for the bytes of a certain eTag. So the eTag is looked at before, the checksum
the drive lists is held against what came, and a file is removed only if the bytes that were filed are
those the drive lists.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from urllib.parse import quote

from message_centre.domain.errors import (
    AccessDenied,
    FileBusy,
    FileChanged,
    FileGone,
    RateLimited,
    SourceOffline,
)
from message_centre.sources.drive import MOST_OF_THUMBNAIL, DriveFile, Removal, some_of
from message_centre.sources.graph import Answer, Calls, LinkExpired
from message_centre.sources.onedrive_items import Item, Summing, item_from, thumbnail_link

_TRIES = 3
_MOST_REMEMBERED = 10_000
_FOR_A_ROW = "id,name,size,eTag,file,deleted,remoteItem,fileSystemInfo,lastModifiedDateTime"
_MAY_NOT_REMOVE = (
    "OneDrive does not let this sign-in remove files. The app needs the permission Files.ReadWrite."
)
_NOT_AS_LISTED = (
    "OneDrive delivers other bytes than it lists for this file, so it stays there."
    " It does so for some iPhone photos and Office files."
)

_log = logging.getLogger(__name__)


class OneDriveFiles:
    """Implements `drive.Drive`. `drive_id` is empty for the drive of whoever signed in."""

    def __init__(self, calls: Calls, drive_id: str, path: str) -> None:
        self._calls = calls
        self._drive = f"/drives/{quote(drive_id, safe='!')}" if drive_id else "/me/drive"
        self._path = "/".join(quote(name, safe="") for name in path.split("/") if name)
        self._guard = threading.Lock()
        #: Which bytes of which revision are known to be those the drive lists, or known not to be.
        self._known: OrderedDict[tuple[str, str, str], bool] = OrderedDict()

    def files(self, check: Callable[[int], None]) -> Iterator[DriveFile]:
        """Every file directly inside, page by page."""
        where = f"{self._drive}/root:/{self._path}:" if self._path else f"{self._drive}/root"
        address = f"{where}/children?$top=200&$select={_FOR_A_ROW}"
        seen: set[str] = set()
        pages: set[str] = set()
        while address:
            if address in pages:
                raise SourceOffline("OneDrive lists the same page again and again.")
            pages.add(address)
            body = self._page(address)
            for item in _items(body):
                # A file that is saved meanwhile moves to another page, and so may come twice.
                if item.file.id not in seen:
                    seen.add(item.file.id)
                    yield item.file
            check(len(seen))
            following = body.get("@odata.nextLink", "")
            address = following if isinstance(following, str) else ""

    def find(self, file_id: str) -> DriveFile | None:
        """The file as it stands now, or None if it is gone."""
        item = self._item(file_id)
        return item.file if item else None

    def read(
        self, file: DriveFile, *, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes; read whole, the last come only once they are known to be the file's."""
        item = self._listed(file)
        if start or length is not None:
            yield from self._stream(item, start, None if length is None else start + length)
            return
        summing = Summing(item)
        for chunk in self._stream(item, 0, None):
            summing.update(chunk)
            yield chunk
        if not summing.is_as_listed:
            self._look_again(file, summing.sha256)
        self._note(file.id, file.revision, summing.sha256, is_as_listed=summing.is_as_listed)

    def thumbnail(self, file: DriveFile, longest: int) -> bytes | None:
        """OneDrive's own, of the file as it stands, which must be this revision."""
        answer = self._calls.ask("GET", f"{self._address(file.id)}?$expand=thumbnails")
        if answer.status != HTTPStatus.OK:
            self._listed(file)
            return None
        item = item_from(answer.body)
        if item is None or item.file.revision != file.revision:
            raise FileChanged("OneDrive holds another version of this file now.")
        link = thumbnail_link(answer.body, longest)
        if not link:
            return None
        try:
            return some_of(self._calls.download(link, 0, None), MOST_OF_THUMBNAIL)
        except LinkExpired:
            return None

    def remove(self, file_id: str, revision: str, sha256: str) -> Removal:
        """Remove exactly this revision, if the drive lists those very bytes for it.

        Raises:
            AccessDenied: the sign-in may not, or the drive lists other bytes than were filed.
        """
        known = self._known.get((file_id, revision, sha256))
        if known is None:
            found = self._proven(file_id, revision, sha256)
            if found is not None:
                return found
        elif not known:
            raise AccessDenied(_NOT_AS_LISTED)
        answer = self._calls.ask("DELETE", self._address(file_id), tag=revision)
        return self._removal(answer, file_id)

    def _removal(self, answer: Answer, file_id: str) -> Removal:
        if answer.status == HTTPStatus.NO_CONTENT:
            return Removal.REMOVED
        if answer.status == HTTPStatus.NOT_FOUND:
            return Removal.GONE
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            return Removal.CHANGED if self._item(file_id) else Removal.GONE
        if answer.status == HTTPStatus.FORBIDDEN:
            _log.warning("removing is refused: the permission Files.ReadWrite is missing")
            raise AccessDenied(_MAY_NOT_REMOVE)
        if answer.status == HTTPStatus.LOCKED:
            raise FileBusy("Somebody has the file open in OneDrive.")
        raise _refusal(answer)

    def _proven(self, file_id: str, revision: str, sha256: str) -> Removal | None:
        """None once the drive is known to list the filed bytes; else why there is nothing to remove.

        What was read before this program started is read once more: nobody wrote down then whether
        the drive's checksum was borne out.
        """
        item = self._item(file_id)
        if item is None:
            return Removal.GONE
        if item.file.revision != revision:
            return Removal.CHANGED
        summing = Summing(item)
        try:
            for chunk in self._stream(item, 0, None):
                summing.update(chunk)
        except FileGone:
            return Removal.GONE
        except FileChanged:
            return Removal.CHANGED
        if summing.sha256 != sha256 or not summing.is_as_listed:
            raise AccessDenied(_NOT_AS_LISTED)
        self._note(file_id, revision, sha256, is_as_listed=True)
        return None

    def _look_again(self, file: DriveFile, sha256: str) -> None:
        """Return if the file may be kept though its bytes are not those that are listed.

        Raises:
            FileChanged, FileGone: it is another file by now.
            SourceOffline: the bytes cannot be trusted.
        """
        item = self._listed(file)
        if not item.may_be_listed_falsely:
            _log.warning("bytes without the listed checksum were thrown away")
            raise SourceOffline("The file did not arrive as OneDrive lists it.")
        summing = Summing(item)
        for chunk in self._stream(item, 0, None):
            summing.update(chunk)
        if summing.sha256 != sha256:
            _log.warning("two downloads of one revision differ; both were thrown away")
            raise SourceOffline("The file did not arrive the same twice.")
        _log.warning("a file came twice alike but not as listed; its original will stay")

    def _stream(self, item: Item, start: int, end: int | None) -> Iterator[bytes]:
        """The bytes, going on where the line broke or the address expired."""
        at = start
        for number in range(1, _TRIES + 1):
            try:
                for chunk in self._calls.download(item.link, at, end):
                    at += len(chunk)
                    yield chunk
            except RateLimited:
                raise
            except (SourceOffline, LinkExpired) as error:
                if number == _TRIES:
                    raise SourceOffline("OneDrive does not deliver the file.") from error
                item = self._listed(item.file)
            else:
                return

    def _listed(self, file: DriveFile) -> Item:
        """The item, if it still is the revision that was seen."""
        item = self._item(file.id)
        if item is None:
            raise FileGone("The file is no longer in OneDrive.")
        if item.file.revision != file.revision:
            raise FileChanged("OneDrive holds another version of this file now.")
        return item

    def _item(self, file_id: str) -> Item | None:
        answer = self._calls.ask("GET", self._address(file_id))
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise _refusal(answer)
        return item_from(answer.body)

    def _page(self, address: str) -> Mapping[str, object]:
        answer = self._calls.ask("GET", address)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise SourceOffline("There is no such folder in OneDrive.")
        if answer.status != HTTPStatus.OK:
            raise _refusal(answer)
        return answer.body

    def _address(self, file_id: str) -> str:
        return f"{self._drive}/items/{quote(file_id, safe='!')}"

    def _note(self, file_id: str, revision: str, sha256: str, *, is_as_listed: bool) -> None:
        with self._guard:
            self._known[file_id, revision, sha256] = is_as_listed
            while len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)


def _items(body: Mapping[str, object]) -> Iterator[Item]:
    entries = body.get("value")
    if not isinstance(entries, list):
        raise SourceOffline("OneDrive lists a folder in a way that is not known.")
    for entry in entries:
        item = item_from(entry) if isinstance(entry, Mapping) else None
        if item is not None:
            yield item


def _refusal(answer: Answer) -> AccessDenied | SourceOffline:
    if answer.status == HTTPStatus.FORBIDDEN:
        return AccessDenied("OneDrive does not let this sign-in see the folder or file.")
    return SourceOffline(f"OneDrive refuses the request ({answer.status}).")
