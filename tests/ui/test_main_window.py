"""The real window over a real home with real files: what a person at the desk sees and does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from message_centre.domain.assignments import Assignment
from message_centre.domain.outcomes import ImportResult, Outcome
from message_centre.domain.people import Provider
from message_centre.services.work import CancelToken
from message_centre.ui.actions import Name, Tab
from message_centre.ui.app import Program
from message_centre.ui.assigning.assign_dialog import AssignDialog
from message_centre.ui.files.rows import Column, Standing
from message_centre.ui.help_pane import HelpPane
from message_centre.ui.main_controller import MainController
from message_centre.ui.provider_dialog import ProviderDialog
from message_centre.ui.sources.strip import SourcesDialog
from message_centre.ui.viewing.compare_window import CompareWindow
from message_centre.ui.viewing.viewing_actions import View
from tests.support.practices import Practice


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    made = Practice(tmp_path)
    made.add_image("IMG 9.jpg", age=90)
    made.add_image("IMG 10.jpg", age=10, width=120)
    made.add_file("letter.txt", b"Dear <b>colleague</b>, all is well.", age=50)
    made.add_file("setup.exe", b"MZ" + b"\0" * 80, age=5)
    return made


class Sitting:
    """A person at the window."""

    def __init__(self, qtbot: QtBot, app: QApplication, practice: Practice) -> None:
        practice.close()
        self.qtbot = qtbot
        self.program = Program(app, practice.home, "")
        self.window = self.program.window
        self.program.start()
        qtbot.waitUntil(lambda: self.program.main is not None, timeout=10_000)
        self.wait_listed()

    @property
    def main(self) -> MainController:
        assert self.program.main is not None
        return self.program.main

    def wait_listed(self) -> None:
        self.qtbot.waitUntil(lambda: not self.main.files.is_refreshing, timeout=10_000)

    def names(self) -> list[str]:
        model = self.window.model
        return [model.row(place).file.name for place in range(model.rowCount())]

    def select(self, name: str) -> None:
        self.window.ext.view.selectRow(self.names().index(name))

    def text(self, name: str) -> str:
        label = self.window.findChild(QLabel, name)
        assert label is not None
        return label.text()


@pytest.fixture
def sitting(qtbot: QtBot, qapp: QApplication, practice: Practice) -> Iterator[Sitting]:
    style = qapp.styleSheet(), qapp.palette(), qapp.font()
    sat = Sitting(qtbot, qapp, practice)
    yield sat
    assert sat.program.shut_down()
    sat.window.deleteLater()
    sat.program.deleteLater()
    qapp.setStyleSheet(style[0])
    qapp.setPalette(style[1])
    qapp.setFont(style[2])


def test_at_the_start_the_sources_are_listed_and_everybody_is_named(sitting: Sitting) -> None:
    assert sitting.names() == ["IMG 10.jpg", "letter.txt", "IMG 9.jpg"]
    assert sitting.main.provider.name in sitting.window.windowTitle()
    assert "3" in sitting.window.ext.ext.text()
    assert sitting.text("operatorName")
    states = [listing.state.value for listing in sitting.window.strip.listings]
    assert states == ["connected", "connected"]


def test_files_of_other_types_are_told_and_shown_on_request(sitting: Sitting) -> None:
    line = sitting.window.ext.other
    assert line.text().startswith("1 more file of another type")
    line.click()
    assert "setup.exe" in sitting.names()
    row = sitting.window.model.row(sitting.names().index("setup.exe"))
    assert row.standing is Standing.OTHER
    assert row.note
    line.click()
    assert "setup.exe" not in sitting.names()


def test_selecting_a_picture_shows_it_with_its_facts(sitting: Sitting) -> None:
    sitting.select("IMG 10.jpg")
    pane = sitting.window.preview
    sitting.qtbot.waitUntil(lambda: not pane.stage.picture.image.isNull(), timeout=5000)
    assert pane.stage.picture.image.width() == 120
    assert sitting.text("previewName") == "IMG 10.jpg"
    assert pane.fact("Picture") == "120 \u00d7 48"
    assert pane.fact("Goes to") == "Images of the patient"
    assert sitting.text("previewState") == "Ready to save"


def test_a_text_is_shown_as_plain_text(sitting: Sitting) -> None:
    sitting.select("letter.txt")
    stage = sitting.window.preview.stage
    sitting.qtbot.waitUntil(lambda: "colleague" in stage.text.toPlainText(), timeout=5000)
    assert "<b>" in stage.text.toPlainText()
    assert sitting.window.preview.fact("Goes to").startswith("Notes of the patient")


def test_running_through_the_list_shows_the_last_file_only(sitting: Sitting) -> None:
    for name in ("IMG 9.jpg", "letter.txt", "IMG 10.jpg"):
        sitting.select(name)
    pane = sitting.window.preview
    sitting.qtbot.waitUntil(lambda: not pane.stage.picture.image.isNull(), timeout=5000)
    assert pane.stage.picture.image.width() == 120


def test_the_selection_is_the_ticks_or_else_the_row(sitting: Sitting) -> None:
    files = sitting.main.files
    assert files.selection() == ()
    assert not sitting.window.actions_[Name.SAVE].isEnabled()
    sitting.select("IMG 9.jpg")
    assert [file.name for file in files.selection()] == ["IMG 9.jpg"]
    assert sitting.window.actions_[Name.SAVE].isEnabled()
    sitting.window.actions_[Name.SELECT_ALL].trigger()
    assert len(files.selection()) == 3
    assert sitting.window.actions_[Name.SAVE].text() == "&Save 3 files\u2026"


def test_the_filter_narrows_the_list_and_says_when_nothing_fits(sitting: Sitting) -> None:
    QTest.keyClicks(sitting.window.ext.filter, "img")
    assert sitting.names() == ["IMG 10.jpg", "IMG 9.jpg"]
    QTest.keyClicks(sitting.window.ext.filter, "zzz")
    assert sitting.names() == []
    assert sitting.text("emptyList") == "No file in the list fits the filter."


def test_a_row_that_the_filter_hides_is_no_longer_shown_nor_saved(sitting: Sitting) -> None:
    sitting.select("IMG 9.jpg")
    assert sitting.text("previewName") == "IMG 9.jpg"
    sitting.window.ext.filter.setText("letter")
    assert sitting.text("previewName") == ""
    assert sitting.main.files.selection() == ()
    assert not sitting.window.actions_[Name.SAVE].isEnabled()


def test_ticks_hidden_by_the_filter_are_told(sitting: Sitting) -> None:
    sitting.window.actions_[Name.SELECT_ALL].trigger()
    sitting.window.ext.filter.setText("letter")
    assert sitting.text("stripWords") == "3 ticked (2 hidden by the filter)"


def test_coming_back_to_my_mail_refreshes(sitting: Sitting, practice: Practice) -> None:
    sitting.window.top.show_tab(Tab.UNCLAIMED)
    assert sitting.window.unclaimed.isVisible()
    assert not sitting.window.actions_[Name.SAVE].isEnabled()
    (practice.images / "IMG 9.jpg").unlink()
    sitting.window.top.show_tab(Tab.MY_MAIL)
    sitting.wait_listed()
    assert sitting.names() == ["IMG 10.jpg", "letter.txt"]


def test_a_click_on_my_mail_while_one_is_there_refreshes(
    sitting: Sitting, practice: Practice
) -> None:
    (practice.images / "letter.txt").unlink()
    tabs = sitting.window.top.tabs
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    assert sitting.main.files.is_refreshing
    sitting.wait_listed()
    assert sitting.names() == ["IMG 10.jpg", "IMG 9.jpg"]


def test_a_new_file_comes_by_itself_and_the_ticks_stay(
    sitting: Sitting, practice: Practice
) -> None:
    sitting.select("IMG 9.jpg")
    QTest.keyClick(sitting.window.ext.view, Qt.Key.Key_Space)
    practice.add_image("fresh.jpg")
    sitting.qtbot.waitUntil(lambda: "fresh.jpg" in sitting.names(), timeout=10_000)
    assert [file.name for file in sitting.main.files.selection()] == ["IMG 9.jpg"]
    current = sitting.window.ext.view.current_file()
    assert current is not None
    assert current.name == "IMG 9.jpg"


def test_bytes_are_looked_at_and_a_half_picture_says_so(
    sitting: Sitting, practice: Practice
) -> None:
    whole = (practice.images / "IMG 9.jpg").read_bytes()
    practice.add_file("half.jpg", whole[: len(whole) // 2])
    sitting.window.actions_[Name.REFRESH].trigger()
    model = sitting.window.model

    def is_marked() -> bool:
        names = sitting.names()
        return "half.jpg" in names and bool(model.row(names.index("half.jpg")).badge)

    sitting.qtbot.waitUntil(is_marked, timeout=10_000)
    row = model.row(sitting.names().index("half.jpg"))
    assert row.badge == "looks incomplete"
    assert row.can_be_ticked


def test_a_source_that_is_away_says_so_and_the_other_works(
    sitting: Sitting, practice: Practice
) -> None:
    practice.documents.rmdir()
    sitting.window.actions_[Name.REFRESH].trigger()
    sitting.wait_listed()
    states = {one.source_name: one.state.value for one in sitting.window.strip.listings}
    assert states[str(practice.documents)] == "offline"
    assert states[str(practice.images)] == "connected"
    assert len(sitting.names()) == 3
    sitting.window.strip.details_requested.emit()
    dialog = sitting.window.findChild(SourcesDialog)
    assert dialog is not None
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Away" in texts
    dialog.reject()


def test_a_saved_file_leaves_its_folder_and_its_row_says_who_has_it(
    sitting: Sitting, practice: Practice
) -> None:
    services = sitting.main.services
    patient = services.register.add(
        {"number": "1", "last_name": "Synthetic", "first_names": "Sam", "birth_date": "1961-03-07"},
        operator="ADM",
    )
    file = sitting.window.model.row(0).file
    given = Assignment(patient.id, sitting.main.provider.number, "ADM", title="Left arm")
    order = services.assigner.orders((file,), given)[0]
    result = services.importer.run(order, CancelToken())
    sitting.main.assigning.saved.emit(result, patient.name, "Left arm")
    row = sitting.window.model.find(file.key)
    assert row is not None
    assert row.is_saved
    assert row.cells[Column.PATIENT] == "SYNTHETIC, Sam"
    assert row.cells[Column.TITLE] == "Left arm"
    assert not (practice.images / file.name).exists()
    sitting.window.actions_[Name.REFRESH].trigger()
    sitting.wait_listed()
    assert file.name not in sitting.names()


def test_a_failed_save_says_so_on_the_row(sitting: Sitting) -> None:
    file = sitting.window.model.row(0).file
    failed = ImportResult(
        file.key, file.name, Outcome.FAILED, file.destination, reason="Locked.", advice="Wait."
    )
    sitting.main.assigning.failed.emit(failed)
    row = sitting.window.model.find(file.key)
    assert row is not None
    assert row.standing is Standing.NOT_SAVED
    assert row.note == "Locked. Wait."


def test_f2_chooses_the_provider_and_the_title_bar_says_who(
    qtbot: QtBot, qapp: QApplication, practice: Practice
) -> None:
    practice.services.people.save_provider(Provider("2", "Dr Second"))
    sat = Sitting(qtbot, qapp, practice)
    sat.window.actions_[Name.PROVIDER].trigger()
    dialog = sat.window.findChild(ProviderDialog)
    assert dialog is not None
    dialog.list.setCurrentRow(1)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    sat.wait_listed()
    assert sat.window.windowTitle().startswith("Dr Second")
    assert sat.main.provider.number == "2"
    assert len(sat.names()) == 3
    assert sat.program.shut_down()


def test_help_opens_for_the_place_one_is_in(sitting: Sitting) -> None:
    sitting.window.actions_[Name.HELP].trigger()
    pane = sitting.window.findChild(HelpPane)
    assert pane is not None
    assert "Save one file" in pane.text.toPlainText()
    sitting.window.top.show_tab(Tab.MY_TASK)
    assert pane.text.toPlainText().startswith("My Task")
    pane.close()


def test_the_theme_turns_and_is_kept(sitting: Sitting, practice: Practice) -> None:
    sitting.window.actions_[Name.THEME].trigger()
    sitting.window.actions_[Name.THEME].trigger()
    assert sitting.window.palette().window().color().lightness() < 128
    assert sitting.program.shut_down()
    assert "theme=dark" in (practice.home / "state.ini").read_text("utf-8")


def test_everything_a_screen_reader_meets_has_a_name(sitting: Sitting) -> None:
    nameless = [
        widget.metaObject().className()
        for widget in sitting.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_every_label_shows_plain_text(sitting: Sitting) -> None:
    sitting.select("IMG 9.jpg")
    rich = [
        label.objectName()
        for label in sitting.window.findChildren(QLabel)
        if label.text() and label.textFormat() is not Qt.TextFormat.PlainText
    ]
    assert rich == []


def test_save_opens_for_exactly_the_selected_files_and_escape_changes_nothing(
    sitting: Sitting, practice: Practice
) -> None:
    sitting.select("IMG 9.jpg")
    before = sorted(path.name for path in practice.images.iterdir())
    sitting.window.actions_[Name.SAVE].trigger()
    dialog = sitting.window.findChild(AssignDialog)
    assert dialog is not None
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    sitting.qtbot.waitUntil(lambda: not dialog.isVisible())
    assert sorted(path.name for path in practice.images.iterdir()) == before
    assert not sitting.main.assigning.is_busy


def test_a_refresh_tries_again_to_release_what_its_source_kept(
    sitting: Sitting, practice: Practice
) -> None:
    blocker = practice.images / ".mc-hold"
    blocker.write_bytes(b"in the way")
    services = sitting.main.services
    patient = services.register.add(
        {"number": "1", "last_name": "Synthetic", "first_names": "Sam", "birth_date": "1961-03-07"},
        operator="ADM",
    )
    file = sitting.window.model.row(sitting.names().index("IMG 9.jpg")).file
    [order] = services.assigner.orders((file,), Assignment(patient.id, "1", "ADM"))
    result = services.importer.run(order, CancelToken())
    assert result.outcome is Outcome.SAVED_SOURCE_KEPT
    blocker.unlink()

    sitting.main.files.refresh()

    kept = practice.images / "IMG 9.jpg"
    sitting.qtbot.waitUntil(lambda: not kept.exists(), timeout=10_000)


def test_a_refresh_counts_for_the_day_sheet(sitting: Sitting) -> None:
    services = sitting.main.services
    today = services.clock.now().date()

    def counted() -> bool:
        counts = services.day_sheets._counts.of_day(today)
        return sum(count.waiting for count in counts) == len(sitting.names())

    sitting.qtbot.waitUntil(counted, timeout=10_000)


def test_a_damaged_settings_file_is_told_at_the_start(
    qtbot: QtBot, qapp: QApplication, practice: Practice
) -> None:
    (practice.home / "settings.toml").write_text("this = is [not toml")

    sitting = Sitting(qtbot, qapp, practice)

    box = sitting.window.findChild(QMessageBox, "problemBox")
    assert box is not None
    assert "settings" in box.text().lower()
    box.close()
    sitting.program.shut_down()


def test_keys_from_the_list_zoom_compare_and_fill_the_screen(sitting: Sitting) -> None:
    sitting.select("IMG 10.jpg")
    stage = sitting.window.preview.stage
    sitting.qtbot.waitUntil(lambda: stage.seen.is_picture, timeout=10_000)
    sitting.window.ext.view.setFocus()
    fitted = stage.picture.zoom
    stage.tools[View.ZOOM_IN].trigger()
    assert stage.picture.zoom > fitted
    stage.tools[View.COMPARE].trigger()
    (window,) = sitting.window.findChildren(CompareWindow)
    named = [side.choice.currentText() for side in window.sides]
    assert named == ["IMG 10.jpg", "IMG 9.jpg"]
    sitting.qtbot.waitUntil(
        lambda: all(side.stage.seen.is_picture for side in window.sides), timeout=10_000
    )
    window.close()
    stage.tools[View.FIT].trigger()
    stage.tools[View.FULL_SCREEN].trigger()
    screen = stage.window()
    sitting.qtbot.waitUntil(screen.isActiveWindow, timeout=5000)
    QTest.keyClick(screen, Qt.Key.Key_Right)
    row = sitting.window.ext.view.current_row()
    assert row is not None
    assert row.file.name == "letter.txt"
    sitting.qtbot.waitUntil(lambda: "colleague" in stage.text.toPlainText(), timeout=10_000)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert stage.window() is sitting.window


def test_help_is_about_looking_where_one_looks(sitting: Sitting) -> None:
    sitting.select("IMG 10.jpg")
    stage = sitting.window.preview.stage
    sitting.qtbot.waitUntil(lambda: stage.seen.is_picture, timeout=10_000)
    sitting.window.activateWindow()
    stage.picture.setFocus()
    sitting.window.actions_[Name.HELP].trigger()
    pane = sitting.window.findChild(HelpPane)
    assert pane is not None
    assert "Looking at files" in pane.text.toPlainText()
    sitting.window.ext.view.setFocus()
    sitting.window.actions_[Name.HELP].trigger()
    assert "My Mail" in pane.text.toPlainText()
