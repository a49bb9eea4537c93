"""A small practice with real services, a real record and a real folder of waiting files."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from message_centre.bootstrap import open_home
from message_centre.domain.files import SourceFile
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.domain.records import Record
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken

PROVIDER = "1"
_OLD_ENOUGH = 3600.0


@dataclass
class Practice:
    """One opened home; `waiting` is the folder its operator watches."""

    services: Services
    waiting: Path
    operator: Operator
    provider: str = PROVIDER

    def add_patient(self, number: str, last_name: str, first_names: str, **more: str) -> Patient:
        """A patient on the register, active and born in 1961 unless said otherwise."""
        fields = {
            "number": number,
            "last_name": last_name,
            "first_names": first_names,
            "birth_date": "1961-03-07",
            "sex": "female",
        }
        return self.services.register.add(fields | more, operator=self.operator.id)

    def drop(self, name: str, content: bytes, *, age: float = _OLD_ENOUGH) -> Path:
        """A file that was left in the folder some time ago."""
        path = self.waiting / name
        path.write_bytes(content)
        then = time.time() - age
        os.utime(path, (then, then))
        return path

    def files(self, *names: str) -> tuple[SourceFile, ...]:
        """The named files as the list shows them now, in the order of the names."""
        listings = self.services.lister.refresh(self.operator, self.provider, CancelToken())
        found = {file.name: file for listing in listings for file in listing.files}
        return tuple(found[name] for name in names)

    def records(self, patient: Patient, *, withdrawn: bool = False) -> tuple[Record, ...]:
        """What is on this patient's record."""
        return self.services.records.of_patient(patient.id, withdrawn=withdrawn)

    def actions(self) -> list[str]:
        """The trail's actions so far."""
        return [entry.action for entry in self.services.trail.entries()]


def a_practice(folder: Path) -> Practice:
    """A new practice; the caller closes its services."""
    services = open_home(folder / "home")
    waiting = folder / "waiting"
    waiting.mkdir()
    operator = services.people.operators()[0]
    key = f"operator.{operator.id}.folders.images"
    services.configuring.set(key, str(waiting), operator=operator)
    return Practice(services, waiting, operator)
