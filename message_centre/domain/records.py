"""Stored items: what is on record about a file, and the tombstone it leaves when withdrawn."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from message_centre.domain.files import Destination


class RecordState(StrEnum):
    """A record is never erased: it is filed, or withdrawn with a reason."""

    FILED = "filed"
    WITHDRAWN = "withdrawn"


class TakenFrom(StrEnum):
    """Where the capture time comes from."""

    FILE_NAME = "file-name"
    EXIF = "exif"
    CONTAINER = "container"
    FILE_TIME = "file-time"


@dataclass(frozen=True, slots=True)
class Record:
    """The committed row of one stored file.

    `shelf_path` is relative to the store's root and holds ids only. A withdrawn record keeps who,
    when and why; `came_by_correction` marks a record that was moved here from another patient.
    """

    id: str
    patient_id: str
    provider: str
    operator: str
    destination: Destination
    title: str
    comment: str
    taken_at: datetime | None
    taken_from: TakenFrom | None
    filed_at: datetime
    original_name: str
    source: str
    size: int
    sha256: str
    shelf_path: str
    state: RecordState = RecordState.FILED
    came_by_correction: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""

    @property
    def seal(self) -> str:
        """SHA-256 over everything that may never change; the trail keeps it beside the entry."""
        fixed = (
            self.id,
            self.patient_id,
            self.provider,
            self.operator,
            self.destination,
            self.title,
            self.comment,
            self.taken_at and self.taken_at.isoformat(timespec="seconds"),
            self.taken_from,
            self.filed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.original_name,
            self.source,
            self.size,
            self.sha256,
            self.shelf_path,
            self.came_by_correction,
        )
        return hashlib.sha256(json.dumps(fixed).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One line of the append-only trail; `seal` is that of the record it made, if it made one."""

    seq: int
    at: datetime
    operator: str
    workstation: str
    action: str
    record_id: str
    patient_id: str
    detail: str
    seal: str = ""
