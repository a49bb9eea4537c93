"""Phones to crash among: photos that a MedImage Server delivered, and a receiver that they post to."""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import urllib3

from message_centre.services.bundle import Services
from message_centre.services.ports import Listen
from tests.crash.worlds import World, auto_all, opened
from tests.support.medimage_names import GUID
from tests.support.medimage_phone import Phone
from tests.support.pictures import a_jpeg

_WHEN = "21-Aug-2026-14-03-09"
_TRIES = 5
_HOUR = 3600
_SETTINGS = "system.medimage.root", "provider.1.medimage.guid"


@dataclass(frozen=True)
class PhoneWorld(World):
    """The source is a delivery folder. A phone keeps its photo until it was answered."""

    @property
    def phone(self) -> Path:
        """What the phones still have: for each a folder named as what is typed on it, and a photo."""
        return self.root / "phone"

    @property
    def parts(self) -> tuple[Path, ...]:
        """The phones are a part of the world."""
        return (*super().parts, self.phone)

    def choose(self, services: Services) -> None:
        """The delivery folder and its key."""
        operator = services.permitting.operator("ADM")
        for key, value in zip(_SETTINGS, (str(self.source), GUID), strict=True):
            if services.configuring.value(key) != value:
                services.configuring.set(key, value, operator=operator)

    def prepare(self, services: Services) -> None:
        """So that no deed begins with it."""
        self.choose(services)

    def on_drive(self) -> Counter[str]:
        """What is still on a phone is not lost."""
        return Counter(_hashed(path) for path in self.phone.rglob("*.jpg"))

    def waiting(self) -> list[Path]:
        """What stands in a patient's folder under a name of its own."""
        found = [path for path in self.source.rglob("*") if path.is_file()]
        return [path for path in found if not _is_aside(path)]

    def litter(self) -> list[Path]:
        """What was set aside or half written and forgotten; the folders stay."""
        return [path for path in self.source.rglob("*") if path.is_file() and _is_aside(path)]


def _is_aside(path: Path) -> bool:
    return path.name.startswith(".") or path.parent.name.startswith(".")


def _hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def photographed(world: World, names: Sequence[str]) -> PhoneWorld:
    """A photo on a phone for each id; photos of one id have one name."""
    made = PhoneWorld(world.root, (), world.places)
    for number, name in enumerate(names):
        where = made.phone / str(number) / name / f"{_WHEN}.jpg"
        where.parent.mkdir(parents=True)
        where.write_bytes(a_jpeg(48 + number, 32))
    return replace(made, wanted=tuple(made.on_drive()))


def deliver(world: World) -> None:
    """What a MedImage Server does: each phone's photo into the patient's folder."""
    while _deliver_one(world):
        pass


def deliver_one(world: World) -> None:
    """The next phone's photo."""
    _deliver_one(world)


def _deliver_one(world: World) -> bool:
    phones = _of(world)
    photo = min(phones.phone.rglob("*.jpg"), default=None)
    if photo:
        where = phones.source / GUID / photo.parent.name / photo.name
        where.parent.mkdir(parents=True, exist_ok=True)
        photo.rename(where)
        _age(where)
    return photo is not None


@opened
def deliver_again(services: Services, world: World) -> None:
    """Put what is on record where it was delivered, as a phone that sends twice does."""
    for record in services.records.everything():
        typed, _, name = record.original_name.partition("-")
        path = world.source / GUID / typed / name
        path.write_bytes((world.stores / "Images" / record.shelf_path).read_bytes())
        _age(path)


@opened
def post_all(services: Services, world: World) -> None:
    """Every phone posts what it has, and forgets what was answered for; in haste the answer may not come."""
    phones, operator = _of(world), services.permitting.operator("ADM")
    with services.medimage.serving.serve(operator, Listen("127.0.0.1", 0)) as port:
        for photo in _found(phones.phone, "*.jpg"):
            phone = Phone(f"http://127.0.0.1:{port}", GUID)
            with suppress(urllib3.exceptions.HTTPError, OSError):  # the phone's own trouble
                if phone.send(photo.parent.name, photo.read_bytes(), photo.stem) == 200:
                    photo.unlink()


def post_and_file(world: World) -> None:
    """What happens after a kill: time passes, the phones try again, and what came files itself."""
    _let_lie(world, ".*.part")
    for _ in range(_TRIES):
        # A receiver that starts anew sweeps too, so it is started for what was half written as well.
        if _found(_of(world).phone, "*.jpg") or _found(world.source, ".*.part"):
            post_all(world)
    _let_lie(world, "*.jpg")
    auto_all(world)


def _found(folder: Path, pattern: str) -> list[Path]:
    """What stands below a folder; nothing while it cannot be read."""
    with suppress(OSError):
        return sorted(folder.rglob(pattern))
    return []


def _let_lie(world: World, pattern: str) -> None:
    """Let a day pass over these, as far as this disk lets us."""
    with suppress(OSError):
        for path in world.source.rglob(pattern):
            _age(path)


def _age(path: Path) -> None:
    """Let it lie for a day; what has lain is left as it is."""
    if path.stat().st_mtime > time.time() - _HOUR:
        os.utime(path, (time.time() - 86_400,) * 2)


def _of(world: World) -> PhoneWorld:
    if not isinstance(world, PhoneWorld):
        raise TypeError("this world has no phones")
    return world
