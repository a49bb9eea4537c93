"""A transaction by name, so that the server can be asked what became of it: never guessed."""

import time
import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, exc, text

_BETWEEN_SECONDS = 0.1
#: A workstation that goes away within a transaction holds the others up no longer than this.
_IDLE = "20s"

#: When a server has recovered from a crash it gives numbers away again that it had not written down,
#: and when a stand-by takes over the time line changes: then a number may mean another transaction. A
#: crash resets the statistics, and nothing else that anybody may ask for tells of it.
_LIFE = (
    "(SELECT CAST(stats_reset AS text) FROM pg_stat_bgwriter) AS life,"
    " left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline"
)
#: One question for all of it, since each costs a way to the server and back.
_BEGIN = text(
    "SELECT set_config('idle_in_transaction_session_timeout', :idle, true),"
    " pg_advisory_xact_lock(:turn), pg_backend_pid() AS worker,"
    f" CAST(pg_current_xact_id() AS text) AS number, {_LIFE}"
)
_WHAT = text(f"SELECT pg_xact_status(CAST(:number AS xid8)) AS status, {_LIFE}")
_END = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid = :worker AND backend_xid IS NOT NULL AND usename = current_user"
    " AND CAST(backend_xid AS text) = :short"
)
_EPOCH = 1 << 32


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction by the names that the server has for it."""

    number: str
    worker: int
    life: str
    timeline: str


def begin(connection: Connection, turn: str) -> Transaction:
    """Wait for one's turn to write, for the rest of the transaction, and note its name."""
    key = zlib.crc32(turn.encode())
    row = connection.execute(_BEGIN, {"idle": _IDLE, "turn": key}).one()
    return Transaction(row.number, row.worker, row.life, row.timeline)


def settle(engine: Engine, ours: Transaction, patience: float) -> bool:
    """Whether a transaction was committed, once that is certain.

    One that is still under way on the server, its client gone, is ended first. False also stands for
    a server that cannot be asked within `patience` seconds, has crashed since, or is another one by now.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            status = _asked(engine, ours)
        except exc.DBAPIError:
            status = "in progress"  # away still, or starting
        if status != "in progress":
            return status == "committed"
        time.sleep(_BETWEEN_SECONDS)
    return False


def _asked(engine: Engine, ours: Transaction) -> str:
    with engine.connect() as connection:
        row = connection.execute(_WHAT, {"number": ours.number}).one()
        if (row.life, row.timeline) != (ours.life, ours.timeline):
            return "unknown"
        if row.status == "in progress":
            short = str(int(ours.number) % _EPOCH)
            connection.execute(_END, {"worker": ours.worker, "short": short})
        return str(row.status)
