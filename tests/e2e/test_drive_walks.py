"""Walks through the real window with each virtual drive, as a receptionist takes them.

The window, the engine, the SDKs and the sign-in are the real ones. Dropbox and OneDrive are served on loopback,
Azure Storage by Azurite. A picture of each step lies beside the practice.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QProgressBar, QToolButton

from message_centre import bootstrap
from message_centre.bootstrap import open_home
from message_centre.demo.making import make_demo
from message_centre.domain.secrets import Secret
from tests.e2e.test_walk import HER_YEAR, JANE, nhi, records
from tests.support.azurite import Azurite
from tests.support.cloud_person import CloudPerson
from tests.support.clouds import Cloud, Clouds, running_clouds
from tests.support.desktop import Desktop, a_desktop
from tests.support.driver import Driver
from tests.support.keyrings import use_file_keyring
from tests.support.pictures import a_jpeg
from tests.support.window import opened_window

SCANS = {f"Scan {number}.jpg": a_jpeg(320 + number, 240) for number in range(1, 7)}
LETTER = {"Letter.pdf": b"%PDF-1.4 synthetic\n%%EOF\n"}
LATER = {"Came later.jpg": a_jpeg(400, 300)}
FILES = SCANS | LETTER
KINDS = ("dropbox", "onedrive", "onedrive-personal", "azure")


@dataclass
class Sitting:
    """A practice whose administrator has switched one drive on."""

    home: Path
    cloud: Cloud
    desktop: Desktop
    album: Path

    @contextmanager
    def opened(self) -> Iterator[CloudPerson]:
        """Somebody starts the program."""
        with opened_window(self.home) as window:
            yield CloudPerson(window, self.cloud, self.desktop, self.album)


@pytest.fixture
def clouds(
    request: pytest.FixtureRequest, tmp_path: Path, azurite: Azurite
) -> Iterator[tuple[Clouds, Cloud]]:
    kind, _, account = str(request.param).partition("-")
    with running_clouds(tmp_path, azurite, drive_type=account or "business") as found:
        yield found, next(one for one in found.all() if one.kind == kind)


@pytest.fixture
def sitting(
    clouds: tuple[Clouds, Cloud],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: QApplication,
) -> Iterator[Sitting]:
    del qapp
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "ring"))
    use_file_keyring(monkeypatch)
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("pc7.practice.example",))
    _, cloud = clouds
    home = make_demo(tmp_path / "home", patients=30, files=4).home
    switch_on(home, cloud)
    for name, content in FILES.items():
        cloud.put(name, content)
    with a_desktop() as desktop:
        yield Sitting(home, cloud, desktop, tmp_path / "pictures")


def switch_on(home: Path, cloud: Cloud) -> None:
    services = open_home(home)
    try:
        by = services.permitting.operator("ADM")
        for key, value in cloud.settings.items():
            services.configuring.set(key, value, operator=by)
        for key, value in cloud.secrets.items():
            services.configuring.set_secret(key, Secret(value), operator=by)
    finally:
        services.close()


def sign_in(person: CloudPerson) -> None:
    """At the start the sign-in begins by itself; here somebody is at the browser."""
    if person.cloud.allow:
        browser = person.browse(person.cloud.allow)
        person.until(lambda: person.desktop.opened, "the browser is opened")
        person.until_no_dialog()
        browser.join()
        assert "The answer has arrived" in browser.last


@pytest.mark.parametrize("clouds", KINDS, indirect=True)
def test_one_file_and_then_all_others_move_from_the_drive_to_the_record(sitting: Sitting) -> None:
    cloud = sitting.cloud
    with sitting.opened() as person:
        sign_in(person)
        person.until_listed("Scan 1.jpg")
        person.until_strip_says("Connected")
        assert set(FILES) <= set(person.names())
        person.select("Scan 1.jpg")
        person.settle()
        person.keep("listed")
        save_everything(person, sitting.home)

        assert cloud.names() == []
        saved_right(sitting)
        person.keep("saved")
        person.until_gone(*FILES)
        person.keep("gone")
    logs = b"".join(log.read_bytes() for log in (sitting.home / "logs").iterdir())
    assert f"drives.{cloud.kind}".encode() in logs or b"sources.azure_blobs" in logs
    assert [one for one in (*FILES, "SMITH") if one.encode() in logs] == []


def save_everything(person: CloudPerson, home: Path) -> None:
    """One, then many, then the document."""
    person.save_to(nhi(home, "1025"), "Left knee")
    person.until_titled("Left knee", "Scan 1.jpg")
    assert person.is_greyed("Scan 1.jpg")
    assert "Scan 1.jpg" not in person.cloud.names()
    others = sorted(set(SCANS) - {"Scan 1.jpg"})
    person.tick(*others)
    person.save_to(nhi(home, JANE), "First visit", year=HER_YEAR, many=True)
    person.until_titled("First visit", *others)
    person.select("Letter.pdf")
    person.save_to(nhi(home, "1025"), "Letter to the GP")
    person.until_titled("Letter to the GP", "Letter.pdf")


def saved_right(sitting: Sitting) -> None:
    """Bytes, destination, original name, source, provider, operator and title of every record."""
    hers, his = records(sitting.home, JANE), records(sitting.home, "1025")
    assert set(hers) == set(SCANS) - {"Scan 1.jpg"}
    assert set(his) == {"Scan 1.jpg", *LETTER}
    found = hers | his
    assert {name: stored for name, (_, stored) in found.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }
    for name, (record, stored) in found.items():
        assert record.sha256 == stored
        assert record.size == len(FILES[name])
        assert record.destination.value == ("notes" if name in LETTER else "images")
        assert (record.source, record.provider, record.operator) == (sitting.cloud.name, "1", "ADM")
    assert his["Scan 1.jpg"][0].title == "Left knee"
    assert {record.title for record, _ in hers.values()} == {"First visit"}


@pytest.mark.parametrize("clouds", ["dropbox", "onedrive", "onedrive-personal"], indirect=True)
def test_a_sign_in_is_cancelled_refused_given_and_renewed_silently(sitting: Sitting) -> None:
    with sitting.opened() as person:
        dialog = person.until_dialog_says("in your browser")
        assert person.page_address() == person.desktop.opened[-1]
        assert person.find(QProgressBar, "signInTime").value() in range(170, 181)
        person.keep("waiting", dialog)
        person.click("cancelSignIn", dialog)
        person.until_no_dialog()
        person.until_strip_says("Sign-in needed")
        person.settle()
        person.keep("cancelled")
        told = person.open_sources()
        assert "Nobody is signed in to Dropbox." in person.words(told) or (
            "Sign in to OneDrive." in person.words(told)
        )
        person.keep("sources", told)
        told.close()
        assert not set(FILES) & set(person.names())

        browser = person.browse(person.cloud.deny)
        person.reconnect()
        dialog = person.until_dialog_says("did not work")
        browser.join()
        person.keep("refused", dialog)
        browser = person.browse(person.cloud.allow)
        person.click("signInAgain", dialog)
        person.until_listed("Scan 1.jpg")
        browser.join()
        person.until_strip_says("Connected")
        person.keep("connected")
    pages = len(sitting.desktop.opened)
    assert pages == 3

    with sitting.opened() as person:
        person.until_listed("Scan 1.jpg")
        person.until_strip_says("Connected")
    assert len(sitting.desktop.opened) == pages, "the second start asked again"


@pytest.mark.parametrize("clouds", KINDS, indirect=True)
def test_a_drive_that_refuses_us_or_is_away_says_so_and_comes_back(sitting: Sitting) -> None:
    cloud = sitting.cloud
    with sitting.opened() as person:
        sign_in(person)
        person.until_listed("Scan 1.jpg")
        person.leave_the_browser()

        cloud.revoke()
        person.refresh()
        person.until_strip_says("Sign-in needed" if cloud.allow else "Key needed")
        assert all(map(person.is_greyed, FILES)), "nothing can be said of its files"
        person.keep("revoked")
        cloud.come_back()
        told = person.open_sources()
        person.keep("revoked sources", told)
        told.close()
        get_in_again(person)

        cloud.go_away()
        person.refresh()
        person.until_strip_says("Away")
        person.keep("away")
        told = person.open_sources()
        person.keep("away sources", told)
        told.close()
        for name, content in LATER.items():
            cloud.come_back()
            cloud.put(name, content)
        person.until_listed_again("Came later.jpg")
        person.until_strip_says("Connected")
        person.keep("back")
        assert set(FILES) <= set(person.names())


def get_in_again(person: CloudPerson) -> None:
    """By Reconnect, where one signs in; else once the key is good again."""
    if person.cloud.allow:
        browser = person.browse(person.cloud.allow)
        person.reconnect()
        person.until_no_dialog()
        person.until_strip_says("Connected")
        browser.join()
    else:
        person.refresh()
        person.until_strip_says("Connected")


def test_a_demo_practice_tells_that_its_drives_are_switched_off(
    tmp_path: Path, qapp: QApplication
) -> None:
    del qapp
    home = make_demo(tmp_path / "home", patients=5, files=4).home
    with opened_window(home) as window:
        person = Driver(window)
        person.until_listed("Clinic photo 1.jpg")
        QTest.mouseClick(person.find(QToolButton, "source-0"), Qt.MouseButton.LeftButton)
        words = person.find(QLabel, "switchedOff", person.find(QDialog, "sourcesDialog")).text()
    assert words.startswith("Switched off: Dropbox, OneDrive, Azure Storage.")
