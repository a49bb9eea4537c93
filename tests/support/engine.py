"""A small practice for tests of the engine: a home, a watched folder, two patients, old files."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from message_centre.bootstrap import open_home, open_record
from message_centre.domain.assignments import Accepted, Assignment, ImportOrder
from message_centre.domain.files import FileState, SourceFile
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.settings_file import SettingsFile
from message_centre.services.bundle import Services
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from message_centre.store.database import Database
from message_centre.store.patients import PatientsTable

JANE = Patient("pt-aaaaaaaaaaaa", "100", "Smith", "Jane", date(1961, 3, 7), nhi="ZAC5361")
MARY = Patient("pt-bbbbbbbbbbbb", "101", "Jones", "Mary", date(1970, 5, 9), nhi="ZBN77VL")
A_JPEG = b"\xff\xd8\xff\xe0" + b"picture " * 50_000 + b"\xff\xd9"


def age(path: Path, seconds: float = 86_400) -> Path:
    """Make a file look untouched for so long."""
    moment = time.time() - seconds
    os.utime(path, (moment, moment), follow_symlinks=False)
    return path


@dataclass
class Engine:
    """An opened home and its folders."""

    services: Services
    source: Path

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.services.home

    @property
    def operator(self) -> Operator:
        """ADM, who may do everything."""
        return self.services.permitting.operator("ADM")

    def database(self) -> Database:
        """The record by a second way; the caller closes it."""
        return open_record(self.home)

    def alter(self, *statements: str) -> None:
        """Change the record behind the program's back."""
        database = self.database()
        try:
            with database.writing() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        finally:
            database.close()

    def lift_guard(self, table: str) -> None:
        """Let rows of a table that is only ever added to be changed."""
        database = self.database()
        on = f" ON {table}" if database.is_shared else ""
        database.close()
        self.alter(*(f"DROP TRIGGER {table}_no_{verb}{on}" for verb in ("update", "delete")))

    def put(self, name: str, data: bytes = A_JPEG) -> Path:
        """A file in the watched folder, old enough to be ready."""
        path = self.source / name
        path.write_bytes(data)
        return age(path)

    def files(self) -> dict[str, SourceFile]:
        """What the list shows, by name."""
        listings = self.services.lister.refresh(self.operator, "1", CancelToken())
        return {file.name: file for listing in listings for file in listing.files}

    def ready(self) -> list[str]:
        """Names that can be saved now."""
        return sorted(n for n, f in self.files().items() if f.state is FileState.READY)

    def order(
        self, name: str, patient: Patient = JANE, *accepted: Accepted, **details: str
    ) -> ImportOrder:
        """An order for a listed file."""
        given = Assignment(patient.id, "1", "ADM", accepted=frozenset(accepted))
        return ImportOrder(new_id(), self.files()[name], replace(given, **details))  # type: ignore[arg-type] # any field

    def save(
        self, name: str, patient: Patient = JANE, *accepted: Accepted, **details: str
    ) -> ImportResult:
        """Save a listed file."""
        return self.services.importer.run(
            self.order(name, patient, *accepted, **details), CancelToken()
        )

    def stored(self) -> list[Path]:
        """Every file on a shelf, in staging or in lost+found."""
        root = self.home / "stores"
        return sorted(p for p in root.rglob("*") if p.is_file() and p.name[0] != ".")

    def problems(self) -> list[str]:
        """What the integrity check finds."""
        found = self.services.auditor.check(CancelToken()).findings
        return [finding.problem for finding in found]


@contextmanager
def started(root: Path, url: str = "") -> Iterator[Engine]:
    """Open (or open again) the practice below `root`, its record at `url` if one is given."""
    source = root / "source"
    source.mkdir(exist_ok=True)
    if url:
        SettingsFile(root / "home").write(DATABASE_URL, url)
    services = open_home(root / "home")
    try:
        engine = Engine(services, source)
        if services.register.get(JANE.id) is None:
            save_patients(engine, JANE, MARY)
            services.configuring.set(
                "operator.folders.images", str(source), operator=engine.operator
            )
        yield engine
    finally:
        services.close()


def save_patients(engine: Engine, *patients: Patient) -> None:
    """Put patients with known ids on the register."""
    database = engine.database()
    PatientsTable(database, engine.services.clock).save(patients)
    database.close()
