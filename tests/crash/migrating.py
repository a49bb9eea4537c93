"""Carrying a record to a server as a deed: it begins with an empty database each time."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from message_centre.bootstrap import RECORD, migrate_record, open_home
from message_centre.domain.errors import DatabaseBusy
from message_centre.domain.secrets import Secret
from message_centre.services.work import CancelToken, silent
from tests.crash.worlds import World
from tests.support.contents import but_marks, of_embedded, of_home
from tests.support.counting import WRONG, Problem
from tests.support.postgres import Cluster

_HINT = "run `message-centre migrate-record` again"


@dataclass(frozen=True)
class ServerWorld(World):
    """A home whose record goes to a database of this process."""

    server: Cluster = field(kw_only=True)
    database: str = field(default_factory=lambda: f"carried_{os.getpid()}", kw_only=True)

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.server.url(self.database)

    def begin_again(self, aside: Path) -> None:
        """As it was kept, and a database with nothing in it."""
        super().begin_again(aside)
        self.server.drop(self.database)
        self.server.sql(f'CREATE DATABASE "{self.database}" TEMPLATE "template0"')


def carry_all(world: World) -> None:
    """Carry the record to the server, or go on with it."""
    if not isinstance(world, ServerWorld):
        raise TypeError("this world has no server")
    migrate_record(world.home, world.url, _unasked, (CancelToken(), silent, _nobody))


def opens_or_says(world: World) -> list[Problem]:
    """Between kill and repetition the home opens, or says what to do."""
    try:
        open_home(world.home, recover=False).close()
    except DatabaseBusy as error:
        if _HINT not in error.detail.replace("\n", " "):
            return [Problem(WRONG, f"it does not say what to do: {error.detail}")]
    return []


def wrong_after_carrying(world: ServerWorld, kept: Path) -> list[Problem]:
    """Tables that do not hold what the embedded record held."""
    before, after = but_marks(of_embedded(kept / "0" / RECORD)), but_marks(of_home(world.home))
    return [Problem(WRONG, f"table {name}") for name in before if before[name] != after[name]]


def _unasked(whose: str) -> Secret:
    raise AssertionError(f"asked for the password of {whose}")


def _nobody(words: str) -> None:
    raise AssertionError(f"told: {words}")
