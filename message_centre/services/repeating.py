"""Lets go of a file that auto-import finds again: same name, same bytes, on this patient's record already."""

from dataclasses import dataclass

from message_centre.domain.outcomes import ImportResult, Outcome, Release, Released
from message_centre.domain.records import Record
from message_centre.services.import_job import Job
from message_centre.services.ports import ImageStore, Repeats


@dataclass(frozen=True)
class Repeating:
    """As careful as with a new file: the stored bytes are read before the source is asked to let go."""

    repeats: Repeats
    store: ImageStore

    def take(self, job: Job) -> Record | None:
        """The record that holds the job's file already, once the journal says so; None if none does.

        The job's own copy is gone then. Without a record nothing was changed.
        """
        if not job.order.assignment.is_automatic:
            return None
        claimed = job.claimed
        record = self.repeats.known(claimed, job.staged.sha256)
        if record is None or not self._is_whole(record):
            return None
        self.store.discard(claimed.destination, claimed.import_id, claimed.shelf_path)
        return record if self.repeats.repeat(claimed, record) else None

    def _is_whole(self, record: Record) -> bool:
        found = self.store.measure(record.destination, record.shelf_path)
        return found is not None and found.sha256 == record.sha256


def told(job: Job, record: Record, released: Released) -> ImportResult:
    """On record before, and doubled by nothing."""
    kept = released.release is not Release.RELEASED
    words = "It is on this patient's record already; the file that came again was "
    words += f"kept: {released.reason}" if kept else "discarded."
    return ImportResult(
        key=job.file.key,
        name=job.file.name,
        outcome=Outcome.ALREADY_FILED,
        destination=record.destination,
        record_id=record.id,
        reason=words,
    )
