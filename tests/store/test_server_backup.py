"""A backup of a record on a server is like any other: it is restored into a home of its own."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre import bootstrap
from message_centre.domain.errors import IncompleteOrder
from message_centre.services.work import CancelToken
from message_centre.store import copying
from message_centre.store.database import Database
from tests.support.engine import A_JPEG, JANE, MARY, Engine, started

#: What a restored home sets anew: its own folders and the markers of its stores.
_OWN = {"practice", "settings"}


@pytest.fixture
def shared(server_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A practice on a server, with files filed, corrected and kept at their source."""
    with started(tmp_path, server_url) as engine:
        for name in ("a.jpg", "b.png", "c.pdf"):
            engine.put(name, A_JPEG + name.encode() * 500)
        engine.save("a.jpg", JANE, title="Māori – “quoted”", comment="two\nlines")
        moved = engine.save("b.png", JANE)
        engine.services.corrector.reassign(
            moved.record_id, patient_id=MARY.id, operator="ADM", reason="mixed up"
        )
        gone = engine.save("c.pdf", MARY)
        engine.services.corrector.withdraw(gone.record_id, operator="ADM", reason="not wanted")
        yield engine


def contents(database: Database) -> dict[str, list[copying.Values]]:
    with database.reading() as connection:
        return {
            table.name: [row for batch in copying.rows(connection, table) for row in batch]
            for table in copying.all_tables()
            if table.name not in _OWN
        }


def of_home(home: Path) -> dict[str, list[copying.Values]]:
    database = bootstrap.open_record(home)
    try:
        return contents(database)
    finally:
        database.close()


def shelves(home: Path) -> dict[str, bytes]:
    root = home / "stores"
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if "/." not in name}


def test_a_restored_home_is_the_backed_up_practice_byte_for_byte(
    shared: Engine, tmp_path: Path
) -> None:
    file, new = tmp_path / "practice.zip", tmp_path / "new"
    shared.services.backing_up.backup(file, CancelToken())
    bootstrap.restore(new, file)

    assert (new / bootstrap.RECORD).exists()
    held, before = of_home(new), of_home(shared.home)
    assert "restore" in held["trail"].pop()
    assert held == before
    assert shelves(new) == shelves(shared.home)
    assert len(shelves(new)) == 2
    services = bootstrap.open_home(new)
    try:
        assert services.auditor.check(CancelToken()).findings == ()
        assert services.trail.verify()[1] is None
    finally:
        services.close()


def test_a_backup_while_others_save_is_of_one_moment(shared: Engine, tmp_path: Path) -> None:
    file, new = tmp_path / "practice.zip", tmp_path / "new"
    for number in range(8):
        shared.put(f"{number}.jpg", A_JPEG + str(number).encode())
    saving = threading.Thread(target=lambda: [shared.save(f"{n}.jpg") for n in range(8)])
    saving.start()
    shared.services.backing_up.backup(file, CancelToken())
    saving.join()
    bootstrap.restore(new, file)

    services = bootstrap.open_home(new)
    try:
        kinds = {finding.problem for finding in services.auditor.check(CancelToken()).findings}
        filed = sum(1 for _ in services.records.everything())
        assert services.trail.verify()[1] is None
    finally:
        services.close()
    assert kinds <= {"open import"}
    assert 2 <= filed <= 10


def test_a_home_whose_record_is_on_a_server_takes_no_restore(
    shared: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "practice.zip"
    shared.services.backing_up.backup(file, CancelToken())

    with pytest.raises(IncompleteOrder, match="on a server"):
        bootstrap.restore(shared.home, file)
