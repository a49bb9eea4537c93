"""Auto-import, Unclaimed and the day sheet in the real window over a real home."""

import csv
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.services.import_group import Group
from message_centre.store.practice_settings import PracticeSettingsTable
from message_centre.ui.actions import Name, Tab
from message_centre.ui.app import Program
from message_centre.ui.day_sheet.day_sheet_dialog import DaySheetDialog
from message_centre.ui.main_controller import MainController
from message_centre.ui.runner import Lane
from message_centre.ui.unclaimed.pattern_dialog import PatternDialog
from tests.support.driver import Driver
from tests.support.pictures import a_jpeg
from tests.support.practices import Practice

_PATIENCE = 20_000


def named(number: str, second: int = 0) -> str:
    return f"INTOUCH_P{number}_D1_20260102_1011{second:02}.jpg"


class Sitting:
    """A person at the window of a practice."""

    def __init__(self, qtbot: QtBot, app: QApplication, practice: Practice) -> None:
        self.practice = practice
        self.qtbot = qtbot
        practice.close()
        self.program = Program(app, practice.home, "")
        self.window = self.program.window
        self.program.start()
        qtbot.waitUntil(lambda: self.program.main is not None, timeout=_PATIENCE)
        self.wait()

    @property
    def main(self) -> MainController:
        assert self.program.main is not None
        return self.program.main

    def wait(self) -> None:
        """Until everything is listed, imported and counted."""

        def is_still() -> bool:
            main = self.main
            return not (main.files.is_refreshing or main.auto.is_importing) and self.is_idle()

        self.qtbot.waitUntil(is_still, timeout=_PATIENCE)

    def is_idle(self) -> bool:
        return not self.main._runner.is_busy(Lane.WRITE)

    def names(self, *, unclaimed: bool = False) -> list[str]:
        model = self.window.unclaimed_model if unclaimed else self.window.model
        return sorted(model.row(place).file.name for place in range(model.rowCount()))

    def refresh(self) -> None:
        self.window.actions_[Name.REFRESH].trigger()
        self.wait()

    def records(self) -> list[str]:
        return sorted(one.original_name for one in self.main.services.records.everything())

    def go_to(self, tab: Tab) -> None:
        self.window.top.tabs.setCurrentIndex(list(Tab).index(tab))

    def banner(self) -> str:
        return self.window.ext.banner.accessibleName()


SitDown = Callable[[], Sitting]


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    made = Practice(tmp_path)
    made.add_patient("4711")
    made.add_image(named("4711", 1), width=70)
    made.add_image(named("4711", 2), width=80)
    made.add_image(named("999"), width=90)
    made.add_image("DSC0001.jpg", width=100)
    return made


def switch_on(practice: Practice) -> None:
    services = practice.services
    operator = services.permitting.operator("")
    services.configuring.set("operator.auto_import", "true", operator=operator)


@pytest.fixture
def sit(qtbot: QtBot, qapp: QApplication, practice: Practice) -> Iterator[SitDown]:
    style = qapp.styleSheet(), qapp.palette(), qapp.font()
    sat: list[Sitting] = []

    def sit_down() -> Sitting:
        sat.append(Sitting(qtbot, qapp, practice))
        return sat[0]

    yield sit_down
    for one in sat:
        assert one.program.shut_down()
        one.window.deleteLater()
        one.program.deleteLater()
    qapp.setStyleSheet(style[0])
    qapp.setPalette(style[1])
    qapp.setFont(style[2])


def test_while_it_is_off_every_file_is_an_ordinary_row(sit: SitDown) -> None:
    sitting = sit()

    assert sitting.names() == sorted(
        [named("4711", 1), named("4711", 2), named("999"), "DSC0001.jpg"]
    )
    assert sitting.records() == []
    sitting.go_to(Tab.UNCLAIMED)
    assert sitting.window.unclaimed.isVisible()
    assert "off for you" in sitting.window.unclaimed.accessibleName()


def test_at_the_start_files_file_themselves_and_the_banner_counts(
    sit: SitDown, practice: Practice
) -> None:
    switch_on(practice)
    sitting = sit()

    assert sitting.records() == [named("4711", 1), named("4711", 2)]
    assert sitting.names() == ["DSC0001.jpg"]
    assert sitting.names(unclaimed=True) == [named("999")]
    assert sitting.banner() == "Auto-import: 2 imported, 1 left for you"
    assert sitting.window.top.tabs.tabText(2).endswith("  1")
    before = len(list(sitting.main.services.trail.entries()))
    sitting.refresh()
    assert sitting.names() == ["DSC0001.jpg"]
    assert len(list(sitting.main.services.trail.entries())) == before


def test_each_entry_to_my_mail_imports_what_came(sit: SitDown, practice: Practice) -> None:
    switch_on(practice)
    sitting = sit()
    sitting.go_to(Tab.MY_TASK)
    practice.add_image(named("4711", 3), width=110)
    sitting.go_to(Tab.MY_MAIL)
    sitting.wait()

    assert named("4711", 3) in sitting.records()
    practice.add_image(named("4711", 4), width=120)
    sitting.refresh()
    assert named("4711", 4) in sitting.records()


def test_while_importing_the_banner_says_so_and_can_stop_it(
    sit: SitDown, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(practice)
    gate = threading.Event()
    run = Group.run

    def slowly(group: Group) -> object:
        gate.wait(20)
        return run(group)

    monkeypatch.setattr(Group, "run", slowly)
    gate.set()
    sitting = sit()
    gate.clear()
    for second in range(10, 14):
        practice.add_image(named("4711", second), width=130 + second)
    sitting.window.actions_[Name.REFRESH].trigger()
    sitting.qtbot.waitUntil(lambda: bool(sitting.main.auto._jobs), timeout=_PATIENCE)
    stop = sitting.window.ext.banner.findChild(QPushButton, "autoImportStop")
    assert stop is not None
    sitting.qtbot.waitUntil(stop.isVisible, timeout=_PATIENCE)
    assert sitting.banner().startswith("Auto-Importing: 0 imported, 1 left for you")
    assert sitting.window.ext.banner.rect().contains(stop.geometry())
    assert sitting.names() == ["DSC0001.jpg"]
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    gate.set()
    sitting.wait()

    assert len(sitting.records()) <= 3
    assert "stopped" in sitting.banner()
    assert named("4711", 13) in sitting.names()
    sitting.refresh()
    assert len(sitting.records()) == 6
    assert sitting.names() == ["DSC0001.jpg"]


def test_what_is_unclaimed_says_why_and_is_saved_by_hand(sit: SitDown, practice: Practice) -> None:
    switch_on(practice)
    sitting = sit()
    sitting.go_to(Tab.UNCLAIMED)
    view = sitting.window.unclaimed_list.view
    assert view.isVisible()
    row = sitting.window.unclaimed_model.row(0)
    assert (row.badge, row.note) == (
        "unknown patient",
        "The register has no patient with the number 999.",
    )
    assert not sitting.window.actions_[Name.SAVE].isEnabled()
    view.selectRow(0)
    assert sitting.window.actions_[Name.SAVE].isEnabled()

    person = Driver(sitting.window)
    sitting.window.actions_[Name.SAVE].trigger()
    person.find(QDialog, "assignDialog")
    person.choose("4711")
    person.describe("By hand", "")
    person.file()
    sitting.qtbot.waitUntil(
        lambda: sitting.window.unclaimed_model.row(0).is_saved, timeout=_PATIENCE
    )
    assert named("999") in sitting.records()
    assert sitting.window.unclaimed_model.row(0).title == "By hand"
    assert not sitting.window.top.tabs.tabText(2).endswith("1")
    sitting.refresh()
    assert sitting.names(unclaimed=True) == []
    assert sitting.window.unclaimed.isVisible()


def test_a_patient_who_is_registered_later_takes_the_file(sit: SitDown, practice: Practice) -> None:
    switch_on(practice)
    sitting = sit()
    fields = {"number": "999", "last_name": "New", "first_names": "Ann", "birth_date": "1980-01-02"}
    sitting.main.services.register.add(fields, operator="ADM")
    sitting.refresh()

    assert named("999") in sitting.records()
    assert sitting.names(unclaimed=True) == []


def test_a_file_that_arrives_between_refreshes_is_an_ordinary_row_until_the_next(
    sit: SitDown, practice: Practice
) -> None:
    switch_on(practice)
    sitting = sit()
    practice.add_image(named("4711", 5), width=140)
    practice.add_image(named("998"), width=150)
    sitting.main.files.look_again()
    sitting.qtbot.waitUntil(lambda: len(sitting.names(unclaimed=True)) == 2, timeout=_PATIENCE)
    assert named("4711", 5) in sitting.names()
    sitting.refresh()
    assert sitting.names() == ["DSC0001.jpg"]
    assert named("4711", 5) in sitting.records()


def opened_sheet(sitting: Sitting) -> DaySheetDialog:
    sitting.window.actions_[Name.DAY_SHEET].trigger()
    found = sitting.window.findChild(DaySheetDialog)
    assert found is not None
    sitting.qtbot.waitUntil(found.print_.isEnabled, timeout=_PATIENCE)
    return found


def cells(dialog: DaySheetDialog, row: int) -> list[str]:
    table = dialog.counts
    items = [table.item(row, column) for column in range(table.columnCount())]
    return [item.text() for item in items if item is not None]


def test_the_day_sheet_balances_names_prints_and_is_exported(
    sit: SitDown, practice: Practice, tmp_path: Path
) -> None:
    switch_on(practice)
    practice.add_image(named("4711", 6), width=170)
    practice.add_file("=cmd.jpg", a_jpeg(180))
    sitting = sit()
    practice.add_image(named("4711", 6), width=170)
    sitting.refresh()

    dialog = opened_sheet(sitting)

    assert dialog.sum.text() == "7 files seen = 3 filed + 2 waiting + 1 held + 1 ignored"
    assert cells(dialog, 1) == ["Waiting room", "7", "3", "2", "1", "1"]
    assert dialog.files.rowCount() == 5
    sheet = sitting.main.doors.day_sheet
    printed = sheet.document().toPlainText()
    assert "The register has no patient with the number 999." in printed
    path = tmp_path / "sheet.csv"
    sheet.export_to(path)
    sitting.qtbot.waitUntil(path.exists, timeout=_PATIENCE)
    sitting.qtbot.waitUntil(lambda: path.stat().st_size > 0, timeout=_PATIENCE)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert ["7", "3", "2", "1", "1"] in [row[2:] for row in rows]
    assert {row[3] for row in rows[4:] if len(row) > 3} >= {"held", "auto-imported", "came-again"}

    dialog.day.setDate(QDate(2020, 2, 3))
    sitting.qtbot.waitUntil(lambda: "Nothing was seen" in dialog.sum.text(), timeout=_PATIENCE)
    dialog.close()


def test_the_day_sheet_opens_by_its_key(sit: SitDown) -> None:
    sitting = sit()
    assert sitting.window.actions_[Name.DAY_SHEET].shortcut().toString() == "Ctrl+D"
    assert opened_sheet(sitting).isVisible()


def said(dialog: PatternDialog) -> list[str]:
    items = [dialog.table.item(row, 1) for row in range(dialog.table.rowCount())]
    return [item.text() for item in items if item is not None]


def test_a_pattern_is_tried_while_it_is_typed_and_counts_once_saved(
    sit: SitDown, practice: Practice
) -> None:
    switch_on(practice)
    practice.add_image("4711-1-20260102-101150.jpg", width=190)
    sitting = sit()
    sitting.window.actions_[Name.PATTERN].trigger()
    person = Driver(sitting.window)
    dialog = person.find(PatternDialog, "patternDialog")
    assert said(dialog) == ["Patient 999, Provider 1, 02 Jan 2026 10:11"]

    dialog.names.setPlainText("4711-1-20260102-101150.jpg\n4711-1-20260231-101150.jpg\nDSC0001.jpg")
    assert said(dialog) == ["Does not fit; an ordinary file"] * 3
    dialog.pattern.setText("<patient number><provider number>.<ext>")
    assert "cannot be a pattern" in dialog.problem.text()
    assert not dialog.save.isEnabled()
    dialog.pattern.setText("<patient number>-<provider number>-<yyyymmdd>-<hhmmss>.<ext>")
    assert said(dialog) == [
        "Patient 4711, Provider 1, 02 Jan 2026 10:11",
        "Fits, but tells a day or time that does not exist",
        "Does not fit; an ordinary file",
    ]
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    sitting.qtbot.waitUntil(
        lambda: "4711-1-20260102-101150.jpg" in sitting.records(), timeout=_PATIENCE
    )
    sitting.wait()
    assert sitting.names(unclaimed=True) == []
    assert named("999") in sitting.names()


def test_a_pattern_that_cannot_be_read_any_more_is_told_and_the_list_goes_on(
    sit: SitDown, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(practice)
    settings = PracticeSettingsTable.read
    broken = {"system.intouch.pattern": "<patient>"}
    monkeypatch.setattr(PracticeSettingsTable, "read", lambda table: {**settings(table), **broken})
    sitting = sit()

    assert len(sitting.names()) == 4
    assert sitting.records() == []
    assert "system.intouch.pattern" in sitting.window.ext.problem.text()
