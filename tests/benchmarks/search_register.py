"""The register that the benchmark of the search asks, on either engine, loaded once if it is kept."""

import itertools
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from message_centre.domain.patients import Patient
from message_centre.services.register_import import chunk_size
from message_centre.store.database import Database
from message_centre.store.patients import PatientsTable
from tests.benchmarks.people import people
from tests.benchmarks.search_floor import FileFloor, Floor, ServerFloor
from tests.benchmarks.times import Times
from tests.support.postgres import running_cluster

_RECORD, _FLOOR = "register", "floor"


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@contextmanager
def in_file(folder: Path, patients: int) -> Iterator[tuple[PatientsTable, Floor, str]]:
    """An embedded record, its floor, and a line on the loading."""
    file = folder / "record.sqlite3"
    database, floor = Database(file), FileFloor(folder / "floor.sqlite3")
    try:
        table = PatientsTable(database, _Clock())
        told = _filled(table, floor, patients)
        yield table, floor, f"SQLite, {file.stat().st_size / 2**20:,.0f} MiB, {told}"
    finally:
        floor.close()
        database.close()


@contextmanager
def on_server(kept: Path | None, patients: int) -> Iterator[tuple[PatientsTable, Floor, str]]:
    """A record on a private server, its floor, and a line on the loading."""
    with running_cluster(kept) as cluster:
        known = {name for (name,) in cluster.sql("SELECT datname FROM pg_database")}
        for name in {_RECORD, _FLOOR} - known:
            cluster.sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
        database = Database(cluster.server(_RECORD))
        floor = ServerFloor(cluster.url(_FLOOR), cluster.password)
        try:
            table = PatientsTable(database, _Clock())
            told = _filled(table, floor, patients)
            # What a server does by itself within minutes, so that it is not at it while we measure.
            cluster.sql("VACUUM ANALYZE", _RECORD)
            ((size,),) = cluster.sql(f"SELECT pg_database_size('{_RECORD}') / 1048576")
            yield table, floor, f"PostgreSQL, {size:,} MiB, {told}"
        finally:
            floor.close()
            database.close()


def load(table: PatientsTable, register: Iterable[Patient], *, count: int) -> Times:
    """Save everybody in chunks, as an import of the register does."""
    chunks, waiting = Times("chunk"), iter(register)
    while chunk := list(itertools.islice(waiting, chunk_size(count))):
        chunks.measure(table.save, chunk)
    return chunks


def _filled(table: PatientsTable, floor: Floor, patients: int) -> str:
    told = "kept from another run"
    if not table.count():
        start, start_work = time.perf_counter(), time.process_time()
        chunks = load(table, people(patients), count=patients)
        taken, worked = time.perf_counter() - start, time.process_time() - start_work
        told = (
            f"saved in {taken:,.0f} s (our processor time {worked:,.0f} s),"
            f" a chunk in {chunks.p50:,.0f} ms, at most {max(chunks.taken):,.0f}"
        )
    if table.count() != patients:
        raise SystemExit("another number of patients is kept here")
    floor.fill(people, patients)
    return f"{patients:,} patients, {told}"
