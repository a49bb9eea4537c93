"""Setup > Operators in the real window: people, rights and passwords."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.secrets import Secret
from message_centre.ui.actions import Name
from message_centre.ui.setup.operators_page import OperatorsPage
from message_centre.ui.setup.password_dialog import PasswordDialog
from tests.support.practice import a_practice
from tests.support.sitting import AtWindow
from tests.support.window import opened_window

WORD = "correct horse battery"


@dataclass
class Sitting(AtWindow):
    """A person before the Operators page."""

    @property
    def page(self) -> OperatorsPage:
        return self.setup.operators

    @property
    def dialog(self) -> PasswordDialog:
        people = self.main.setup.people
        assert people is not None
        assert people.dialog is not None
        return people.dialog

    def open(self) -> None:
        title = self.window.windowTitle
        self.qtbot.waitUntil(lambda: title().startswith("Provider"), timeout=15_000)
        self.window.actions_[Name.SETUP].trigger()
        setup = self.main.setup.window
        assert setup is not None
        setup.go_to(setup.operators)
        # The window lets nobody type before it knows the settings.
        self.qtbot.waitUntil(
            lambda: self.page.list.count() > 0 and self.page.list.isEnabled(), timeout=9000
        )

    def people(self) -> dict[str, Operator]:
        return {one.id: one for one in self.main.services.people.operators()}

    def tick(self, right: Right, column: int) -> None:
        item = self.page.rights.item(list(Right).index(right), column)
        assert item is not None
        item.setCheckState(Qt.CheckState.Checked)

    def type_password(self, *words: str) -> None:
        lines = (self.dialog.old, self.dialog.new, self.dialog.again)[-len(words) :]
        for line, word in zip(lines, words, strict=True):
            line.clear()
            QTest.keyClicks(line, word)
        self.dialog.save.click()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    practice = a_practice(tmp_path)
    services = practice.services
    services.staffing.save_provider(Provider("2", "Dr Two"), by="ADM")
    services.close()
    return services.home


@pytest.fixture
def sitting(qtbot: QtBot, home: Path) -> Iterator[Sitting]:
    with opened_window(home) as window:
        made = Sitting(qtbot, window)
        made.open()
        yield made


def test_an_operator_is_added_with_rights_for_one_provider(sitting: Sitting) -> None:
    page = sitting.page
    page.add.click()
    QTest.keyClicks(page.id, "ANN")
    QTest.keyClicks(page.name, "Ann Lee")
    sitting.tick(Right.SEE_EXT, 2)
    sitting.tick(Right.SAVE, 0)
    page.save.click()

    sitting.qtbot.waitUntil(lambda: page.told.text == "Saved.", timeout=9000)
    made = sitting.people()["ANN"]
    assert made.rights == {("2", Right.SEE_EXT), (EVERY_PROVIDER, Right.SAVE)}
    assert page.current == made
    # What is held for every provider stands ticked and fixed for each.
    cell = page.rights.item(list(Right).index(Right.SAVE), 1)
    assert cell is not None
    assert cell.checkState() is Qt.CheckState.Checked
    assert not cell.flags() & Qt.ItemFlag.ItemIsEnabled


def test_what_is_typed_is_not_lost_by_a_look_at_the_list(sitting: Sitting) -> None:
    page = sitting.page
    page.add.click()
    QTest.keyClicks(page.id, "ANN")
    page.list.setFocus()
    page.list.setCurrentRow(0)

    assert page.id.text() == "ANN"
    assert "Save first" in page.told.text

    page.told.say("")
    page.add.click()
    assert page.id.text() == "ANN"
    assert "Save first" in page.told.text


def test_what_the_practice_refuses_is_said_and_nothing_is_changed(sitting: Sitting) -> None:
    page = sitting.page
    page.is_active.click()
    page.save.click()

    sitting.qtbot.waitUntil(lambda: "Somebody must be left" in page.told.text, timeout=9000)
    assert sitting.people()["ADM"].is_active


def test_a_password_is_set_typed_twice_and_checked(sitting: Sitting) -> None:
    page = sitting.page
    assert "anybody can work under this name" in page._state.text()
    page.password.click()
    assert not sitting.dialog.save.isEnabled()
    sitting.type_password(WORD, "something else")
    assert sitting.dialog.told.text() == "The two are not the same."
    sitting.type_password("password1", "password1")
    told = sitting.dialog.told
    sitting.qtbot.waitUntil(lambda: "among the first" in told.text(), timeout=9000)
    sitting.type_password(WORD, WORD)

    sitting.qtbot.waitUntil(lambda: page._state.text() == "Has a password.", timeout=9000)
    assert sitting.main.services.entering.sign_in("ADM", Secret(WORD)).id == "ADM"


def test_one_changes_ones_own_password_with_the_old_one(sitting: Sitting) -> None:
    services = sitting.main.services
    services.entering.set_password("ADM", Secret(WORD), by="ADM")
    new = "a third long phrase"
    sitting.page.mine.click()
    sitting.type_password("not the old one", new, new)
    told = sitting.dialog.told
    sitting.qtbot.waitUntil(lambda: "do not belong together" in told.text(), timeout=9000)
    sitting.type_password(WORD, new, new)

    sitting.qtbot.waitUntil(lambda: sitting.page.told.text == "The password is set.", timeout=9000)
    assert services.entering.sign_in("ADM", Secret(new)).id == "ADM"


def test_the_lock_is_set_with_the_windows_own_save(sitting: Sitting) -> None:
    setup = sitting.main.setup.window
    assert setup is not None
    line = setup.findChild(QLineEdit, "lockAfter")
    assert isinstance(line, QLineEdit)
    sitting.qtbot.waitUntil(lambda: line.text() == "10", timeout=9000)
    line.clear()
    QTest.keyClicks(line, "soon")
    assert not setup.save.isEnabled()
    line.clear()
    QTest.keyClicks(line, "5")
    setup.save.click()

    value = sitting.main.services.configuring.value
    sitting.qtbot.waitUntil(lambda: value("system.lock_after_minutes") == "5", timeout=9000)


def test_leaving_with_unsaved_people_asks_first(sitting: Sitting) -> None:
    page, setup = sitting.page, sitting.main.setup.window
    assert setup is not None
    QTest.keyClicks(page.name, " the Second")
    setup.reject()
    assert setup.question is not None
    assert setup.isVisible()
    buttons = {one.text().replace("&", ""): one for one in setup.question.findChildren(QPushButton)}
    next(one for words, one in buttons.items() if "Discard" in words or "Don" in words).click()

    sitting.qtbot.waitUntil(lambda: sitting.main.setup.window is None, timeout=9000)
    assert sitting.people()["ADM"].name == "Administrator"


def test_who_may_not_set_up_can_look_and_not_change(qtbot: QtBot, tmp_path: Path) -> None:
    practice = a_practice(tmp_path)
    rights = frozenset({("1", Right.SEE_EXT)})
    practice.services.staffing.save_operator(Operator("ANN", "Ann", rights=rights), by="ADM")
    home = practice.services.home
    practice.services.close()
    with opened_window(home, operator="ANN") as window:
        sitting = Sitting(qtbot, window)
        sitting.open()
        page = sitting.page
        sitting.qtbot.waitUntil(lambda: page.current.id == "ADM", timeout=9000)
        for part in (page.add, page.password, page.save, page.is_active):
            assert not part.isEnabled()
        assert page.name.isReadOnly()
        assert page.mine.isEnabled()
