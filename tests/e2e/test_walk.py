"""A walk through the real window with the real engine and real files, as a receptionist takes it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from message_centre.bootstrap import open_home
from message_centre.demo.making import make_demo
from message_centre.domain.records import Record
from tests.support.driver import Driver
from tests.support.window import opened_window

JANE, HER_YEAR = "1001", "1961"
SEVEN = tuple(f"Clinic photo {number}.jpg" for number in range(1, 8))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = make_demo(tmp_path / "home", patients=30, files=24)
    return made.home


@pytest.fixture
def person(home: Path, qapp: QApplication) -> Iterator[Driver]:
    del qapp
    with opened_window(home) as window:
        driver = Driver(window)
        driver.until_listed("Clinic photo 1.jpg")
        yield driver


def nhi(home: Path, number: str) -> str:
    services = open_home(home)
    try:
        return services.register.resolve(number).nhi
    finally:
        services.close()


def records(home: Path, number: str) -> dict[str, tuple[Record, str]]:
    """The patient's records by original name, with the hash of the stored bytes as they lie on disk."""
    services = open_home(home)
    try:
        patient = services.register.resolve(number)
        stores = {
            "images": services.configuring.images_store(),
            "notes": services.configuring.documents_store(),
        }
        return {
            record.original_name: (
                record,
                digest(stores[record.destination.value] / record.shelf_path),
            )
            for record in services.records.of_patient(patient.id)
        }
    finally:
        services.close()


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sources(home: Path) -> dict[str, str]:
    """Every file that waits in a source folder, with the hash of its bytes."""
    folders = (home / "demo" / "Images", home / "demo" / "Documents")
    return {file.name: digest(file) for folder in folders for file in folder.iterdir()}


def words_in(driver: Driver, name: str) -> str:
    return driver.find(QLabel, name).text()


def test_one_file_is_saved_greyed_and_gone_after_a_refresh(person: Driver, home: Path) -> None:
    before = sources(home)
    person.select("Turned by the phone.jpg")
    person.save()
    person.choose(nhi(home, "1025"))
    person.describe("Left knee", "After the fall")
    person.file()
    row = person.row_of("Turned by the phone.jpg")
    person.until(lambda: person.cell(row, "Title") == "Left knee", "the row tells the title")
    assert person.cell(row, "Patient")
    assert person.is_greyed("Turned by the phone.jpg")
    assert not person.is_greyed("Clinic photo 1.jpg")

    filed, stored = records(home, "1025")["Turned by the phone.jpg"]
    assert stored == filed.sha256 == before.pop("Turned by the phone.jpg")
    assert (filed.title, filed.comment, filed.operator) == ("Left knee", "After the fall", "ADM")
    assert sources(home) == before

    person.refresh()
    person.until(lambda: "Turned by the phone.jpg" not in person.names(), "the row is gone")
    assert "Clinic photo 1.jpg" in person.names()


def test_seven_files_are_saved_after_the_warning_names_their_number_and_the_patient(
    person: Driver, home: Path
) -> None:
    before = sources(home)
    person.tick(*SEVEN)
    assert sorted(person.ticked()) == sorted(SEVEN)
    person.save()
    person.choose(nhi(home, JANE))
    warning = words_in(person, "manyFilesWarning")
    assert "7" in warning
    assert "SMITH, Jane" in warning
    assert "07 Mar 1961" in warning
    person.proceed()
    person.describe("First visit")
    person.file(year=HER_YEAR)
    rows = [person.row_of(name) for name in SEVEN]
    person.until(
        lambda: all(person.cell(row, "Title") == "First visit" for row in rows),
        "every row tells the title",
    )
    on_record = records(home, JANE)
    assert set(on_record) == set(SEVEN)
    assert {name: stored for name, (_, stored) in on_record.items()} == {
        name: before[name] for name in SEVEN
    }
    assert not set(SEVEN) & set(sources(home))
    assert not person.ticked()


def test_images_and_documents_together_are_refused_before_a_patient_is_asked_for(
    person: Driver, home: Path
) -> None:
    before = sources(home)
    person.tick("Clinic photo 1.jpg", "Letter to the GP.txt")
    person.press_save()
    assert "documents" in person.problem()
    assert not person.is_asking_for_a_patient()
    assert sources(home) == before


@pytest.mark.parametrize("step", ["patient", "warning", "details"])
def test_cancel_at_each_step_changes_nothing(person: Driver, home: Path, step: str) -> None:
    before = sources(home)
    person.tick("Clinic photo 1.jpg", "Clinic photo 2.jpg")
    person.save()
    if step != "patient":
        person.choose(nhi(home, JANE))
        words_in(person, "manyFilesWarning")
    if step == "details":
        person.proceed()
        person.describe("Never filed")
    person.cancel()
    assert sources(home) == before
    assert not records(home, JANE)
    assert person.cell(person.row_of("Clinic photo 1.jpg"), "Patient") == ""
    assert sorted(person.ticked()) == ["Clinic photo 1.jpg", "Clinic photo 2.jpg"]


def test_a_document_goes_to_the_notes_of_the_patient(person: Driver, home: Path) -> None:
    # It lies in the other folder, which is listed on its own.
    person.until_listed("Letter to the GP.txt")
    person.select("Letter to the GP.txt")
    person.save()
    person.choose(nhi(home, "1025"))
    person.describe("Letter")
    person.file()
    row = person.row_of("Letter to the GP.txt")
    person.until(lambda: person.cell(row, "Patient"), "the row tells the patient")
    filed, stored = records(home, "1025")["Letter to the GP.txt"]
    assert filed.destination.value == "notes"
    assert stored == filed.sha256


def test_a_file_that_changed_after_it_was_listed_is_not_saved(person: Driver, home: Path) -> None:
    changed = home / "demo" / "Images" / "Clinic photo 1.jpg"
    person.select(changed.name)
    person.save()
    person.choose(nhi(home, "1025"))
    person.describe("Too late")
    changed.write_bytes(changed.read_bytes() + b"more")
    kept = digest(changed)
    person.file()
    person.until(person.is_telling_of_unsaved, "the panel tells it")
    assert digest(changed) == kept
    assert not records(home, "1025")
