"""A walk through the real window with files of Azure Storage, as a receptionist takes it."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from message_centre.bootstrap import open_home
from message_centre.demo.making import make_demo
from message_centre.domain.secrets import Secret
from tests.e2e.test_walk import HER_YEAR, JANE, nhi, records
from tests.support.azurite import Container
from tests.support.driver import Driver
from tests.support.window import opened_window

SCANS = {f"Scan {number}.jpg": b"\xff\xd8\xff\xe0" + os.urandom(40_000) for number in range(1, 7)}


@pytest.fixture
def home(tmp_path: Path, container: Container) -> Path:
    made = make_demo(tmp_path / "home", patients=30, files=4)
    azurite = container.azurite
    services = open_home(made.home)
    try:
        configuring, by = services.configuring, services.permitting.operator("ADM")
        configuring.set("system.azure.account", azurite.account, operator=by)
        configuring.set("system.azure.endpoint", azurite.endpoint, operator=by)
        configuring.set_secret("system.azure.key", Secret(azurite.key), operator=by)
        for number in services.permitting.providers():
            key = f"provider.{number}.azure.container"
            configuring.set(key, container.name, operator=by)
        configuring.set("operator.azure.enabled", "true", operator=by)
    finally:
        services.close()
    for name, content in SCANS.items():
        container.put(name, content)
    return made.home


@pytest.fixture
def person(home: Path, qapp: QApplication) -> Iterator[Driver]:
    del qapp
    with opened_window(home) as window:
        driver = Driver(window)
        driver.until_listed("Scan 1.jpg")
        yield driver


def test_one_file_and_then_all_others_move_from_the_container_to_the_record(
    person: Driver, home: Path, container: Container
) -> None:
    person.select("Scan 1.jpg")
    person.save()
    person.choose(nhi(home, "1025"))
    person.describe("Left knee")
    person.file()
    row = person.row_of("Scan 1.jpg")
    person.until(lambda: person.cell(row, "Title") == "Left knee", "the row tells the title")
    assert person.is_greyed("Scan 1.jpg")
    assert "Scan 1.jpg" not in container.names

    others = sorted(set(SCANS) - {"Scan 1.jpg"})
    person.tick(*others)
    person.save()
    person.choose(nhi(home, JANE))
    person.proceed()
    person.describe("First visit")
    person.file(year=HER_YEAR)
    rows = [person.row_of(name) for name in others]
    person.until(
        lambda: all(person.cell(row, "Title") == "First visit" for row in rows),
        "every row tells the title",
    )

    assert container.names == []
    found = records(home, "1025") | records(home, JANE)
    assert {name: stored for name, (_, stored) in found.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in SCANS.items()
    }
    assert {record.source for record, _ in found.values()} == {f"Azure {container.name}"}
    person.refresh()
    person.until(lambda: not set(SCANS) & set(person.names()), "the rows are gone")
