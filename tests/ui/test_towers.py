"""The dry-run table: what can be accepted, what is imported, what is learnt, what stands under Unclaimed."""

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from message_centre.domain.patients import Patient
from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.tower_profiles import GE_VSCAN_AIR, TOWER_ROOTS
from message_centre.services.work import Progress
from message_centre.ui.runner import Runner
from message_centre.ui.towers.folders_model import DOUBT, FILES, TICK, Show
from message_centre.ui.towers.standing import StandingController, StandingPane
from message_centre.ui.towers.towers_controller import TowersController
from message_centre.ui.towers.towers_dialog import TowersDialog
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice

SURE, ALONE, NOBODY = "100_Jane_Smith", "100", "TEST_Phantom"
ONE = Provider("1", "One")


class Review:
    """The table of one tower."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner, root: Path) -> None:
        self.qtbot, self.practice, self.runner, self.root = qtbot, practice, runner, root
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.controller = TowersController(practice.services, runner, self.window)

    def open(self, operator: Operator | None = None) -> TowersDialog:
        self.controller.open(operator or self.practice.operator, ONE)
        self.settle()
        assert self.controller.dialog is not None
        return self.controller.dialog

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=20_000)
        QApplication.processEvents()

    def put(self, way: str, shade: int) -> Path:
        place = self.root / way
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(a_jpeg(shade))
        then = time.time() - 86_400
        os.utime(place, (then, then))
        return place


@pytest.fixture
def jane(practice: Practice) -> Patient:
    return practice.add_patient("100", "Smith", "Jane")


@pytest.fixture
def review(
    qtbot: QtBot, practice: Practice, runner: Runner, jane: Patient, tmp_path: Path
) -> Iterator[Review]:
    root = tmp_path / "tower"
    made = Review(qtbot, practice, runner, root)
    for shade, name in enumerate((SURE, ALONE, NOBODY)):
        made.put(f"{name}/20260102101112.jpg", 60 + shade)
    practice.services.configuring.set(TOWER_ROOTS, str(root), operator=practice.operator)
    yield made
    made.settle()


def place_of(dialog: TowersDialog, name: str) -> int:
    places = range(dialog.model.rowCount())
    return next(place for place in places if dialog.model.row(place).folder.name == name)


def tick(dialog: TowersDialog, name: str) -> object:
    index = dialog.model.index(place_of(dialog, name), TICK)
    return dialog.model.data(index, Qt.ItemDataRole.CheckStateRole)


def test_nothing_is_accepted_beforehand_and_doubt_cannot_be(review: Review) -> None:
    dialog = review.open()

    assert dialog.model.rowCount() == 3
    assert not dialog.go.isEnabled()
    assert tick(dialog, SURE) is Qt.CheckState.Unchecked
    assert tick(dialog, NOBODY) is None
    dialog.model.toggle(place_of(dialog, NOBODY))
    assert dialog.model.accepted() == ()
    dialog.sure.click()
    assert [one.name for one in dialog.model.accepted()] == [SURE]
    assert "1 folder with 1 file" in dialog.go.text()


def test_the_keyboard_alone_accepts_and_takes_back(review: Review) -> None:
    dialog = review.open()
    dialog.table.setFocus()
    dialog.table.selectRow(place_of(dialog, ALONE))

    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert [one.name for one in dialog.model.accepted()] == [ALONE]
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.model.accepted() == ()


def test_accepted_folders_are_imported_and_told_and_the_rest_stays(
    review: Review, jane: Patient
) -> None:
    dialog = review.open()
    dialog.sure.click()

    dialog.go.click()
    review.settle()

    row = dialog.model.row(place_of(dialog, SURE))
    assert row.cells[DOUBT] == "1 saved"
    assert [one.original_name for one in review.practice.records(jane)] == ["20260102101112.jpg"]
    assert len(list(review.root.rglob("*.jpg"))) == 2
    assert not dialog.go.isEnabled()
    dialog.look.click()
    review.settle()
    assert {row.folder.name for row in dialog.model.rows} == {ALONE, NOBODY}


def test_what_cannot_be_read_in_a_folder_is_told_beside_it(review: Review) -> None:
    review.put(f"{SURE}/{'/'.join('abcdefghijklmn')}/deep.jpg", 90)

    dialog = review.open()

    row = dialog.model.row(place_of(dialog, SURE))
    assert row.cells[FILES] == "1 (+1 not yet)"
    assert "The folder lies too deep" in row.cells[DOUBT]


def test_how_far_an_import_has_come_is_told_in_words(review: Review) -> None:
    dialog = review.open()
    [words] = [one for one in dialog.findChildren(QLabel) if one.objectName() == "towersWords"]

    dialog.show_busy(Progress(1200, 50_000), is_import=True)

    assert words.text().startswith("Importing: 1,200 of 50,000 files.")
    assert dialog.stop.isVisible()
    assert not dialog.go.isEnabled()
    dialog.show_busy(None)
    assert words.text().startswith("3 folders")


def test_a_filter_hides_rows_and_not_what_was_accepted(review: Review) -> None:
    dialog = review.open()
    dialog.sure.click()

    dialog.filter.setCurrentIndex(dialog.filter.findData(Show.DOUBT))

    assert [dialog.model.row(n).folder.name for n in range(dialog.model.rowCount())] == [NOBODY]
    assert [one.name for one in dialog.model.accepted()] == [SURE]


def test_the_report_is_a_table_without_formulas(review: Review, tmp_path: Path) -> None:
    review.put("=1+1_Jane/a.jpg", 90)
    dialog = review.open()
    file = tmp_path / "report.csv"
    review.controller.choose_file = lambda _parent: str(file)

    dialog.report.click()
    review.settle()

    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["folder"] for row in rows} == {SURE, ALONE, NOBODY, "'=1+1_Jane"}


def test_a_profile_is_learnt_from_one_folder(review: Review) -> None:
    review.put("SMITH, Jane (1961-03-07)/a.jpg", 91)
    dialog = review.open()
    dialog.table.selectRow(place_of(dialog, "SMITH, Jane (1961-03-07)"))

    dialog.learn.click()
    learning = review.controller.learning
    assert learning is not None
    assert learning.grammar.text() == "<last name>, <first names> (<birth date>)"
    assert not learning.keep.isEnabled()
    learning.name.setText("Olympus")
    learning.keep.click()
    review.settle()

    assert dialog.profile.currentText() == "Olympus"
    names = [one.name for one in review.practice.services.bulk_importer.profiles()]
    assert names == [GE_VSCAN_AIR.name, "Olympus"]
    dialog.sure.click()
    assert [one.name for one in dialog.model.accepted()] == ["SMITH, Jane (1961-03-07)"]


def test_a_folder_in_doubt_is_handed_on_to_be_assigned_by_hand(review: Review) -> None:
    dialog = review.open()
    heard: list[object] = []
    review.controller.by_hand.connect(heard.append)
    dialog.table.selectRow(place_of(dialog, NOBODY))

    dialog.by_hand.click()

    assert heard == [review.root / NOBODY]


def test_under_unclaimed_every_folder_stands_with_its_reason(review: Review) -> None:
    pane = StandingPane(review.window)
    standing = StandingController(review.practice.services.bulk_importer, review.runner, pane)

    standing.look(review.practice.operator, "1")
    review.settle()

    told = {row.folder.name: row.cells[DOUBT] for row in pane.model.rows}
    assert told[SURE] == ""
    assert "No last name" in told[ALONE]
    assert "No patient has the id TEST" in told[NOBODY]
    assert [row.folder.name for row in pane.model.rows] == [NOBODY, ALONE, SURE]
    [words] = [one for one in pane.findChildren(QLabel) if one.objectName() == "standingWords"]
    assert words.text() == (
        "3 tower folders wait: 1 in doubt, 1 for you to look at, 1 beyond doubt"
    )
    assert pane.has_rows

    rights = frozenset((EVERY_PROVIDER, right) for right in Right if right is not Right.BULK_IMPORT)
    standing.look(Operator("LOW", "Low", rights=rights), "1")
    assert not pane.has_rows


def test_nothing_beyond_doubt_cannot_be_accepted_together(review: Review) -> None:
    dialog = review.open()
    assert dialog.sure.isEnabled()
    for folder in (SURE,):
        for file in sorted((review.root / folder).iterdir()):
            file.unlink()
    dialog.look.click()
    review.settle()
    assert not dialog.sure.isEnabled()
