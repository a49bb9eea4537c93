"""The register, the people, the settings and what is counted by the day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from message_centre.domain.day_sheets import DayFile
from message_centre.domain.files import Destination
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Provider
from message_centre.domain.secrets import Secret


class Patients(Protocol):
    """The register."""

    def get(self, patient_id: str) -> Patient | None:
        """One patient by our id, or None."""

    def by_number(self, number: str) -> Patient | None:
        """One patient by the practice's number, or None."""

    def with_numbers(self, numbers: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these numbers, by number."""

    def with_nhis(self, nhis: Iterable[str]) -> Mapping[str, Patient]:
        """The patients with these NHIs, by NHI; whoever was merged gives way to who was not."""

    def search(self, text: str, *, limit: int = 50) -> tuple[tuple[Patient, float], ...]:
        """Patients that fit, best first, with a score from 1.0 (certain) down to 0."""

    def near(self, patient: Patient) -> tuple[Patient, ...]:
        """Other patients that may be mixed up with this one; the caller judges why."""

    def save(self, patients: Iterable[Patient]) -> None:
        """Insert new patients and update known ones (by id), in one transaction.

        Raises:
            FixTheInput: a number belongs to another patient.
        """

    def count(self) -> int:
        """How many patients the register holds."""


class People(Protocol):
    """Operators, providers and rights."""

    def operators(self) -> tuple[Operator, ...]:
        """Every operator with the rights held, by id."""

    def providers(self) -> tuple[Provider, ...]:
        """Every provider, by number."""

    def save_operator(self, operator: Operator) -> None:
        """Insert or replace an operator and the rights held."""

    def save_provider(self, provider: Provider) -> None:
        """Insert or replace a provider."""


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """One try: against which hash, the how manieth since the last right one, or how long to wait.

    Without a hash no password is looked at now.
    """

    hashed: str = field(default="", repr=False)
    number: int = 0
    wait: float = 0.0


class Passwords(Protocol):
    """The hashes of the operators' passwords, and how often a wrong one was given."""

    def holders(self) -> frozenset[str]:
        """The ids of the operators who have a password."""

    def keep(self, operator_id: str, hashed: str) -> None:
        """Let this be the operator's password; tries are counted anew."""

    def begin_try(self, operator_id: str, wait_after: Callable[[int], int]) -> PasswordTry | None:
        """Count a try as wrong before it is looked at, so that many at once are counted too.

        None if the operator has no password.
        """

    def forgive(self, operator_id: str) -> None:
        """The password was right: tries are counted anew."""


class Hasher(Protocol):
    """Turns passwords into what may be kept of them; slow by design, so never on the GUI thread."""

    def hash(self, password: Secret) -> str:
        """What is kept, with a salt of its own."""

    def fits(self, hashed: str, password: Secret) -> bool:
        """Whether the hash was made of this password."""

    def is_dated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than are usual now."""


class PracticeSettings(Protocol):
    """What the practice sets, as stored text by full key (`operator.ADM.folders.images`)."""

    def read(self) -> Mapping[str, str]:
        """Every stored value."""

    def write(self, key: str, value: str) -> None:
        """Store one value; an empty one is stored too."""

    def may_store(self, destination: Destination, folder: Path) -> bool:
        """Whether the store may stand here: nothing is on record yet, or this is that very store."""


class WorkstationSettings(Protocol):
    """What this workstation sets, in the home's settings file."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the file, in sentences to show at start."""

    def read(self) -> Mapping[str, str]:
        """Every value by dotted key."""

    def write(self, key: str, value: str) -> None:
        """Write one value, keeping every key we do not know."""


class Vault(Protocol):
    """This workstation's secrets."""

    def read(self, name: str) -> Secret | None:
        """The secret of this name, or None.

        Raises:
            VaultLocked: there are secrets, and their key is not to be had.
        """

    def keep(self, name: str, secret: Secret) -> bool:
        """Keep a secret; False if it will be forgotten when this program ends."""

    def forget(self, name: str) -> None:
        """Keep this secret no longer; its absence is fine.

        Raises:
            VaultLocked: it is still kept, and may be forgotten once the keyring opens.
        """


@dataclass(frozen=True, slots=True)
class DayCount:
    """One source's day: seen = filed + waiting + held + ignored."""

    day: date
    source: str
    seen: int
    filed: int
    waiting: int
    held: int
    ignored: int


class DayCounts(Protocol):
    """The last count of each source on each day."""

    def save(self, counts: Iterable[DayCount], held: Iterable[DayFile] = ()) -> None:
        """Insert or replace, by day and source, with the files that are held there."""

    def held_on(self, day: date) -> tuple[DayFile, ...]:
        """The files that were held on a day when it was counted last."""

    def of_day(self, day: date) -> tuple[DayCount, ...]:
        """The counts of a day, by source."""


class Recents(Protocol):
    """Patients an operator filed to lately."""

    def add(self, operator: str, patient_id: str) -> None:
        """Put a patient first."""

    def of(self, operator: str, *, limit: int = 12) -> tuple[str, ...]:
        """Patient ids, the latest first."""
