"""Record, people, trail and check as the front doors get them: every look asks for a right first."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from message_centre.domain.files import FileKey
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.records import Record, TrailEntry
from message_centre.services.auditing import Auditor, AuditReport
from message_centre.services.permitting import LOOKING, Guard
from message_centre.services.ports import People, Reassignment, Records, Trail
from message_centre.services.work import CancelToken, Report, silent


class GuardedRecords:
    """Implements `Records` for front doors. A correction goes through `Corrector`, never through here."""

    def __init__(self, records: Records, guard: Guard) -> None:
        self._records = records
        self._guard = guard

    def get(self, record_id: str) -> Record | None:
        """One record, or None."""
        self._guard(*LOOKING)
        return self._records.get(record_id)

    def of_patient(self, patient_id: str, *, withdrawn: bool = False) -> tuple[Record, ...]:
        """A patient's records, newest first; tombstones only if asked for."""
        self._guard(*LOOKING)
        return self._records.of_patient(patient_id, withdrawn=withdrawn)

    def everything(self, *, withdrawn: bool = False) -> Iterator[Record]:
        """Every record, oldest first."""
        self._guard(*LOOKING)
        return self._records.everything(withdrawn=withdrawn)

    def with_bytes(self, sha256: str) -> tuple[Record, ...]:
        """Every record, tombstones included, that ever held these bytes, oldest first."""
        self._guard(*LOOKING)
        return self._records.with_bytes(sha256)

    def filed_from(self, key: FileKey) -> Record | None:
        """The record that a source file became, or None."""
        self._guard(*LOOKING)
        return self._records.filed_from(key)

    def by_themselves(self, start: datetime, end: datetime) -> tuple[Record, ...]:
        """What auto-import filed in [start, end) and nobody withdrew, oldest first."""
        self._guard(*LOOKING)
        return self._records.by_themselves(start, end)

    def reassign(self, record: Record, *, new_id: str, correction: Reassignment) -> Record:
        """Refused unless who sits here may correct; see `Records`."""
        self._guard(Right.CORRECT)
        return self._records.reassign(record, new_id=new_id, correction=correction)

    def filed_between(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """How many files of each source were filed in [start, end) and not withdrawn."""
        self._guard(*LOOKING)
        return self._records.filed_between(start, end)


class GuardedPeople:
    """Implements `People` for front doors. Changes go through `Staffing`, which tells the trail."""

    def __init__(self, people: People, guard: Guard) -> None:
        self._people = people
        self._guard = guard

    def operators(self) -> tuple[Operator, ...]:
        """Every operator with the rights held, by id; for whoever may do something here."""
        self._guard(*Right)
        return self._people.operators()

    def providers(self) -> tuple[Provider, ...]:
        """Every provider, by number; no secret to anybody."""
        return self._people.providers()

    def save_operator(self, operator: Operator) -> None:
        """Refused unless who sits here may set up; see `People`."""
        self._guard(Right.SET_UP)
        self._people.save_operator(operator)

    def save_provider(self, provider: Provider) -> None:
        """Refused unless who sits here may set up; see `People`."""
        self._guard(Right.SET_UP)
        self._people.save_provider(provider)


class GuardedAuditor:
    """Implements the check for front doors, and for the program's own watch."""

    def __init__(self, auditor: Auditor, guard: Guard) -> None:
        self._auditor = auditor
        self._guard = guard

    def check(self, token: CancelToken, report: Report = silent) -> AuditReport:
        """See `Auditor.check`.

        Raises:
            Cancelled
            NotPermitted, NotSignedIn: it is for those who see files, set up or see the trail.
        """
        self._guard(*LOOKING, Right.SET_UP, Right.SEE_TRAIL)
        return self._auditor.check(token, report)

    def check_by_itself(self, token: CancelToken, report: Report = silent) -> AuditReport:
        """For the program's own watch, which nobody asked for and which tells numbers alone.

        Raises:
            Cancelled
        """
        return self._auditor.check(token, report)


class GuardedTrail:
    """Implements `Trail` for front doors: anybody's deeds are told to it, few may read it."""

    def __init__(self, trail: Trail, guard: Guard) -> None:
        self._trail = trail
        self._guard = guard

    def add(
        self, action: str, *, operator: str, record_id: str = "", patient_id: str = "", detail: str
    ) -> None:
        """Add one entry in its own transaction."""
        self._trail.add(
            action, operator=operator, record_id=record_id, patient_id=patient_id, detail=detail
        )

    def entries(self, *, patient_id: str = "") -> Iterator[TrailEntry]:
        """Oldest first."""
        self._guard(Right.SEE_TRAIL)
        return self._trail.entries(patient_id=patient_id)

    def verify(self) -> tuple[int, int | None]:
        """Number of entries, and the first broken sequence number or None."""
        self._guard(Right.SEE_TRAIL)
        return self._trail.verify()
