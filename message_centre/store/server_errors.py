"""What the server and its driver say, as errors that tell a person what to do."""

from collections.abc import Callable

import psycopg
from sqlalchemy import exc

from message_centre.domain.errors import (
    DatabaseAway,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseRefused,
    FixTheInput,
    MessageCentreError,
    StoreFull,
)
from message_centre.domain.server_address import ServerAddress

_BUSY = "The record's server is busy. Wait a moment and try again."
_LONGEST = 200

#: By SQLSTATE, or the two characters of its class.
_BY_STATE: dict[str, Callable[[], MessageCentreError]] = {
    "22": lambda: FixTheInput(
        "A value is too long, or holds characters that the record cannot keep."
    ),
    "25006": lambda: DatabaseAway("The record's server takes no changes at this moment."),
    "25P03": lambda: DatabaseAway("The record's server gave up waiting for this workstation."),
    "40": lambda: DatabaseBusy(_BUSY),
    "42501": lambda: DatabaseRefused("The server's user may not use the record's tables."),
    "53": lambda: DatabaseBusy(_BUSY),
    "53100": lambda: StoreFull("The disk of the record's server is full."),
    "55P03": lambda: DatabaseBusy(
        "Another workstation is writing to the record. Wait a moment and try again."
    ),
    "57014": lambda: DatabaseBusy(_BUSY),
}
#: The class of lost connections, and of servers that are stopping or starting.
_AWAY = ("08", "57P")


def translated(error: exc.DBAPIError, address: ServerAddress) -> MessageCentreError:
    """The error that tells what became of it."""
    said = error.orig
    if isinstance(said, psycopg.Error):
        return _of_driver(said, address, is_lost=error.connection_invalidated)
    return DatabaseDamaged(f"The record cannot be read or written ({type(said).__name__}).")


def _of_driver(said: psycopg.Error, address: ServerAddress, *, is_lost: bool) -> MessageCentreError:
    state = said.sqlstate or ""
    for known in (state, state[:2]):
        if known in _BY_STATE:
            return _BY_STATE[known]()
    if isinstance(said, psycopg.DataError):
        return _BY_STATE["22"]()
    if refused(said):
        return _refusal(said, address)
    if is_lost or state.startswith(_AWAY) or _is_wordless(said, state):
        return DatabaseAway(f"The record's server at {address.hosts} does not answer.")
    return DatabaseDamaged(f"The record cannot be read or written ({type(said).__name__}).")


def _is_wordless(said: psycopg.Error, state: str) -> bool:
    """No word from the server itself: the way to it is broken."""
    return isinstance(said, psycopg.OperationalError | psycopg.InterfaceError) and not state


def refused(said: psycopg.Error) -> bool:
    """Whether the server answered and did not let us in.

    Its words may be in any language, so that what the driver had to do says it first: only a server
    that is there asks for a password.
    """
    tried = said.pgconn
    if (said.sqlstate or "").startswith(("28", "3D")):
        return True
    if tried is None or said.sqlstate:
        return False
    asked = tried.needs_password or tried.used_password
    words = ("does not exist", "no pg_hba.conf entry", "authentication failed")
    return bool(asked) or any(word in str(said) for word in words)


def _refusal(said: psycopg.Error, address: ServerAddress) -> DatabaseRefused:
    tried = said.pgconn
    if tried is not None and tried.needs_password:
        return DatabaseRefused(
            f"The server wants a password for {address.user!r} and none is known here.",
            wants_password=True,
        )
    last = str(said).strip().splitlines()[-1]
    words = last.rpartition("FATAL:")[2].strip()[:_LONGEST]
    was_checked = tried is not None and tried.used_password
    return DatabaseRefused(
        f"The server does not let {address.user!r} in: {words}.",
        # With the right password and the wrong database another password helps nobody.
        wants_password=bool(was_checked) and "does not exist" not in words,
    )
