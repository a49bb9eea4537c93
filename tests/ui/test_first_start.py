"""The assistant of a fresh home, in the real window, from the first page to the last."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from message_centre.bootstrap import open_home
from message_centre.domain.people import Provider
from message_centre.domain.secrets import Secret
from message_centre.ui.first_start.first_start_dialog import FirstStartDialog
from message_centre.ui.main_window import MainWindow
from tests.support.practice import a_practice
from tests.support.window import opened_window

WORD = "correct horse battery"


@dataclass
class Sitting:
    """A person before the assistant."""

    qtbot: QtBot
    window: MainWindow

    @property
    def dialog(self) -> FirstStartDialog:
        found = self.window.findChild(FirstStartDialog)
        assert isinstance(found, FirstStartDialog)
        return found

    def await_dialog(self) -> None:
        def is_open() -> bool:
            return self.window.findChild(FirstStartDialog) is not None

        self.qtbot.waitUntil(is_open, timeout=15_000)

    def type(self, line: QLineEdit, text: str) -> None:
        line.clear()
        QTest.keyClicks(line, text)

    def go_on(self, step: str) -> None:
        """Press Next and wait for the step that follows."""
        dialog = self.dialog
        assert dialog.next.isEnabled(), dialog.hint.text()
        dialog.next.click()
        self.qtbot.waitUntil(lambda: dialog.step.text() == f"Step {step} of 5", timeout=15_000)

    def name_people(self) -> None:
        page = self.dialog.operator
        self.type(page.name, "Meg Moss")
        self.type(page.id, "MEG")
        self.type(page.new, WORD)
        self.type(page.again, WORD)


def import_register(sitting: Sitting, register: Path) -> None:
    """A file that is none says so; the right one is reported row by row."""
    page, told = sitting.dialog.register, sitting.dialog.told
    sitting.type(page.file, f"{register}.none")
    page.start.click()
    sitting.qtbot.waitUntil(lambda: bool(told.text()), timeout=9000)
    sitting.type(page.file, str(register))
    page.start.click()
    sitting.qtbot.waitUntil(lambda: "1 new" in page.report.text(), timeout=15_000)
    assert "1 refused" in page.report.text()
    assert "Line 3" in page.report.text()


def test_a_fresh_home_is_set_up_from_the_first_page_to_the_last(
    qtbot: QtBot, tmp_path: Path
) -> None:
    register = tmp_path / "register.csv"
    register.write_text("number,last_name,birth_date\n1,Example,1961-03-07\n2,Sample,no date\n")
    with opened_window(tmp_path / "home", operator="") as window:
        sitting = Sitting(qtbot, window)
        sitting.await_dialog()
        dialog = sitting.dialog
        assert not dialog.next.isEnabled()
        assert dialog.hint.text() == "Type the practice\u2019s name."
        sitting.type(dialog.practice.name, "Hillside Surgery")
        sitting.go_on("2")

        sitting.name_people()
        sitting.type(dialog.operator.again, "something else")
        assert dialog.hint.text() == "The two are not the same."
        sitting.type(dialog.operator.again, WORD)
        sitting.go_on("3")
        assert window.top.operator.text() == "Meg Moss"

        sitting.type(dialog.provider.name, "Dr Example")
        sitting.go_on("4")
        assert window.windowTitle().startswith("Dr Example")

        sitting.type(dialog.stores.images, "not a full path")
        dialog.next.click()
        qtbot.waitUntil(lambda: "full path" in dialog.told.text(), timeout=9000)
        sitting.type(dialog.stores.images, str(tmp_path / "images"))
        sitting.go_on("5")

        import_register(sitting, register)
        dialog.next.click()
        qtbot.waitUntil(lambda: not window.findChildren(FirstStartDialog), timeout=9000)

    services = open_home(tmp_path / "home")
    try:
        assert services.entering.sign_in("MEG", Secret(WORD)).name == "Meg Moss"
        assert services.people.providers() == (Provider("1", "Dr Example"),)
        assert services.register.count() == 1
        assert not services.first_start.is_due()
        assert [one.id for one in services.entering.choices()] == ["MEG"]
    finally:
        services.close()


def test_it_is_put_off_and_goes_on_where_it_was_left(qtbot: QtBot, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened_window(home, operator="") as window:
        sitting = Sitting(qtbot, window)
        sitting.await_dialog()
        sitting.type(sitting.dialog.practice.name, "Hillside Surgery")
        sitting.go_on("2")
        sitting.name_people()
        sitting.go_on("3")
        sitting.dialog.later.click()
        qtbot.waitUntil(lambda: not window.findChildren(FirstStartDialog), timeout=9000)
        assert window.ext.isVisible()

    with opened_window(home, operator="") as window:
        sitting = Sitting(qtbot, window)
        qtbot.waitUntil(window.entrance.isVisible, timeout=15_000)
        QTest.keyClicks(window.entrance.password, WORD)
        window.entrance.button.click()
        sitting.await_dialog()
        assert sitting.dialog.step.text() == "Step 3 of 5"
        sitting.dialog.back.click()
        assert "A password is set" in sitting.dialog.operator.state.text()
        sitting.go_on("3")
        assert sitting.dialog.practice.name.text() == "Hillside Surgery"
        sitting.dialog.later.click()


def test_a_refused_password_keeps_one_on_its_page(qtbot: QtBot, tmp_path: Path) -> None:
    with opened_window(tmp_path / "home", operator="") as window:
        sitting = Sitting(qtbot, window)
        sitting.await_dialog()
        dialog = sitting.dialog
        sitting.type(dialog.practice.name, "Hillside Surgery")
        sitting.go_on("2")
        sitting.name_people()
        for line in (dialog.operator.new, dialog.operator.again):
            sitting.type(line, "password1")
        dialog.next.click()
        qtbot.waitUntil(lambda: "among the first" in dialog.told.text(), timeout=9000)
        assert dialog.page is dialog.operator
        dialog.later.click()


def test_who_does_not_want_it_is_not_asked_again(qtbot: QtBot, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened_window(home, operator="") as window:
        sitting = Sitting(qtbot, window)
        sitting.await_dialog()
        sitting.dialog.never.click()
        qtbot.waitUntil(lambda: not window.findChildren(FirstStartDialog), timeout=9000)

    services = open_home(home)
    assert not services.first_start.is_due()
    services.close()


def test_a_practice_that_watches_folders_is_left_alone(qtbot: QtBot, tmp_path: Path) -> None:
    practice = a_practice(tmp_path)
    practice.services.close()
    with opened_window(practice.services.home) as window:
        qtbot.waitUntil(lambda: window.windowTitle().startswith("Provider"), timeout=15_000)
        qtbot.wait(500)
        assert not window.findChildren(FirstStartDialog)
