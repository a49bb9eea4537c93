"""Saving where something speaks for a second look: each alert is shown, asks and is answered."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from message_centre.ui.assigning.retry_dialog import RetryDialog
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.record.patient_window import PatientWindow
from tests.support.pictures import a_jpeg
from tests.support.saving_desk import CTRL, ENTER, Desk


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
    assert desk.failed == []
    assert not desk.is_asking(), desk.find(QLabel, "whatIsMissing").text()
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
    desk.dialog().reject()
    assert not window.isVisible()


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
