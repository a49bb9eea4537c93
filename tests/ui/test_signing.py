"""Signing in at the window: the dialog, the attempts behind it, and the drive that is listed then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from message_centre.domain.errors import SignInNeeded
from message_centre.domain.files import Listing, SourceKind, SourceState
from message_centre.domain.sign_ins import OwnedDrive, SignIn, Step
from message_centre.services.hosting import Hosting
from message_centre.services.signing_in import SigningIn, SigningParts
from message_centre.sources.sign_in import listening
from message_centre.ui.runner import Runner
from message_centre.ui.sources.sign_in_dialog import STEPS, SignInDialog, clock_words
from message_centre.ui.sources.signing import SigningController
from message_centre.ui.sources.strip import SourcesDialog
from tests.support.drive_accesses import ACCOUNT, CODE, Browser, FakeAccess
from tests.support.practice import Practice
from tests.support.source_files import a_listing

WAITING = SignIn(
    OwnedDrive(SourceKind.DROPBOX, "ADM"),
    Step.WAITING,
    attempt="1",
    address="https://drive.example.test/authorize?state=1",
    seconds_left=125.0,
)


@pytest.fixture
def dialog(qtbot: QtBot) -> SignInDialog:
    made = SignInDialog(WAITING)
    qtbot.addWidget(made)
    made.show()
    return made


def text(dialog: QWidget, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def button(dialog: QWidget, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def test_every_step_has_words() -> None:
    assert set(STEPS) == set(Step)
    assert len({words for words, _, _ in STEPS.values()}) == len(Step)


def test_while_it_waits_it_says_what_to_do_and_how_long(
    dialog: SignInDialog, tmp_path: Path
) -> None:
    assert text(dialog, "signInTitle") == "Sign in to Dropbox in your browser"
    assert "allow the access" in text(dialog, "signInWords")
    assert text(dialog, "signInTimeLeft") == "2:05 left to sign in"
    bar = dialog.findChild(QProgressBar)
    assert bar is not None
    assert (bar.value(), bar.maximum()) == (125, 180)
    assert dialog.grab().save(str(tmp_path / "waiting.png"))


@pytest.mark.parametrize(
    ("seconds", "words"), [(180, "3:00"), (61, "1:01"), (9, "0:09"), (0, "0:00")]
)
def test_time_is_told_as_a_clock_does(seconds: int, words: str) -> None:
    assert clock_words(seconds) == words


def test_the_address_can_be_copied_and_the_browser_opened_again(
    dialog: SignInDialog, qtbot: QtBot
) -> None:
    address = dialog.findChild(QLineEdit, "signInAddress")
    assert address is not None
    assert address.text() == WAITING.address
    assert address.isReadOnly()
    button(dialog, "copyAddress").click()
    assert QGuiApplication.clipboard().text() == WAITING.address
    with qtbot.waitSignal(dialog.open_requested) as asked:
        button(dialog, "openBrowser").click()
    assert asked.args == [WAITING.address]
    address.selectAll()
    dialog.show_state(replace(WAITING, seconds_left=60))
    assert address.selectedText() == WAITING.address
    dialog.show_state(replace(WAITING, step=Step.EXCHANGING, address=""))
    assert not address.isVisible()
    assert address.text() == ""


@pytest.mark.parametrize("way", ["button", "escape", "frame"])
def test_every_way_to_close_it_cancels(dialog: SignInDialog, qtbot: QtBot, way: str) -> None:
    with qtbot.waitSignal(dialog.cancel_requested):
        if way == "button":
            button(dialog, "cancelSignIn").click()
        elif way == "escape":
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        else:
            dialog.close()
    assert not dialog.isVisible()


def test_once_the_answer_is_exchanged_there_is_nothing_to_cancel(
    dialog: SignInDialog, qtbot: QtBot
) -> None:
    dialog.show_state(replace(WAITING, step=Step.EXCHANGING))
    assert not button(dialog, "cancelSignIn").isEnabled()
    with qtbot.assertNotEmitted(dialog.cancel_requested):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()


def test_it_is_as_high_as_its_words_and_leaves_alone_what_a_person_made_larger(
    dialog: SignInDialog,
) -> None:
    high = dialog.height()
    dialog.resize(600, high + 100)
    dialog.show_state(replace(WAITING, seconds_left=100.0))
    assert (dialog.width(), dialog.height()) == (600, high + 100)
    dialog.show_state(SignIn(WAITING.drive, Step.FAILED, "Once more."))
    assert dialog.height() < high


def test_a_failure_is_told_as_plain_text_and_can_be_tried_again(
    dialog: SignInDialog, qtbot: QtBot
) -> None:
    assert not button(dialog, "signInAgain").isVisible()
    dialog.show_state(replace(WAITING, step=Step.FAILED, detail="<b>No</b>", address=""))
    assert text(dialog, "signInWords") == "<b>No</b>"
    assert button(dialog, "cancelSignIn").text() == "&Close"
    assert button(dialog, "cancelSignIn").accessibleName() == "Close"
    with qtbot.waitSignal(dialog.again_requested):
        button(dialog, "signInAgain").click()
    with qtbot.assertNotEmitted(dialog.cancel_requested):
        dialog.reject()


# The controller behind it


@dataclass
class Desk:
    """A window with its attempts; `browser` decides what opening a page does."""

    qtbot: QtBot
    window: QWidget
    access: FakeAccess
    controller: SigningController
    practice: Practice

    def state(self, kind: SourceKind = SourceKind.DROPBOX) -> Listing:
        listing = a_listing(state=SourceState.SIGN_IN_NEEDED, source_id=f"{kind}:/")
        return replace(listing, kind=kind)

    def wait_idle(self) -> None:
        self.qtbot.waitUntil(lambda: self.controller.is_idle, timeout=5000)

    def dialog_says(self, words: str) -> None:
        def says() -> bool:
            dialog = self.controller.dialog
            return dialog is not None and words in text(dialog, "signInTitle")

        self.qtbot.waitUntil(says, timeout=5000)

    @property
    def dialog(self) -> SignInDialog:
        assert self.controller.dialog is not None
        return self.controller.dialog


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def coming_back() -> list[Callable[[str], object]]:
    """What the browser does with a page; nothing as long as it is empty."""
    return []


@pytest.fixture
def desk(
    qtbot: QtBot,
    practice: Practice,
    runner: Runner,
    opened: list[str],
    coming_back: list[Callable[[str], object]],
) -> Iterator[Desk]:
    window, access = QWidget(), FakeAccess()
    services = practice.services

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        for answer in coming_back:
            answer(url.toString())
        return True

    parts = SigningParts(
        {SourceKind.DROPBOX: lambda _owner: access, SourceKind.ONEDRIVE: lambda _owner: access},
        listening,
        Hosting(list, list),
        services.permitting,
        services.trail,
        services.clock,
    )
    controller = SigningController(SigningIn(parts), runner, window, open_url)
    controller.sit_down(practice.operator, practice.provider)
    made = Desk(qtbot, window, access, controller, practice)
    yield made
    controller.stop()
    made.wait_idle()
    window.deleteLater()


def test_an_approved_sign_in_closes_the_dialog_and_says_so(
    desk: Desk, coming_back: list[Callable[[str], object]]
) -> None:
    browser = Browser(desk.access, code=CODE)
    coming_back.append(browser.open)
    with desk.qtbot.waitSignal(desk.controller.signed_in, timeout=5000) as signed:
        desk.controller.sign_in(SourceKind.DROPBOX)
        assert "Dropbox" in desk.dialog.windowTitle()
    browser.join()
    assert signed.args is not None
    assert signed.args[0].detail == f"Signed in as {ACCOUNT}."
    assert desk.controller.dialog is None
    assert desk.access.is_signed_in()


def test_a_sign_in_that_lasts_only_for_now_says_so(
    desk: Desk, coming_back: list[Callable[[str], object]]
) -> None:
    desk.access.is_kept = False
    browser = Browser(desk.access, code=CODE)
    coming_back.append(browser.open)
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.dialog_says("Signed in to Dropbox")
    browser.join()
    assert "keeps no secrets" in text(desk.dialog, "signInWords")
    desk.wait_idle()
    desk.dialog.reject()


def test_a_cancel_ends_the_attempt_and_the_next_click_begins_anew(
    desk: Desk, opened: list[str]
) -> None:
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.dialog_says("in your browser")
    desk.qtbot.waitUntil(
        lambda: text(desk.dialog, "signInTimeLeft").startswith("2:5"), timeout=5000
    )
    button(desk.dialog, "cancelSignIn").click()
    desk.wait_idle()
    assert desk.controller.dialog is None
    assert "cancelled" in [*desk.practice.services.trail.entries()][-1].detail
    desk.controller.wish()
    desk.controller.hear(desk.state())
    desk.dialog_says("in your browser")
    assert len(opened) == 2
    desk.dialog.reject()


def test_a_failure_stays_to_be_read_and_can_be_tried_again(
    desk: Desk, coming_back: list[Callable[[str], object]]
) -> None:
    browser = Browser(desk.access, error="access_denied")
    coming_back.append(browser.open)
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.dialog_says("did not work")
    browser.join()
    assert "The permission was not given." in text(desk.dialog, "signInWords")
    desk.wait_idle()
    coming_back[:] = [Browser(desk.access, code=CODE).open]
    with desk.qtbot.waitSignal(desk.controller.signed_in, timeout=5000):
        button(desk.dialog, "signInAgain").click()
    assert desk.controller.dialog is None


def test_my_mail_begins_an_attempt_once_and_shows_the_running_one_again(
    desk: Desk, opened: list[str]
) -> None:
    desk.controller.hear(desk.state())
    assert desk.controller.dialog is None  # nobody has come to My Mail
    for _ in range(3):
        desk.controller.wish()
        desk.controller.hear(replace(desk.state(), state=SourceState.OFFLINE))
        desk.controller.hear(replace(desk.state(), kind=SourceKind.AZURE))
        desk.controller.hear(desk.state())
        desk.controller.be_content()
        desk.dialog_says("in your browser")
    assert len(opened) == 1
    assert desk.access.begun == 1
    desk.dialog.reject()
    desk.wait_idle()
    desk.controller.hear(desk.state())
    assert desk.controller.dialog is None


def test_a_second_drive_waits_for_its_turn(desk: Desk, opened: list[str]) -> None:
    desk.controller.wish()
    for kind in (SourceKind.DROPBOX, SourceKind.ONEDRIVE):
        desk.controller.hear(desk.state(kind))
        desk.controller.hear(desk.state(kind))
    desk.dialog_says("Dropbox in your browser")
    assert len(opened) == 1
    desk.dialog.reject()
    desk.dialog_says("OneDrive in your browser")
    assert len(opened) == 2
    desk.dialog.reject()
    desk.wait_idle()
    assert desk.controller.dialog is None


def test_leaving_gives_up_quietly(desk: Desk) -> None:
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.dialog_says("in your browser")
    desk.controller.stop()
    desk.wait_idle()
    assert desk.controller.dialog is None
    desk.controller.sign_in(SourceKind.DROPBOX)
    assert desk.controller.dialog is None


def test_a_wish_that_may_not_be_is_explained(desk: Desk) -> None:
    desk.access.begin_fault = SignInNeeded("no")
    desk.controller.sit_down(replace(desk.practice.operator, id="GONE"), "1")
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.qtbot.waitUntil(lambda: desk.window.findChild(QMessageBox) is not None, timeout=5000)
    box = desk.window.findChild(QMessageBox)
    assert box is not None
    assert "no active operator" in box.text()
    assert desk.controller.dialog is None
    box.close()


@pytest.mark.parametrize(
    ("kind", "state", "is_offered"),
    [
        (SourceKind.DROPBOX, SourceState.SIGN_IN_NEEDED, True),
        (SourceKind.ONEDRIVE, SourceState.ERROR, True),
        (SourceKind.DROPBOX, SourceState.CONNECTED, False),
        (SourceKind.DROPBOX, SourceState.NOT_ALLOWED, False),
        (SourceKind.AZURE, SourceState.SIGN_IN_NEEDED, False),
        (SourceKind.FOLDER, SourceState.OFFLINE, False),
    ],
)
def test_the_sources_dialog_offers_to_reconnect_where_that_may_help(
    qtbot: QtBot, kind: SourceKind, state: SourceState, is_offered: bool
) -> None:
    sources = SourcesDialog((replace(a_listing(state=state), kind=kind),))
    qtbot.addWidget(sources)
    found = sources.findChild(QPushButton, f"reconnect-{kind}")
    assert (found is not None) is is_offered
    if found is not None:
        with qtbot.waitSignal(sources.reconnect_requested) as asked:
            found.click()
        assert asked.args == [kind]


# By a code, where the browser cannot come back


def line(dialog: QWidget, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, name)
    assert found is not None
    return found


def test_a_code_of_the_page_is_typed_into_the_dialog(desk: Desk, opened: list[str]) -> None:
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.dialog_says("in your browser")
    assert not line(desk.dialog, "signInCode").isVisible()
    button(desk.dialog, "signInByCode").click()
    desk.qtbot.waitUntil(lambda: line(desk.dialog, "signInCode").isVisible(), timeout=5000)
    assert "copy the code that the page shows" in text(desk.dialog, "signInWords")
    assert opened[-1] == "https://drive.example.test/code"
    assert not button(desk.dialog, "signInByCode").isVisible()
    assert not button(desk.dialog, "giveCode").isEnabled()

    QTest.keyClicks(line(desk.dialog, "signInCode"), "wrong")
    desk.qtbot.wait(400)
    assert line(desk.dialog, "signInCode").text() == "wrong"  # no look at the state undoes it
    button(desk.dialog, "giveCode").click()
    desk.dialog_says("did not work")
    desk.wait_idle()
    button(desk.dialog, "signInByCode").click()
    desk.qtbot.waitUntil(lambda: line(desk.dialog, "signInCode").isVisible(), timeout=5000)
    assert line(desk.dialog, "signInCode").text() == ""
    QTest.keyClicks(line(desk.dialog, "signInCode"), CODE)
    with desk.qtbot.waitSignal(desk.controller.signed_in, timeout=5000):
        QTest.keyClick(line(desk.dialog, "signInCode"), Qt.Key.Key_Return)
    assert desk.controller.dialog is None
    assert desk.access.is_signed_in()


def test_a_code_for_the_page_is_shown_to_be_copied(desk: Desk) -> None:
    desk.access.shows_code = "ABCD-EFGH"
    desk.controller.sign_in(SourceKind.ONEDRIVE)
    desk.dialog_says("in your browser")
    button(desk.dialog, "signInByCode").click()
    desk.qtbot.waitUntil(
        lambda: line(desk.dialog, "signInCode").text() == "ABCD-EFGH", timeout=5000
    )
    assert line(desk.dialog, "signInCode").isReadOnly()
    assert not button(desk.dialog, "giveCode").isVisible()
    button(desk.dialog, "copyCode").click()
    assert QGuiApplication.clipboard().text() == "ABCD-EFGH"
    with desk.qtbot.waitSignal(desk.controller.signed_in, timeout=5000):
        desk.access.has_entered = True
    assert desk.controller.dialog is None


def test_closing_the_dialog_gives_up_the_code_too(desk: Desk) -> None:
    desk.controller.sign_in(SourceKind.DROPBOX)
    desk.dialog_says("in your browser")
    button(desk.dialog, "signInByCode").click()
    desk.dialog.reject()
    desk.wait_idle()
    assert desk.controller.dialog is None
    assert desk.access.begun == 1
