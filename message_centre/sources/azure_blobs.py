"""A folder of a container of Azure Storage; the only module that speaks with its SDK."""

import base64
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.errors import (
    AccessDenied,
    FileChanged,
    FileGone,
    SignInNeeded,
    SourceOffline,
)
from message_centre.domain.files import SourceKind
from message_centre.domain.secrets import Secret
from message_centre.sources.azure_asking import Asking
from message_centre.sources.azure_errors import translating
from message_centre.sources.drive import DriveFile, Removal
from message_centre.sources.drive_source import DrivePlace
from message_centre.sources.retrying import Line

if TYPE_CHECKING:
    from azure.storage.blob import BlobProperties, ContainerClient

    from message_centre.sources.azure_listing import BlobPages

_log = logging.getLogger(__name__)

#: Seconds until a connection stands, and between two pieces of an answer.
_CONNECT_SECONDS, _READ_SECONDS = 5, 10
#: One request's share of a file: eight workers hold so much in memory, and no more.
_RANGE = 8 << 20
#: What is taken from the line at once; the default of 4 KB costs as much time as the line itself.
_BLOCK = 1 << 18
#: Loggers of the SDK, which write addresses and file names at their lower levels.
_TALKATIVE = ("azure", "urllib3")


@dataclass(frozen=True, slots=True)
class AzureAccess:
    """Where the account's blobs are, and its key; either is empty where none is set."""

    endpoint: str
    key: Secret


class AzureBlobs:
    """Implements `drive.Drive` and `drive.RemovesMany`. Any thread.

    `access` is asked at each listing, so that a key set meanwhile counts from the next refresh.
    """

    #: Of 256 that the service allows; eight such calls at once remove what is filed at once.
    many = 32

    def __init__(self, folder: AzureFolder, access: Callable[[], AzureAccess]) -> None:
        self._folder = folder
        self._prefix = f"{folder.folder}/" if folder.folder else ""
        self._access = access
        self._line = Line()
        self._lock = threading.Lock()
        self._made: _Connected | None = None

    def files(self, check: Callable[[int], None]) -> Iterator[DriveFile]:
        """Every blob directly inside, a page at a time; nothing is downloaded."""
        from message_centre.sources.azure_listing import BlobPages  # noqa: PLC0415 - when listing

        pages, count = BlobPages(self._connected(anew=True).asking, self._prefix), 0
        while (page := self._line.ask(partial(_page, pages), anew=True)) is not None:
            count += len(page)
            yield from page
            check(count)
        _log.info("listed %d", count)

    def find(self, file_id: str) -> DriveFile | None:
        """The blob as it stands now, or None if it, and not its container, is gone."""
        client = self._client()

        def found() -> DriveFile:
            with translating():
                return self._file(client.get_blob_client(file_id).get_blob_properties())

        try:
            return self._line.ask(found)
        except FileGone:
            return None

    def read(
        self, file: DriveFile, *, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of exactly this revision, range by range; whole, compared with its MD5.

        Not every blob has an MD5: those that were uploaded in blocks do not.
        """
        end = file.size if length is None else min(start + length, file.size)
        digest, told, at = hashlib.md5(usedforsecurity=False), b"", start
        while at < end:
            block, told = self._block(file, at, min(_RANGE, end - at))
            digest.update(block)
            at += len(block)
            yield block
        if told and start == 0 and end == file.size and digest.digest() != told:
            _log.error("a download does not have the checksum of its blob")
            raise SourceOffline("The download does not have the checksum that Azure Storage tells.")

    def _block(self, file: DriveFile, at: int, length: int) -> tuple[bytes, bytes]:
        try:
            return self._line.ask(partial(self._range, file, at, length))
        except FileChanged:
            # A condition fails for a blob that is not there, too.
            if self.find(file.id) is None:
                raise FileGone("The file is no longer in its container.") from None
            raise

    def _range(self, file: DriveFile, at: int, length: int) -> tuple[bytes, bytes]:
        """The bytes of a range, and the MD5 of the whole blob where it has one."""
        tag = _quoted(file.revision)
        wanted = {"x-ms-range": f"bytes={at}-{at + length - 1}", "If-Match": tag}
        with translating():
            told = self._connected().asking.blob(file.id, wanted)
            checksum = base64.b64decode(told.headers.get("x-ms-blob-content-md5", ""))
        if "etag" not in told.headers:
            raise SourceOffline("What answers there is not Azure Storage.")
        if len(told.body) != length or told.headers["etag"] != tag:
            raise FileChanged("The file has changed since it was listed.")
        return told.body, checksum

    def thumbnail(self, file: DriveFile, longest: int) -> None:
        """Azure Storage makes no pictures."""
        del file, longest

    def remove(self, file_id: str, revision: str, sha256: str = "") -> Removal:
        """Remove exactly this revision.

        A repeated call may meet what its first try, whose answer was lost, has done already.
        """
        del sha256  # the download was bound to the revision, so it names the bytes
        try:
            self._line.ask(partial(self._delete, file_id, revision))
        except FileGone:
            return Removal.GONE
        except FileChanged:
            return Removal.GONE if self.find(file_id) is None else Removal.CHANGED
        return Removal.REMOVED

    def remove_many(self, wanted: Sequence[tuple[str, str]]) -> bool:
        """Remove these revisions by one call, each with its own condition."""
        return self._line.ask(partial(self._delete_many, wanted))

    def _delete_many(self, wanted: Sequence[tuple[str, str]]) -> bool:
        from azure.core import MatchConditions  # noqa: PLC0415 - loaded when first asked for

        only = MatchConditions.IfNotModified
        blobs = [
            {"name": name, "etag": _quoted(revision), "match_condition": only}
            for name, revision in wanted
        ]
        with translating():
            answers = list(self._client().delete_blobs(*blobs, raise_on_any_failure=False))
        # Their order is not promised, so that only all of them together say something.
        return len(answers) == len(wanted) and all(
            answer.status_code == HTTPStatus.ACCEPTED for answer in answers
        )

    def _delete(self, file_id: str, revision: str) -> None:
        from azure.core import MatchConditions  # noqa: PLC0415 - loaded when first asked for

        with translating():
            self._client().delete_blob(
                file_id, etag=_quoted(revision), match_condition=MatchConditions.IfNotModified
            )

    def _file(self, blob: "BlobProperties") -> DriveFile:
        return DriveFile(
            id=blob.name,
            name=blob.name[len(self._prefix) :],
            size=blob.size,
            modified_ns=int(blob.last_modified.timestamp()) * 1_000_000_000,
            revision=blob.etag.strip('"'),
        )

    def _client(self) -> "ContainerClient":
        return self._connected().client

    def _connected(self, *, anew: bool = False) -> "_Connected":
        """The client for what is set now, or for what was set when it was last asked."""
        with self._lock:
            if self._made is not None and not anew:
                return self._made
            access = self._access()
            if self._made is None or self._made.access != access:
                self._made = self._connect(access)
            return self._made

    def _connect(self, access: AzureAccess) -> "_Connected":
        """A client for eight threads; it has not called anybody yet, and never repeats a call."""
        place = self._folder
        _check_set(place.account, access)
        if not place.container:
            raise AccessDenied("No container of Azure Storage is set for this provider.")
        from azure.storage.blob import ContainerClient  # noqa: PLC0415 - see above

        options = _options(place.account, access)
        client = ContainerClient(_address(place.account, access), place.container, **options)
        return _Connected(access, client, Asking(client, options["transport"]))


@dataclass(frozen=True, slots=True)
class _Connected:
    """A client, what it was made from, and the way to ask without it."""

    access: AzureAccess
    client: "ContainerClient"
    asking: Asking


def ask_account(account: str, access: AzureAccess) -> None:
    """Return once the account has answered and taken the key: it is asked for its containers.

    Raises:
        SourceOffline (RateLimited), SignInNeeded, AccessDenied
    """
    _check_set(account, access)
    from azure.storage.blob import BlobServiceClient  # noqa: PLC0415 - see above

    address, options = _address(account, access), _options(account, access)
    with translating(), BlobServiceClient(address, **options) as service:
        next(service.list_containers(results_per_page=1).by_page(), None)


def _check_set(account: str, access: AzureAccess) -> None:
    if not account or not access.key:
        raise SignInNeeded("No account and key of Azure Storage are set on this workstation.")


def _address(account: str, access: AzureAccess) -> str:
    return access.endpoint or f"https://{account}.blob.core.windows.net"


def _options(account: str, access: AzureAccess) -> Mapping[str, Any]:
    """What every client is made with: it never repeats a call by itself, and never waits for long."""
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415 - see above
    from azure.storage.blob import LinearRetry  # noqa: PLC0415 - see above

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    return {
        "credential": {"account_name": account, "account_key": access.key.reveal()},
        "retry_policy": LinearRetry(retry_total=0),
        "transport": RequestsTransport(
            connection_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            connection_data_block_size=_BLOCK,
        ),
    }


def azure_place(access: Callable[[], AzureAccess], source_id: str) -> tuple[DrivePlace, AzureBlobs]:
    """The place and the adapter behind a source id; nobody is called."""
    folder = AzureFolder.parse(source_id)
    where = "/".join(part for part in (folder.container, folder.folder) if part)
    place = DrivePlace(source_id, f"Azure {where}".rstrip(), SourceKind.AZURE)
    return place, AzureBlobs(folder, access)


def _page(pages: "BlobPages") -> list[DriveFile] | None:
    with translating():
        return pages.following()


def _quoted(revision: str) -> str:
    return f'"{revision}"'
