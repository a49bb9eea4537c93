"""A small practice in a real home: folders, files, patients and an operator, all synthetic."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from message_centre.bootstrap import open_home
from message_centre.domain.patients import Patient
from message_centre.services.bundle import Services
from tests.support.pictures import a_jpeg

_LONG_AGO = 3600


@dataclass
class Practice:
    """An opened home with an image folder and a document folder, each watched."""

    root: Path
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        self.images, self.documents = self.root / "Waiting room", self.root / "Scans"
        for folder in (self.images, self.documents):
            folder.mkdir(parents=True, exist_ok=True)
        self.services = open_home(self.root / "home")
        operator = self.services.permitting.operator("")
        setting = self.services.configuring
        setting.set("operator.folders.images", str(self.images), operator=operator)
        setting.set("operator.folders.documents", str(self.documents), operator=operator)

    @property
    def home(self) -> Path:
        return self.root / "home"

    def add_image(self, name: str = "photo.jpg", *, age: int = 0, width: int = 64) -> Path:
        return self.add_file(name, a_jpeg(width, 48), age=age)

    def add_file(self, name: str, data: bytes, *, age: int = 0, folder: Path | None = None) -> Path:
        """A file that has been still for long; `age` seconds older than the newest such one."""
        path = (folder or self.images) / name
        path.write_bytes(data)
        then = time.time() - _LONG_AGO - age
        os.utime(path, (then, then))
        return path

    def add_patient(self, number: str = "4711", last_name: str = "Synthetic") -> Patient:
        fields = {
            "number": number,
            "last_name": last_name,
            "first_names": "Sam",
            "birth_date": "1961-03-07",
        }
        return self.services.register.add(fields, operator="ADM")

    def close(self) -> None:
        self.services.close()
