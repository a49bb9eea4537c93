"""Signing in, locking and leaving in the real window: real passwords, real records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from message_centre.bootstrap import open_home
from message_centre.domain.assignments import Assignment
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.secrets import Secret
from message_centre.services.work import CancelToken
from message_centre.ui.actions import Name
from message_centre.ui.entering.entering_controller import EnteringController
from message_centre.ui.imports.batch import Batch
from message_centre.ui.imports.imports_controller import ImportsController
from message_centre.ui.imports.imports_panel import ImportsPanel
from message_centre.ui.main_controller import MainController
from message_centre.ui.provider_dialog import ProviderDialog
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.viewing.viewing_actions import View
from tests.support.engine import age
from tests.support.practice import a_practice
from tests.support.sitting import AtWindow
from tests.support.window import opened_window

WORD, OTHER = "correct horse battery", "another long phrase"
CANARY = "Zzcanary"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A practice where ADM and ANN have passwords, with one patient and one file."""
    practice = a_practice(tmp_path)
    practice.add_patient("900", CANARY, "Jane")
    practice.drop(f"{CANARY}.txt", b"a letter")
    services = practice.services
    services.entering.sign_in("ADM")
    services.staffing.save_provider(Provider("2", "Dr Two"), by="ADM")
    services.entering.set_password("ADM", Secret(WORD), by="ADM")
    rights = frozenset({("1", Right.SAVE), ("1", Right.SEE_TRAIL)})
    services.staffing.save_operator(Operator("ANN", "Ann Lee", rights=rights), by="ADM")
    services.entering.set_password("ANN", Secret(OTHER), by="ADM")
    services.close()
    return practice.services.home


@dataclass
class Sitting(AtWindow):
    """A person before the window."""

    batch_is_over: Callable[[], bool] = bool

    @property
    def page_is_shown(self) -> bool:
        return self.window.entrance.isVisible()

    @property
    def entering(self) -> EnteringController:
        found = self.window.findChild(EnteringController)
        assert isinstance(found, EnteringController)
        return found

    def sign_in(self, password: str, who: str = "") -> None:
        page = self.window.entrance
        if who:
            page.operator.setCurrentIndex(page.operator.findData(who))
        QTest.keyClicks(page.password, password)
        QTest.keyClick(page.password, Qt.Key.Key_Return)

    def come_in(self, password: str = WORD, who: str = "ADM") -> None:
        self.sign_in(password, who)
        self.qtbot.waitUntil(self.window.ext.isVisible, timeout=15_000)

    def await_list(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.model.rowCount() == 1, timeout=15_000)

    def press(self, name: Name) -> None:
        self.window.actions_[name].trigger()

    def seen(self) -> str:
        """Every word on any visible window of the program."""
        words = []
        for top in QApplication.topLevelWidgets():
            on_screen = top.isVisible() and not top.testAttribute(
                Qt.WidgetAttribute.WA_DontShowOnScreen
            )
            if on_screen:
                words.append(top.windowTitle())
                labels = [one for one in top.findChildren(QLabel) if one.window() is top]
                words += [one.text() for one in labels if one.isVisible()]
        return " | ".join(words)


@pytest.fixture
def sitting(qtbot: QtBot, home: Path) -> Iterator[Sitting]:
    with opened_window(home, operator="") as window:
        made = Sitting(qtbot, window)
        qtbot.waitUntil(lambda: made.page_is_shown, timeout=15_000)
        yield made


def test_nothing_is_shown_before_somebody_signed_in(sitting: Sitting) -> None:
    assert sitting.window.windowTitle() == "Message Centre"
    assert not sitting.window.ext.isVisible()
    assert not sitting.window.actions_[Name.PATIENT].isEnabled()
    assert sitting.window.findChild(MainController) is None

    sitting.come_in()
    sitting.await_list()

    assert sitting.window.windowTitle() == "Provider 1 \u2013 Message Centre"
    assert sitting.window.entrance.password.text() == ""


def test_a_wrong_password_says_so_and_the_sixth_counts_down(sitting: Sitting) -> None:
    page = sitting.window.entrance
    for _ in range(4):
        sitting.sign_in("not this one", "ADM")
        sitting.qtbot.waitUntil(lambda: "do not belong together" in page.told.text(), timeout=9000)
        assert page.password.hasFocus()
        assert page.password.text() == ""
    sitting.sign_in("not this one", "ADM")

    sitting.qtbot.waitUntil(lambda: "30 seconds" in page.told.text(), timeout=9000)
    assert not page.button.isEnabled()
    sitting.qtbot.waitUntil(lambda: "29 seconds" in page.told.text(), timeout=5000)
    # Another operator need not wait.
    page.operator.setCurrentIndex(page.operator.findData("ANN"))
    assert page.button.isEnabled()


def open_patient(sitting: Sitting) -> PatientWindow:
    services = sitting.main.services
    patient = services.register.resolve("900")
    sitting.main.doors.open_patient(patient)
    found = sitting.window.findChild(PatientWindow)
    assert isinstance(found, PatientWindow)
    return found


def test_ctrl_l_hides_every_word_of_a_patient_and_brings_it_back(sitting: Sitting) -> None:
    sitting.come_in()
    sitting.await_list()
    patient = open_patient(sitting)
    sitting.press(Name.PROVIDER)
    dialog = sitting.window.findChild(QDialog, "providerDialog")
    assert dialog is not None
    assert CANARY.lower() in sitting.seen().lower()

    sitting.press(Name.LOCK)

    assert sitting.page_is_shown
    assert CANARY.lower() not in sitting.seen().lower()
    assert sitting.seen().startswith("Message Centre")
    assert not patient.isVisible()
    assert not dialog.isVisible()
    for name in (Name.SAVE, Name.PATIENT, Name.SETUP, Name.UNDO, Name.PROVIDER, Name.LOCK):
        assert not sitting.window.actions_[name].isEnabled(), name
    sitting.come_in()
    assert patient.isVisible()
    assert dialog.isVisible()
    assert sitting.window.windowTitle().startswith("Provider 1")
    dialog.done(0)


def test_a_file_on_the_full_screen_is_hidden_too(sitting: Sitting) -> None:
    sitting.come_in()
    sitting.await_list()
    stage = sitting.window.preview.stage
    sitting.window.ext.view.selectRow(0)
    sitting.qtbot.waitUntil(lambda: stage.seen.is_content, timeout=15_000)
    stage.tools[View.FULL_SCREEN].trigger()
    screen = stage.window()
    assert CANARY in sitting.seen()

    sitting.press(Name.LOCK)

    assert not screen.isVisible()
    assert CANARY not in sitting.seen()
    QTest.keySequence(sitting.window, "F11")
    assert CANARY not in sitting.seen()
    sitting.come_in()
    assert screen.isVisible()
    sitting.press(Name.LOCK)
    sitting.come_in(OTHER, "ANN")
    sitting.qtbot.waitUntil(lambda: stage.window() is sitting.window, timeout=9000)
    assert CANARY not in sitting.seen()


def test_what_opens_while_it_is_locked_is_not_seen(sitting: Sitting) -> None:
    sitting.come_in()
    sitting.press(Name.LOCK)

    late = QDialog(sitting.window)
    QLabel(f"Filed to {CANARY}", late)
    late.open()
    # Not even for the moment until it is hidden does it reach the screen.
    assert CANARY not in sitting.seen()
    toast = QWidget(sitting.window)
    QLabel(f"1 saved to {CANARY}", toast)
    toast.show()
    assert not toast.updatesEnabled()
    sitting.qtbot.waitUntil(lambda: not late.isVisible() and not toast.isVisible(), timeout=5000)

    assert CANARY not in sitting.seen()
    sitting.come_in()
    assert late.isVisible()
    late.done(0)


def test_another_operator_unlocks_into_their_own_rights(sitting: Sitting) -> None:
    sitting.come_in()
    sitting.await_list()
    patient = open_patient(sitting)
    sitting.press(Name.LOCK)

    sitting.come_in(OTHER, "ANN")

    sitting.qtbot.waitUntil(lambda: not isValid(patient), timeout=9000)
    assert sitting.window.top.operator.text() == "Ann Lee"
    # Ann may save and may not see the list: it is empty and says why.
    sitting.qtbot.waitUntil(lambda: sitting.window.model.rowCount() == 0, timeout=9000)
    sitting.qtbot.waitUntil(lambda: "see" in sitting.seen() and "not" in sitting.seen())
    assert CANARY.lower() not in sitting.seen().lower()


def test_signing_out_asks_who_comes_next_and_stands_on_the_trail(
    sitting: Sitting, home: Path
) -> None:
    sitting.come_in()
    sitting.await_list()
    sitting.press(Name.SIGN_OUT)
    assert sitting.page_is_shown
    sitting.sign_in("wrong password", "ADM")
    page = sitting.window.entrance
    sitting.qtbot.waitUntil(lambda: "do not belong" in page.told.text(), timeout=9000)

    services = open_home(home)
    try:
        services.entering.sign_in("ADM", Secret(WORD))
        told = [(one.action, one.detail) for one in services.trail.entries()]
    finally:
        services.close()
    assert ("sign-out", "Message Centre: signed out") in told
    assert told[-2] == ("sign-in", "Message Centre: wrong password, 1 in a row")


def test_the_window_locks_when_nobody_touches_it(sitting: Sitting) -> None:
    sitting.come_in()
    sitting.qtbot.waitUntil(sitting.entering.idle._timer.isActive, timeout=9000)
    assert sitting.entering.idle._limit == 600

    # The record's own answer would set its ten minutes again.
    sitting.entering._looking.forget()
    sitting.entering.idle.start(1.5)
    handle = sitting.window.windowHandle()
    sitting.entering.idle._hear(handle)
    for _ in range(4):
        sitting.qtbot.wait(600)
        QTest.keyClick(handle, Qt.Key.Key_Shift)
        assert not sitting.page_is_shown

    sitting.qtbot.waitUntil(lambda: sitting.page_is_shown, timeout=6000)
    assert sitting.entering.is_locked


def begin_batch(sitting: Sitting, count: int) -> Patient:
    """Start saving so many files, one of which went away since it was listed; ADM is at work."""
    services = sitting.main.services
    inbox = Path(services.configuring.value("operator.folders.images", operator="ADM"))
    for number in range(count):
        (inbox / f"{number}.txt").write_text(f"letter {number}")
        age(inbox / f"{number}.txt")
    operator = services.permitting.operator("ADM")
    listings = services.lister.refresh(operator, "1", CancelToken())
    files = [file for one in listings for file in one.files if file.name[0].isdigit()]
    assert len(files) == count
    (inbox / "0.txt").unlink()
    [patient] = services.register.with_numbers(["900"]).values()
    given = Assignment(patient.id, "1", "ADM")
    batch = Batch(patient, given, services.assigner.orders(files, given))
    imports = sitting.window.findChild(ImportsController)
    assert isinstance(imports, ImportsController)
    imports.start(batch)
    sitting.batch_is_over = lambda: not imports.is_busy
    return patient


def test_a_batch_goes_on_behind_the_lock_and_what_it_could_not_do_is_told_after_it(
    sitting: Sitting,
) -> None:
    sitting.come_in()
    sitting.await_list()
    sitting.press(Name.PROVIDER)
    patient = begin_batch(sitting, 12)

    sitting.entering.idle.idle.emit()

    assert sitting.page_is_shown
    sitting.qtbot.waitUntil(sitting.batch_is_over, timeout=20_000)
    assert sitting.page_is_shown
    assert CANARY.lower() not in sitting.seen().lower()
    assert len(sitting.main.services.records.of_patient(patient.id)) == 11
    sitting.come_in()
    assert "1 not saved" in sitting.seen()
    dialog = sitting.window.findChild(QDialog, "providerDialog")
    assert dialog is not None
    assert dialog.isVisible()
    dialog.done(0)


@pytest.mark.parametrize("is_over", [True, False])
def test_what_the_one_before_could_not_save_is_not_the_next_ones_to_see_or_retry(
    sitting: Sitting, *, is_over: bool
) -> None:
    sitting.come_in()
    sitting.await_list()
    begin_batch(sitting, 3 if is_over else 30)
    if is_over:
        sitting.qtbot.waitUntil(sitting.batch_is_over, timeout=20_000)
        assert "1 not saved" in sitting.seen()
    sitting.press(Name.LOCK)

    sitting.come_in(OTHER, "ANN")

    sitting.qtbot.waitUntil(sitting.batch_is_over, timeout=20_000)
    panel = sitting.window.findChild(ImportsPanel)
    assert isinstance(panel, ImportsPanel)
    # Nor when a batch of one's own shows the panel.
    panel.show()
    assert not panel.findChildren(QPushButton, "retry")
    assert CANARY.lower() not in sitting.seen().lower()
    assert "not saved" not in sitting.seen()
    assert not [one for one in sitting.window.findChildren(QPushButton, "retry") if one.isVisible()]


def test_a_practice_without_passwords_opens_at_once_and_its_lock_is_a_curtain(
    qtbot: QtBot, tmp_path: Path
) -> None:
    practice = a_practice(tmp_path)
    practice.services.close()
    with opened_window(practice.services.home) as window:
        qtbot.waitUntil(lambda: window.windowTitle().startswith("Provider"), timeout=15_000)
        window.actions_[Name.LOCK].trigger()
        assert window.entrance.isVisible()
        assert not window.entrance.password.isVisible()

        window.entrance.button.click()

        qtbot.waitUntil(window.ext.isVisible, timeout=9000)


def offered(sitting: Sitting) -> list[str]:
    """What F2 offers."""
    sitting.press(Name.PROVIDER)
    dialog = sitting.window.findChild(ProviderDialog)
    assert isinstance(dialog, ProviderDialog)
    names = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    dialog.done(0)
    dialog.setParent(None)
    return names


def test_f2_offers_the_providers_one_may_work_for(sitting: Sitting) -> None:
    sitting.come_in(OTHER, "ANN")
    assert offered(sitting) == ["Provider 1  (1)"]
    sitting.press(Name.LOCK)
    sitting.come_in(WORD, "ADM")
    assert offered(sitting) == ["Provider 1  (1)", "Dr Two  (2)"]
