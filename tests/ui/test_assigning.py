"""Saving, from the selection to the record: real services, real files, real keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
)

from message_centre.domain.outcomes import Outcome
from message_centre.domain.people import Provider
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.imports.toast import Toast
from tests.support.pictures import a_jpeg, a_png
from tests.support.saving_desk import CTRL, ENTER, Desk


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
    assert desk.window.findChildren(QMessageBox) == []
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


def test_after_a_change_of_desk_files_are_saved_for_the_new_provider(desk: Desk) -> None:
    practice = desk.practice
    practice.services.people.save_provider(Provider("2", "Provider 2"))
    jane = practice.add_patient("1", "Smith", "Jane")
    practice.drop("a.jpg", a_jpeg())
    practice.drop("b.png", a_png())
    desk.save("a.jpg")
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    desk.controller.change_desk(practice.operator, "2")
    desk.save("b.png")
    assert desk.find(QPushButton, "samePatientAgain").isHidden()
    desk.choose("smi")
    desk.press(ENTER, CTRL)
    assert {r.original_name: r.provider for r in practice.records(jane)} == {
        "a.jpg": "1",
        "b.png": "2",
    }
