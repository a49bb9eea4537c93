"""One group of orders through every step of its import, sharing its flushes."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.errors import (
    AlreadyImported,
    BeingFiled,
    Cancelled,
    DatabaseBusy,
    DatabaseDamaged,
    FileChanged,
    FileGone,
    ListChanged,
    MessageCentreError,
    NeedsYes,
    SourceOffline,
    StoreUnreachable,
    UnknownPatient,
)
from message_centre.domain.files import SourceFile
from message_centre.domain.lifecycle import ImportState
from message_centre.domain.outcomes import ImportResult, Release, Released
from message_centre.domain.patients import PatientStatus
from message_centre.domain.people import Right
from message_centre.services.answering import cancelled, refused, saved
from message_centre.services.grouping import Copied
from message_centre.services.hearing import Hearing
from message_centre.services.import_job import Job
from message_centre.services.permitting import Permitting
from message_centre.services.ports import (
    TAKEN_OVER,
    Clock,
    End,
    Imager,
    ImageStore,
    Journal,
    Patients,
    Repeats,
    Source,
    SourceRegistry,
)
from message_centre.services.recovery import Recoverer
from message_centre.services.repeating import Repeating, told
from message_centre.services.watching import Watched
from message_centre.services.work import CancelToken, Progress, Report, current_import, silent

if TYPE_CHECKING:
    from message_centre.domain.records import Record

_log = logging.getLogger(__name__)

#: How often a claim that takes long is renewed; well within the journal's lease.
RENEW_SECONDS = 120.0
_STAGING_THREADS = 4
#: A drive's answers take their time on the way; more than these overflow the SDKs' connections.
_DRIVE_THREADS = 8

_SETTLED_AS = {
    Release.RELEASED: ImportState.DONE,
    Release.KEPT: ImportState.LEFT,
    Release.CHANGED: ImportState.CHANGED,
}


@dataclass(frozen=True)
class ImportParts:
    """What an importer is made of."""

    sources: SourceRegistry
    store: ImageStore
    journal: Journal
    patients: Patients
    permitting: Permitting
    imager: Imager
    clock: Clock
    recoverer: Recoverer
    repeats: Repeats


class Group:
    """One group through all steps; the steps only touch jobs that have no answer yet."""

    def __init__(
        self,
        parts: ImportParts,
        orders: Sequence[ImportOrder],
        token: CancelToken,
        report: Report = silent,
        copied: Copied | None = None,
    ) -> None:
        self._parts = parts
        self._jobs = [Job(order) for order in orders]
        self._token = token
        self._report = report
        self._copied = copied or Copied(len(orders), silent)
        self._destination = orders[0].file.destination
        self._source: Source | None = None
        self._hearing = Hearing(parts.imager)
        self._repeating = Repeating(parts.repeats, parts.store)
        self._again: dict[str, Record] = {}
        self._before_commit = (
            self._prepare,
            self._claim,
            self._stage,
            self._flush,
            self._hear_facts,
            self._publish,
        )
        self._renewed = parts.clock.monotonic()

    def run(self) -> list[ImportResult]:
        """One answer an order, in order."""
        try:
            for step in self._before_commit:
                self._guarded(step)
        finally:
            self._hearing.close()
        self._commit()
        self._release()
        return [self._told(job) for job in self._jobs]

    def _told(self, job: Job) -> ImportResult:
        if job.answer is None:
            raise RuntimeError("an order ended without an answer")
        before = current_import.set(job.import_id)
        _log.info("%s %s %s", job.file.key.token, job.answer.outcome, job.answer.problem)
        current_import.reset(before)
        return job.answer

    @property
    def _going(self) -> list[Job]:
        return [job for job in self._jobs if job.answer is None]

    def _guarded(self, step: Callable[[], None]) -> None:
        """Take a step for the group; what stops the whole group ends every job in it."""
        if not self._going:
            return
        try:
            step()
        except (Cancelled, MessageCentreError) as error:
            self._end(self._going, error)

    def _try(self, work: Callable[[Job], None], job: Job) -> None:
        try:
            work(job)
        except (Cancelled, MessageCentreError) as error:
            self._end([job], error)

    # The steps

    def _prepare(self) -> None:
        parts = self._parts
        for given in {job.order.assignment for job in self._jobs}:
            alike = [job for job in self._going if job.order.assignment == given]
            try:
                self._check(given)
            except MessageCentreError as error:
                self._end(alike, error)
        parts.recoverer.run_abandoned()
        self._source = parts.sources.by_id(self._jobs[0].file.key.source_id)
        if self._source is None:
            raise SourceOffline("This kind of source is not known on this workstation.")
        self._answer_before()
        parts.store.check(self._destination)

    def _check(self, given: Assignment) -> None:
        """Everything that can be refused before a file is touched."""
        right = Right.AUTO_IMPORT if given.is_automatic else Right.SAVE
        self._parts.permitting.require(given.operator, right, given.provider)
        if self._jobs[0].file.kind.is_tree:
            self._parts.permitting.require(given.operator, Right.BULK_IMPORT, given.provider)
        patient = self._parts.patients.get(given.patient_id)
        if patient is None:
            raise UnknownPatient("This patient is not in the register any more.")
        if given.identity and given.identity != patient.label:
            raise ListChanged(
                "The patient's details in the register have changed since they were confirmed."
            )
        usual = patient.status is PatientStatus.ACTIVE
        if not usual and Accepted.STATUS not in given.accepted:
            raise NeedsYes(f"This patient is {patient.status}.")

    def _answer_before(self) -> None:
        """The same request again gets its first answer, never a second import."""
        jobs = self._going
        found = self._parts.journal.of_requests([job.order.request_id for job in jobs])
        for job in jobs:
            earlier = found.get(job.order.request_id)
            if earlier is None:
                continue
            if not earlier.record_id:
                self._end([job], BeingFiled("This request has been answered before."))
                continue
            kept = earlier.state is ImportState.LEFT
            released = Released(Release.KEPT if kept else Release.RELEASED, earlier.note)
            job.answer = saved(job.order, earlier.record_id, released)

    def _claim(self) -> None:
        jobs = self._going
        try:
            answers = self._parts.journal.claim([job.claim() for job in jobs])
        except MessageCentreError:
            # The claims may have been committed all the same; recovery undoes what stands.
            for job in jobs:
                self._parts.recoverer.abandon(job.import_id)
            raise
        for job, answer in zip(jobs, answers, strict=True):
            if isinstance(answer, BeingFiled):
                job.answer = refused(job.order, answer)
            else:
                job.claimed = answer

    def _stage(self) -> None:
        jobs = self._going
        if len(jobs) == 1:
            self._try(self._stage_one, jobs[0])
            return
        is_drive = jobs[0].file.kind.is_drive
        threads = _DRIVE_THREADS if is_drive else _STAGING_THREADS
        with ThreadPoolExecutor(threads, thread_name_prefix="staging") as pool:
            list(pool.map(partial(self._try, self._stage_one), jobs))

    def _stage_one(self, job: Job) -> None:
        file, source = job.file, self._source
        if source is None:
            raise RuntimeError("a group was staged before it was prepared")
        self._token.check()
        watched = Watched(file)
        with self._told_who_was_faster(file), source.open(file.key, file.fingerprint) as opened:
            chunks = watched.chunks(opened, self._look_up_from_work)
            job.staged = self._parts.store.stage(self._destination, job.import_id, chunks)
            opened.check_unchanged()
        # What a drive lists may be another length than it delivers; there the source has judged.
        if job.staged.size != file.size and not file.kind.is_drive:
            raise FileChanged("The file has changed while it was being read.")
        if job.order.assignment.is_automatic:
            watched.check_plain()
        self._hearing.ask(job.import_id, bytes(watched.head))
        self._copied.one()

    @contextmanager
    def _told_who_was_faster(self, file: SourceFile) -> Iterator[None]:
        """A file that is gone because somebody saved it is told with who did."""
        try:
            yield
        except FileGone as error:
            who = self._parts.journal.saved_by(file.key, str(file.fingerprint))
            raise FileGone(f"This file has been saved {who}." if who else error.detail) from error

    def _look_up_from_work(self, progress: Progress) -> None:
        """At every chunk: hear a cancel, tell progress, and keep the lease of what takes long."""
        self._token.check()
        self._report(progress)
        now = self._parts.clock.monotonic()
        if now - self._renewed > RENEW_SECONDS:
            self._renewed = now
            self._parts.journal.renew([job.import_id for job in self._jobs])

    def _flush(self) -> None:
        """To the disk, and back from it."""
        jobs, store = self._going, self._parts.store
        store.flush(self._destination, [job.import_id for job in jobs])
        if len(jobs) == 1:
            self._try(self._read_back, jobs[0])
        else:
            with ThreadPoolExecutor(_STAGING_THREADS, thread_name_prefix="reading") as pool:
                list(pool.map(partial(self._try, self._read_back), jobs))
        self._token.check()

    def _read_back(self, job: Job) -> None:
        if not self._parts.store.is_whole(self._destination, job.import_id, job.staged):
            raise StoreUnreachable("The store's disk does not give back what was written to it.")

    def _hear_facts(self) -> None:
        heard = self._hearing.all_heard(self._token)
        for job in self._going:
            job.facts = heard[job.import_id]

    def _publish(self) -> None:
        moves = [(job.import_id, job.claimed.shelf_path) for job in self._going]
        self._parts.store.publish(self._destination, moves)

    def _commit(self) -> None:
        """The files change hands; a commit whose answer was lost is looked up, never repeated."""
        jobs = self._going
        if not jobs:
            return
        for job in jobs:
            job.complete(self._parts.clock.now())
        try:
            answers = self._parts.journal.file([job.filing() for job in jobs])
        except (DatabaseBusy, DatabaseDamaged) as error:
            self._look_up(jobs, error)
            return
        except MessageCentreError as error:
            self._end(jobs, error)
            return
        for job, answer in zip(jobs, answers, strict=True):
            if isinstance(answer, AlreadyImported):
                self._end_again(job, answer)
            elif answer is not None:
                self._end([job], answer)

    def _end_again(self, job: Job, error: AlreadyImported) -> None:
        """A file that came again may be let go of by its source; any other twin ends here."""
        try:
            record = self._repeating.take(job)
        except MessageCentreError:
            # Its journal row may follow the record by now; recovery goes on from whatever stands.
            self._parts.recoverer.abandon(job.import_id)
            job.answer = refused(job.order, error)
            return
        if record is None:
            self._end([job], error)
        else:
            self._again[job.import_id] = record

    def _look_up(self, jobs: Sequence[Job], error: MessageCentreError) -> None:
        """Ask the record what became of a commit whose answer was an error.

        What was not committed is left to recovery, which fences it off before it undoes anything: a
        commit that hangs on the server could otherwise still arrive. What cannot be asked, too.
        """
        for job in jobs:
            try:
                found = self._parts.journal.read(job.import_id)
            except MessageCentreError:
                found = None
            if found is None or found.state is ImportState.CLAIMED:
                self._parts.recoverer.abandon(job.import_id)
                job.answer = refused(job.order, error)
        with suppress(MessageCentreError):
            self._parts.recoverer.run_abandoned()

    def _release(self) -> None:
        jobs, source = self._going, self._source
        if not jobs or source is None:
            return
        released = source.release([job.filed() for job in jobs])
        ends = []
        for job, one in zip(jobs, released, strict=True):
            again = self._again.get(job.import_id)
            job.answer = told(job, again, one) if again else saved(job.order, job.record.id, one)
            ends.append(End(job.import_id, _SETTLED_AS[one.release], one.reason))
        try:
            self._parts.journal.settle(ends)
        except MessageCentreError:
            # The files are on record all the same; only the journal does not know how it ended.
            for job in jobs:
                self._parts.recoverer.abandon(job.import_id)

    # The way back

    def _end(self, jobs: Sequence[Job], error: Cancelled | MessageCentreError) -> None:
        """End jobs before their commit: our own copies first, then the claim.

        A kill in between leaves a claim, and recovery undoes it.
        """
        for job in jobs:
            job.answer = (
                refused(job.order, error)
                if isinstance(error, MessageCentreError)
                else cancelled(job.order)
            )
            if job.is_claimed and not self._undo(job, str(error)):
                job.answer = refused(job.order, BeingFiled(TAKEN_OVER))

    def _undo(self, job: Job, reason: str) -> bool:
        """False if the claim was not ours any more: whatever went wrong, that is why."""
        claimed = job.claimed
        try:
            self._parts.store.discard(claimed.destination, claimed.import_id, claimed.shelf_path)
            return self._parts.journal.abort(claimed, reason)
        except MessageCentreError:
            self._parts.recoverer.abandon(job.import_id)
            return True
