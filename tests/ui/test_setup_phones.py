"""Setup > Phones, Config 3's address key and unallocated folders, in the real window."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.domain.people import Operator, Right
from message_centre.ui.actions import Name
from message_centre.ui.phones.phones_dialog import PhonesDialog
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.setup_window import SetupWindow
from tests.support.medimage_names import GUID
from tests.support.practice import a_practice
from tests.support.sitting import AtWindow
from tests.support.window import opened_window


@dataclass
class Sitting(AtWindow):
    """A person before Setup."""

    def open(self) -> None:
        self.until(self.window.actions_[Name.SETUP].isEnabled)
        self.window.actions_[Name.SETUP].trigger()
        self.until(self.setup.messaging.people.count)

    def line(self, name: str) -> QLineEdit:
        found = self.setup.findChild(QLineEdit, name)
        assert isinstance(found, QLineEdit), name
        return found

    def words(self, name: str) -> str:
        found = self.setup.findChild(QLabel, f"{name}Words")
        assert isinstance(found, QLabel), name
        return found.text()

    def write(self, text: str, name: str, page: Page) -> None:
        self.setup.go_to(page)
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)

    def click(self, name: str) -> None:
        found = self.setup.findChild(QPushButton, name)
        assert isinstance(found, QPushButton), name
        found.click()

    def save(self) -> None:
        assert self.setup.save.isEnabled()
        self.setup.save.click()
        self.until(lambda: "saved" in self.setup.told.text.lower())

    def value(self, key: str) -> str:
        return self.main.services.configuring.value(key)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    practice = a_practice(tmp_path)
    rights = frozenset({("1", Right.SEE_EXT)})
    practice.services.staffing.save_operator(Operator("ANN", "Ann", rights=rights), by="ADM")
    practice.services.close()
    return practice.services.home


@pytest.fixture
def sitting(qtbot: QtBot, home: Path) -> Iterator[Sitting]:
    with opened_window(home) as window:
        made = Sitting(qtbot, window)
        made.open()
        yield made


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_the_receiver_is_switched_on_and_off_and_its_state_is_true(
    sitting: Sitting, tmp_path: Path
) -> None:
    page, port = sitting.setup.phones, free_port()
    root = tmp_path / "photos"
    root.mkdir()
    assert "switched off" in sitting.words("receiverState")
    sitting.write(str(root), "medimageRoot", page)
    sitting.write("99999", "receiverPort", page)
    assert not sitting.setup.save.isEnabled()
    sitting.write(str(port), "receiverPort", page)
    page.enabled.click()
    assert "once it is saved" in sitting.words("receiverState")
    assert not answers(port)
    sitting.save()
    sitting.until(lambda: f"port {port}" in sitting.words("receiverState"))
    assert answers(port)

    sitting.write(f"http://127.0.0.1:{port}", "medimageServer", page)
    sitting.click("medimageServerTest")
    sitting.until(lambda: "It answers" in sitting.words("medimageServerTestTold"))

    page.enabled.click()
    sitting.save()
    sitting.until(lambda: "switched off" in sitting.words("receiverState"))
    assert not answers(port)


def test_why_it_does_not_run_is_told_once_and_stands_in_setup(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "open", lambda box: told.append(box.informativeText()))
    sitting.setup.phones.enabled.click()
    sitting.save()
    sitting.until(lambda: "Delivery folder is not set" in sitting.words("receiverState"))
    sitting.until(lambda: told)
    assert len(told) == 1


def test_an_address_key_is_typed_once_and_then_masked(sitting: Sitting) -> None:
    setup = sitting.setup
    sitting.write("no key", "medimageGuid", setup.provider)
    assert "17 to 20 letters and digits" in sitting.words("medimageGuidTold")
    assert not setup.save.isEnabled()
    sitting.write(GUID, "medimageGuid", setup.provider)
    sitting.save()

    assert sitting.value("provider.1.medimage.guid") == GUID
    assert sitting.line("medimageGuid").text() == f"***{GUID[-2:]}"
    assert sitting.line("medimageGuid").isReadOnly()
    sitting.click("medimageGuidTest")
    sitting.until(lambda: "No delivery folder" in sitting.words("medimageGuidTestTold"))
    sitting.click("medimagePhones")
    dialog = sitting.window.findChild(PhonesDialog)
    assert dialog is not None
    dialog.close()


def test_an_unallocated_folder_is_listed_for_everybody_and_kept_apart(
    sitting: Sitting, tmp_path: Path
) -> None:
    practice, folder = sitting.setup.locations, tmp_path / "unallocated"
    folder.mkdir()
    (folder / "ZZTEST scan.jpg").write_bytes(b"\xff\xd8\xff\xe0 synthetic")
    sitting.write(str(folder), "unallocatedImages", practice)
    sitting.click("unallocatedImagesTest")
    sitting.until(lambda: "1 file" in sitting.words("unallocatedImagesTestTold"))
    sitting.save()
    model = sitting.window.model

    def names() -> list[str]:
        return [model.row(place).file.name for place in range(model.rowCount())]

    sitting.until(lambda: "ZZTEST scan.jpg" in names())

    sitting.write(str(folder), "imagesStore", practice)
    sitting.save()
    assert "must stand apart" in sitting.words("imagesStoreTold")


def test_the_tab_key_goes_through_every_page_to_the_end(sitting: Sitting) -> None:
    setup = sitting.setup
    marks = {
        setup.operators: ["operatorList", "operatorRowName", "rightsTable"],
        setup.providers: ["providersList", "providerAdd", "providerNumber", "providerRowName"],
        setup.provider: ["azureContainer", "oneDriveSecret", "medimageGuid", "medimageGuidTest"],
        setup.phones: ["medimageRoot", "medimageRootTest", "medimageServer", "receiverEnabled"],
        setup.files: ["intouchPattern", "intouchTry", "listedExtensions"],
        setup.locations: ["imagesStore", "unallocatedImages", "documentsStore", "logFolderTest"],
    }
    for page, wanted in marks.items():
        setup.go_to(page)
        setup.navigation.setFocus()
        names = list(steps(setup))
        assert [name for name in names if name in wanted] == wanted
        assert names[-1] == "setupClose"


def steps(setup: SetupWindow) -> Iterator[str]:
    """What has the keyboard, one Tab after the other."""
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        yield focused.objectName()
        if focused is setup.leave:
            return


def test_who_may_not_set_up_can_look_and_not_change(qtbot: QtBot, home: Path) -> None:
    with opened_window(home, operator="ANN") as window:
        sitting = Sitting(qtbot, window)
        sitting.open()
        sitting.until(lambda: sitting.line("receiverPort").text() == "5566")
        page = sitting.setup.phones
        assert not page.enabled.isEnabled()
        for name in ("medimageRoot", "medimageServer", "receiverPort", "medimageGuid"):
            assert sitting.line(name).isReadOnly()
        browse = [one for one in page.findChildren(QPushButton) if "Browse" in one.objectName()]
        assert browse
        assert not [one for one in browse if one.isEnabled()]
