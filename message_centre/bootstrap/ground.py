"""What every service of a home stands on: its folder, its session, its clock and its record."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from message_centre.domain.errors import AccessDenied
from message_centre.domain.settings import DATABASE_URL
from message_centre.host import drive_logs, logs
from message_centre.host.clock import SystemClock
from message_centre.host.durable import make_folders
from message_centre.host.session import Session, alone
from message_centre.host.settings_file import SettingsFile
from message_centre.host.vault import Vault
from message_centre.store.database import Database
from message_centre.store.people import furnish
from message_centre.store.places import place_of, refuse_unfinished

RECORD = "record.sqlite3"


@dataclass(frozen=True)
class Ground:
    """What everything else stands on."""

    home: Path
    clock: SystemClock
    session: Session
    database: Database


def open_ground(home: Path) -> Ground:
    """Open a home's folder, session and record, each made on first use; raises as `open_home`."""
    with ExitStack() as half_open:
        try:
            make_folders(home)
            with alone(home):
                session = Session(home)
                half_open.callback(session.close)
                session.sweep()
        except OSError as error:
            raise AccessDenied("The home folder cannot be made or written to.") from error
        with alone(home):
            database = open_record(home)
            half_open.callback(database.close)
            refuse_unfinished(database)
            furnish(database)
        half_open.pop_all()
    return Ground(home, SystemClock(), session, database)


def open_record(home: Path) -> Database:
    """The home's record alone: the embedded one, or that of the server which its settings name."""
    url = SettingsFile(home).read().get(DATABASE_URL, "")
    return Database(place_of(home / RECORD, url, Vault(home)))


def closing(ground: Ground) -> Callable[[], None]:
    """What closes all of it, and the logs last."""

    def close() -> None:
        ground.database.close()
        ground.session.close()
        drive_logs.stop()
        logs.stop()

    return close
