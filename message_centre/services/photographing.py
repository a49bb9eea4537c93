"""Photograph this patient: what to type on the phone, and what arrives for the patient meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from message_centre.domain.files import FileKey, FileState, SourceFile, SourceKind
from message_centre.domain.medimage_ids import ToType, to_type
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.services.listing import Lister
from message_centre.services.medimage_filing import MedImageFiling
from message_centre.services.ports import Clock, Records
from message_centre.services.work import CancelToken

_KINDS = frozenset({SourceKind.MEDIMAGE})
_SOURCE = "MedImage"


@dataclass(frozen=True, slots=True)
class Session:
    """One session of taking photos: whose, since when, and what lay there before."""

    patient: Patient
    operator: Operator
    provider: str
    since: datetime
    before: frozenset[FileKey]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One photo that came since: its name, and whether it is filed, ready, or still on its way."""

    name: str
    state: str
    reason: str = ""


FILED, READY, ARRIVING, DOUBTFUL = "filed", "ready", "arriving", "doubtful"


class Photographing:
    """Any thread. Lists what a MedImage Server delivers, and no other source."""

    def __init__(
        self, lister: Lister, filing: MedImageFiling, records: Records, clock: Clock
    ) -> None:
        self._lister = lister
        self._filing = filing
        self._records = records
        self._clock = clock

    def to_type(self, patient: Patient) -> ToType:
        """What to type on the phone, and what speaks against it."""
        return to_type(patient)

    def begin(
        self, patient: Patient, operator: Operator, provider: str, token: CancelToken
    ) -> Session:
        """Remember what lies there before the first photo is taken.

        Raises:
            Cancelled
        """
        since = self._clock.now()
        rows = self._rows(operator, provider, token)
        return Session(patient, operator, provider, since, frozenset(row.key for row in rows))

    def arrivals(self, session: Session, token: CancelToken) -> tuple[Arrival, ...]:
        """What has come for the patient since the session began, filed photos first.

        Raises:
            Cancelled
        """
        filed = [
            Arrival(record.original_name, FILED, record.title)
            for record in self._records.of_patient(session.patient.id)
            if record.source.startswith(_SOURCE) and record.filed_at >= session.since
        ]
        waiting = [
            _arrival(row)
            for row in self._rows(session.operator, session.provider, token)
            if row.key not in session.before and self._is_for(session.patient, row)
        ]
        return (*filed, *waiting)

    def _is_for(self, patient: Patient, row: SourceFile) -> bool:
        found = self._filing.patient_of(row)
        return found is not None and found.id == patient.id

    def _rows(
        self, operator: Operator, provider: str, token: CancelToken
    ) -> tuple[SourceFile, ...]:
        listings = self._lister.refresh(operator, provider, token, kinds=_KINDS)
        return tuple(file for listing in listings for file in listing.files)


def _arrival(row: SourceFile) -> Arrival:
    if row.state is FileState.READY:
        return Arrival(row.name, DOUBTFUL if row.reason else READY, row.reason)
    return Arrival(row.name, ARRIVING, row.reason)
