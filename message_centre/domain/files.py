"""Source files: what a source showed, and the words that identify it and its bytes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceKind(StrEnum):
    """What sort of place a source is; decides the row's icon."""

    FOLDER = "folder"
    RETURNED = "returned"
    AZURE = "azure"
    DROPBOX = "dropbox"
    ONEDRIVE = "onedrive"
    MEDIMAGE = "medimage"
    #: What a MedImage Server delivered under a key that was replaced, or that nobody has.
    QUARANTINE = "quarantine"
    #: A folder with its sub-folders: a tower's root, or one that a person chose. Files move out of it.
    TOWER = "tower"
    #: The same, where the originals stay.
    COPIED = "copied"

    @property
    def is_tree(self) -> bool:
        """Whether files stand in sub-folders of it, and come here on a person's word alone."""
        return self in {SourceKind.TOWER, SourceKind.COPIED}

    @property
    def is_read_only(self) -> bool:
        """Whether nothing is ever written there, so that withdrawn files go to the inbox."""
        return self.is_drive or self is SourceKind.COPIED

    @property
    def is_drive(self) -> bool:
        """Whether files have to be downloaded: nothing is read of them that nobody asked for."""
        return self in {SourceKind.AZURE, SourceKind.DROPBOX, SourceKind.ONEDRIVE}


class SourceState(StrEnum):
    """What the connection strip says of a source."""

    OFF = "off"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SETTLING = "settling"
    OFFLINE = "offline"
    SIGN_IN_NEEDED = "sign-in-needed"
    NOT_ALLOWED = "not-allowed"
    ERROR = "error"


class Destination(StrEnum):
    """Where a file is shown in the patient's record; the extension table alone decides."""

    IMAGES = "images"
    NOTES = "notes"


class FileState(StrEnum):
    """Whether a source file can be saved now."""

    READY = "ready"
    SETTLING = "settling"
    HELD = "held"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class FileKey:
    """Source id and the source's own identity for the file.

    `path` is percent-encoded bytes for folders, since a name on disk need not be Unicode.
    """

    source_id: str
    path: str

    @property
    def token(self) -> str:
        """A short opaque stand-in: stable, safe on a command line and in a log."""
        text = f"{self.source_id}\0{self.path}"
        return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What must be unchanged for a file to be the same bytes that a person saw.

    It only ever triggers a second look; it proves nothing. `identity` is the file system's
    device and inode, or a drive's revision.
    """

    size: int
    modified_ns: int
    identity: str

    def __str__(self) -> str:
        return f"{self.size}/{self.modified_ns}/{self.identity}"

    @classmethod
    def parse(cls, text: str) -> "Fingerprint":
        """Read back what `str` wrote.

        Raises:
            ValueError: the text was not written by us.
        """
        size, modified_ns, identity = text.split("/", 2)
        return cls(int(size), int(modified_ns), identity)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as a source showed it.

    `name` is the original name with undecodable bytes written as escapes; it may hold control or
    bidirectional characters, so everything that shows it goes through `names.shown`. `unclaimed`
    says in a word or two why auto-import left it to a person; empty where it did not.
    """

    key: FileKey
    name: str
    source_name: str
    kind: SourceKind
    fingerprint: Fingerprint
    extension: str
    destination: Destination
    state: FileState
    reason: str = ""
    unclaimed: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return self.fingerprint.size

    @property
    def modified(self) -> datetime:
        """The file's own time, in local time with offset."""
        return datetime.fromtimestamp(self.fingerprint.modified_ns / 1e9).astimezone()


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source showed at one moment; `files` holds every state, `other` included."""

    source_id: str
    source_name: str
    kind: SourceKind
    state: SourceState
    detail: str
    listed_at: datetime | None
    files: tuple[SourceFile, ...]
    ignored: int = 0
