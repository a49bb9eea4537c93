"""Opening a record: fresh, newer, damaged, on a share, from several programs at once."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from message_centre.bootstrap import RECORD, open_home
from message_centre.domain.errors import DatabaseDamaged, DatabaseOnShare, NewerDatabase
from message_centre.host import paths
from message_centre.store.database import HEAD, Database
from message_centre.store.tables import metadata, practice


def test_commits_are_flushed_to_the_disk(tmp_path: Path) -> None:
    database = Database(tmp_path / "record.sqlite3")
    with database.reading() as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    database.close()

    assert (synchronous, mode) == (2, "wal")


def test_a_newer_record_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "record.sqlite3"
    Database(file).close()
    _revise(file, "9999")

    with pytest.raises(NewerDatabase, match=HEAD):
        Database(file)

    assert _revision(file) == "9999"


def _revise(file: Path, revision: str) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()


def _revision(file: Path) -> str:
    connection = sqlite3.connect(file)
    [(found,)] = connection.execute("SELECT version_num FROM alembic_version")
    connection.close()
    return str(found)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "record.sqlite3"
    file.write_bytes(b"not a database " * 1000)

    with pytest.raises(DatabaseDamaged):
        Database(file)

    assert file.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    "kind", ["nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.smbnetfs", "fuse", "9p"]
)
def test_an_embedded_record_on_a_share_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"36 22 0:32 / {tmp_path} rw,relatime shared:1 - {kind} server:/share rw\n"
    )
    monkeypatch.setattr(paths, "MOUNTS", mounts)

    with pytest.raises(DatabaseOnShare):
        Database(tmp_path / "home" / "record.sqlite3")


@pytest.mark.parametrize("kind", ["ext4", "fuseblk", "fuse.fuse-overlayfs"])
def test_an_embedded_record_on_a_disk_of_this_computer_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"36 22 0:32 / {tmp_path} rw,relatime shared:1 - {kind} /dev/sdb1 rw\n")
    monkeypatch.setattr(paths, "MOUNTS", mounts)

    Database(tmp_path / "record.sqlite3").close()


def test_programs_that_open_a_fresh_home_at_once_all_get_the_same_record(tmp_path: Path) -> None:
    home, failed = tmp_path / "home", []

    def open_and_close() -> None:
        try:
            open_home(home).close()
        except Exception as error:  # noqa: BLE001 - any failure at all is what is asked about
            failed.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert _revision(home / RECORD) == HEAD


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow to load, once
    from alembic.migration import MigrationContext  # noqa: PLC0415 - one test needs it

    database = Database(tmp_path / "record.sqlite3")
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    database.close()

    assert differences == []


def _copies(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.*"))


def _an_older_record(file: Path) -> None:
    """Fabricated: there is one migration only, and so no older record."""
    database = Database(file)
    with database.writing() as connection:
        connection.execute(insert(practice).values(key="a", value="1"))
    database.close()
    _revise(file, "0000")


def test_an_older_record_is_kept_as_it_was_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrate(connection: Connection) -> None:
        connection.execute(update(practice).values(value="2"))
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (HEAD,))

    file = tmp_path / "record.sqlite3"
    _an_older_record(file)
    monkeypatch.setattr("message_centre.store.migrating.upgrade", migrate)

    Database(file).close()

    [kept] = _copies(file)
    assert kept.name.endswith(".schema-0000")
    assert (_revision(kept), _revision(file)) == ("0000", HEAD)
    assert (_values(kept), _values(file)) == (["1"], ["2"])


def _values(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = [value for (value,) in connection.execute("SELECT value FROM practice")]
    connection.close()
    return found


def test_a_migration_that_fails_leaves_the_record_and_the_newest_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(update(practice).values(value="2"))
        connection.exec_driver_sql("no statement")

    file = tmp_path / "record.sqlite3"
    _an_older_record(file)
    monkeypatch.setattr("message_centre.store.migrating.upgrade", fail)
    for revision in ("0000.1", "0000.2", "0000.3", "0000.4"):
        _revise(file, revision)
        with pytest.raises(DatabaseDamaged):
            Database(file)
        assert (_revision(file), _values(file)) == (revision, ["1"])

    kept = [path.name.rpartition("-")[2] for path in _copies(file)]
    assert kept == ["0000.2", "0000.3", "0000.4"]


def test_a_fresh_record_and_one_that_is_up_to_date_leave_no_copy(tmp_path: Path) -> None:
    for _ in range(2):
        Database(tmp_path / "record.sqlite3").close()

    assert _copies(tmp_path / "record.sqlite3") == []
