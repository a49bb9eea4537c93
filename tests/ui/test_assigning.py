"""Saving, from the selection to the record: real services, real files, real keys."""

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.ui.assigning.assign_controller import AssignController
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.assigning.retry_dialog import RetryDialog
from message_centre.ui.imports.toast import Toast
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.runner import Runner
from tests.support.pictures import a_jpeg, a_png
from tests.support.practice import Practice

Widget = TypeVar("Widget", bound=QObject)
ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """A receptionist at the controller: types, presses, looks."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner) -> None:
        self.qtbot, self.practice, self.runner = qtbot, practice, runner
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.controller = AssignController(
            practice.services, runner, self.window, practice.operator, practice.provider
        )
        self.saved: list[tuple[ImportResult, str, str]] = []
        self.failed: list[ImportResult] = []
        self.unsaved: list[str] = []
        self.ended = 0
        self.controller.saved.connect(lambda *what: self.saved.append(what))
        self.controller.failed.connect(self.failed.append)
        self.controller.unsaved.connect(lambda key: self.unsaved.append(key.path))
        self.controller.finished.connect(self._count_end)

    def _count_end(self) -> None:
        self.ended += 1

    def save(self, *names: str) -> AssignDialog:
        self.controller.save(self.practice.files(*names))
        self.settle()
        return self.dialog()

    def dialog(self) -> AssignDialog:
        return self.find(AssignDialog)

    def is_asking(self) -> bool:
        return any(d.isVisible() for d in self.window.findChildren(AssignDialog))

    def find(self, kind: type[Widget], name: str = "") -> Widget:
        found = self.window.findChildren(kind, name) if name else self.window.findChildren(kind)
        assert found, name or kind.__name__
        return found[-1]

    def search(self, text: str) -> None:
        line = self.find(SearchLine)
        line.clear()
        QTest.keyClicks(line, text)
        self.settle()

    def choose(self, text: str) -> None:
        self.search(text)
        QTest.keyClick(self.find(SearchLine), ENTER)
        self.settle()

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        target = self.dialog().focusWidget() or self.dialog()
        QTest.keyClick(target, key, held)
        self.settle()

    def file_button(self) -> QPushButton:
        return self.find(QPushButton, "fileButton")

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=10_000)


@pytest.fixture
def desk(qtbot: QtBot, practice: Practice, runner: Runner) -> Iterator[Desk]:
    made = Desk(qtbot, practice, runner)
    yield made
    made.controller.close()
    made.settle()


def test_three_letters_enter_and_ctrl_enter_file_one_image(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    path = desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    assert desk.file_button().text() == "File 1 image to SMITH, Jane, 07 Mar 1961, ZAC5361"
    desk.press(ENTER, CTRL)
    assert [(r.outcome, who, title) for r, who, title in desk.saved] == [
        (Outcome.SAVED, "SMITH, Jane", "")
    ]
    assert desk.ended == 1
    assert not path.exists()
    assert len(desk.practice.records(jane)) == 1
    assert not desk.is_asking()


def test_enter_alone_never_files(desk: Desk) -> None:
    desk.practice.add_patient("1", "Smith", "Jane")
    path = desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    for _ in range(5):
        desk.press(ENTER)
    desk.file_button().setFocus()
    for _ in range(3):
        desk.press(ENTER)
    assert desk.is_asking()
    assert desk.saved == []
    assert path.exists()


def test_many_files_are_warned_about_by_count_and_patient_and_filed_alike(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    for n in range(3):
        desk.practice.drop(f"{n}.jpg", a_jpeg(64 + n))
    dialog = desk.save("0.jpg", "1.jpg", "2.jpg")
    desk.choose("smi")
    assert dialog.is_at(dialog.warning)
    words = desk.find(QLabel, "manyFilesWarning").text()
    assert "3 images" in words
    assert "SMITH, Jane, 07 Mar 1961, ZAC5361" in words
    desk.press(ENTER, CTRL)
    assert desk.saved == []
    desk.press(ENTER)
    assert dialog.is_at(dialog.details)
    QTest.keyClicks(desk.find(QLineEdit, "assignTitle"), "Left arm")
    QTest.keyClicks(desk.find(QPlainTextEdit, "assignComment"), "Healing well")
    QTest.keyClick(desk.find(QPlainTextEdit, "assignComment"), ENTER, CTRL)
    desk.settle()
    records = desk.practice.records(jane)
    assert {(r.title, r.comment) for r in records} == {("Left arm", "Healing well")}
    assert len(records) == 3


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_escape_at_any_step_changes_nothing(desk: Desk, steps: int) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    paths = [desk.practice.drop(name, a_jpeg(70 + n)) for n, name in enumerate(("a.jpg", "b.jpg"))]
    desk.save("a.jpg", "b.jpg")
    actions = desk.practice.actions()
    if steps:
        desk.choose("smi")
    if steps == 2:
        desk.press(ENTER)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.is_asking()
    assert all(path.exists() for path in paths)
    assert desk.practice.records(jane) == ()
    assert desk.practice.actions() == actions
    assert desk.saved == []


def test_images_and_documents_together_are_refused_before_a_patient_is_asked_for(
    desk: Desk,
) -> None:
    desk.practice.drop("a.jpg", a_jpeg())
    desk.practice.drop("b.txt", b"letter")
    desk.controller.save(desk.practice.files("a.jpg", "b.txt"))
    assert desk.window.findChildren(AssignDialog) == []
    box = desk.find(QMessageBox)
    assert box.isVisible()
    assert box.text()
    box.close()


def test_a_similar_name_asks_for_the_year_and_shows_the_differences_in_bold(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.add_patient("2", "Smith", "Jane", birth_date="1961-07-03", nhi="ZBN77VL")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("zac5361")
    assert not desk.file_button().isEnabled()
    bold = desk.find(QLabel, "similar_birth_date")
    same = desk.find(QLabel, "similar_last_name")
    assert (bold.text(), bold.font().bold()) == ("≠ 03 Jul 1961", True)
    assert (same.text(), same.font().bold()) == ("SMITH", False)
    desk.press(ENTER, CTRL)
    assert desk.saved == []
    year = desk.find(QLineEdit, "birthYear")
    QTest.keyClicks(year, "1962")
    assert not desk.file_button().isEnabled()
    year.clear()
    QTest.keyClicks(year, "1961")
    assert desk.file_button().isEnabled()
    QTest.keyClick(year, ENTER, CTRL)
    desk.settle()
    assert len(desk.practice.records(jane)) == 1


def test_wrong_one_switches_to_the_other_patient_and_asks_anew(desk: Desk) -> None:
    desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    other = desk.practice.add_patient("2", "Smith", "Jane", birth_date="1984-03-07", nhi="ZBN77VL")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("zac5361")
    QTest.keyClicks(desk.find(QLineEdit, "assignTitle"), "Mole")
    QTest.keyClicks(desk.find(QLineEdit, "birthYear"), "1961")
    desk.find(QPushButton, "switchPatient").click()
    desk.settle()
    assert "ZBN77VL" in desk.file_button().text()
    assert desk.find(QLineEdit, "birthYear").text() == ""
    assert not desk.file_button().isEnabled()
    QTest.keyClicks(desk.find(QLineEdit, "birthYear"), "1984")
    desk.press(ENTER, CTRL)
    assert [r.title for r in desk.practice.records(other)] == ["Mole"]


def test_the_button_stays_off_until_the_alerts_are_in(desk: Desk, qtbot: QtBot) -> None:
    desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    dialog = desk.save("a.jpg")
    desk.search("smi")
    QTest.keyClick(desk.find(SearchLine), ENTER)
    assert dialog.is_at(dialog.details)
    assert not desk.file_button().isEnabled()
    assert desk.find(QLabel, "whatIsMissing").text() == "Checking…"
    QTest.keyClick(dialog, ENTER, CTRL)
    desk.settle()
    assert desk.saved == []
    assert desk.file_button().isEnabled()


def test_a_deceased_patient_is_marked_in_words_and_needs_one_more_yes(desk: Desk) -> None:
    gone = desk.practice.add_patient("1", "Ngata", "Tane", status="deceased")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("nga")
    assert "Deceased" in desk.find(QLabel, "patientCardStatus").text()
    assert not desk.file_button().isEnabled()
    desk.find(QCheckBox, "alertStatusYes").click()
    desk.press(ENTER, CTRL)
    assert len(desk.practice.records(gone)) == 1


def test_the_same_bytes_on_another_patient_need_a_deliberate_tick(desk: Desk) -> None:
    desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    hemi = desk.practice.add_patient("2", "Parata", "Hemi", birth_date="1978-05-14")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    desk.practice.drop("b.jpg", a_jpeg())
    desk.save("b.jpg")
    desk.choose("par")
    alert = desk.find(QLabel, "alertElsewhereText").text()
    assert "SMITH, Jane" in alert
    assert not desk.file_button().isEnabled()
    desk.find(QCheckBox, "alertElsewhereYes").click()
    desk.press(ENTER, CTRL)
    assert len(desk.practice.records(hemi)) == 1


def test_bytes_already_on_this_patient_are_not_offered_again_and_link_to_the_record(
    desk: Desk,
) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    desk.practice.drop("b.jpg", a_jpeg())
    desk.save("b.jpg")
    desk.choose("smi")
    assert "Already filed" in desk.find(QLabel, "alertAlreadyTitle").text()
    assert not desk.file_button().isEnabled()
    desk.find(QPushButton, "showRecord").click()
    desk.settle()
    window = desk.find(PatientWindow)
    assert window.image_viewer.record == desk.practice.records(jane)[0]
    window.close()


def test_a_withdrawn_file_tells_who_and_why_and_needs_a_tick(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    (record,) = desk.practice.records(jane)
    desk.practice.services.corrector.withdraw(record.id, operator="ADM", reason="Blurred")
    desk.practice.drop("again.jpg", a_jpeg())
    desk.save("again.jpg")
    desk.choose("smi")
    words = desk.find(QLabel, "alertWithdrawnText").text()
    assert "ADM" in words
    assert "Blurred" in words
    assert not desk.file_button().isEnabled()
    desk.find(QCheckBox, "alertWithdrawnYes").click()
    desk.press(ENTER, CTRL)
    assert len(desk.practice.records(jane)) == 1


def test_the_patient_is_cleared_after_a_save_and_ctrl_r_takes_the_same_one_again(
    desk: Desk,
) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.practice.drop("b.png", a_png())
    desk.save("a.jpg")
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    dialog = desk.save("b.png")
    assert dialog.is_at(dialog.picker)
    assert desk.find(QLabel, "patientCardName").text() == "No patient chosen yet"
    desk.press(Qt.Key.Key_R, CTRL)
    assert dialog.is_at(dialog.details)
    desk.press(ENTER, CTRL)
    assert len(desk.practice.records(jane)) == 2


def test_recent_patients_stand_there_before_anything_is_typed(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.services.register.used(desk.practice.operator.id, jane.id)
    desk.practice.drop("a.jpg", a_jpeg())
    dialog = desk.save("a.jpg")
    assert dialog.picker.box.current() == jane
    assert desk.find(QLabel, "patientSearchHint").text() == "Recent patients"


def test_a_patient_changed_underneath_is_refused_in_words(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")
    path = desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    register = desk.practice.waiting.parent / "register.csv"
    register.write_text("number,last_name,first_names,birth_date\n1,Smith,Joan,1961-03-07\n")
    from message_centre.services.work import CancelToken  # noqa: PLC0415 - only here

    desk.practice.services.register.import_file(register, operator="ADM", token=CancelToken())
    desk.press(ENTER, CTRL)
    assert "changed" in desk.find(QLabel, "whatIsMissing").text()
    assert desk.is_asking()
    assert path.exists()
    assert desk.practice.records(jane) == ()


def test_a_file_changed_since_it_was_seen_stays_and_says_why(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("smi")
    path = desk.practice.drop("a.jpg", a_jpeg(200, 100))
    desk.press(ENTER, CTRL)
    assert [result.problem for result in desk.failed] == ["FileChanged"]
    assert path.exists()
    assert desk.practice.records(jane) == ()
    assert "Not saved" in desk.find(QLabel, "unsavedReason").text()
    assert desk.find(QLabel, "importRunHeading").text() == "0 saved, 1 not saved"


def test_undo_brings_back_the_last_save_and_only_that_one(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    names = ("a.jpg", "b.png")
    paths = [desk.practice.drop(*f) for f in zip(names, (a_jpeg(), a_png()), strict=True)]
    for name in names:
        desk.save(name)
        desk.choose("smi")
        desk.press(ENTER, CTRL)
    assert len(desk.practice.records(jane)) == 2
    desk.controller.undo()
    desk.settle()
    desk.controller.undo()
    desk.settle()
    assert [record.original_name for record in desk.practice.records(jane)] == ["a.jpg"]
    assert desk.unsaved == ["b.png"]
    assert [path.exists() for path in paths] == [False, True]
    gone = [r for r in desk.practice.records(jane, withdrawn=True) if r.withdrawn_reason]
    assert [r.withdrawn_reason for r in gone] == ["Undo"]


def test_the_toast_names_the_patient_and_its_undo_works(desk: Desk) -> None:
    jane = desk.practice.add_patient("1", "Smith", "Jane")
    desk.practice.drop("a.jpg", a_jpeg())
    told: list[str] = []
    desk.controller.undo_changed.connect(told.append)
    desk.save("a.jpg")
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    toast = desk.find(Toast)
    assert toast.isVisible()
    assert toast.accessibleName() == "Filed to SMITH, Jane"
    desk.find(QPushButton, "toastUndo").click()
    desk.settle()
    assert desk.practice.records(jane) == ()
    assert told == ["Filed to SMITH, Jane", ""]


def test_a_retry_of_a_duplicate_shows_the_alert_again_and_files_after_the_yes(desk: Desk) -> None:
    desk.practice.add_patient("1", "Smith", "Jane")
    hemi = desk.practice.add_patient("2", "Parata", "Hemi", birth_date="1978-05-14")
    desk.practice.drop("a.jpg", a_jpeg())
    desk.practice.drop("b.jpg", a_jpeg())
    desk.save("a.jpg")
    desk.choose("par")
    # Before this is confirmed, a colleague files the same bytes to somebody else.
    other = Desk(desk.qtbot, desk.practice, desk.runner)
    other.save("b.jpg")
    other.choose("smi")
    other.press(ENTER, CTRL)
    assert len(other.saved) == 1
    desk.file_button().click()
    desk.settle()
    assert [result.problem for result in desk.failed] == ["DuplicateOnOtherPatient"]
    desk.find(QPushButton, "retry").click()
    desk.settle()
    dialog = desk.find(RetryDialog)
    button = desk.find(QPushButton, "retryFile")
    assert not button.isEnabled()
    desk.find(QCheckBox, "alertElsewhereYes").click()
    assert dialog.isVisible()
    button.click()
    desk.settle()
    assert len(desk.practice.records(hemi)) == 1
    assert len(desk.saved) == 1
