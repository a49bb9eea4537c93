"""From a selection and a patient to orders: what is refused, what alerts, and the orders themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.files import Destination, SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.records import Record, RecordState
from message_centre.domain.similarity import Similar
from message_centre.services.ports import Records, Source
from message_centre.services.registering import Register
from message_centre.services.work import CancelToken, Report, silent

__all__ = ["Alerts", "Assigner", "Duplicate", "Similar"]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A selected file whose bytes a record holds, or held before it was withdrawn."""

    file: SourceFile
    record: Record
    patient: Patient
    same_patient: bool


@dataclass(frozen=True, slots=True)
class Alerts:
    """What a person must see, and say yes to, before these files go to this patient.

    `status` is empty, or deceased, inactive or merged. `id_conflict` and `many` are empty or words.
    """

    similar: tuple[Similar, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    status: str = ""
    id_conflict: str = ""
    many: str = ""

    @property
    def needs_birth_year(self) -> bool:
        """Whether the year of birth is to be typed again."""
        return bool(self.similar or self.id_conflict or self.many)

    @property
    def accepted_needed(self) -> frozenset[Accepted]:
        """The deliberate yeses that the orders have to carry."""
        asked = {
            Accepted.SIMILAR_NAME: bool(self.similar),
            Accepted.STATUS: bool(self.status),
            Accepted.OTHER_PATIENT_HAS_IT: any(map(_is_on_other_patient, self.duplicates)),
            Accepted.FILED_BEFORE: any(map(_was_withdrawn_here, self.duplicates)),
        }
        return frozenset(accepted for accepted, is_asked in asked.items() if is_asked)


def _is_on_other_patient(duplicate: Duplicate) -> bool:
    return not duplicate.same_patient and duplicate.record.state is RecordState.FILED


def _was_withdrawn_here(duplicate: Duplicate) -> bool:
    return duplicate.same_patient and duplicate.record.state is RecordState.WITHDRAWN


class Assigner:
    """Checks a selection, gathers alerts, makes orders. Every method may be called on any thread.

    `open_source` gives the source with an id, or None if it is not configured (any longer).
    """

    def __init__(
        self,
        *,
        register: Register,
        records: Records,
        open_source: Callable[[str], Source | None],
    ) -> None:
        self._register = register
        self._records = records
        self._open_source = open_source

    def check_selection(self, files: Sequence[SourceFile]) -> Destination:
        """Where these files go together.

        Raises:
            MixedDestinations: images and documents together.
            IncompleteOrder: nothing is selected, or a file cannot be saved now.
        """
        raise NotImplementedError

    def alerts(
        self,
        patient: Patient,
        files: Sequence[SourceFile],
        token: CancelToken,
        report: Report = silent,
    ) -> Alerts:
        """Everything that speaks for a second look before filing these files to this patient.

        A file that cannot be read now is not checked for duplicates; the importer checks again.

        Raises:
            Cancelled
        """
        raise NotImplementedError

    def orders(self, files: Sequence[SourceFile], assignment: Assignment) -> tuple[ImportOrder, ...]:
        """One order for each file, each with a request id of its own.

        Raises:
            MixedDestinations, IncompleteOrder
        """
        raise NotImplementedError
