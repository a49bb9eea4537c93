"""Where a home's record is, and how one gets in."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from message_centre.domain.errors import BadSetting, DatabaseBusy, DatabaseRefused, VaultLocked
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.domain.server_address import ServerAddress
from message_centre.services.ports import Vault
from message_centre.store.database import Database, Server
from message_centre.store.tables import practice

#: Stands in a server's record for as long as another record is being carried over to it.
ARRIVING = "arriving"

#: Where the driver finds a password by itself.
_DRIVER_LOOKS = ("PGPASSWORD", "PGPASSFILE")

#: Asks a person or standard input for a password; the argument says whose.
Ask = Callable[[str], Secret]


def place_of(file: Path, url: str, vault: Vault) -> Path | Server:
    """The embedded record's file, or the server with the password that the vault has for it.

    Raises:
        BadSetting: the address is none.
        VaultLocked: the vault holds secrets and does not open, and nothing else may know the password.
    """
    if not url:
        return file
    address = address_of(url)
    try:
        password = vault.read(secret_name(address))
    except VaultLocked:
        if not any(os.environ.get(name) for name in _DRIVER_LOOKS):
            raise
        password = None
    return Server(address, password or NO_SECRET)


def address_of(url: str) -> ServerAddress:
    """The address, which was checked when it was set, but the file is anybody's to edit.

    Raises:
        BadSetting
    """
    try:
        return ServerAddress(url)
    except ValueError as error:
        raise BadSetting(f"database.url: {error}") from error


def secret_name(address: ServerAddress) -> str:
    """A password is never sent to another server than the one it was given for."""
    return f"database.password {address.user}@{address.hosts}/{address.database}"


def entered(server: Server, ask: Ask) -> tuple[Database, Server]:
    """Open the record on a server; where it wants a password that is not known or wrong, ask once.

    Raises:
        DatabaseAway, DatabaseRefused, NewerDatabase, DatabaseDamaged
    """
    try:
        return Database(server), server
    except DatabaseRefused as error:
        if not error.wants_password:
            raise
        password = ask(f"{server.address.user} at {server.address.hosts}")
        if not password:
            raise
    server = replace(server, password=password)
    return Database(server), server


def refuse_unfinished(database: Database) -> None:
    """Raise `DatabaseBusy` while another record is being carried over to this one."""
    wanted = select(practice.c.value).where(practice.c.key == ARRIVING)
    with database.reading() as connection:
        if connection.execute(wanted).first():
            raise DatabaseBusy(
                "A record is being carried over to this server. If that was interrupted, run"
                " `message-centre migrate-record` again where it was begun."
            )
