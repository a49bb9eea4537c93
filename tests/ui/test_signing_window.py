"""Signing in from the real window: at the start, on My Mail, and by Reconnect."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from message_centre import bootstrap
from message_centre.domain.errors import SignInNeeded
from message_centre.domain.files import SourceKind
from message_centre.domain.kinds import DEFAULT_LISTED
from message_centre.host.clock import SystemClock
from message_centre.services.listing import Lister
from message_centre.services.signing_in import SigningParts
from message_centre.sources.drive import DriveFile, Removal
from message_centre.sources.drive_source import DrivePlace, DriveSource
from message_centre.ui.actions import Name, Tab
from message_centre.ui.sources.sign_in_dialog import SignInDialog
from message_centre.ui.sources.strip import SourcesDialog
from tests.support.desktop import Desktop, a_desktop
from tests.support.drive_accesses import CODE, Browser, FakeAccess
from tests.support.practices import Practice
from tests.support.sitting import AtWindow
from tests.support.window import opened_window


@dataclass
class OneFile:
    """A drive that shows one file to whoever is signed in."""

    access: FakeAccess

    def files(self, check: Callable[[int], None]) -> Iterator[DriveFile]:
        if not self.access.is_signed_in():
            raise SignInNeeded("Sign in to Dropbox.")
        check(1)
        yield DriveFile("id:1", "ZZTEST scan.pdf", 3, 1_700_000_000_000_000_000, "r1")

    def find(self, file_id: str) -> DriveFile | None:
        raise NotImplementedError(file_id)

    def read(
        self, file: DriveFile, *, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        del file
        yield b"abc"[start:][:length]

    def thumbnail(self, file: DriveFile, longest: int) -> None:
        del file, longest

    def remove(self, file_id: str, revision: str, sha256: str) -> Removal:
        raise NotImplementedError(file_id, revision, sha256)


@dataclass
class Sitting(AtWindow):
    """A person at the window of a practice with a Dropbox."""

    access: FakeAccess
    desktop: Desktop

    @property
    def dialog(self) -> SignInDialog | None:
        shown = self.window.findChildren(SignInDialog)
        return next((one for one in shown if one.isVisible()), None)

    def wait_listed(self) -> None:
        self.until(lambda: not self.main.files.is_refreshing)

    def give_up(self, *, times: int = 1) -> None:
        """Cancel once the browser has been opened, for the so manyth time."""
        self.until(lambda: len(self.desktop.opened) == times and self.dialog)
        self.wait_listed()
        assert self.dialog is not None
        self.dialog.reject()
        self.until(lambda: self.main.services.signing_in.running is None)
        self.until(lambda: self.main.signing.is_idle)

    def names(self) -> list[str]:
        model = self.window.model
        return [model.row(place).file.name for place in range(model.rowCount())]

    def states(self) -> list[str]:
        return [one.state.value for one in self.window.strip.listings if one.kind.is_drive]


@pytest.fixture
def desktop(qapp: QApplication) -> Iterator[Desktop]:
    del qapp
    with a_desktop() as made:
        yield made


@pytest.fixture
def sitting(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: Desktop
) -> Iterator[Sitting]:
    access = FakeAccess()
    place = DrivePlace("dropbox:a/", "Dropbox", SourceKind.DROPBOX)
    drive = DriveSource(place, OneFile(access), SystemClock(), lambda: DEFAULT_LISTED)
    listed = Lister.sources

    def sources(lister: Lister, *asked: Any) -> tuple[object, ...]:
        return (*listed(lister, *asked), drive)

    def parts(_accesses: object, *others: Any) -> SigningParts:
        return SigningParts({SourceKind.DROPBOX: lambda _owner: access}, *others)

    monkeypatch.setattr(Lister, "sources", sources)
    monkeypatch.setattr(bootstrap, "SigningParts", parts)
    monkeypatch.setattr(bootstrap, "computer_names", lambda: ("pc7.practice.example",))
    practice = Practice(tmp_path)
    practice.close()
    with opened_window(practice.home) as window:
        yield Sitting(qtbot, window, access, desktop)


def test_the_login_is_asked_for_at_the_start_and_then_the_files_are_listed(
    sitting: Sitting,
) -> None:
    browser = Browser(sitting.access, code=CODE)
    sitting.desktop.browse = browser.open
    sitting.until(lambda: sitting.names() == ["ZZTEST scan.pdf"])
    browser.join()
    assert len(sitting.desktop.opened) == 1
    assert sitting.states() == ["connected"]
    assert sitting.dialog is None


def test_given_up_it_is_asked_again_on_my_mail_and_by_reconnect_but_not_by_f5(
    sitting: Sitting,
) -> None:
    sitting.give_up()
    assert sitting.states() == ["sign-in-needed"]
    sitting.window.actions_[Name.REFRESH].trigger()
    sitting.wait_listed()
    assert len(sitting.desktop.opened) == 1

    sitting.window.top.tab_clicked.emit(Tab.MY_MAIL)
    sitting.give_up(times=2)

    browser = Browser(sitting.access, code=CODE)
    sitting.desktop.browse = browser.open
    sitting.window.strip.details_requested.emit()
    sources = sitting.window.findChild(SourcesDialog)
    assert sources is not None
    reconnect = sources.findChild(QPushButton, "reconnect-dropbox")
    assert reconnect is not None
    reconnect.click()
    sitting.until(lambda: sitting.names() == ["ZZTEST scan.pdf"])
    browser.join()
    assert len(sitting.desktop.opened) == 3


def test_the_window_closes_while_somebody_is_signing_in(sitting: Sitting) -> None:
    sitting.until(lambda: sitting.desktop.opened and sitting.dialog)
