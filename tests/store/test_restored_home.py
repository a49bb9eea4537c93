"""A home brought back from a backup opens, shows its files and goes on working."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from message_centre import bootstrap
from message_centre.domain.errors import IncompleteOrder
from message_centre.domain.lifecycle import OPEN_STATES
from message_centre.domain.people import Operator
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken
from message_centre.store import tables
from message_centre.store.database import Database
from tests.support.engine import A_JPEG, started
from tests.support.pictures import a_jpeg
from tests.support.shelves import Shelves


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    bootstrap.open_home(home).close()
    shelves = Shelves(home, bootstrap.RECORD)
    shelves.file(a_jpeg(400, 300), "a.jpg")
    shelves.file(b"%PDF-1.7 %%EOF", "b.pdf")
    shelves.close()
    services = bootstrap.open_home(home, recover=False)
    services.backing_up.backup(tmp_path / "b.zip", CancelToken())
    services.close()
    return tmp_path / "b.zip"


def test_a_restored_home_opens_and_shows_its_files(backup: Path, tmp_path: Path) -> None:
    bootstrap.restore(tmp_path / "new", backup)
    services = bootstrap.open_home(tmp_path / "new", recover=False)
    try:
        records = {record.original_name: record for record in services.records.everything()}
        assert set(records) == {"a.jpg", "b.pdf"}
        assert services.previewer.thumbnail(records["a.jpg"]).width == 256
        report = services.auditor.check(CancelToken())
        assert {found.problem for found in report.findings} <= {"open-import"}
        assert services.configuring.images_store() == tmp_path / "new" / "stores" / "Images"
    finally:
        services.close()


def test_a_home_that_was_only_opened_once_takes_a_restore(backup: Path, tmp_path: Path) -> None:
    bootstrap.open_home(tmp_path / "new").close()
    bootstrap.restore(tmp_path / "new", backup)
    services = bootstrap.open_home(tmp_path / "new", recover=False)
    try:
        assert len(list(services.records.everything())) == 2
    finally:
        services.close()


def test_the_trail_that_was_seen_before_a_restore_is_another(backup: Path, tmp_path: Path) -> None:
    services = bootstrap.open_home(tmp_path / "new")
    for number in range(20):
        services.trail.add("view", operator="ADM", detail=str(number))
    assert services.trail.verify() == (20, None)
    services.close()
    (tmp_path / "new" / bootstrap.RECORD).unlink()

    bootstrap.restore(tmp_path / "new", backup)

    services = bootstrap.open_home(tmp_path / "new", recover=False)
    count, broken = services.trail.verify()
    services.close()
    assert count < 20
    assert broken is None


def test_a_home_with_nothing_but_patients_is_refused(backup: Path, tmp_path: Path) -> None:
    bootstrap.open_home(tmp_path / "new").close()
    database = Database(tmp_path / "new" / bootstrap.RECORD)
    row = {"id": "p9", "number": "1", "last_name": "Synthetic", "first_names": "Sam"}
    with database.writing() as connection:
        connection.execute(insert(tables.patients).values(**row, birth_date=date(1961, 3, 7)))
    database.close()
    with pytest.raises(IncompleteOrder):
        bootstrap.restore(tmp_path / "new", backup)


def test_the_trail_goes_on_with_who_restored_what(backup: Path, tmp_path: Path) -> None:
    bootstrap.restore(tmp_path / "new", backup, operator="ADM")
    services = bootstrap.open_home(tmp_path / "new", recover=False)
    try:
        *before, told = services.trail.entries()
        assert [entry.action for entry in before] == ["save", "save"]
        assert (told.action, told.operator, told.patient_id) == ("restore", "ADM", "")
        assert told.detail.endswith("with 2 records")
        services.configuring.set("system.extensions.listed", ".jpg", operator=adm(services))
        assert services.trail.verify() == (4, None)
    finally:
        services.close()


def adm(services: Services) -> Operator:
    return services.permitting.operator("ADM")


@pytest.mark.parametrize("state", [state.value for state in OPEN_STATES])
def test_what_was_under_way_ends_and_no_original_is_removed(state: str, tmp_path: Path) -> None:
    with started(tmp_path) as engine:
        engine.put("a.jpg")
        engine.save("a.jpg")
        original = engine.put("a.jpg")
        engine.alter(f"UPDATE imports SET lease_until = '2000', state = '{state}'")  # noqa: S608 - our own words
        services = bootstrap.open_home(engine.home, recover=False)
        services.backing_up.backup(tmp_path / "b.zip", CancelToken())
        services.close()
    original.write_bytes(A_JPEG)

    bootstrap.restore(tmp_path / "new", tmp_path / "b.zip")
    services = bootstrap.open_home(tmp_path / "new")
    try:
        assert original.read_bytes() == A_JPEG
        assert services.auditor.check(CancelToken()).findings == ()
        assert len(list(services.records.everything())) == 1
    finally:
        services.close()
