"""A proposal beside the picker: shown with its evidence, taken by its own key, never by Enter."""

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from message_centre.services.proposing import Proposing
from message_centre.services.work import CancelToken
from tests.support.dicom import a_dicom
from tests.support.pictures import a_jpeg
from tests.support.saving_desk import CTRL, ENTER, Desk

F3 = Qt.Key.Key_F3


def told(desk: Desk) -> tuple[str, str]:
    return desk.find(QLabel, "proposalWho").text(), desk.find(QLabel, "proposalWhy").text()


def test_a_proposal_is_shown_with_its_evidence_and_taken_by_its_key(desk: Desk) -> None:
    jane = desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.drop("ZAC5361 smith.jpg", a_jpeg())
    dialog = desk.save("ZAC5361 smith.jpg")
    assert told(desk) == (
        "Proposal: SMITH, Jane, 07 Mar 1961, ZAC5361",
        "NHI ZAC5361 in the file name; name agrees",
    )
    desk.press(F3)
    assert dialog.is_at(dialog.details)
    assert desk.saved == []
    assert desk.file_button().text() == "File 1 image to SMITH, Jane, 07 Mar 1961, ZAC5361"
    desk.press(ENTER, CTRL)
    assert len(desk.practice.records(jane)) == 1


def test_enter_takes_neither_a_proposal_nor_a_recent_patient_beside_it(desk: Desk) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    ann = desk.practice.add_patient("4050", "Brown", "Ann")
    desk.practice.services.register.used(desk.practice.operator.id, ann.id)
    desk.practice.drop("ZAC5361 smith.jpg", a_jpeg())
    dialog = desk.save("ZAC5361 smith.jpg")
    for _ in range(3):
        desk.press(ENTER)
    assert dialog.is_at(dialog.picker)
    # Marked by a key of its own, the recent patient is a choice like any other.
    desk.press(Qt.Key.Key_Down)
    desk.press(ENTER)
    assert "BROWN, Ann" in desk.file_button().text()


def test_below_the_threshold_nothing_is_shown_and_the_key_does_nothing(desk: Desk) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.drop("ZAC5361.jpg", a_jpeg())
    dialog = desk.save("ZAC5361.jpg")
    assert told(desk) == ("", "")
    assert not desk.find(QPushButton, "takeProposal").isVisible()
    desk.press(F3)
    assert dialog.is_at(dialog.picker)


def test_the_rows_of_the_picker_stay_where_they_are_when_a_proposal_comes(desk: Desk) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.drop("ZAC5361 smith.jpg", a_jpeg())
    desk.practice.drop("b.jpg", a_jpeg(70))
    heights = []
    for name in ("ZAC5361 smith.jpg", "b.jpg"):
        dialog = desk.save(name)
        heights.append(dialog.picker.mapTo(dialog, dialog.picker.rect().topLeft()).y())
        desk.press(Qt.Key.Key_Escape)
    assert heights[0] == heights[1]


def test_conflicting_ids_are_told_and_ask_for_the_year_of_birth(desk: Desk) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    ann = desk.practice.add_patient("4050", "Brown", "Ann", birth_date="1975-10-02")
    desk.practice.drop("smith jane 4050.jpg", a_jpeg())
    dialog = desk.save("smith jane 4050.jpg")
    assert told(desk)[0].startswith("Look closely")
    desk.press(F3)
    assert dialog.is_at(dialog.picker)
    desk.choose("brown")
    assert desk.find(QLineEdit, "birthYear").isVisible()
    assert not desk.file_button().isEnabled()
    desk.find(QLineEdit, "birthYear").setText("1975")
    desk.press(ENTER, CTRL)
    assert len(desk.practice.records(ann)) == 1


def test_a_dicom_header_with_another_birth_date_asks_for_the_year_of_birth(desk: Desk) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.drop("IM1.dcm", a_dicom("ZAC5361", "SMITH^JANE", "19620307"))
    desk.save("IM1.dcm")
    assert "born 07 Mar 1962" in told(desk)[1]
    desk.choose("smith")
    assert desk.find(QLineEdit, "birthYear").isVisible()


def test_an_answer_that_comes_after_the_choice_is_dropped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.drop("ZAC5361 smith.jpg", a_jpeg())
    may_answer = threading.Event()
    asked = Proposing.propose

    def slow(self: Proposing, *arguments: Any) -> object:
        assert may_answer.wait(10)
        return asked(self, *arguments)

    monkeypatch.setattr(Proposing, "propose", slow)
    desk.controller.save(desk.practice.files("ZAC5361 smith.jpg"))
    dialog = desk.dialog()
    dialog.patient_chosen.emit(desk.practice.services.register.resolve("1025"))
    may_answer.set()
    desk.settle()
    assert dialog.is_at(dialog.details)
    assert told(desk)[0] == ""


def test_a_patient_who_changed_meanwhile_is_read_anew(desk: Desk) -> None:
    desk.practice.add_patient("1025", "Smith", "Jane", nhi="ZAC5361")
    desk.practice.drop("ZAC5361 smith.jpg", a_jpeg())
    desk.save("ZAC5361 smith.jpg")
    register = desk.practice.waiting.parent / "register.csv"
    register.write_text(
        "number,last_name,first_names,birth_date,nhi\n1025,Jones,Jane,1961-03-07,ZAC5361\n"
    )
    desk.practice.services.register.import_file(
        register, operator=desk.practice.operator.id, token=CancelToken()
    )
    desk.press(F3)
    assert "JONES, Jane" in desk.file_button().text()
