"""Source > Browse: groups, selection, companions, titles, copy or move, drag and drop."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from message_centre.domain.patients import Patient
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.browsing import arranging
from message_centre.ui.browsing.browse_controller import BrowseController
from message_centre.ui.browsing.browse_dialog import BrowseDialog
from message_centre.ui.pieces.sizes import size_words
from message_centre.ui.pieces.thumbnail_model import KeyRole
from message_centre.ui.record.opening import open_patient_window
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.runner import Runner
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice


class Browsing:
    """An open patient window, and what is browsed from it."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner, patient: Patient) -> None:
        self.qtbot, self.runner, self.practice, self.patient = qtbot, runner, practice, patient
        made = open_patient_window(practice.services, runner, patient, practice.operator, None)
        window = made.parent()
        assert isinstance(window, PatientWindow)
        self.window = window
        found = window.findChild(BrowseController)
        assert isinstance(found, BrowseController)
        self.controller = found
        self.settle()

    @property
    def dialog(self) -> BrowseDialog:
        assert self.controller.dialog is not None
        return self.controller.dialog

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=20_000)

    def open(self, *places: Path) -> BrowseDialog:
        self.controller.open(places)
        self.settle()
        return self.dialog

    def names(self) -> list[str]:
        return [file.name for file in self.dialog.selected()]

    def confirm(self) -> None:
        """Go on, and file."""
        self.dialog.go_on.click()
        self.settle()
        dialog = self.window.findChild(AssignDialog)
        assert dialog is not None
        assert not [
            b for b in dialog.findChildren(QPushButton) if "Another" in b.text() and b.isVisible()
        ]
        if dialog.is_at(dialog.warning):
            dialog.warning.proceeded.emit()
        self.settle()
        dialog.details.press()
        self.settle()


@pytest.fixture
def jane(practice: Practice) -> Patient:
    return practice.add_patient("100", "Smith", "Jane")


@pytest.fixture
def browsing(qtbot: QtBot, practice: Practice, runner: Runner, jane: Patient) -> Iterator[Browsing]:
    made = Browsing(qtbot, practice, runner, jane)
    yield made
    made.settle()
    if isValid(made.window):
        made.window.close()
        made.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    for number, (way, minutes) in enumerate(
        (("a.jpg", 0), ("a.xml", 0), ("sub/b.jpg", 5), ("late.jpg", 90))
    ):
        place = folder / way
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(a_jpeg(60 + number))
        then = time.time() - 86_400 + minutes * 60
        os.utime(place, (then, then))
    return folder


def test_what_is_found_is_shown_in_groups_and_selected_by_group(
    browsing: Browsing, card: Path
) -> None:
    dialog = browsing.open(card)

    assert dialog.groups.count() == 2
    assert dialog.grid.model().rowCount() == 4
    assert not dialog.go_on.isEnabled()
    dialog.groups.itemClicked.emit(dialog.groups.item(0))
    assert browsing.names() == ["a.jpg", "a.xml", "b.jpg"]
    assert "3 files" in dialog.go_on.text()
    assert "SMITH, Jane" in dialog.go_on.text()
    dialog.grid.selectAll()
    assert len(browsing.names()) == 4
    dialog.gap.choose(120)
    browsing.settle()
    assert dialog.groups.count() == 1
    assert len(browsing.names()) == 4


def test_whoever_selects_a_picture_selects_what_belongs_to_it(
    browsing: Browsing, card: Path
) -> None:
    dialog = browsing.open(card)
    place = dialog.grid.visualRect(dialog.grid.model().index(0, 0)).center()

    QTest.mouseClick(dialog.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert browsing.names() == ["a.jpg", "a.xml"]


def test_what_is_selected_is_counted_with_its_bytes(browsing: Browsing, card: Path) -> None:
    dialog = browsing.open(card)
    paths = sorted((path for path in card.rglob("*") if path.is_file()), key=lambda p: p.name)
    sizes = {path.name: path.stat().st_size for path in paths}

    dialog.grid.select_keys([dialog.grid.model().index(row, 0).data(KeyRole) for row in (0, 1, 3)])

    assert browsing.names() == ["a.jpg", "a.xml", "late.jpg"]
    told = size_words(sizes["a.jpg"] + sizes["a.xml"] + sizes["late.jpg"])
    [count] = [one for one in dialog.findChildren(QLabel) if one.objectName() == "browseCount"]
    assert count.text() == f"3 of 4 selected  \u00b7  {told}"


def test_more_than_one_can_choose_from_is_told_and_nothing_shown(
    browsing: Browsing, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arranging, "MOST_SHOWN", 3)

    dialog = browsing.open(card)

    told = dialog.grid.accessibleDescription()
    assert "There are 4 files" in told
    assert "Tower folders" in told
    assert dialog.grid.model().rowCount() == 0
    assert not dialog.go_on.isEnabled()
    dialog.grid.selectAll()
    dialog.places_chosen.emit((card / "sub",))
    browsing.settle()
    assert dialog.grid.model().rowCount() == 1


def test_a_folder_that_may_not_be_entered_is_told(browsing: Browsing, card: Path) -> None:
    deep = card / "/".join("abcdefghijklmn") / "deep.jpg"
    deep.parent.mkdir(parents=True)
    deep.write_bytes(a_jpeg())

    dialog = browsing.open(card)

    [told] = [one for one in dialog.findChildren(QLabel) if one.objectName() == "browseLeftOut"]
    assert told.text() == "1 cannot be read"
    assert "m: The folder lies too deep" in told.toolTip()
    assert dialog.grid.model().rowCount() == 4


def test_a_range_is_selected_with_shift(browsing: Browsing, card: Path) -> None:
    grid = browsing.open(card).grid
    for row, key in ((2, Qt.KeyboardModifier.NoModifier), (3, Qt.KeyboardModifier.ShiftModifier)):
        at = grid.visualRect(grid.model().index(row, 0)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, key, at)

    assert browsing.names() == ["b.jpg", "late.jpg"]


def test_from_elsewhere_files_are_copied_with_titles_of_their_own(
    browsing: Browsing, card: Path
) -> None:
    dialog = browsing.open(card)
    assert dialog.is_copy
    dialog.groups.itemClicked.emit(dialog.groups.item(1))
    dialog.grid.setCurrentIndex(dialog.grid.model().index(3, 0))
    dialog.side.title.setText("Left  knee")
    QTest.keyClick(dialog.side.title, Qt.Key.Key_Return)

    browsing.confirm()

    [record] = browsing.practice.records(browsing.patient)
    assert (record.original_name, record.title) == ("late.jpg", "Left knee")
    assert record.source.endswith("(copied)")
    assert (card / "late.jpg").exists()
    assert browsing.window.images.model().rowCount() == 1


def test_moving_is_the_persons_choice(browsing: Browsing, card: Path) -> None:
    dialog = browsing.open(card)
    dialog.moves.setChecked(True)
    dialog.groups.itemClicked.emit(dialog.groups.item(0))

    browsing.confirm()

    assert len(browsing.practice.records(browsing.patient)) == 3
    assert [p.name for p in card.rglob("*.*")] == ["late.jpg"]


def test_cancelling_changes_nothing(browsing: Browsing, card: Path) -> None:
    dialog = browsing.open(card)
    dialog.grid.selectAll()
    dialog.reject()
    browsing.settle()

    assert browsing.practice.records(browsing.patient) == ()
    assert len(list(card.rglob("*.*"))) == 4


def test_our_own_folders_are_refused_in_words(browsing: Browsing) -> None:
    dialog = browsing.open(browsing.practice.services.home)

    assert dialog.grid.model().rowCount() == 0
    assert "home folder" in dialog.grid.accessibleDescription()


def _dragged(places: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
    return data


def _drop(window: QWidget, data: QMimeData, actions: Qt.DropAction) -> QDropEvent:
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(40, 40), actions, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    event = QDropEvent(QPoint(40, 40), actions, data, buttons, keys)
    QApplication.sendEvent(window, event)
    assert enter.isAccepted() == event.isAccepted()
    return event


def test_what_is_dropped_is_taken_as_a_copy_and_never_as_a_move(
    browsing: Browsing, card: Path
) -> None:
    data = _dragged([card / "a.jpg"])
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction

    event = _drop(browsing.window, data, both)
    browsing.settle()

    assert event.isAccepted()
    assert event.dropAction() is Qt.DropAction.CopyAction
    assert {file.name for file in browsing.controller._found.files} == {"a.jpg", "a.xml"}  # type: ignore[union-attr] # it was shown
    browsing.dialog.reject()
    browsing.settle()

    refused = _drop(browsing.window, data, Qt.DropAction.MoveAction)
    assert not refused.isAccepted()
    assert browsing.controller.dialog is None
    text = QMimeData()
    text.setText("no file")
    assert not _drop(browsing.window, text, both).isAccepted()


def test_the_window_waits_for_what_is_being_filed(browsing: Browsing) -> None:
    browsing.window.is_busy = lambda: True
    browsing.window.close()
    assert browsing.window.isVisible()

    browsing.window.is_busy = lambda: False
    browsing.window.close()
    assert not isValid(browsing.window) or not browsing.window.isVisible()


def test_an_empty_or_missing_folder_says_so_where_pictures_would_stand(
    browsing: Browsing, tmp_path: Path
) -> None:
    dialog = browsing.open()
    assert "Choose a folder" in dialog.grid.accessibleDescription()
    told = dialog.grid.viewport().grab().toImage()
    dialog.grid.say("")
    assert dialog.grid.viewport().grab().toImage() != told
    (tmp_path / "empty").mkdir()
    browsing.controller.go_to((tmp_path / "empty",))
    browsing.settle()
    assert dialog.grid.accessibleDescription() == "There is nothing here."
    browsing.controller.go_to((tmp_path / "nowhere",))
    browsing.settle()
    assert "not there" in dialog.grid.accessibleDescription()


def test_what_is_found_takes_the_keyboard(browsing: Browsing, card: Path) -> None:
    dialog = browsing.open()
    assert dialog.focusWidget() is dialog.folder
    browsing.controller.go_to((card,))
    browsing.settle()
    assert dialog.focusWidget() is dialog.grid
    assert "Ctrl+A" in dialog.grid.accessibleDescription()
