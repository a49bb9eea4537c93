"""Where the practice's stores stand, and the markers that prove it is them."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import insert, select

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.files import Destination
from message_centre.store.database import Database
from message_centre.store.image_store import furnish, read_marker
from message_centre.store.tables import practice, records

#: How long a store's place is believed before the settings are asked again.
_BELIEVED_SECONDS = 2.0


class StorePlaces:
    """The stores' roots as the settings name them. May be called on any thread."""

    def __init__(self, configured: Mapping[Destination, Callable[[], Path]]) -> None:
        self._configured = configured
        self._believed: dict[Destination, tuple[float, Path]] = {}

    def root(self, destination: Destination) -> Path:
        """The root as configured at most two seconds ago."""
        now = time.monotonic()
        at, path = self._believed.get(destination, (-_BELIEVED_SECONDS, Path()))
        if now - at >= _BELIEVED_SECONDS:
            path = self._configured[destination]()
            self._believed[destination] = (now, path)
        return path


def prepare(
    database: Database,
    root: Callable[[Destination], Path],
    is_chosen: Callable[[Destination], bool],
) -> Mapping[Destination, str]:
    """Make the stores of a fresh record; returns the identity each store's marker must carry.

    A store that holds nothing on record may stand in any new folder. One that holds files and has
    lost its marker is never furnished: it is probably a disk or share that is away. Of a record that
    workstations share there is one store: a second one is never made in a folder that nobody chose.
    """
    found = {}
    for destination in Destination:
        identity = _identity(database, destination)
        place = root(destination)
        may_stand = not database.is_shared or is_chosen(destination)
        is_new = may_stand and read_marker(place) is None and not _is_used(database, destination)
        if not identity or is_new:
            try:
                made = furnish(place, identity)
            except MessageCentreError:
                made = ""  # away for now: saving says so, everything else works
            identity = identity or (made and _remember(database, destination, made))
        found[destination] = identity
    return found


def may_stand(database: Database, destination: Destination, folder: Path) -> bool:
    """Whether a store may be in this folder: nothing is on record yet, or its marker is there."""
    if not _is_used(database, destination):
        return True
    return read_marker(folder) == _identity(database, destination)


def _key(destination: Destination) -> str:
    return {"images": "store.images", "notes": "store.documents"}[destination]


def _identity(database: Database, destination: Destination) -> str:
    wanted = select(practice.c.value).where(practice.c.key == _key(destination))
    with database.reading() as connection:
        return connection.execute(wanted).scalar() or ""


def _remember(database: Database, destination: Destination, identity: str) -> str:
    """Remember a store's identity, unless another workstation was faster; the one that counts."""
    with database.writing() as connection:
        wanted = select(practice.c.value).where(practice.c.key == _key(destination))
        known = connection.execute(wanted).scalar()
        if known:
            return str(known)
        connection.execute(insert(practice).values(key=_key(destination), value=identity))
    return identity


def _is_used(database: Database, destination: Destination) -> bool:
    wanted = select(records.c.id).where(records.c.destination == destination).limit(1)
    with database.reading() as connection:
        return connection.execute(wanted).first() is not None
