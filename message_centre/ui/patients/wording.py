"""Patients in words: status, identifiers and one line that a screen reader can say."""

from dataclasses import dataclass
from datetime import date

from message_centre.domain.names import shown
from message_centre.domain.patients import Patient, PatientStatus, written
from message_centre.ui.words import tr


def status_words(patient: Patient) -> str:
    """`Deceased`, `Inactive`, `Merged into another patient`; nothing for an active patient."""
    return {
        PatientStatus.ACTIVE: "",
        PatientStatus.INACTIVE: tr("Inactive"),
        PatientStatus.DECEASED: tr("Deceased"),
        PatientStatus.MERGED: tr("Merged into another patient"),
    }[patient.status]


def target_words(patient: Patient) -> str:
    """`SMITH, Jane, 07 Mar 1961, ZAC5361`: the target as a button or a sentence carries it."""
    return shown(patient.label)


def spoken(patient: Patient, today: date) -> str:
    """Every identifier in one line, for a screen reader."""
    parts = [shown(patient.name), tr("born {day}", day=patient.born(today))]
    parts += [f"{fact.name} {fact.text}" for fact in identifiers(patient, today)[1:] if fact.text]
    return ", ".join([*parts, status_words(patient)]).rstrip(", ")


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifying fact: what it is called and how it is written."""

    field: str
    name: str
    text: str


def identifiers(patient: Patient, today: date) -> tuple[Identifier, ...]:
    """Date of birth, sex, number, NHI, address and phone, in the order people compare them."""
    return (
        Identifier("birth_date", tr("Date of birth"), patient.born(today)),
        Identifier("sex", tr("Sex"), shown(patient.sex).capitalize()),
        Identifier("number", tr("Number"), shown(patient.number)),
        Identifier("nhi", tr("NHI"), shown(patient.nhi)),
        Identifier("address", tr("Address"), shown(patient.address)),
        Identifier("phone", tr("Phone"), shown(patient.phone)),
    )


def compared(patient: Patient) -> tuple[Identifier, ...]:
    """The fields in which two patients are told apart, as a similar-name alert lists them."""
    return (
        Identifier("last_name", tr("Last name"), shown(patient.last_name.upper())),
        Identifier("first_names", tr("First names"), shown(patient.first_names)),
        Identifier("birth_date", tr("Date of birth"), written(patient.birth_date)),
        Identifier("sex", tr("Sex"), shown(patient.sex).capitalize()),
        Identifier("nhi", tr("NHI"), shown(patient.nhi)),
        Identifier("number", tr("Number"), shown(patient.number)),
    )
