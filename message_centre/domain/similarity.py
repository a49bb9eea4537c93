"""Which two patients may be mixed up, why, and where they differ."""

from dataclasses import dataclass

from message_centre.domain.patients import Patient


@dataclass(frozen=True, slots=True)
class Similar:
    """Another patient who may be mixed up with the chosen one.

    `reasons` are words for people; `differs` names the fields that tell the two apart, among
    last_name, first_names, birth_date, nhi, number, sex.
    """

    patient: Patient
    reasons: tuple[str, ...]
    differs: tuple[str, ...]


def compare(chosen: Patient, other: Patient) -> Similar | None:
    """Why `other` may be taken for `chosen`, or None if nothing says so."""
    raise NotImplementedError
