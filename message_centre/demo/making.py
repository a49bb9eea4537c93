"""Makes a demo practice in a home: operators, two providers, invented patients, sample files.

A home that holds patients or records of its own is refused. A demo home may be made again: its people stay
as they are, and new sample files arrive beside those that are still waiting.
"""

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from message_centre.bootstrap import open_home
from message_centre.demo.people_data import HEADER, people
from message_centre.demo.samples import DOCUMENTS, IMAGES, Sample, plan
from message_centre.demo.tower import make_tower
from message_centre.domain.errors import FixTheInput
from message_centre.domain.people import (
    ALL_RIGHTS,
    EVERY_PROVIDER,
    Operator,
    Provider,
    Right,
)
from message_centre.domain.tower_profiles import TOWER_ROOTS
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken

PROVIDERS = (
    Provider("1", "Dr Kōwhai Example (Skin)"),
    Provider("2", "Dr Rātā Example (Endoscopy)"),
)
_RECEPTION = (Right.SEE_EXT, Right.SAVE, Right.CORRECT)
_CLINIC = (Right.SEE_EXT, Right.SAVE, Right.BULK_IMPORT)
OPERATORS = (
    Operator("ADM", "Demo Administrator", rights=ALL_RIGHTS),
    Operator("REC", "Demo Reception", rights=frozenset((EVERY_PROVIDER, r) for r in _RECEPTION)),
    Operator("CLI", "Demo Clinician", rights=frozenset(("2", r) for r in _CLINIC)),
)
_ADMINISTRATOR = OPERATORS[0]
_ROUND_SEEDS = 1000  # samples of one round use fewer seeds, so no two rounds share their bytes


class HomeInUse(FixTheInput):
    """The home holds a practice's own patients or records."""

    title = "Not a demo home"
    advice = "Choose an empty folder with --home; nothing was changed here."


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What a demo practice was given."""

    home: Path
    patients: int
    files: int
    providers: int
    operators: int


def quietly(words: str) -> None:
    """Say nothing."""
    del words


def make_demo(
    home: Path,
    *,
    patients: int = 400,
    files: int = 60,
    say: Callable[[str], None] = quietly,
) -> DemoSummary:
    """Make the demo practice, or give an existing one new files; `say` hears what is being done.

    Raises:
        HomeInUse: the home holds patients or records that no demo made.
    """
    services = open_home(home)
    try:
        folder = home / "demo"
        _claim(services, folder)
        say(f"People: {len(OPERATORS)} operators, {len(PROVIDERS)} providers, {patients} patients")
        _people(services, folder, patients)
        _tower(services, folder, patients)
        say(f"Files: {files} samples in {folder}")
        written = _files(services, folder, files)
        return DemoSummary(
            home=home,
            patients=services.register.count(),
            files=written,
            providers=len(services.people.providers()),
            operators=len(services.people.operators()),
        )
    finally:
        services.close()


def _claim(services: Services, folder: Path) -> None:
    # The marker comes before the first patient: a making that was interrupted can be made again.
    marker = folder / "made-by-demo"
    if marker.exists():
        return
    if services.register.count() or next(iter(services.records.everything(withdrawn=True)), None):
        raise HomeInUse("This home holds a practice of its own, so no demo is made in it.")
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _people(services: Services, folder: Path, patients: int) -> None:
    for provider in PROVIDERS:
        services.people.save_provider(provider)
    for operator in OPERATORS:
        services.people.save_operator(operator)
    register = folder / "register.csv"
    register.write_text(_csv(people(patients)), encoding="utf-8")
    services.register.import_file(
        register, operator=_ADMINISTRATOR.id, token=CancelToken(), report=_no_report
    )
    for operator in OPERATORS:
        for key, name in (("images", IMAGES), ("documents", DOCUMENTS)):
            watched = folder / name
            watched.mkdir(exist_ok=True)
            services.configuring.set(
                f"operator.{operator.id}.folders.{key}", str(watched), operator=_ADMINISTRATOR
            )


def _tower(services: Services, folder: Path, patients: int) -> None:
    root = make_tower(folder, people(patients), services.clock.now())
    services.configuring.set(TOWER_ROOTS, str(root), operator=_ADMINISTRATOR)


def _csv(rows: tuple[dict[str, str], ...]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _no_report(progress: object) -> None:
    del progress


def _files(services: Services, folder: Path, files: int) -> int:
    made = folder / "made-by-demo"
    earlier = len(made.read_text("utf-8").splitlines())
    now = services.clock.now()
    samples = plan(files, now=now, seed=earlier * _ROUND_SEEDS)
    # Oldest first, so that the one that is still arriving is the last to be written.
    written = sum(_write(folder, one, now) for one in sorted(samples, key=_youngest_last))
    with made.open("a", encoding="utf-8") as rounds:
        rounds.write(f"{now.isoformat()} {written} files\n")
    return written


def _youngest_last(sample: Sample) -> float:
    return -sample.age.total_seconds()


def _write(folder: Path, sample: Sample, now: datetime) -> bool:
    place = folder / sample.folder / sample.name
    if place.exists():
        return False
    arriving = place.with_name(f".{place.name}.part")
    arriving.write_bytes(sample.content())
    if sample.age:
        moment = (now - sample.age).timestamp()
        os.utime(arriving, (moment, moment))
    arriving.rename(place)
    return True
