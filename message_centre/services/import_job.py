"""One order on its way through an import, and what each step adds to it."""

from datetime import datetime
from typing import TYPE_CHECKING

from message_centre.domain.assignments import ImportOrder
from message_centre.domain.files import SourceFile
from message_centre.domain.medimage_names import named_time
from message_centre.domain.records import Record, TakenFrom
from message_centre.domain.shelving import shelf_path
from message_centre.domain.tree_names import stamped_time
from message_centre.services.naming import new_id
from message_centre.services.ports import CaptureFacts, Claim, Filed, Filing, OpenImport, Staged

if TYPE_CHECKING:
    from message_centre.domain.outcomes import ImportResult


class Job:
    """One order on its way; `answer` ends it."""

    def __init__(self, order: ImportOrder) -> None:
        self.order = order
        self.import_id = new_id()
        self.answer: ImportResult | None = None
        self._claimed: OpenImport | None = None
        self._record: Record | None = None
        self.staged = Staged("", 0, "")
        self.facts = CaptureFacts()

    @property
    def file(self) -> SourceFile:
        """The file that is to be saved."""
        return self.order.file

    @property
    def is_claimed(self) -> bool:
        """Whether the journal holds the file for this job."""
        return self._claimed is not None

    @property
    def claimed(self) -> OpenImport:
        """The journal's row."""
        if self._claimed is None:
            raise RuntimeError("a job was used before it was claimed")
        return self._claimed

    @claimed.setter
    def claimed(self, claimed: OpenImport) -> None:
        self._claimed = claimed

    @property
    def record(self) -> Record:
        """The record, once `complete` was called."""
        if self._record is None:
            raise RuntimeError("a job was used before it had a record")
        return self._record

    def claim(self) -> Claim:
        """What this order wants to hold; its shelf has a name that no other import can want."""
        shelf = shelf_path(self.order.assignment.provider, self.import_id, self.file.extension)
        return Claim(self.order, self.import_id, shelf)

    def complete(self, now: datetime) -> None:
        """Make the record of what stands on the shelf."""
        file, given = self.file, self.order.assignment
        taken_at, taken_from = self._taken()
        self._record = Record(
            id=self.import_id,
            patient_id=given.patient_id,
            provider=given.provider,
            operator=given.operator,
            destination=file.destination,
            title=given.title,
            comment=given.comment,
            taken_at=taken_at,
            taken_from=taken_from,
            filed_at=now,
            original_name=file.name,
            source=file.source_name,
            size=self.staged.size,
            sha256=self.staged.sha256,
            shelf_path=self.claimed.shelf_path,
        )

    def _taken(self) -> tuple[datetime, TakenFrom]:
        """When it was taken: what the order says, else the file itself, else its name, else its time."""
        if self.order.taken_at:
            return self.order.taken_at, TakenFrom.FILE_NAME
        if self.facts.taken_at:
            return self.facts.taken_at, self.facts.taken_from or TakenFrom.FILE_TIME
        named = named_time(self.file) or stamped_time(self.file)
        if named is not None:
            return named, TakenFrom.FILE_NAME
        return self.file.modified, TakenFrom.FILE_TIME

    def filed(self) -> Filed:
        """What the source is asked to let go of."""
        file, staged = self.file, self.staged
        return Filed(file.key, staged.sha256, self.import_id, staged.blake3, str(file.fingerprint))

    def filing(self) -> Filing:
        """What the commit is asked for."""
        given = self.order.assignment
        action = "auto-import" if given.is_automatic else "save"
        return Filing(self.claimed, self.record, given.accepted, action)
