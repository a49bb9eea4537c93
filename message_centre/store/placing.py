"""Says where a home's record is: points the home to a server, or carries its record there.

Happens with no program at work in this home, and keeps every other from starting meanwhile.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from message_centre.domain.errors import DatabaseBusy, IncompleteOrder, VaultLocked
from message_centre.domain.secrets import NO_SECRET
from message_centre.domain.server_address import ServerAddress
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.durable import make_folders
from message_centre.host.os_errors import home_errors, store_errors
from message_centre.host.session import alone, is_at_work
from message_centre.host.settings_file import SettingsFile
from message_centre.host.vault import Vault
from message_centre.services.work import CancelToken, Report
from message_centre.store.database import Database, Server
from message_centre.store.moving import Move, MovedTable, set_aside
from message_centre.store.places import (
    Ask,
    address_of,
    entered,
    refuse_unfinished,
    secret_name,
)
from message_centre.store.tables import patients, records


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that was carried to a server; the old one is kept under `kept_as`."""

    tables: tuple[MovedTable, ...]
    kept_as: Path


class Placing:
    """One home; `record_file` is its embedded record, whether there is one or not."""

    def __init__(self, home: Path, record_file: Path) -> None:
        self._home = home
        self._file = record_file
        self._settings = SettingsFile(home)
        self._vault = Vault(home)

    def point(self, url: str, ask: Ask, tell: Callable[[str], None]) -> None:
        """Let this home's record be the one at `url` from now on; empty brings the embedded one back.

        The server is opened first: an address that nothing opens is never kept.

        Raises:
            BadSetting, DatabaseAway, DatabaseRefused, NewerDatabase: nothing was changed.
            DatabaseBusy: programs are at work in this home.
            IncompleteOrder: the home's own record holds a practice, which has to be carried over.
        """
        with self._quiet():
            if url:
                self._refuse_leaving_behind()
                opened, server = entered(self._server(address_of(url)), ask)
                try:
                    refuse_unfinished(opened)
                finally:
                    opened.close()
                self._keep_password(server, tell)
            self._settings.write(DATABASE_URL, url)

    def carry(
        self, url: str, ask: Ask, token: CancelToken, report: Report, tell: Callable[[str], None]
    ) -> Moved:
        """Carry the embedded record to the server at `url`; killed at any point, run it again.

        Raises:
            IncompleteOrder: there is no record to carry, or the server holds a practice.
            BadSetting, DatabaseAway, DatabaseRefused, DatabaseBusy, DatabaseDamaged, Cancelled: this
                home still works with its own record.
        """
        address = address_of(url)
        with self._quiet():
            if kept := self._kept(address):
                return Moved((), kept)
            target, server = entered(self._server(address), ask)
            with contextlib.closing(target):
                with contextlib.closing(Database(self._file)) as source:
                    move = Move(source, target, token)
                    tables = () if move.is_finished() else move.copy(report)
                    self._keep_password(server, tell)
                    # From here nobody works on the old record; the new one opens after it.
                    self._settings.write(DATABASE_URL, str(address))
                    move.open_to_all()
                kept = set_aside(self._file, datetime.now().astimezone())
        return Moved(tables, kept)

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        with store_errors():
            make_folders(self._home)
        with alone(self._home), home_errors():
            if is_at_work(self._home):
                raise DatabaseBusy("Other programs work in this home. Close them first.")
            yield

    def _server(self, address: ServerAddress) -> Server:
        try:
            password = self._vault.read(secret_name(address))
        except VaultLocked:
            password = None  # asked for again, and kept anew
        return Server(address, password or NO_SECRET)

    def _keep_password(self, server: Server, tell: Callable[[str], None]) -> None:
        if not server.password:
            return  # the driver found one by itself, or none is needed
        if not self._vault.keep(secret_name(server.address), server.password):
            tell(
                "The password is forgotten when this program ends, because this system has no"
                " keyring that works. Give it with PGPASSFILE or PGPASSWORD."
            )

    def _kept(self, address: ServerAddress) -> Path | None:
        """The old record if it was carried there already and has its other name, else None."""
        now = self._settings.read().get(DATABASE_URL, "")
        if now and now != str(address):
            raise IncompleteOrder("This home's record is on another server already.")
        if self._file.exists():
            return None
        kept = sorted(self._home.glob(f"{self._file.name}.migrated-*"))
        if not now or not kept:
            raise IncompleteOrder("This home has no record of its own to carry.")
        return kept[-1]

    def _refuse_leaving_behind(self) -> None:
        if self._settings.read().get(DATABASE_URL, "") or not self._file.exists():
            return
        with contextlib.closing(Database(self._file)) as own, own.reading() as connection:
            if any(connection.execute(select(one).limit(1)).first() for one in (patients, records)):
                raise IncompleteOrder(
                    "This home's own record holds a practice. Carry it over with"
                    " `message-centre migrate-record --to URL`, or use a new home."
                )
