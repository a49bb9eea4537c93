"""Worlds whose source is a virtual drive; its server goes on living when the program beside it is killed."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend

from message_centre.bootstrap import open_home
from message_centre.domain.files import SourceKind
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken
from tests.crash.worlds import World, misfiled, reopen, save_all, whole_copies
from tests.support.counting import DOUBLED, LOST, WRONG, Problem
from tests.support.hosted import Hosted
from tests.support.served_drives import SERVED, switch_on

#: What somebody else saves on the drive.
_UNSEEN = {"one.jpg": b"saved by somebody else, seen by nobody"}
#: What each child would load anew.
_LIBRARIES = ("azure.storage.blob", "dropbox", "msal", "requests.adapters")


@dataclass(frozen=True)
class DriveWorld(World):
    """A home whose operator lists one folder of a drive."""

    kind: SourceKind = field(kw_only=True)
    drive: Hosted = field(kw_only=True)

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Put these files on the drive."""
        for name, data in files.items():
            self.drive.put(name, data)

    def prepare(self, services: Services) -> None:
        """Let the operator list the drive."""
        switch_on(services, self.kind, self.drive.facts)

    def choose(self, services: Services) -> None:
        """It was chosen before anything was done."""

    def owed(self) -> tuple[str, ...]:
        """Not what somebody else has overwritten, which may have been before it was downloaded."""
        return () if self.drive.contents() == _UNSEEN else self.wanted

    def on_drive(self) -> Counter[str]:
        """Files of the drive, by their hash."""
        return Counter(sha256(data).hexdigest() for data in self.drive.contents().values())

    def keep(self, aside: Path) -> None:
        """Keep a copy of everything, and have the drive remember how it stands."""
        super().keep(aside)
        self.drive.keep()

    def begin_again(self, aside: Path) -> None:
        """Everything as it was kept, the drive too."""
        super().begin_again(aside)
        self.drive.begin_again()


def world_beside(kind: SourceKind, world: World) -> DriveWorld:
    """A world like that one, with a drive in place of its folder; this process leads to its server."""
    drive = Hosted(SERVED[kind], world.root.parent / "drive")
    os.environ.update(drive.environment)
    keyring.set_keyring(_Keyring())
    for library in _LIBRARIES:
        import_module(library)
    return DriveWorld(world.root, world.wanted, world.places, kind=kind, drive=drive)


def save_hindered(world: World) -> None:
    """Save everything; the drive lets nothing be removed."""
    _drive_of(world).hinder()
    save_all(world)


def reopen_unhindered(world: World) -> None:
    """Open the home, which recovers, while the drive lets everything be removed again."""
    _drive_of(world).let_go()
    reopen(world)


def reopen_overwritten(world: World) -> None:
    """Open the home, which recovers, after somebody has saved another version on the drive."""
    drive = _drive_of(world)
    if drive.contents() != _UNSEEN:
        for name, data in _UNSEEN.items():
            drive.put(name, data)
    reopen(world)


def wrong_after_overwriting(world: World, patients: frozenset[str]) -> list[Problem]:
    """The version that nobody saw waits on the drive; the one that was saved is on record, or in no record."""
    problems = []
    if _drive_of(world).contents() != _UNSEEN:
        problems.append(Problem(LOST, "the version that nobody has seen"))
    services = open_home(world.home)
    on_record = [record.sha256 for record in services.records.everything()]
    if on_record not in ([], list(world.wanted)):
        problems.append(Problem(WRONG, f"on record: {len(on_record)}"))
    if whole_copies(world)[world.wanted[0]] > 1:
        problems.append(Problem(DOUBLED, "the version that was saved"))
    # A copy is set aside where the original is gone and nothing is on record; nothing else is to be found.
    found = {one.problem for one in services.auditor.check(CancelToken()).findings}
    found -= set() if on_record else {"lost-and-found"}
    return problems + misfiled(services, patients) + [Problem(WRONG, one) for one in found]


def _drive_of(world: World) -> Hosted:
    if not isinstance(world, DriveWorld):
        raise TypeError("this world has no drive")
    return world.drive


class _Keyring(KeyringBackend):
    """Holds the key of the vault for this process and its children."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring has no types
        self._held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._held.pop((service, username), None)
