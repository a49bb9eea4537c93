"""A small practice on disk to crash in, and the question whether anything was lost, doubled or misfiled."""

import functools
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from message_centre.bootstrap import RECORD, open_home
from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.errors import BeingFiled, MessageCentreError
from message_centre.domain.files import FileState, SourceFile
from message_centre.domain.patients import Patient
from message_centre.services import grouping
from message_centre.services.bundle import Services
from message_centre.services.naming import new_id
from message_centre.services.work import CancelToken
from message_centre.sources.folder_release import HOLD
from message_centre.store import image_store
from message_centre.store.database import Database
from message_centre.store.patients import PatientsTable
from tests.support.counting import DOUBLED, LOST, MISFILED, WRONG, Problem

JANE = Patient("pt-aaaaaaaaaaaa", "100", "Smith", "Jane", date(1961, 3, 7), nhi="ZAC5361")
MARY = Patient("pt-bbbbbbbbbbbb", "101", "Jones", "Mary", date(1970, 5, 9), nhi="ZBN77VL")
TITLE = "title"


@dataclass(frozen=True)
class Places:
    """Where a world's folder and stores lie, if not beside and in its home."""

    source: Path | None = None
    stores: Path | None = None


BESIDE = Places()


@dataclass(frozen=True)
class World:
    """One home and one watched folder; `wanted` holds the SHA-256 of every file that must survive."""

    root: Path
    wanted: tuple[str, ...]
    places: Places = BESIDE

    @property
    def home(self) -> Path:
        """The program's home."""
        return self.root / "home"

    @property
    def source(self) -> Path:
        """The watched folder."""
        return (self.places.source or self.root) / "source"

    @property
    def stores(self) -> Path:
        """What holds both stores."""
        return (self.places.stores or self.home) / "stores"

    @property
    def parts(self) -> tuple[Path, ...]:
        """Every folder that the world is made of."""
        return (self.home, self.source, *((self.stores,) if self.places.stores else ()))

    def keep(self, aside: Path) -> None:
        """Keep a copy of everything beside the world."""
        for number, part in enumerate(self.parts):
            _copy(part, aside / str(number))

    def begin_again(self, aside: Path) -> None:
        """Everything as it was kept, in the same place, since the record holds the folder's path."""
        self.vanish()
        for number, part in enumerate(self.parts):
            _copy(aside / str(number), part)

    def vanish(self) -> None:
        """Remove every part."""
        for part in self.parts:
            if part.exists():
                shutil.rmtree(part)

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Put these files at the source, all old enough to be ready."""
        for name, data in files.items():
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            (self.source / name).write_bytes(data)
            os.utime(self.source / name, (time.time() - 86_400,) * 2)

    def prepare(self, services: Services) -> None:
        """What is set up before anything is done."""

    def choose(self, services: Services) -> None:
        """See that the operator lists the source."""
        configured = str(self.source)
        if services.configuring.value("operator.folders.images", operator="ADM") != configured:
            operator = services.permitting.operator("ADM")
            services.configuring.set("operator.folders.images", configured, operator=operator)

    def owed(self) -> tuple[str, ...]:
        """Files that nobody but the program could have lost."""
        return self.wanted

    def on_drive(self) -> Counter[str]:
        """Files that lie on a virtual drive, by their hash."""
        return Counter()

    def waiting(self) -> list[Path]:
        """Files that stand in the watched folder, or below it."""
        return [path for path in self.source.rglob("*") if path.is_file()]

    def litter(self) -> list[Path]:
        """What should not stand there once all is at rest."""
        return [path for path in self.source.rglob(HOLD) if list(path.iterdir())]


def _copy(whole: Path, other: Path) -> None:
    """A folder with its bytes and times; shares know no more, and some stumble over attributes."""
    other.mkdir(parents=True)
    for path in sorted(whole.rglob("*")):
        copy, found = other / path.relative_to(whole), path.stat()
        if path.is_dir():
            copy.mkdir()
        else:
            shutil.copyfile(path, copy)
            os.utime(copy, ns=(found.st_atime_ns, found.st_mtime_ns))
        copy.chmod(found.st_mode & 0o777)


def build(world: World, names: Sequence[str], size: int) -> World:
    """A practice with two patients and these files, all old enough to be ready."""
    world.source.mkdir(parents=True)
    files = {
        name: f"picture {number} ".encode() * (size // 10 * (number + 1))
        for number, name in enumerate(names)
    }
    world.fill(files)
    _furnish(world)
    wanted = tuple(hashlib.sha256(data).hexdigest() for data in files.values())
    return replace(world, wanted=world.wanted + wanted)


def _furnish(world: World) -> None:
    services = open_home(world.home)
    database = Database(world.home / RECORD)
    PatientsTable(database, services.clock).save([JANE, MARY])
    database.close()
    operator = services.permitting.operator("ADM")
    world.prepare(services)
    chosen = {"images": "Images", "documents": "Documents"} if world.places.stores else {}
    for kind, name in chosen.items():
        services.configuring.set(
            f"system.{kind}_store", str(world.stores / name), operator=operator
        )
    services.close()
    if chosen:
        open_home(world.home).close()  # which makes the stores


def elsewhere() -> Path | None:
    """A folder on another file system than the one in memory, if this computer has one."""
    place = Path(tempfile.gettempdir())
    memory = Path("/dev/shm")  # noqa: S108 - only asked which disk it is
    return place if memory.is_dir() and memory.stat().st_dev != place.stat().st_dev else None


# Deeds: what is done until it is killed, broken or disturbed

Deed = Callable[[World], object]


def opened(deed: Callable[[Services, World], object]) -> Deed:
    """A deed that opens the home first, which recovers."""

    @functools.wraps(deed)
    def run(world: World) -> None:
        deed(open_home(world.home), world)

    return run


def listed(services: Services, world: World) -> list[SourceFile]:
    """What the list shows of the world's folder, by name."""
    world.choose(services)
    operator = services.permitting.operator("ADM")
    listings = services.lister.refresh(operator, "1", CancelToken())
    files = [file for listing in listings for file in listing.files]
    ready = (file for file in files if file.state is FileState.READY)
    return sorted(ready, key=lambda file: file.name)


@opened
def save_all(services: Services, world: World) -> None:
    """Save every ready file to Jane, as a batch; a new request each time."""
    given = Assignment(JANE.id, "1", "ADM", TITLE, "comment")
    orders = [ImportOrder(new_id(), file, given) for file in listed(services, world)]
    services.importer.run_all(orders, CancelToken(), lambda index, result: None)


def save_as_group(world: World) -> None:
    """The same, with the group's threads and shared flushes already for these few files."""
    grouping.GROUP_FROM = 2
    image_store.MANY = 2
    save_all(world)


def save_but_one(world: World) -> None:
    """Save all but the last file, which goes on waiting."""
    aside = world.root / "aside"
    last = max(world.source.iterdir())
    last.rename(aside)
    save_all(world)
    aside.rename(last)


@opened
def auto_all(services: Services, world: World) -> None:
    """Let every file file itself that may."""
    auto = services.auto_importer
    judged = auto.judge(listed(services, world), "ADM", CancelToken())
    auto.run(judged.plans, "ADM", CancelToken(), lambda progress, plan, result: None)


@opened
def bring_again(services: Services, world: World) -> None:
    """Put what is on record into the folder once more, as a phone that sends twice does."""
    for record in services.records.everything():
        path = world.source / record.original_name
        path.write_bytes((world.stores / "Documents" / record.shelf_path).read_bytes())
        os.utime(path, (time.time() - 86_400,) * 2)


@opened
def withdraw_first(services: Services, world: World) -> None:
    """Withdraw the first record."""
    record = next(services.records.everything())
    services.corrector.withdraw(record.id, operator="ADM", reason="wrong patient")


def withdraw_before_recovery(world: World) -> None:
    """Another workstation withdraws the record, if it may, before this one starts again."""
    services = open_home(world.home, recover=False)
    for record in services.records.everything():
        with suppress(BeingFiled):
            services.corrector.withdraw(record.id, operator="ADM", reason="wrong patient")
    services.close()
    auto_all(world)


@opened
def reassign_first(services: Services, world: World) -> None:
    """Move the first record from Jane to Mary."""
    record = next(services.records.everything())
    services.corrector.reassign(
        record.id, patient_id=MARY.id, operator="ADM", reason="wrong patient"
    )


@opened
def reopen(services: Services, world: World) -> None:
    """Only open the home, which recovers."""


# Questions


def hashed(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def whole_copies(world: World) -> Counter[str]:
    """Every file in the world by its hash, wherever it lies: folder, hold, drive, staging, shelf."""
    places = {world.source, world.stores, world.home / "stores", world.home / "returned"}
    files = (path for place in places for path in place.rglob("*") if path.is_file())
    return Counter(map(hashed, files)) + world.on_drive()


def lost(world: World) -> list[Problem]:
    """Files of which no whole copy is anywhere: the first sin."""
    copies = whole_copies(world)
    return [Problem(LOST, one[:8]) for one in world.owed() if not copies[one]]


def wrong_at_rest(world: World, patients: frozenset[str], title: str = TITLE) -> list[Problem]:
    """What is wrong once recovery has run: every file in one place, the record agreeing, no litter."""
    try:
        services = open_home(world.home)
    except MessageCentreError as error:
        return [Problem(WRONG, f"the home does not open: {type(error).__name__}")]
    problems, copies = lost(world), whole_copies(world)
    problems += [
        Problem(DOUBLED, f"{copies[one]} copies of {one[:8]}")
        for one in world.wanted
        if copies[one] > 1
    ]
    problems += _disagreements(services, world)
    problems += misfiled(services, patients, title)
    findings = services.auditor.check(CancelToken()).findings
    return problems + [Problem(WRONG, f"check: {finding.problem}") for finding in findings]


def _disagreements(services: Services, world: World) -> list[Problem]:
    """Each file either on record and on its shelf, or in the folder and not on record."""
    problems = []
    on_record = Counter(record.sha256 for record in services.records.everything())
    at_source = {
        hashed(path)
        for path in (*world.waiting(), *(world.home / "returned").glob("*"))
        if path.is_file()
    } | set(world.on_drive())
    for sha256 in world.wanted:
        if on_record[sha256] > 1:
            problems.append(Problem(DOUBLED, f"{on_record[sha256]} records of {sha256[:8]}"))
        if (sha256 in at_source) == bool(on_record[sha256]):
            problems.append(Problem(WRONG, f"record and folder disagree on {sha256[:8]}"))
    left = [f"left in the folder: {path.name}" for path in world.litter()]
    return problems + [Problem(WRONG, words) for words in left]


def wrong_by_name(world: World, patients: frozenset[str]) -> list[Problem]:
    """As `wrong_at_rest`, for files that file themselves: each belongs to the patient its name tells."""
    problems = wrong_at_rest(world, patients | {JANE.id, MARY.id}, title="")
    services = open_home(world.home)
    for record in services.records.everything():
        [number] = re.findall(r"^(?:INTOUCH_P)?(\d+)[_-]", record.original_name)
        if {JANE.number: JANE.id, MARY.number: MARY.id}[number] != record.patient_id:
            problems.append(Problem(MISFILED, record.sha256[:8]))
    return problems


def wrong_but_returned(world: World, patients: frozenset[str]) -> list[Problem]:
    """As `wrong_by_name`, for a file that came twice and whose record was withdrawn.

    A folder that cannot be read while the bytes are put back sends them to the inbox for returned
    files; what came the second time then stays where it came.
    """
    problems = wrong_by_name(world, patients)
    returned = Counter(map(hashed, (world.home / "returned").glob("*")))
    beside = {
        Problem(DOUBLED, f"2 copies of {one[:8]}") for one, count in returned.items() if count == 1
    }
    return [problem for problem in problems if problem not in beside]


def misfiled(services: Services, patients: frozenset[str], title: str = TITLE) -> list[Problem]:
    """Records of a patient, or with words, that nobody chose."""
    return [
        Problem(MISFILED, record.sha256[:8])
        for record in services.records.everything()
        if record.patient_id not in patients or record.title != title
    ]
