"""Patients, and how their identifiers are written for a person to compare."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: Years below which an age is told with its months.
_MONTHS_COUNT_BELOW = 5
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class PatientStatus(StrEnum):
    """Whether filing to this patient needs one more yes."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DECEASED = "deceased"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Patient:
    """One person of the register. `id` is ours and opaque; `number` is the practice's."""

    id: str
    number: str
    last_name: str
    first_names: str
    birth_date: date
    known_as: str = ""
    sex: str = ""
    nhi: str = ""
    alternate_id: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    status: PatientStatus = PatientStatus.ACTIVE
    merged_into: str = ""

    @property
    def name(self) -> str:
        """`SMITH, Jane`, with the known-as name in brackets where it differs."""
        named = ", ".join(part for part in (self.last_name.upper(), self.first_names) if part)
        is_told = self.known_as and self.known_as != self.first_names
        return f"{named} ({self.known_as})" if is_told else named

    @property
    def label(self) -> str:
        """Name, date of birth and one identifier, as every confirmation carries them."""
        return f"{self.name}, {written(self.birth_date)}, {self.nhi or self.number}"

    def age(self, today: date) -> str:
        """`65 y`; below five years with months, `2 y 3 m`."""
        months = (today.year - self.birth_date.year) * 12 + today.month - self.birth_date.month
        if today.day < self.birth_date.day:
            months -= 1
        years, rest = divmod(max(months, 0), 12)
        return f"{years} y" if years >= _MONTHS_COUNT_BELOW else f"{years} y {rest} m"

    def born(self, today: date) -> str:
        """`07 Mar 1961 (65 y)`: unambiguous in every country."""
        return f"{written(self.birth_date)} ({self.age(today)})"


def written(day: date) -> str:
    """`07 Mar 1961`, the same in every locale."""
    return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"
