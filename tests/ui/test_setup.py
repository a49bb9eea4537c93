"""Setup in the real window: real settings, a real vault, a real container, and drives on loopback."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from message_centre import bootstrap
from message_centre.domain.people import Operator, Right
from message_centre.domain.secrets import Secret
from message_centre.services.bundle import Services
from message_centre.sources.dropbox_access import PORTS
from message_centre.sources.place_probes import PlaceProbes
from message_centre.ui.actions import Name
from message_centre.ui.help_pane import HelpPane
from message_centre.ui.setup.folders_field import FoldersField
from message_centre.ui.setup.page import Page
from message_centre.ui.setup.setup_window import SetupWindow
from tests.support.azurite import Container
from tests.support.certificates import Certificates
from tests.support.dropbox_sign_in import APP_KEY
from tests.support.dropbox_world import FOLDER, DropboxWorld, dropbox_world
from tests.support.entra_server import APP_ID
from tests.support.onedrive import Practice as OneDrive
from tests.support.onedrive import a_practice as a_onedrive
from tests.support.practice import a_practice
from tests.support.scripted_browser import ScriptedBrowser
from tests.support.sitting import AtWindow
from tests.support.window import opened_window

W = TypeVar("W", bound=QWidget)
CANARY = "canary-secret-7f3a"


@dataclass
class Sitting(AtWindow):
    """A person at the window, with Setup open before them."""

    @property
    def services(self) -> Services:
        return self.main.services

    def open(self) -> SetupWindow:
        self.until(self.window.actions_[Name.SETUP].isEnabled)
        self.window.actions_[Name.SETUP].trigger()
        self.until(self.setup.messaging.people.count)
        self.until(lambda: not self.told())
        return self.setup

    def line(self, name: str) -> QLineEdit:
        return self._child(QLineEdit, name)

    def button(self, name: str) -> QPushButton:
        return self._child(QPushButton, name)

    def words(self, name: str) -> str:
        return self._child(QLabel, f"{name}Words").text()

    def told(self) -> str:
        return self.setup.told.text

    def write(self, text: str, name: str, page: Page) -> None:
        self.setup.go_to(page)
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)

    def tick(self, name: str) -> None:
        self._child(QCheckBox, name).click()

    def test(self, name: str) -> str:
        """Press a Test button and wait for what it finds."""
        self.button(name).click()
        self.until(lambda: self.words(f"{name}Told") not in {"", "Testing\u2026"})
        return self.words(f"{name}Told")

    def save(self) -> str:
        self.button("setupSave").click()
        self.until(lambda: self.told() not in {"", "Saving\u2026"})
        return self.told()

    def value(self, key: str) -> str:
        return self.services.configuring.value(key, operator="ADM")

    def names(self) -> list[str]:
        model = self.window.model
        return [model.row(place).file.name for place in range(model.rowCount())]

    def _child(self, kind: type[W], name: str) -> W:
        found = self.setup.findChild(kind, name)
        assert found is not None, name
        return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    practice = a_practice(tmp_path)
    practice.drop("ZZTEST photo.jpg", b"\xff\xd8\xff\xe0 synthetic")
    looker = Operator("LOOK", "Only Looks", rights=frozenset({("*", Right.SEE_EXT)}))
    practice.services.people.save_operator(looker)
    practice.services.close()
    return tmp_path / "home"


@pytest.fixture
def sitting(qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitting]:
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("pc7.practice.example",))
    with opened_window(home) as window:
        made = Sitting(qtbot, window)
        made.open()
        yield made


def everything_shown(widget: QWidget) -> str:
    lines = [one.text() for one in widget.findChildren(QLineEdit)]
    lines += [one.placeholderText() for one in widget.findChildren(QLineEdit)]
    lines += [one.text() for one in widget.findChildren(QLabel)]
    return "\n".join(lines)


# The window


def test_it_shows_what_is_set_and_every_control_has_a_name(
    sitting: Sitting, tmp_path: Path
) -> None:
    folders = sitting.setup.messaging.findChild(FoldersField)
    assert folders is not None
    assert folders.paths == (str(tmp_path / "waiting"),)
    assert sitting.line("imagesStore").text() == str(tmp_path / "home" / "stores" / "Images")
    assert sitting.line("hostedDomains").text() == "incloud.clinic"
    assert not sitting.button("setupSave").isEnabled()
    kinds = (QLineEdit, QPushButton, QCheckBox)
    controls = [one for kind in kinds for one in sitting.setup.findChildren(kind)]
    assert len(controls) > 30
    assert not [one.objectName() for one in controls if not one.accessibleName()]


def test_the_tab_key_goes_from_the_pages_down_the_form_to_save(sitting: Sitting) -> None:
    sitting.setup.navigation.setFocus()
    sitting.write("/x", "azurePath", sitting.setup.messaging)
    sitting.setup.navigation.setFocus()
    names = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.objectName())
        if names[-1] == "setupSave":
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    told = [name for name in names if name]
    assert told[0] == "setupPages"
    marks = ["setupOperator", "setupImageFolders", "setupImageFoldersTest", "setupDocumentFolders"]
    marks += ["dropboxEnabled", "dropboxPath", "dropboxSignIn", "dropboxTest", "onedriveEnabled"]
    marks += ["azureEnabled", "azurePath", "azureTest", "autoImport", "setupClose", "setupSave"]
    assert [name for name in told if name in marks] == marks


def test_opened_again_it_is_the_same_window(sitting: Sitting) -> None:
    before = sitting.setup
    sitting.window.actions_[Name.SETUP].trigger()
    assert sitting.setup is before


def test_f1_turns_the_help_to_the_page_one_is_on(sitting: Sitting) -> None:
    for page, words in (
        (sitting.setup.messaging, "Messaging Options"),
        (sitting.setup.provider, "Files.ReadWrite"),
        (sitting.setup.drives, "files.content.write"),
        (sitting.setup.locations, "File Locations"),
    ):
        sitting.setup.go_to(page)
        sitting.button("setupHelp").click()
        help_pane = sitting.window.findChild(HelpPane)
        assert help_pane is not None
        assert words in help_pane.text.toPlainText()


def test_unsaved_changes_are_asked_about(sitting: Sitting) -> None:
    sitting.write("northshore", "azureAccount", sitting.setup.drives)
    assert "\u2022" in sitting.setup.navigation.currentItem().text()
    kinds = QMessageBox.StandardButton
    sitting.setup.reject()
    question = sitting.setup.question
    assert question is not None
    question.button(kinds.Cancel).click()
    assert sitting.setup.isVisible()
    assert sitting.line("azureAccount").text() == "northshore"

    sitting.setup.close()
    question = sitting.setup.question
    assert question is not None
    question.button(kinds.Save).click()
    sitting.until(lambda: sitting.told().startswith("Saved"))
    assert sitting.value("system.azure.account") == "northshore"

    sitting.write("other", "azureAccount", sitting.setup.drives)
    sitting.setup.reject()
    question = sitting.setup.question
    assert question is not None
    question.button(kinds.Discard).click()
    sitting.until(lambda: sitting.main.setup.window is None)
    assert sitting.value("system.azure.account") == "northshore"


def test_unsaved_changes_hold_the_program_open(sitting: Sitting) -> None:
    sitting.write("northshore", "azureAccount", sitting.setup.drives)
    assert not sitting.window.close()
    question = sitting.setup.question
    assert question is not None
    question.button(QMessageBox.StandardButton.Discard).click()
    sitting.until(lambda: sitting.main.setup.window is None)
    assert sitting.window.close()


def test_who_may_not_set_up_sees_and_cannot_change(
    qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("pc7.practice.example",))
    with opened_window(home, "LOOK") as window:
        sitting = Sitting(qtbot, window)
        setup = sitting.open()
        assert setup.read_only.isVisible()
        assert all(one.isReadOnly() for one in setup.findChildren(QLineEdit))
        assert not any(one.isEnabled() for one in setup.findChildren(QCheckBox))
        pressable = {one.objectName() for one in setup.findChildren(QPushButton) if one.isEnabled()}
        assert not {name for name in pressable if name.endswith(("Add", "Remove", "Browse"))}
        assert "setupSave" not in pressable


# Values


def test_a_path_is_judged_while_it_is_typed(sitting: Sitting) -> None:
    page = sitting.setup.messaging
    sitting.write("apps/intouch", "dropboxPath", page)
    assert sitting.words("dropboxPathTold") == "Will be kept as /apps/intouch"
    assert sitting.button("setupSave").isEnabled()
    sitting.write("/apps/..", "dropboxPath", page)
    assert "may not contain '..'" in sitting.words("dropboxPathTold")
    assert sitting.words("dropboxPathTold").startswith("Folder:")
    assert not sitting.button("setupSave").isEnabled()
    assert sitting.test("dropboxTest") == "Correct what is marked first."
    sitting.write("/apps", "dropboxPath", page)
    assert sitting.save() == "Saved."
    assert sitting.value("operator.dropbox.path") == "/apps"


def test_a_folder_that_is_added_is_listed_at_once(sitting: Sitting, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "ZZTEST scan.pdf").write_bytes(b"%PDF-1.4 synthetic %%EOF")
    os.utime(scans / "ZZTEST scan.pdf", (1_700_000_000, 1_700_000_000))
    field = sitting.setup.messaging.findChildren(FoldersField)[1]
    field.choose = lambda _parent, _title: str(scans)
    field.add.click()
    assert sitting.test("setupDocumentFoldersTest").startswith("It can be read: 1 file.")
    assert sitting.save() == "Saved."
    sitting.until(lambda: "ZZTEST scan.pdf" in sitting.names())
    assert [one.source_name for one in sitting.window.strip.listings if "scans" in one.source_name]

    field.list.setCurrentRow(0)
    field.remove.click()
    assert sitting.save() == "Saved."
    sitting.until(lambda: "ZZTEST scan.pdf" not in sitting.names())
    assert (scans / "ZZTEST scan.pdf").exists()


def test_a_folder_that_is_away_is_marked(sitting: Sitting, tmp_path: Path) -> None:
    field = sitting.setup.messaging.findChildren(FoldersField)[0]
    field.choose = lambda _parent, _title: str(tmp_path / "nowhere")
    field.add.click()
    found = sitting.test("setupImageFoldersTest")
    assert "waiting: It can be read: 1 file." in found
    assert "nowhere: There is no such folder." in found
    assert len(found.splitlines()) == 2


def test_what_the_practice_refuses_stands_beside_the_field(
    sitting: Sitting, tmp_path: Path
) -> None:
    inside = str(tmp_path / "home" / "stores" / "Images")
    field = sitting.setup.messaging.findChildren(FoldersField)[0]
    field.choose = lambda _parent, _title: inside
    field.add.click()
    sitting.write("northshore", "azureAccount", sitting.setup.drives)
    assert sitting.save() == "1 setting was not saved; the reason stands beside it."
    assert "must stand apart" in sitting.words("setupImageFoldersTold")
    assert sitting.setup.page is sitting.setup.messaging
    assert sitting.value("system.azure.account") == "northshore"
    assert inside not in sitting.value("operator.folders.images")


def test_a_secret_is_kept_and_never_shown_again(sitting: Sitting, home: Path) -> None:
    page = sitting.setup.provider
    sitting.write(CANARY, "oneDriveSecret", page)
    assert sitting.line("oneDriveSecret").echoMode() is QLineEdit.EchoMode.Password
    assert sitting.save().startswith("Saved.")
    assert sitting.services.configuring.secret("provider.1.onedrive.secret") == Secret(CANARY)
    assert "A secret is kept." in sitting.words("oneDriveSecretTold")
    assert CANARY not in everything_shown(sitting.setup)
    told = [entry.detail for entry in sitting.services.trail.entries()]
    assert not [detail for detail in told if CANARY in detail]

    sitting.button("oneDriveSecretRemove").click()
    assert "Will be removed" in sitting.words("oneDriveSecretTold")
    assert sitting.save() == "Saved."
    assert not sitting.services.configuring.secret("provider.1.onedrive.secret")
    assert not [one for one in home.rglob("*.log") if CANARY in one.read_text("utf-8")]


def test_each_operator_has_options_of_their_own(sitting: Sitting) -> None:
    page = sitting.setup.messaging
    sitting.tick("azureEnabled")
    page.people.setCurrentIndex(page.people.findData("LOOK"))
    sitting.until(lambda: "own Dropbox" in page.panels["dropbox"].account.text())  # type: ignore[index] # a kind is its text
    assert not sitting.button("dropboxSignIn").isEnabled()
    sitting.write("/theirs", "azurePath", page)
    assert sitting.save() == "Saved."
    stored = sitting.services.configuring
    assert stored.value("operator.LOOK.azure.path") == "/theirs"
    assert stored.value("operator.LOOK.azure.enabled") == "false"
    assert stored.value("operator.ADM.azure.enabled") == "true"
    assert stored.value("operator.ADM.azure.path") == ""


def test_where_dropbox_is_hosted_its_box_is_off_with_the_reason(
    qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("ts1.incloud.clinic",))
    with opened_window(home) as window:
        sitting = Sitting(qtbot, window)
        sitting.open()
        box = sitting.setup.findChild(QCheckBox, "dropboxEnabled")
        assert box is not None
        assert not box.isEnabled()
        assert "not allowed for applications hosted in incloud.clinic" in sitting.words(
            "dropboxReason"
        )
        assert not sitting.button("dropboxSignIn").isEnabled()
        assert "not allowed" in sitting.test("dropboxTest")


def test_stores_and_logs_are_tested(sitting: Sitting, tmp_path: Path) -> None:
    sitting.setup.go_to(sitting.setup.locations)
    assert sitting.test("imagesStoreTest") == "It can be read and written to."
    sitting.write(str(tmp_path / "nowhere"), "logFolder", sitting.setup.locations)
    assert sitting.test("logFolderTest").startswith("There is no such folder.")


# Drives


def test_azure_from_the_first_key_to_the_listed_file(
    sitting: Sitting, container: Container
) -> None:
    container.put("ZZTEST scan.jpg", b"\xff\xd8\xff\xe0 synthetic")
    azurite, setup = container.azurite, sitting.setup
    sitting.write(azurite.account, "azureAccount", setup.drives)
    sitting.write("A" * 86 + "==", "azureKey", setup.drives)
    sitting.write(azurite.endpoint, "azureEndpoint", setup.drives)
    assert "does not take the account and key" in sitting.test("accountTest")
    sitting.write(azurite.key, "azureKey", setup.drives)
    assert sitting.words("accountTestTold") == ""
    assert sitting.test("accountTest") == "The account answers and takes the key."
    sitting.write("not-there", "azureContainer", setup.provider)
    assert "no container of this name" in sitting.test("containerTest")
    sitting.write(container.name, "azureContainer", setup.provider)
    good = "It can be read: 1 file. Files may be removed from it."
    assert sitting.test("containerTest") == good
    assert sitting.save().startswith("Saved.")
    setup.go_to(setup.messaging)
    assert sitting.test("azureTest") == good
    sitting.tick("azureEnabled")
    assert sitting.save().startswith("Saved.")
    sitting.until(lambda: "ZZTEST scan.jpg" in sitting.names())
    assert azurite.key not in everything_shown(setup)
    assert container.names == ["ZZTEST scan.jpg"]


def test_what_is_found_of_other_values_is_not_shown(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_begun, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()

    def slowly(*_asked: object) -> None:
        has_begun.set()
        may_end.wait(10)
        has_ended.set()

    monkeypatch.setattr(PlaceProbes, "azure_account", slowly)
    button = sitting.button("accountTest")
    button.click()
    assert not button.isEnabled()
    # What is given up before it has begun asks nobody.
    sitting.until(has_begun.is_set)
    sitting.write("another", "azureAccount", sitting.setup.drives)
    assert button.isEnabled()
    may_end.set()
    sitting.until(has_ended.is_set)
    sitting.qtbot.wait(400)
    assert sitting.words("accountTestTold") == ""


class Desktop(QObject):
    """Hands the pages that the program opens to a scripted browser."""

    def __init__(self, *presses: str) -> None:
        super().__init__()
        self.browser = ScriptedBrowser(*presses)

    @Slot(QUrl)
    def open_page(self, url: QUrl) -> None:
        self.browser.open(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@pytest.fixture
def desktop(qapp: QApplication) -> Iterator[Desktop]:
    del qapp
    made = Desktop("allow", "approve")
    # The binding takes no bytes, whatever its stub says.
    QDesktopServices.setUrlHandler("https", made, "open_page")  # type: ignore[arg-type] # see above
    yield made
    QDesktopServices.unsetUrlHandler("https")
    made.browser.join()


@pytest.fixture
def dropbox(tmp_path: Path) -> Iterator[DropboxWorld]:
    with dropbox_world(tmp_path) as found:
        found.dropbox.sign_in.redirects += [f"http://localhost:{port}" for port in PORTS]
        found.dropbox.tree.put(f"{FOLDER}/ZZTEST scan.pdf", b"%PDF-1.4 synthetic")
        yield found


@pytest.mark.usefixtures("desktop")
def test_dropbox_from_the_app_key_to_the_listed_file(
    dropbox: DropboxWorld, sitting: Sitting
) -> None:
    setup = sitting.setup
    sitting.write(APP_KEY, "dropboxAppKey", setup.drives)
    sitting.tick("dropboxEnabled")
    sitting.write(FOLDER, "dropboxPath", setup.messaging)
    assert "Nobody is signed in" in sitting.test("dropboxTest")
    sitting.button("dropboxSignIn").click()
    assert "Save first" in sitting.told()
    assert sitting.save() == "Saved."
    sitting.button("dropboxSignIn").click()
    account = setup.messaging.findChild(QLabel, "dropboxAccount")
    assert account is not None
    sitting.until(lambda: account.text() == "Signed in on this workstation.")
    sitting.until(lambda: "ZZTEST scan.pdf" in sitting.names())
    assert sitting.test("dropboxTest").startswith("Signed in as kiri@example.org. It can be read")

    sitting.button("dropboxSignOut").click()
    sitting.until(lambda: account.text() == "Not signed in.")
    sitting.until(lambda: "ZZTEST scan.pdf" not in sitting.names())
    assert dropbox.dropbox.tree.find(f"{FOLDER}/ZZTEST scan.pdf") is not None


@pytest.fixture
def onedrive(tmp_path: Path) -> Iterator[OneDrive]:
    with a_onedrive(Certificates(tmp_path)) as found:
        found.server.add("Scans/ZZTEST scan.pdf", b"%PDF-1.4 synthetic")
        yield found


@pytest.mark.usefixtures("desktop")
def test_onedrive_from_the_app_id_to_the_listed_file(onedrive: OneDrive, sitting: Sitting) -> None:
    setup = sitting.setup
    sitting.write(APP_ID, "oneDriveAppId", setup.provider)
    sitting.tick("onedriveEnabled")
    sitting.write("/Scans", "onedrivePath", setup.messaging)
    assert sitting.save() == "Saved."
    sitting.button("onedriveSignIn").click()
    sitting.until(lambda: "ZZTEST scan.pdf" in sitting.names())
    person = onedrive.server.entra.person.name
    assert sitting.test("onedriveTest") == f"Signed in as {person}. It can be read: 1 file."
    setup.go_to(setup.provider)
    assert sitting.test("oneDriveTest").startswith(f"Signed in as {person}.")
