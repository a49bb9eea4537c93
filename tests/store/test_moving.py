"""Carrying an embedded record to a server: verified and kept. `tests/crash` kills it at every step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table

from message_centre.bootstrap import RECORD, migrate_record, open_home, point_record
from message_centre.domain.errors import (
    BadSetting,
    Cancelled,
    DatabaseAway,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseRefused,
    IncompleteOrder,
    VaultLocked,
)
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.settings_file import SettingsFile
from message_centre.services.work import CancelToken, silent
from message_centre.store import copying, moving
from message_centre.store.placing import Moved
from tests.support.contents import of_embedded, of_home
from tests.support.engine import JANE, MARY, started
from tests.support.keyrings import use_file_keyring
from tests.support.postgres import Cluster


def unasked(whose: str) -> Secret:
    raise AssertionError(f"asked for the password of {whose}")


def nobody(words: str) -> None:
    raise AssertionError(f"told: {words}")


def carry(home: Path, url: str, token: CancelToken | None = None) -> Moved:
    return migrate_record(home, url, unasked, (token or CancelToken(), silent, nobody))


@pytest.fixture
def target(cluster: Cluster) -> Iterator[str]:
    """The address of an empty database."""
    name = cluster.empty()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two filed files, one of them withdrawn, and one waiting."""
    with started(tmp_path) as engine:
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            engine.put(name, name.encode() * 1000)
        engine.save("a.jpg", JANE, title="Māori title – ok")
        gone = engine.save("b.jpg", MARY)
        engine.services.corrector.withdraw(gone.record_id, operator="ADM", reason="wrong")
    return tmp_path / "home"


def test_everything_arrives_and_the_old_record_is_kept(home: Path, target: str) -> None:
    moved = carry(home, target)

    assert moved.kept_as.name.startswith("record.sqlite3.migrated-20")
    assert not list(home.glob("record.sqlite3*-wal"))
    assert not (home / RECORD).exists()
    assert {one.name: one.rows for one in moved.tables}["records"] == 2
    assert not any(one.was_there for one in moved.tables)
    assert of_home(home) == of_embedded(moved.kept_as)


def test_work_goes_on_with_the_server(home: Path, target: str, tmp_path: Path) -> None:
    carry(home, target)

    with started(tmp_path) as engine:
        assert [one.title for one in engine.services.records.of_patient(JANE.id)] == [
            "Māori title – ok"
        ]
        assert engine.save("c.jpg").is_saved
        assert engine.services.trail.verify()[1] is None
        assert engine.problems() == []


def test_a_home_where_programs_work_is_left_alone(home: Path, target: str) -> None:
    services = open_home(home)
    try:
        with pytest.raises(DatabaseBusy, match="Other programs work in this home"):
            carry(home, target)
    finally:
        services.close()

    assert (home / RECORD).exists()


def test_a_server_that_holds_a_practice_is_refused(
    home: Path, server_url: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    SettingsFile(other).write(DATABASE_URL, server_url)
    open_home(other).close()
    before = of_home(other)

    with pytest.raises(IncompleteOrder, match="holds a practice already"):
        carry(home, server_url)

    assert of_home(other) == before
    assert SettingsFile(home).read() == {}


def test_a_server_that_is_away_or_refuses_changes_nothing(home: Path, cluster: Cluster) -> None:
    with pytest.raises(DatabaseRefused, match="does not exist"):
        carry(home, cluster.url("nowhere"))
    with pytest.raises(DatabaseAway):
        carry(home, cluster.url("nowhere", port=1))

    assert SettingsFile(home).read() == {}
    assert (home / RECORD).exists()


def test_a_half_carried_record_opens_for_nobody(home: Path, target: str, tmp_path: Path) -> None:
    token = CancelToken()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "put", lambda *_: token.cancel())
        with pytest.raises(Cancelled):
            carry(home, target, token)
    other = tmp_path / "other"
    SettingsFile(other).write(DATABASE_URL, target)

    with pytest.raises(DatabaseBusy, match="is being carried over"):
        open_home(other)

    carry(home, target)
    open_home(other).close()


def test_what_was_done_between_two_tries_is_not_lost(
    home: Path, target: str, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving.Move, "_compared", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            carry(home, target)
    with started(tmp_path) as engine:
        assert engine.save("c.jpg").is_saved

    moved = carry(home, target)

    assert of_home(home) == of_embedded(moved.kept_as)
    assert {one.name: one.rows for one in moved.tables}["records"] == 3


def test_a_table_that_arrived_otherwise_is_found(home: Path, target: str) -> None:
    def losing(connection: Connection, table: Table, batch: list[copying.Values]) -> None:
        put(connection, table, batch[1:] if table.name == "ledger" else batch)

    put = copying.put
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "put", losing)
        with pytest.raises(DatabaseDamaged, match="ledger did not arrive as it was sent"):
            carry(home, target)

    assert (home / RECORD).exists()
    assert SettingsFile(home).read() == {}
    assert carry(home, target).tables


# Pointing a home to a server


def test_a_new_workstation_joins_a_practice(server_url: str, tmp_path: Path) -> None:
    home = tmp_path / "new"
    point_record(home, server_url, unasked, nobody)

    assert SettingsFile(home).read() == {DATABASE_URL: server_url}
    open_home(home).close()
    assert not (home / RECORD).exists()


def test_an_address_that_nothing_opens_is_never_kept(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused):
        point_record(tmp_path, cluster.url("nowhere"), unasked, nobody)
    with pytest.raises(BadSetting):
        point_record(tmp_path, "postgresql://nobody", unasked, nobody)

    assert SettingsFile(tmp_path).read() == {}


def test_a_practice_is_not_left_behind(home: Path, server_url: str) -> None:
    with pytest.raises(IncompleteOrder, match="migrate-record"):
        point_record(home, server_url, unasked, nobody)

    assert SettingsFile(home).read() == {}


def test_a_password_is_asked_for_once_and_kept_for_that_server_alone(
    server_url: str, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "ring"))
    use_file_keyring(monkeypatch)
    asked: list[str] = []

    def ask(whose: str) -> Secret:
        asked.append(whose)
        return Secret(cluster.password)

    home = tmp_path / "new"
    point_record(home, server_url, ask, nobody)
    open_home(home).close()

    assert asked == [f"centre at 127.0.0.1:{cluster.port}"]
    with pytest.raises(DatabaseRefused, match="none is known here"):
        point_record(home, cluster.url("elsewhere"), lambda _: NO_SECRET, nobody)


def test_a_vault_that_does_not_open_is_no_dead_end(
    server_url: str, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "ring"))
    use_file_keyring(monkeypatch)
    home = tmp_path / "new"
    point_record(home, server_url, unasked, nobody)
    (home / "vault").write_bytes(b"damaged")

    open_home(home).close()
    monkeypatch.delenv("PGPASSWORD")
    with pytest.raises(VaultLocked):
        open_home(home)
    point_record(home, server_url, lambda _: Secret(cluster.password), nobody)
    open_home(home).close()


def test_without_a_keyring_it_is_told_that_the_password_is_forgotten(
    server_url: str, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    told: list[str] = []
    point_record(tmp_path / "new", server_url, lambda _: Secret(cluster.password), told.append)

    assert "forgotten when this program ends" in told[0]
    open_home(tmp_path / "new").close()


def test_two_workstations_keep_one_store(server_url: str, tmp_path: Path) -> None:
    """A second workstation with no store chosen may look, but never splits the practice's files."""
    SettingsFile(tmp_path / "two").write(DATABASE_URL, server_url)
    with started(tmp_path, server_url) as engine:
        second = open_home(tmp_path / "two")
        engine.put("a.jpg")
        result = second.importer.run(engine.order("a.jpg"), CancelToken())
        second.close()

        assert result.problem == "StoreUnreachable"
        assert engine.save("a.jpg").is_saved
