"""Batches under way: progress, a stop between files, every reason, and Retry."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QMainWindow, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from message_centre.domain.assignments import Assignment
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.patients import Patient
from message_centre.ui.imports.batch import Batch, end_words, filed_words
from message_centre.ui.imports.imports_controller import ImportsController
from message_centre.ui.imports.imports_panel import ImportsPanel
from message_centre.ui.imports.toast import Toast
from message_centre.ui.runner import Runner
from tests.support.patients import a_patient
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice


class Filing:
    """A window that files batches."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner) -> None:
        self.qtbot, self.practice, self.runner = qtbot, practice, runner
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.panel = ImportsPanel(self.window)
        self.controller = ImportsController(practice.services.importer, runner, self.panel)
        self.results: list[ImportResult] = []
        self.ended: list[tuple[ImportResult, ...]] = []
        self.controller.result_in.connect(lambda _batch, result: self.results.append(result))
        self.controller.batch_ended.connect(lambda _batch, results: self.ended.append(results))

    def batch(self, patient: Patient, *names: str) -> Batch:
        practice = self.practice
        assignment = Assignment(patient.id, practice.provider, practice.operator.id)
        orders = practice.services.assigner.orders(practice.files(*names), assignment)
        return Batch(patient, assignment, orders)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=10_000)

    def heading(self) -> str:
        label = self.panel.findChild(QLabel, "importRunHeading")
        assert label is not None
        return label.text()


@pytest.fixture
def filing(qtbot: QtBot, practice: Practice, runner: Runner) -> Iterator[Filing]:
    made = Filing(qtbot, practice, runner)
    yield made
    made.settle()


def drop(practice: Practice, count: int) -> tuple[str, ...]:
    names = tuple(f"{n}.jpg" for n in range(count))
    for n, name in enumerate(names):
        practice.drop(name, a_jpeg(64 + n))
    return names


def test_a_batch_that_is_saved_whole_needs_no_panel(filing: Filing) -> None:
    jane = filing.practice.add_patient("1", "Smith", "Jane")
    filing.controller.start(filing.batch(jane, *drop(filing.practice, 3)))
    filing.settle()
    assert [result.outcome for result in filing.results] == [Outcome.SAVED] * 3
    assert [len(results) for results in filing.ended] == [3]
    assert not filing.panel.isVisible()


def test_cancel_stops_between_files_and_the_rest_stay_where_they_are(filing: Filing) -> None:
    jane = filing.practice.add_patient("1", "Smith", "Jane")
    names = drop(filing.practice, 15)
    filing.controller.start(filing.batch(jane, *names))
    filing.qtbot.waitUntil(lambda: len(filing.results) >= 2)
    stop = filing.panel.findChild(QPushButton, "importRunCancel")
    assert stop is not None
    stop.click()
    filing.settle()
    saved = len(filing.practice.records(jane))
    assert 2 <= saved < 15
    left = [name for name in names if (filing.practice.waiting / name).exists()]
    assert len(left) == 15 - saved
    assert filing.heading() == f"{saved} saved, {15 - saved} not saved"


def test_a_large_batch_shows_how_far_its_copying_has_come(filing: Filing) -> None:
    jane = filing.practice.add_patient("1", "Smith", "Jane")
    names = drop(filing.practice, 40)
    copied: list[int] = []
    filing.controller.start(filing.batch(jane, *names))
    bar = filing.panel.findChild(QProgressBar, "importRunProgress")
    assert bar is not None
    bar.valueChanged.connect(copied.append)
    filing.settle()

    assert copied[-1] == 80
    assert any(0 < value <= 40 for value in copied)
    assert len(filing.practice.records(jane)) == 40


def test_each_unsaved_file_has_its_reason_and_a_retry(filing: Filing) -> None:
    jane = filing.practice.add_patient("1", "Smith", "Jane")
    names = drop(filing.practice, 3)
    batch = filing.batch(jane, *names)
    (filing.practice.waiting / "1.jpg").unlink()
    filing.controller.start(batch)
    filing.settle()
    assert filing.panel.isVisible()
    assert filing.heading() == "2 saved, 1 not saved"
    reason = filing.panel.findChild(QLabel, "unsavedReason")
    assert reason is not None
    assert reason.text().startswith("Not saved: ")
    asked: list[ImportResult] = []
    filing.controller.retry_requested.connect(lambda _batch, result: asked.append(result))
    retry = filing.panel.findChild(QPushButton, "retry")
    assert retry is not None
    retry.click()
    assert [result.name for result in asked] == ["1.jpg"]


def test_a_retry_that_succeeds_closes_what_was_left_to_read(filing: Filing) -> None:
    jane = filing.practice.add_patient("1", "Smith", "Jane")
    names = drop(filing.practice, 2)
    batch = filing.batch(jane, *names)
    path = filing.practice.waiting / "1.jpg"
    aside = path.rename(Path(str(path) + ".tmp"))
    filing.controller.start(batch)
    filing.settle()
    aside.rename(path)
    again = filing.batch(jane, "1.jpg")
    filing.controller.retry(again)
    filing.settle()
    assert len(filing.practice.records(jane)) == 2
    assert not filing.panel.isVisible()


def test_the_words_count_what_was_saved(filing: Filing) -> None:
    jane = filing.practice.add_patient("1", "Smith", "Jane")
    filing.controller.start(filing.batch(jane, *drop(filing.practice, 2)))
    filing.settle()
    assert end_words(filing.results) == "2 saved, 0 not saved"
    assert filed_words(jane, filing.results) == "2 files filed to SMITH, Jane"
    assert filed_words(jane, filing.results[:1]) == "Filed to SMITH, Jane"


def test_the_toast_goes_by_itself_and_never_takes_the_focus(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    field = QPushButton("list", window)
    window.setCentralWidget(field)
    window.show()
    field.setFocus()
    toast = Toast(window)
    patient = a_patient("1", last_name="<b>Smith</b>", first_names="Jane")
    toast.show_words(filed_words(patient, ()), can_undo=True)
    assert toast.isVisible()
    assert not toast.isAncestorOf(window.focusWidget() or window)
    assert toast._timer.interval() <= 10_000
    toast._timer.timeout.emit()
    assert not toast.isVisible()
