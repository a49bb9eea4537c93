"""Setup > Providers, and Files and names, in the real window."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.domain.people import Operator, Provider, Right
from message_centre.ui.actions import Name
from message_centre.ui.setup.providers_page import ProvidersPage
from tests.support.practice import a_practice
from tests.support.sitting import AtWindow
from tests.support.window import opened_window


@dataclass
class Sitting(AtWindow):
    """A person before the Providers page."""

    @property
    def page(self) -> ProvidersPage:
        return self.setup.providers

    def open(self) -> None:
        title = self.window.windowTitle
        self.qtbot.waitUntil(lambda: title().startswith("Provider"), timeout=15_000)
        self.window.actions_[Name.SETUP].trigger()
        self.setup.go_to(self.page)
        # The window lets nobody type before it knows the settings.
        self.qtbot.waitUntil(
            lambda: self.page.list.count() > 0 and self.page.list.isEnabled(), timeout=9000
        )

    def providers(self) -> dict[str, Provider]:
        return {one.number: one for one in self.main.services.people.providers()}

    def until_said(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: words in self.page.told.text, timeout=9000)


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


def test_a_provider_is_added_and_offered_by_the_other_pages(sitting: Sitting) -> None:
    page = sitting.page
    page.add.click()
    QTest.keyClicks(page.number, "7")
    QTest.keyClicks(page.name, "Dr Seven")
    page.save.click()
    sitting.until_said("Saved.")

    assert sitting.providers()["7"] == Provider("7", "Dr Seven")
    assert page.current == Provider("7", "Dr Seven")
    box, rights = sitting.setup.provider.people, sitting.setup.operators.rights
    sitting.qtbot.waitUntil(lambda: box.findData("7") >= 0, timeout=9000)
    sitting.qtbot.waitUntil(lambda: rights.columnCount() == 3, timeout=9000)


def test_a_number_that_is_taken_never_renames_its_provider(sitting: Sitting) -> None:
    page = sitting.page
    page.add.click()
    QTest.keyClicks(page.number, "1")
    QTest.keyClicks(page.name, "Somebody Else")

    assert "this number already" in page.told.text
    assert not page.save.isEnabled()


def test_an_operators_id_that_is_taken_never_replaces_the_operator(sitting: Sitting) -> None:
    people = sitting.setup.operators
    sitting.setup.go_to(people)
    people.add.click()
    QTest.keyClicks(people.id, "ANN")
    QTest.keyClicks(people.name, "Annabel")

    assert "this id already" in people.told.text
    assert not people.save.isEnabled()


def test_somebody_leaves_and_the_last_one_cannot(sitting: Sitting) -> None:
    page = sitting.page
    page.is_active.click()
    page.save.click()
    sitting.until_said("One provider must be left")
    assert sitting.providers()["1"].is_active

    page.take_back()
    page.add.click()
    QTest.keyClicks(page.number, "2")
    QTest.keyClicks(page.name, "Dr Two")
    page.save.click()
    sitting.until_said("Saved.")
    page.list.setCurrentRow(0)
    page.is_active.click()
    page.save.click()
    sitting.qtbot.waitUntil(lambda: not sitting.providers()["1"].is_active, timeout=9000)
    # Nobody works for them any more, in F2 as in the title.
    sitting.qtbot.waitUntil(lambda: sitting.window.windowTitle().startswith("Dr Two"), timeout=9000)


def test_what_is_typed_of_a_provider_is_asked_about_before_it_is_lost(sitting: Sitting) -> None:
    QTest.keyClicks(sitting.page.name, " the Second")
    sitting.setup.reject()
    question = sitting.setup.question
    assert question is not None
    assert sitting.setup.isVisible()
    save = next(b for b in question.findChildren(QPushButton) if "Save" in b.text())
    save.click()

    names = sitting.providers
    sitting.qtbot.waitUntil(lambda: names()["1"].name.endswith("the Second"), timeout=9000)
    sitting.qtbot.waitUntil(lambda: "the Second" in sitting.window.windowTitle(), timeout=9000)


def test_a_pattern_is_tried_then_used_and_counts_once_it_is_saved(sitting: Sitting) -> None:
    setup, value = sitting.setup, sitting.main.services.configuring.value
    setup.messaging.names_requested.emit()
    assert setup.page is setup.files
    before = value("system.intouch.pattern")
    pattern = "PHOTO_<patient number>_<provider number>_<yyyymmdd>_<hhmmss>.<ext>"
    setup.files.try_names.click()
    dialog = setup.files.dialog
    assert dialog is not None
    dialog.pattern.setText("anything")
    assert not dialog.save.isEnabled()
    dialog.pattern.setText(pattern)
    dialog.save.click()

    line = setup.findChild(QLineEdit, "intouchPattern")
    assert isinstance(line, QLineEdit)
    assert line.text() == pattern
    assert value("system.intouch.pattern") == before
    setup.save.click()
    sitting.qtbot.waitUntil(lambda: value("system.intouch.pattern") == pattern, timeout=9000)


def test_who_may_not_set_up_can_look_and_not_change(qtbot: QtBot, home: Path) -> None:
    with opened_window(home, operator="ANN") as window:
        sitting = Sitting(qtbot, window)
        sitting.open()
        page = sitting.page
        for part in (page.add, page.save, page.is_active, sitting.setup.files.try_names):
            assert not part.isEnabled()
        assert page.name.isReadOnly()
        assert page.number.isReadOnly()
        assert sitting.setup.files.pattern.line.isReadOnly()
