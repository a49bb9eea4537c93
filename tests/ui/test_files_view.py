"""Mouse and keyboard in the Ext list do what the product says, and nothing moves under the hand."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.looks import Look
from message_centre.ui.files.rows import Column, rows_of
from tests.support.source_files import a_listing, a_source_file

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Desk:
    """A list of files as a person works with it."""

    def __init__(self, qtbot: QtBot, files: int, height: int = 400) -> None:
        self.qtbot = qtbot
        self.model = FilesModel()
        self.view = FilesView(self.model)
        qtbot.addWidget(self.view)
        self.view.resize(900, height)
        self.files = [a_source_file(f"IMG {n}.jpg", age=n * 10) for n in range(files)]
        self.model.refresh(rows_of(a_listing(*self.files)))
        self.view.show()
        qtbot.waitExposed(self.view)

    def click(self, place: int, column: Column) -> None:
        rect = self.view.visualRect(self.model.index(place, column))
        QTest.mouseClick(self.view.viewport(), LEFT, NO_KEYS, rect.center())

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view, key)

    def ticked(self) -> list[str]:
        return [file.name for file in self.model.ticked()]

    def arrive(self, *names_and_ages: tuple[str, int]) -> None:
        more = [a_source_file(name, age=age) for name, age in names_and_ages]
        self.view.look_again(rows_of(a_listing(*self.files, *more)))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, 8)


def test_clicks_on_boxes_build_a_selection(desk: Desk) -> None:
    desk.click(1, Column.TICK)
    desk.click(3, Column.TICK)
    assert desk.ticked() == ["IMG 1.jpg", "IMG 3.jpg"]
    desk.click(1, Column.TICK)
    assert desk.ticked() == ["IMG 3.jpg"]


def test_a_click_on_a_row_selects_only_that_row_and_clears_the_ticks(desk: Desk) -> None:
    desk.click(1, Column.TICK)
    desk.click(3, Column.TICK)
    desk.click(5, Column.NAME)
    assert desk.ticked() == []
    current = desk.view.current_file()
    assert current is not None
    assert current.name == "IMG 5.jpg"


def test_space_toggles_the_current_row_and_arrows_keep_the_ticks(desk: Desk) -> None:
    desk.view.selectRow(0)
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Space)
    assert desk.ticked() == ["IMG 0.jpg", "IMG 2.jpg"]
    desk.press(Qt.Key.Key_Space)
    assert desk.ticked() == ["IMG 0.jpg"]
    desk.press(Qt.Key.Key_Escape)
    assert desk.ticked() == []


def test_the_list_selects_nothing_by_itself_and_the_first_arrow_selects_the_first_row(
    desk: Desk,
) -> None:
    desk.view.setFocus()
    assert desk.view.current_file() is None
    desk.press(Qt.Key.Key_Down)
    current = desk.view.current_file()
    assert current is not None
    assert current.name == "IMG 0.jpg"


def test_enter_asks_to_save(desk: Desk) -> None:
    desk.view.selectRow(0)
    with desk.qtbot.waitSignal(desk.view.save_requested):
        desk.press(Qt.Key.Key_Return)


def test_the_box_in_the_heading_ticks_all_and_then_none(desk: Desk) -> None:
    header = desk.view.header
    box = QPoint(header.sectionViewportPosition(Column.TICK) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, box)
    assert len(desk.ticked()) == 8
    desk.click(2, Column.TICK)
    assert len(desk.ticked()) == 7
    QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, box)
    assert len(desk.ticked()) == 8
    QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, box)
    assert desk.ticked() == []


def test_a_click_on_a_heading_sorts(desk: Desk) -> None:
    header = desk.view.header
    name = QPoint(header.sectionViewportPosition(Column.NAME) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, name)
    first = desk.model.row(0).file.name
    QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, name)
    assert {first, desk.model.row(0).file.name} == {"IMG 0.jpg", "IMG 7.jpg"}


@pytest.mark.parametrize("files", [8, 200], ids=["a short list", "a long list"])
@pytest.mark.parametrize("scrolled", [0, 60], ids=["at the top", "scrolled"])
def test_arrivals_never_move_the_current_row_on_the_screen(
    qtbot: QtBot, files: int, scrolled: int
) -> None:
    desk = Desk(qtbot, files)
    desk.view.verticalScrollBar().setValue(scrolled)
    place = desk.view.indexAt(QPoint(5, 150)).row()
    desk.view.selectRow(place)
    row = desk.view.current_row()
    assert row is not None
    before = desk.view.row_rect(row)
    desk.arrive(("new.jpg", -5), ("newer.jpg", -6), ("old.jpg", 10_000))
    assert desk.view.current_row() is row
    assert desk.view.row_rect(row) == before
    assert desk.model.rowCount() == files + 3


def test_without_a_current_row_arrivals_stand_at_their_sorted_place(desk: Desk) -> None:
    desk.arrive(("new.jpg", -5), ("between.jpg", 15))
    names = [desk.model.row(place).file.name for place in range(4)]
    assert names == ["new.jpg", "IMG 0.jpg", "IMG 1.jpg", "between.jpg"]


def test_rows_are_drawn_in_every_standing(desk: Desk) -> None:
    desk.model.mark_saved(desk.files[1].key, "SYNTHETIC, Sam", "Arm")
    desk.model.mark_failed(desk.files[2].key, "Locked.")
    desk.click(3, Column.TICK)
    assert not desk.view.grab().toImage().isNull()


def drawn(view: FilesView) -> bytes:
    image = view.grab().toImage()
    return bytes(image.constBits())


def test_a_plain_row_looks_as_qt_draws_it(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    model = FilesModel()
    files = [a_source_file(f"IMG {n} {'long ' * n}.jpg", age=n, size=n * 5000) for n in range(9)]
    model.refresh(rows_of(a_listing(*files)))
    model.mark_saved(files[3].key, "SMITH, Jane", "Left knee")
    view = FilesView(model)
    qtbot.addWidget(view)
    view.resize(1100, 500)
    view.show()
    for column in (Column.NAME, Column.DATE, Column.PATIENT):
        view.setColumnWidth(column, 130)
    ours = drawn(view)
    monkeypatch.setattr(Look, "is_plain", lambda _look, _place: False)
    by_qt = drawn(view)
    # Half covered pixels of a tick box may be rounded otherwise in a picture that is kept.
    assert max(abs(a - b) for a, b in zip(ours, by_qt, strict=True)) <= 1
    assert len(set(ours)) > 9
