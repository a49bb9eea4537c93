"""A record on a real PostgreSQL server: what it answers when something is wrong, and how it heals."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update

from message_centre.domain.errors import (
    DatabaseAway,
    DatabaseRefused,
    FixTheInput,
    NewerDatabase,
    TryAgainLater,
)
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.store.database import HEAD, REGISTER_TURN, Database, Server
from message_centre.store.tables import metadata, practice, providers
from tests.support.cutting_proxy import Cut, CuttingProxy, cutting_proxy
from tests.support.postgres import Cluster, running_cluster


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A server that may be stopped, paused and killed without harm to other tests."""
    with running_cluster() as found:
        yield found


@pytest.fixture
def server(own: Cluster) -> Iterator[Server]:
    name = own.fresh()
    yield own.server(name)
    own.drop(name)


@pytest.fixture
def shared(server: Server) -> Iterator[Database]:
    opened = Database(server)
    yield opened
    opened.close()


def write(database: Database, key: str = "a") -> None:
    with database.writing() as connection:
        connection.execute(insert(practice).values(key=key, value="1"))


def keys(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(practice.c.key)).scalars())


def at(port: int, server: Server) -> Server:
    """The same server by another way."""
    own = server.address.url.rpartition("@")[2].partition("/")[0]
    url = server.address.url.replace(own, f"127.0.0.1:{port}")
    return replace(server, address=replace(server.address, url=url))


# What it promises


def test_commits_are_durable_and_waits_are_bounded_whatever_the_server_is_used_to(
    shared: Database,
) -> None:
    with shared.reading() as connection:
        found = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("synchronous_commit", "statement_timeout", "lock_timeout")
        }

    assert found == {"synchronous_commit": "on", "statement_timeout": "30s", "lock_timeout": "10s"}


def test_a_look_is_at_one_moment_and_changes_nothing(shared: Database) -> None:
    with shared.reading() as connection:
        before = connection.execute(select(practice.c.key)).all()
        write(shared)
        after = connection.execute(select(practice.c.key)).all()
        mode = connection.execute(text("SHOW transaction_read_only")).scalar()

    assert before == after == []
    assert mode == "on"


def test_the_records_clock_is_the_servers_and_goes_on_within_a_transaction(
    shared: Database,
) -> None:
    with shared.writing() as connection:
        first = shared.now(connection)
        time.sleep(0.01)
        second = shared.now(connection)

    assert first < second
    assert abs(second - datetime.now(UTC)) < timedelta(minutes=1)


def test_writers_follow_one_another_so_that_what_was_looked_at_still_holds(
    database: Database,
) -> None:
    write(database, "count")

    def count_up() -> None:
        for _ in range(10):
            with database.writing() as connection:
                _add_one(connection)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as connection:
        assert connection.execute(select(practice.c.value)).scalar_one() == "41"


def _add_one(connection: Connection) -> None:
    now = int(connection.execute(select(practice.c.value)).scalar_one())
    connection.execute(update(practice).values(value=str(now + 1)))


def test_a_long_import_of_the_register_holds_nobody_up_who_files(shared: Database) -> None:
    with shared.writing(REGISTER_TURN):
        write(shared)

    assert keys(shared) == ["a"]


def test_an_embedded_record_loads_no_driver_of_a_server() -> None:
    words = (
        "import sys, tempfile, pathlib; from message_centre.store.database import Database\n"
        "Database(pathlib.Path(tempfile.mkdtemp()) / 'r').close()\n"
        "print(*sorted({'psycopg', 'keyring', 'cryptography'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == ""


# Schema


def test_an_empty_database_becomes_a_record(own: Cluster) -> None:
    name = own.empty()
    opened = Database(own.server(name))
    write(opened)
    opened.close()

    assert own.sql("SELECT version_num FROM alembic_version", name) == [(HEAD,)]
    own.drop(name)


def test_workstations_that_open_an_empty_database_at_once_all_get_the_same_record(
    own: Cluster,
) -> None:
    name, failed = own.empty(), []

    def open_and_close() -> None:
        try:
            Database(own.server(name)).close()
        except Exception as error:  # noqa: BLE001 - any failure at all is what is asked about
            failed.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    own.drop(name)


def test_an_older_record_is_migrated(own: Cluster) -> None:
    name = own.empty()
    own.sql("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)", name)

    opened = Database(own.server(name))
    write(opened)
    opened.close()

    assert own.sql("SELECT version_num FROM alembic_version", name) == [(HEAD,)]
    own.drop(name)


def test_a_newer_record_is_refused_and_left_as_it_is(own: Cluster, server: Server) -> None:
    name = server.address.database
    own.sql("UPDATE alembic_version SET version_num = '9999'", name)

    with pytest.raises(NewerDatabase, match=f"schema 9999.*up to {HEAD}"):
        Database(server)

    assert own.sql("SELECT version_num FROM alembic_version", name) == [("9999",)]


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(shared: Database) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow to load, once
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    with shared.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_database_that_could_lose_names_is_refused(own: Cluster) -> None:
    own.sql(
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )

    with pytest.raises(DatabaseRefused, match=r"LATIN1.*has to be UTF8"):
        Database(own.server("latin"))


# Who is let in


def test_a_wrong_password_is_told_and_never_repeated(server: Server) -> None:
    with pytest.raises(DatabaseRefused, match="does not let 'centre' in") as refused:
        Database(replace(server, password=Secret("canary-7")))

    assert refused.value.title == "Record server refuses"
    assert refused.value.wants_password
    assert "canary-7" not in f"{refused.value}{refused.value.__cause__}"


def test_a_missing_password_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)

    with pytest.raises(DatabaseRefused, match="wants a password for 'centre'") as refused:
        Database(replace(server, password=NO_SECRET))

    assert refused.value.wants_password


def test_a_password_in_the_environment_is_found_by_the_driver(
    own: Cluster, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", own.password)

    Database(replace(server, password=NO_SECRET)).close()


def test_an_unknown_database_is_told(own: Cluster) -> None:
    with pytest.raises(DatabaseRefused, match="does not exist"):
        Database(own.server("nowhere"))


def test_what_the_record_cannot_keep_is_refused_as_input(shared: Database) -> None:
    for number in ("1\0", "1" * 40):
        with pytest.raises(FixTheInput, match="too long, or holds"), shared.writing() as connection:
            connection.execute(insert(providers).values(number=number, name="", is_active=True))


# When it is away


def test_a_server_that_is_off_is_told(own: Cluster, server: Server) -> None:
    own.stop()
    try:
        with pytest.raises(
            DatabaseAway, match=r"server at 127\.0\.0\.1:\d+ does not answer"
        ) as away:
            Database(server)
    finally:
        own.start()

    assert away.value.title == "Record is away"
    assert "still at their source" in away.value.advice
    assert isinstance(away.value, TryAgainLater)


def test_a_server_that_crashes_takes_nothing_half_done_and_is_found_again(
    own: Cluster, shared: Database
) -> None:
    def crash_in_between() -> None:
        with shared.writing() as connection:
            connection.execute(insert(practice).values(key="lost", value="1"))
            own.stop()
            connection.execute(insert(practice).values(key="too", value="1"))

    with pytest.raises(DatabaseAway):
        crash_in_between()
    with pytest.raises(DatabaseAway):
        write(shared, "away")
    own.start()

    write(shared, "again")
    assert keys(shared) == ["again"]


def test_a_commit_that_a_crash_took_is_never_mistaken_for_anothers(
    own: Cluster, server: Server, shared: Database
) -> None:
    """A server that has crashed gives the number of a transaction it had not written down away again."""
    other = Database(server)

    def crash_in_between() -> None:
        with shared.writing() as connection:
            connection.execute(insert(practice).values(key="lost", value="1"))
            own.kill()
            own.start()
            for key in ("a", "b"):
                _persistently(other, key)

    with pytest.raises(DatabaseAway):
        crash_in_between()
    assert keys(other) == ["a", "b"]
    other.close()


def _persistently(database: Database, key: str) -> None:
    """Write, once a connection that died with the server has been noticed."""
    try:
        write(database, key)
    except DatabaseAway:
        write(database, key)


def test_a_fail_over_pause_is_waited_for(own: Cluster, shared: Database) -> None:
    write(shared, "before")
    with own.paused():
        waiting = threading.Thread(target=write, args=(shared, "within"))
        waiting.start()
        waiting.join(1.5)
        assert waiting.is_alive()
    waiting.join(10)

    assert keys(shared) == ["before", "within"]


def test_a_pause_beyond_our_patience_is_told_and_doubles_nothing(
    own: Cluster, server: Server
) -> None:
    opened = Database(replace(server, patience=1.0))
    write(opened, "before")
    with own.paused():
        began = time.monotonic()
        with pytest.raises(TryAgainLater):
            write(opened, "within")
        assert time.monotonic() - began < 15
    write(opened, "after")

    assert keys(opened) == ["after", "before"]
    opened.close()


# A commit whose answer is lost


@pytest.fixture
def way(own: Cluster) -> Iterator[CuttingProxy]:
    with cutting_proxy(own.port) as proxy:
        yield proxy


def test_a_commit_that_was_done_though_its_answer_was_lost_counts_as_done(
    server: Server, way: CuttingProxy
) -> None:
    opened = Database(at(way.port, server))
    way.cut(1, Cut.AFTER)
    write(opened)

    assert way.cuts == 1
    assert keys(opened) == ["a"]
    opened.close()


def test_a_commit_that_never_arrived_is_told_and_was_not_done(
    server: Server, way: CuttingProxy
) -> None:
    opened = Database(at(way.port, server))
    way.cut(1, Cut.BEFORE)
    with pytest.raises(DatabaseAway):
        write(opened)

    assert way.cuts == 1
    assert keys(opened) == []
    write(opened)
    opened.close()
