"""The patient's window: what it shows, what it notes on the trail, and its corrections."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from message_centre.domain.assignments import Assignment
from message_centre.domain.patients import Patient
from message_centre.domain.people import Operator, Right
from message_centre.domain.records import Record
from message_centre.services.work import CancelToken
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.pieces.thumbnail_view import ThumbnailView
from message_centre.ui.record.opening import open_patient_window
from message_centre.ui.record.patient_window import PatientWindow
from message_centre.ui.record.picture_view import PictureView
from message_centre.ui.runner import Runner
from tests.support.pictures import a_jpeg
from tests.support.practice import Practice

ENTER = Qt.Key.Key_Return


def file_to(
    practice: Practice, patient: Patient, name: str, content: bytes, title: str = ""
) -> Record:
    """Put a file on a patient's record."""
    practice.drop(name, content)
    assignment = Assignment(patient.id, practice.provider, practice.operator.id, title=title)
    orders = practice.services.assigner.orders(practice.files(name), assignment)
    (result,) = practice.services.importer.run_all(orders, CancelToken(), lambda *_: None)
    assert result.is_saved, result.reason
    record = practice.services.records.get(result.record_id)
    assert record is not None
    return record


class Opened:
    """One open patient window."""

    def __init__(self, qtbot: QtBot, practice: Practice, runner: Runner, patient: Patient) -> None:
        self.qtbot, self.runner = qtbot, runner
        self.controller = open_patient_window(
            practice.services, runner, patient, practice.operator, None
        )
        window = self.controller.parent()
        assert isinstance(window, PatientWindow)
        self.window = window
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.is_idle, timeout=10_000)

    def click_tile(self, row: int) -> None:
        view = self.window.findChild(ThumbnailView, "imagesGrid")
        assert view is not None
        place = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.settle()

    def open_note(self, row: int) -> None:
        tabs, table = self.window.findChild(QTabWidget), self.window.notes
        assert tabs is not None
        tabs.setCurrentIndex(1)
        place = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.settle()

    def press(self, name: str) -> None:
        found = [b for b in self.window.findChildren(QPushButton, name) if b.isVisible()]
        assert len(found) == 1, name
        found[0].click()
        self.settle()

    def type(self, name: str, text: str) -> None:
        found = [e for e in self.window.findChildren(QLineEdit, name) if e.isVisible()]
        QTest.keyClicks(found[-1], text)

    def button(self, name: str) -> QPushButton:
        return self.window.findChildren(QPushButton, name)[-1]


@pytest.fixture
def open_window(
    qtbot: QtBot, practice: Practice, runner: Runner
) -> Iterator[Callable[[Patient], Opened]]:
    opened: list[Opened] = []

    def open_it(patient: Patient) -> Opened:
        opened.append(Opened(qtbot, practice, runner, patient))
        return opened[-1]

    yield open_it
    for one in opened:
        if isValid(one.window):
            one.window.close()
        one.settle()


Open = Callable[[Patient], Opened]


@pytest.fixture
def jane(practice: Practice) -> Patient:
    return practice.add_patient("1", "Smith", "Jane", nhi="ZAC5361")


def test_thumbnails_alone_are_not_on_the_trail_and_a_full_view_is(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    record = file_to(practice, jane, "a.jpg", a_jpeg(), "Left arm")
    opened = open_window(jane)
    assert "view" not in practice.actions()
    opened.click_tile(0)
    assert opened.window.image_viewer.record == record
    picture = opened.window.image_viewer.findChild(PictureView)
    assert picture is not None
    assert picture.isVisible()
    entry = list(practice.services.trail.entries())[-1]
    assert (entry.action, entry.record_id, entry.patient_id) == ("view", record.id, jane.id)
    opened.click_tile(0)
    assert practice.actions().count("view") == 1


def test_every_fact_of_an_image_is_shown_as_plain_text(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    record = file_to(practice, jane, "<b>a<b>.jpg", a_jpeg(), "<i>Left</i> arm")
    opened = open_window(jane)
    opened.click_tile(0)
    labels = opened.window.image_viewer.findChildren(QLabel)
    texts = {label.text() for label in labels}
    assert {"<b>a<b>.jpg", "<i>Left</i> arm", f"{record.sha256[:12]}…"} <= texts
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    opened.press("copySha256")
    assert QGuiApplication.clipboard().text() == record.sha256


def test_a_note_of_text_is_shown_inside_and_never_as_markup(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    file_to(practice, jane, "letter.txt", b"<script>alert(1)</script>\nDear colleague")
    opened = open_window(jane)
    opened.open_note(0)
    text = opened.window.note_viewer.findChild(QPlainTextEdit, "viewerText")
    assert text is not None
    assert text.toPlainText() == "<script>alert(1)</script>\nDear colleague"
    assert practice.actions()[-1] == "view"


def test_the_picture_fits_and_zooms(practice: Practice, jane: Patient, open_window: Open) -> None:
    file_to(practice, jane, "a.jpg", a_jpeg(3000, 2000))
    opened = open_window(jane)
    opened.click_tile(0)
    view = opened.window.image_viewer.picture
    fitted = view.zoom
    assert fitted < 1
    QTest.keyClick(view, Qt.Key.Key_1)
    assert view.zoom == 1
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom > 1
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.zoom == pytest.approx(fitted)


def test_withdrawing_needs_a_reason_and_leaves_a_tombstone(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    file_to(practice, jane, "a.jpg", a_jpeg())
    opened = open_window(jane)
    opened.click_tile(0)
    opened.press("withdraw")
    assert not opened.button("correct").isEnabled()
    opened.type("reason", "   ")
    assert not opened.button("correct").isEnabled()
    opened.type("reason", "Wrong person")
    opened.press("correct")
    assert practice.records(jane) == ()
    assert (practice.waiting / "a.jpg").exists()
    assert opened.window.image_viewer.record is None
    box = opened.window.findChild(QCheckBox, "showWithdrawn")
    assert box is not None
    box.click()
    row = [opened.window.withdrawn.model().index(0, column).data() for column in range(5)]
    assert row[3:] == [practice.operator.id, "Wrong person"]


def test_who_may_not_correct_finds_the_buttons_greyed_with_the_reason(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    file_to(practice, jane, "knee.jpg", a_jpeg())
    rights = frozenset({("1", Right.SEE_EXT)})
    looker = Operator("ANN", "Ann", rights=rights)
    practice.services.staffing.save_operator(looker, by="ADM")
    practice.operator = looker
    opened = open_window(jane)
    opened.click_tile(0)

    for name in ("withdraw", "reassign"):
        button = next(b for b in opened.window.findChildren(QPushButton, name) if b.isVisible())
        assert not button.isEnabled()
        assert "may not withdraw or reassign" in button.toolTip()
        assert button.accessibleDescription() == button.toolTip()
    words = opened.window.findChild(QLabel, "recordWords")
    assert words is not None
    assert "may not withdraw or reassign" in words.text()


def test_enter_in_the_reason_withdraws_nothing(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    file_to(practice, jane, "a.jpg", a_jpeg())
    opened = open_window(jane)
    opened.click_tile(0)
    opened.press("withdraw")
    opened.type("reason", "Wrong person")
    reason = opened.window.findChildren(QLineEdit, "reason")[-1]
    QTest.keyClick(reason, ENTER)
    opened.settle()
    assert len(practice.records(jane)) == 1
    assert reason.isVisible()
    QTest.keyClick(reason, Qt.Key.Key_Escape)
    assert len(practice.records(jane)) == 1


def test_reassigning_names_the_target_and_leaves_no_trace_of_it_at_the_old_patient(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    hemi = practice.add_patient("2", "Parata", "Hemi", nhi="ZBN77VL")
    file_to(practice, jane, "a.jpg", a_jpeg())
    opened = open_window(jane)
    opened.click_tile(0)
    opened.press("reassign")
    line = opened.window.findChildren(SearchLine)[-1]
    QTest.keyClicks(line, "par")
    opened.settle()
    QTest.keyClick(line, ENTER)
    button = opened.button("correct")
    assert button.text() == "Reassign to PARATA, Hemi, 07 Mar 1961, ZBN77VL"
    assert not button.isEnabled()
    opened.type("reason", "Chosen by mistake")
    opened.press("correct")
    (moved,) = practice.records(hemi)
    assert moved.came_by_correction
    (stone,) = practice.records(jane, withdrawn=True)
    assert stone.withdrawn_reason == "Chosen by mistake"
    assert "PARATA" not in repr(stone)


def test_reassigning_to_the_same_patient_is_refused_before_it_is_tried(
    practice: Practice, jane: Patient, open_window: Open
) -> None:
    file_to(practice, jane, "a.jpg", a_jpeg())
    opened = open_window(jane)
    opened.click_tile(0)
    opened.press("reassign")
    line = opened.window.findChildren(SearchLine)[-1]
    QTest.keyClicks(line, "smi")
    opened.settle()
    QTest.keyClick(line, ENTER)
    opened.type("reason", "Chosen by mistake")
    assert not opened.button("correct").isEnabled()
    opened.press("correctCancel")


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the desktop was asked to open; the desktop itself is not started."""
    seen: list[Path] = []

    def open_url(url: QUrl) -> bool:
        seen.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return seen


def test_a_safe_document_is_opened_as_a_read_only_copy_that_goes_with_the_window(
    practice: Practice, jane: Patient, open_window: Open, handed_on: list[Path]
) -> None:
    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    record = file_to(practice, jane, "Smith Jane.pdf", content)
    opened = open_window(jane)
    opened.open_note(0)
    opened.press("openCopy")
    (copy,) = handed_on
    assert copy.name == f"{record.id}.pdf"
    assert copy.read_bytes() == content
    assert stat.S_IMODE(copy.stat().st_mode) == stat.S_IRUSR
    assert stat.S_IMODE(copy.parent.stat().st_mode) == stat.S_IRWXU
    opened.window.close()
    assert not copy.parent.exists()


@pytest.mark.parametrize("name", ["run.exe", "page.html", "link.lnk", "code.js", "x.svg"])
def test_what_could_run_is_never_opened(
    practice: Practice, jane: Patient, open_window: Open, handed_on: list[Path], name: str
) -> None:
    practice.services.configuring.set(
        "system.extensions.listed", ".exe .html .lnk .js .svg", operator=practice.operator
    )
    file_to(practice, jane, name, b"anything at all")
    opened = open_window(jane)
    opened.open_note(0)
    button = opened.window.note_viewer.findChild(QPushButton, "openCopy")
    assert button is not None
    assert button.isVisible()
    assert not button.isEnabled()
    assert handed_on == []


def test_a_program_called_pdf_is_not_handed_on(
    practice: Practice, jane: Patient, open_window: Open, handed_on: list[Path]
) -> None:
    file_to(practice, jane, "letter.pdf", b"MZ\x90\x00" + b"\0" * 200)
    opened = open_window(jane)
    opened.open_note(0)
    opened.press("openCopy")
    assert handed_on == []
    box = opened.window.findChild(QMessageBox)
    assert box is not None
    assert "not opened" in box.text()
    box.close()


def test_a_document_that_may_carry_macros_is_opened_only_after_a_warning(
    practice: Practice, jane: Patient, open_window: Open, handed_on: list[Path]
) -> None:
    file_to(practice, jane, "letter.rtf", b"{\\rtf1 hello}")
    opened = open_window(jane)
    opened.open_note(0)
    opened.press("openCopy")
    assert handed_on == []
    opened.press("openRisky")
    assert len(handed_on) == 1


def test_the_header_tells_an_unusual_status_in_words(practice: Practice, open_window: Open) -> None:
    gone = practice.add_patient("3", "Ngata", "Tane", status="deceased", address="1 Example Street")
    opened = open_window(gone)
    status = opened.window.findChild(QLabel, "patientCardStatus")
    address = opened.window.findChild(QLabel, "patientCard_address")
    assert status is not None
    assert address is not None
    assert status.text() == "⚠ Deceased"
    assert address.text() == "1 Example Street"
    words = opened.window.findChild(QLabel, "recordWords")
    assert words is not None
    assert words.text() == "Nothing has been filed for this patient yet."
