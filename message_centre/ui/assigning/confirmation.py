"""What a confirmation still lacks, and what it has been given: pure decisions, no widgets."""

from collections.abc import Sequence
from dataclasses import dataclass

from message_centre.domain.assignments import Accepted
from message_centre.domain.files import Destination, SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.records import RecordState
from message_centre.services.assigning import Alerts, Duplicate
from message_centre.ui.patients.wording import target_words
from message_centre.ui.words import counted, tr


@dataclass(frozen=True, slots=True)
class Given:
    """The deliberate answers so far."""

    year: str = ""
    ticked: frozenset[Accepted] = frozenset()


@dataclass(frozen=True, slots=True)
class DuplicateGroups:
    """Duplicates by what they ask of a person."""

    already_filed: tuple[Duplicate, ...]
    elsewhere: tuple[Duplicate, ...]
    withdrawn: tuple[Duplicate, ...]


def grouped(duplicates: Sequence[Duplicate]) -> DuplicateGroups:
    """Sort duplicates into: on this patient, on another one, withdrawn from this one."""
    return DuplicateGroups(
        already_filed=tuple(d for d in duplicates if d.same_patient and not _is_withdrawn(d)),
        elsewhere=tuple(d for d in duplicates if not d.same_patient),
        withdrawn=tuple(d for d in duplicates if d.same_patient and _is_withdrawn(d)),
    )


def _is_withdrawn(duplicate: Duplicate) -> bool:
    return duplicate.record.state is RecordState.WITHDRAWN


def is_right_year(patient: Patient, typed: str) -> bool:
    """Whether exactly the four digits of the year of birth were typed."""
    return typed == f"{patient.birth_date.year:04d}"


def accepted(patient: Patient, alerts: Alerts, given: Given) -> frozenset[Accepted]:
    """The yeses that an order may carry: each was asked for, and each was given."""
    given_yeses = given.ticked
    if alerts.needs_birth_year and is_right_year(patient, given.year):
        given_yeses = given_yeses | {Accepted.SIMILAR_NAME}
    return alerts.accepted_needed & given_yeses


def has_nothing_to_file(files: Sequence[SourceFile], alerts: Alerts | None) -> bool:
    """Whether every file is on this patient's record already."""
    known = grouped(alerts.duplicates).already_filed if alerts else ()
    return {file.key for file in files} <= {duplicate.file.key for duplicate in known}


def missing(patient: Patient, alerts: Alerts | None, given: Given) -> str:
    """What has to happen before the files may be filed; empty when nothing is missing."""
    if alerts is None:
        return tr("Checking…")
    lacking = alerts.accepted_needed - accepted(patient, alerts, given)
    if lacking - {Accepted.SIMILAR_NAME}:
        return tr("Read the alerts and tick what they ask.")
    if alerts.needs_birth_year and not is_right_year(patient, given.year):
        return tr("Type the year of birth to go on.")
    return tr("Confirm the alert.") if lacking else ""


def counted_files(files: Sequence[SourceFile]) -> str:
    """`7 images`, `1 image`, `3 documents`; `9 files` where a tower gave both."""
    if len({file.destination for file in files}) > 1:
        return counted(len(files), "{n} file", "{n} files")
    if files[0].destination is Destination.IMAGES:
        return counted(len(files), "{n} image", "{n} images")
    return counted(len(files), "{n} document", "{n} documents")


def file_words(files: Sequence[SourceFile], patient: Patient) -> str:
    """`File 7 images to SMITH, Jane, 07 Mar 1961, ZAC5361`: what the button does, and to whom."""
    return tr("File {what} to {who}", what=counted_files(files), who=target_words(patient))


def warning_words(files: Sequence[SourceFile], patient: Patient) -> str:
    """The warning before many files go to one patient."""
    return tr(
        "{what} are selected. All of them will be filed to {who}.",
        what=counted_files(files),
        who=target_words(patient),
    )
