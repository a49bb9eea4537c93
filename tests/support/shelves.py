"""A small practice on disk, its adapters wired by hand: a real record and real stores."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import insert

from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.errors import BeingFiled
from message_centre.domain.files import (
    Destination,
    FileKey,
    FileState,
    Fingerprint,
    SourceFile,
    SourceKind,
)
from message_centre.domain.kinds import destination_of, extension_of
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.records import Record
from message_centre.domain.shelving import shelf_path
from message_centre.host.clock import SystemClock
from message_centre.services.ports import Claim, End, Filing, OpenImport
from message_centre.store import tables
from message_centre.store.database import Database
from message_centre.store.image_store import FolderImageStore, furnish
from message_centre.store.journal import SqlJournal
from message_centre.store.records import SqlRecords
from message_centre.store.trail import SqlTrail

FOLDERS = {Destination.IMAGES: "Images", Destination.NOTES: "Documents"}
KEYS = {Destination.IMAGES: "store.images", Destination.NOTES: "store.documents"}
PATIENT = "p1"


@dataclass
class Shelves:
    """One home with a record and its stores; `file` puts bytes on record as an import would."""

    home: Path
    record_name: str = "record.sqlite"
    record_file: Path = field(init=False)

    def __post_init__(self) -> None:
        self.record_file = self.home / self.record_name
        self.home.mkdir(parents=True, exist_ok=True)
        self.database = Database(self.record_file)
        clock = SystemClock()
        identities = {place: furnish(self.root(place)) for place in Destination}
        self.store = FolderImageStore(self.root, identities)
        self.records = SqlRecords(self.database, "here")
        self.trail = SqlTrail(self.database, clock, "here")
        self.journal = SqlJournal(self.database, clock, workstation="here", session="s1")
        self._numbers = itertools.count(1)
        self._remember(identities)

    def root(self, destination: Destination) -> Path:
        return self.home / "stores" / FOLDERS[destination]

    def _remember(self, identities: dict[Destination, str]) -> None:
        with self.database.writing() as connection:
            for place, identity in identities.items():
                row = {"key": KEYS[place], "value": identity}
                connection.execute(insert(tables.practice).prefix_with("OR REPLACE").values(row))

    def add_patient(self) -> None:
        row = {
            "id": PATIENT,
            "number": "4711",
            "last_name": "Synthetic",
            "first_names": "Sam",
            "birth_date": date(1961, 3, 7),
        }
        with self.database.writing() as connection:
            connection.execute(insert(tables.patients).prefix_with("OR IGNORE").values(row))

    def claim(self, name: str = "photo.jpg", size: int = 10) -> OpenImport:
        """An import that has gone no further than its claim."""
        self.add_patient()
        number = next(self._numbers)
        import_id = f"imp{number:04d}"
        path = shelf_path("1", import_id, extension_of(name))
        order = ImportOrder(
            request_id=f"r{number}",
            file=a_source_file(name, size=size, path=f"{number}-{name}"),
            assignment=Assignment(PATIENT, "1", "ADM"),
        )
        [claimed] = self.journal.claim([Claim(order, import_id, path)])
        if isinstance(claimed, BeingFiled):
            raise claimed
        return claimed

    def settle(self, import_id: str, state: ImportState) -> None:
        """End an import in the journal."""
        self.journal.settle([End(import_id, state)])

    def file(self, content: bytes, name: str = "photo.jpg") -> Record:
        """Put these bytes on the shelf and on record."""
        claimed = self.claim(name, len(content))
        staged = self.store.stage(claimed.destination, claimed.import_id, [content])
        self.store.publish(claimed.destination, [(claimed.import_id, claimed.shelf_path)])
        record = Record(
            id=claimed.import_id,
            patient_id=PATIENT,
            provider="1",
            operator="ADM",
            destination=claimed.destination,
            title="",
            comment="",
            taken_at=None,
            taken_from=None,
            filed_at=datetime.now(UTC),
            original_name=name,
            source="folder",
            size=staged.size,
            sha256=staged.sha256,
            shelf_path=claimed.shelf_path,
        )
        [refused] = self.journal.file([Filing(claimed, record)])
        if refused is not None:
            raise refused
        found = self.records.get(record.id)
        return found or record

    def path(self, record: Record) -> Path:
        return self.store.path(record.destination, record.shelf_path)

    def spoil(self, record: Record, content: bytes) -> None:
        """Put other bytes where a stored file stands, as a failing disk would."""
        self.path(record).chmod(0o600)
        self.path(record).write_bytes(content)

    def close(self) -> None:
        self.database.close()


def a_source_file(name: str, *, size: int = 10, path: str = "") -> SourceFile:
    """A ready file of an invented source."""
    extension = extension_of(name)
    return SourceFile(
        key=FileKey("folder:x", path or name),
        name=name,
        source_name="x",
        kind=SourceKind.FOLDER,
        fingerprint=Fingerprint(size, 1, "1:1"),
        extension=extension,
        destination=destination_of(extension),
        state=FileState.READY,
    )
