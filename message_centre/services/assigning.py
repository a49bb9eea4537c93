"""From a selection and a patient to orders: what is refused, what alerts, and the orders themselves."""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.errors import IncompleteOrder, MessageCentreError, MixedDestinations
from message_centre.domain.file_name_ids import identifiers_in
from message_centre.domain.files import Destination, FileKey, FileState, SourceFile
from message_centre.domain.names import shown
from message_centre.domain.patients import Patient, PatientStatus
from message_centre.domain.records import Record, RecordState
from message_centre.domain.similarity import Similar
from message_centre.domain.tree_names import way_of
from message_centre.services.ports import Records, Source
from message_centre.services.registering import Register
from message_centre.services.work import CancelToken, Progress, Report, silent

__all__ = ["Alerts", "Assigner", "Duplicate", "Similar"]

#: A batch larger than this asks for the year of birth.
MANY_FILES = 20


#: Words if something written in or on the files cannot be meant for this patient.
Against = Callable[[Patient, Sequence[SourceFile], CancelToken], str]


def nothing_against(_patient: Patient, _files: Sequence[SourceFile], _token: CancelToken) -> str:
    """Nothing speaks against anybody."""
    return ""


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

    `open_source` gives the source with an id, or None if it is not configured (any longer). `against`
    says what a folder, a picture's tags or a header hold against a patient.
    """

    def __init__(
        self,
        *,
        register: Register,
        records: Records,
        open_source: Callable[[str], Source | None],
        against: Against = nothing_against,
    ) -> None:
        self._against = against
        self._register = register
        self._records = records
        self._open_source = open_source

    def check_selection(self, files: Sequence[SourceFile]) -> Destination:
        """Where these files go together.

        Raises:
            MixedDestinations: images and documents together.
            IncompleteOrder: nothing is selected, or a file cannot be saved now.
        """
        if not files:
            raise IncompleteOrder("Select at least one file.")
        for file in files:
            if file.state is not FileState.READY:
                reason = file.reason or f"it is {file.state}"
                raise IncompleteOrder(f"{shown(file.name)} cannot be saved now: {reason}.")
        images = sum(file.destination is Destination.IMAGES for file in files)
        # Of a tower a picture and what belongs to it go together, each where its extension says.
        is_tree = all(file.kind.is_tree for file in files)
        if 0 < images < len(files) and not is_tree:
            raise MixedDestinations(
                f"The selection holds {images} for Images and {len(files) - images} for Notes."
                " They cannot be saved together."
            )
        return files[0].destination

    def alerts(
        self,
        patient: Patient,
        files: Sequence[SourceFile],
        token: CancelToken,
        report: Report = silent,
    ) -> Alerts:
        """Everything that speaks for a second look before filing these files to this patient.

        A file that cannot be read now, or would have to be downloaded for it, is not checked for
        duplicates; the importer checks every one.

        Raises:
            Cancelled
        """
        return Alerts(
            similar=self._register.similar(patient),
            duplicates=tuple(self._duplicates(patient, files, token, report)),
            status="" if patient.status is PatientStatus.ACTIVE else patient.status.value,
            id_conflict=self._id_conflict(patient, files) or self._against(patient, files, token),
            many=_many(files),
        )

    def orders(
        self,
        files: Sequence[SourceFile],
        assignment: Assignment,
        titles: Mapping[FileKey, str] = MappingProxyType({}),
    ) -> tuple[ImportOrder, ...]:
        """One order for each file, each with a request id of its own; `titles` are single files' own.

        Raises:
            MixedDestinations, IncompleteOrder
        """
        self.check_selection(files)
        # Images first: files of one destination share their flushes.
        sorted_files = sorted(files, key=lambda file: file.destination)
        return tuple(
            ImportOrder(
                uuid.uuid4().hex,
                file,
                replace(assignment, title=titles.get(file.key) or assignment.title),
            )
            for file in sorted_files
        )

    def _duplicates(
        self, patient: Patient, files: Sequence[SourceFile], token: CancelToken, report: Report
    ) -> Iterator[Duplicate]:
        """Records that count: filed ones, and withdrawn ones of this very patient.

        What was withdrawn from somebody else is here because it was theirs by mistake.
        """
        for done, file in enumerate(files):
            report(Progress(done, len(files)))
            digest = self._digest(file, token)
            for record in self._records.with_bytes(digest) if digest else ():
                holder = self._register.get(record.patient_id)
                is_same = record.patient_id == patient.id
                if holder is not None and (is_same or record.state is RecordState.FILED):
                    yield Duplicate(file, record, holder, is_same)
        report(Progress(len(files), len(files)))

    def _digest(self, file: SourceFile, token: CancelToken) -> str:
        """SHA-256 of the bytes that were seen, or an empty string where they are not to be had now."""
        token.check()
        if file.kind.is_drive:
            return ""
        try:
            source = self._open_source(file.key.source_id)
            if source is None:
                return ""
            digest = hashlib.sha256()
            with source.open(file.key, file.fingerprint) as opened:
                for chunk in opened.chunks():
                    token.check()
                    digest.update(chunk)
        except MessageCentreError:
            return ""
        return digest.hexdigest()

    def _id_conflict(self, patient: Patient, files: Sequence[SourceFile]) -> str:
        """Words if a file name carries an identifier of somebody else."""
        named = {name: identifiers_in(name) for file in files for name in _names_of(file)}
        wanted = sorted(set().union(*named.values()))
        owners = {**self._register.with_numbers(wanted), **self._register.with_nhis(wanted)}
        for name, found in named.items():
            for identifier in sorted(found):
                owner = owners.get(identifier)
                if owner is not None and patient.id not in {owner.id, owner.merged_into}:
                    return f"{shown(name)} names {identifier}, which is {owner.label}."
        return ""


def _names_of(file: SourceFile) -> tuple[str, ...]:
    return way_of(file) if file.kind.is_tree else (file.name,)


def _many(files: Sequence[SourceFile]) -> str:
    if len(files) > MANY_FILES:
        return f"more than {MANY_FILES} files"
    days = {file.modified.date() for file in files}
    return "more than one day" if len(days) > 1 else ""
