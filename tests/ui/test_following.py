"""Two windows on one record: what one does shows in the other by itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from message_centre.bootstrap import open_home
from message_centre.domain.patients import Patient
from message_centre.domain.settings import DATABASE_URL
from message_centre.host.settings_file import SettingsFile
from message_centre.services.work import CancelToken
from message_centre.ui.main_window import MainWindow
from tests.support.driver import Driver
from tests.support.practices import Practice
from tests.support.window import opened_window


@dataclass
class Two:
    """Two workstations of one practice, each with its window."""

    practice: Practice
    patient: Patient
    here: Driver
    there: Driver


@pytest.fixture
def two(qtbot: QtBot, qapp: QApplication, tmp_path: Path, record_url: str) -> Iterator[Two]:
    """On a server two homes; an embedded record serves two programs of one home."""
    del qtbot
    homes = [tmp_path / "one" / "home", tmp_path / ("two" if record_url else "one") / "home"]
    for home in homes:
        if record_url:
            SettingsFile(home).write(DATABASE_URL, record_url)
    practice = Practice(tmp_path / "one")
    _share_stores(practice, tmp_path / "stores")
    patient = practice.add_patient("4711")
    for name in ("a.jpg", "b.jpg"):
        practice.add_image(name, width=60 + ord(name[0]))
    style = qapp.styleSheet(), qapp.palette(), qapp.font()
    with ExitStack() as stack:
        windows = [stack.enter_context(opened_window(home)) for home in homes]
        drivers = [_seated(window) for window in windows]
        yield Two(practice, patient, *drivers)
    practice.close()
    qapp.setStyleSheet(style[0])
    qapp.setPalette(style[1])
    qapp.setFont(style[2])


def _share_stores(practice: Practice, root: Path) -> None:
    operator = practice.services.permitting.operator("")
    for key, name in (("system.images_store", "Images"), ("system.documents_store", "Documents")):
        practice.services.configuring.set(key, str(root / name), operator=operator)
    practice.services.close()
    practice.services = open_home(practice.home)


def _seated(window: MainWindow) -> Driver:
    driver = Driver(window)
    driver.until_listed("a.jpg")
    driver.until_listed("b.jpg")
    return driver


def save(driver: Driver, name: str, title: str) -> None:
    driver.select(name)
    driver.save()
    driver.choose("4711")
    driver.describe(title)
    driver.file()
    driver.until(lambda: driver.is_greyed(name), "the row here is grey")


def test_a_file_saved_at_one_workstation_turns_grey_at_the_other_by_itself(two: Two) -> None:
    save(two.here, "a.jpg", "Left knee")

    there = two.there
    there.until(
        lambda: there.cell(there.row_of("a.jpg"), "Patient") == two.patient.name,
        "the row there says by itself to whom it was saved",
    )
    assert there.cell(there.row_of("a.jpg"), "Title") == "Left knee"
    assert there.is_greyed("a.jpg")

    there.tick("a.jpg")
    there.select("a.jpg")
    assert there.ticked() == []
    there.press_save()
    assert not there.is_asking_for_a_patient()
    assert len(two.practice.services.records.of_patient(two.patient.id)) == 1
    assert not there.is_greyed("b.jpg")


def test_a_file_that_was_withdrawn_or_reassigned_elsewhere_shows_it(two: Two) -> None:
    save(two.here, "a.jpg", "Left knee")
    there, services = two.there, two.practice.services
    there.until(lambda: there.is_greyed("a.jpg"), "the row there turns grey by itself")
    other = two.practice.add_patient("4712", "Otherwise")
    (record,) = services.records.of_patient(two.patient.id)

    services.corrector.reassign(
        record.id, patient_id=other.id, operator="ADM", reason="the wrong patient"
    )
    there.until(
        lambda: there.cell(there.row_of("a.jpg"), "Patient") == other.name, "the row says whose"
    )

    (moved,) = services.records.of_patient(other.id)
    services.corrector.withdraw(moved.id, operator="ADM", reason="not to be filed at all")
    there.until(lambda: not there.is_greyed("a.jpg"), "the row there can be saved again")
    operator = services.permitting.operator("")
    listings = services.lister.refresh(operator, "1", CancelToken())
    assert "a.jpg" in {file.name for listing in listings for file in listing.files}
