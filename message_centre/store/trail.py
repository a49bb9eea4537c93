"""The trail: rows that are only ever added, each sealed with the hash of the one before."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from message_centre.domain.records import TrailEntry
from message_centre.services.ports import Clock
from message_centre.store.database import Database, loaded, stored
from message_centre.store.inserting import insert_all
from message_centre.store.tables import trail
from message_centre.store.witness import Seen, Witness

_BEGINNING = "0" * 64
_BATCH = 1000
_SEALED = (
    *("seq", "at", "operator", "workstation", "action", "record_id", "patient_id", "detail"),
    "seal",
)


def append(connection: Connection, entry: Mapping[str, str]) -> None:
    """Add one entry; see `append_all`."""
    append_all(connection, [entry])


def append_all(connection: Connection, entries: Sequence[Mapping[str, str]]) -> None:
    """Add entries inside the caller's transaction, which is of the record's turn, in order.

    Each holds at, operator, workstation, action, record_id, patient_id and detail, and a seal where
    it made a record.
    """
    last = connection.execute(
        select(trail.c.seq, trail.c.digest).order_by(trail.c.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq, last.digest) if last else (0, _BEGINNING)
    rows = []
    for number, entry in enumerate(entries, seq + 1):
        row: dict[str, Any] = {"seq": number, "seal": "", **entry, "previous": previous}
        previous = row["digest"] = _seal(row)
        rows.append(row)
    insert_all(connection, trail, rows)


def _seal(row: Mapping[str, Any] | RowMapping) -> str:
    """SHA-256 over the entry's fields and the seal before it, as canonical JSON."""
    text = json.dumps([row[field] for field in _SEALED] + [row["previous"]], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class SqlTrail:
    """Implements `services.ports.Trail`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        workstation: str,
        witness: Witness | None = None,
    ) -> None:
        self._witness = witness
        self._database = database
        self._clock = clock
        self._workstation = workstation

    def add(
        self, action: str, *, operator: str, record_id: str = "", patient_id: str = "", detail: str
    ) -> None:
        """Add one entry in its own transaction."""
        entry = {
            "at": stored(self._clock.now()),
            "operator": operator,
            "workstation": self._workstation,
            "action": action,
            "record_id": record_id,
            "patient_id": patient_id,
            "detail": detail,
        }
        with self._database.writing() as connection:
            append(connection, entry)

    def entries(self, *, patient_id: str = "") -> Iterator[TrailEntry]:
        """Oldest first."""
        wanted = select(trail).order_by(trail.c.seq)
        if patient_id:
            wanted = wanted.where(trail.c.patient_id == patient_id)
        with self._database.reading() as connection:
            for row in connection.execute(wanted):
                yield TrailEntry(
                    seq=row.seq,
                    at=loaded(row.at),
                    operator=row.operator,
                    workstation=row.workstation,
                    action=row.action,
                    record_id=row.record_id,
                    patient_id=row.patient_id,
                    detail=row.detail,
                    seal=row.seal,
                )

    def verify(self) -> tuple[int, int | None]:
        """Number of entries, and the first sequence number whose seal does not hold, or None.

        A trail that holds and lacks what was seen of it before was cut off or made anew.
        """
        # Before the snapshot: another program may add entries, and see them, while this one reads.
        seen = self._witness.seen() if self._witness else None
        with self._database.reading() as connection:
            count, broken = check_chain(connection)
            broken = broken or _unlike(connection, seen, count)
            if broken is None and self._witness and count:
                self._witness.remember(count, _digest_of(connection, count))
        return count, broken


def _unlike(connection: Connection, seen: Seen | None, count: int) -> int | None:
    """The first entry that is known to be missing or other than it was seen, or None."""
    if seen is None:
        return None
    if seen.seq > count:
        return count + 1
    return None if _digest_of(connection, seen.seq) == seen.digest else seen.seq


def _digest_of(connection: Connection, seq: int) -> str:
    return str(connection.execute(select(trail.c.digest).where(trail.c.seq == seq)).scalar_one())


def check_chain(connection: Connection) -> tuple[int, int | None]:
    """As `SqlTrail.verify`, inside the caller's transaction."""
    count, previous = 0, _BEGINNING
    wanted = select(trail).order_by(trail.c.seq)
    streaming = connection.execution_options(yield_per=_BATCH)
    with streaming.execute(wanted) as found:
        for row in found.mappings():
            count += 1
            kept = row["seq"] == count and row["previous"] == previous
            if not kept or _seal(row) != row["digest"]:
                return count, count
            previous = row["digest"]
    return count, None
