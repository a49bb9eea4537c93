"""Searching a patient: what is shown, what Enter chooses, and that an overtaken answer is dropped."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from message_centre.domain.patients import Patient, PatientStatus
from message_centre.ui.patients.search_box import SearchBox
from message_centre.ui.patients.search_line import SearchLine
from message_centre.ui.patients.search_model import PatientsModel
from tests.support.patients import a_patient

TODAY = date(2026, 11, 20)
JANE = a_patient("1", last_name="Smith", first_names="Jane", birth_date=date(1961, 3, 7))
JOHN = a_patient("2", last_name="Smith", first_names="John", nhi="ZAC5361")


@pytest.fixture
def box(qtbot: QtBot) -> SearchBox:
    made = SearchBox()
    qtbot.addWidget(made)
    made.show()
    return made


def typed(qtbot: QtBot, box: SearchBox, text: str) -> SearchLine:
    line = box.findChild(SearchLine)
    assert line is not None
    QTest.keyClicks(line, text)
    return line


def chosen_by(box: SearchBox) -> list[Patient]:
    chosen: list[Patient] = []
    box.chosen.connect(chosen.append)
    return chosen


def test_the_first_hit_is_marked_and_enter_chooses_it(qtbot: QtBot, box: SearchBox) -> None:
    chosen = chosen_by(box)
    line = typed(qtbot, box, "smi")
    box.show_patients("smi", (JANE, JOHN), TODAY)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert chosen == [JANE]


def test_down_and_up_move_while_the_field_keeps_the_focus(qtbot: QtBot, box: SearchBox) -> None:
    chosen = chosen_by(box)
    line = typed(qtbot, box, "smi")
    box.show_patients("smi", (JANE, JOHN), TODAY)
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert box.current() == JOHN
    QTest.keyClick(line, Qt.Key.Key_Up)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert chosen == [JANE]


def test_an_answer_to_an_older_text_is_dropped(qtbot: QtBot, box: SearchBox) -> None:
    typed(qtbot, box, "smith jo")
    box.show_patients("smi", (JANE, JOHN), TODAY)
    assert box.current() is None


def test_enter_before_the_answer_never_chooses_a_row_of_the_answer_before(
    qtbot: QtBot, box: SearchBox
) -> None:
    chosen = chosen_by(box)
    line = typed(qtbot, box, "smi")
    box.show_patients("smi", (JANE, JOHN), TODAY)
    QTest.keyClicks(line, " jo")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert chosen == []
    box.show_patients("smi jo", (JOHN,), TODAY)
    assert chosen == [JOHN]


def test_enter_before_the_answer_waits_for_a_look_where_several_fit(
    qtbot: QtBot, box: SearchBox
) -> None:
    chosen = chosen_by(box)
    line = typed(qtbot, box, "smi")
    QTest.keyClick(line, Qt.Key.Key_Return)
    box.show_patients("smi", (JANE, JOHN), TODAY)
    assert chosen == []


def test_a_held_enter_key_chooses_nobody(qtbot: QtBot, box: SearchBox) -> None:
    from PySide6.QtCore import QEvent  # noqa: PLC0415 - only here
    from PySide6.QtGui import QKeyEvent  # noqa: PLC0415 - only here

    chosen = chosen_by(box)
    line = typed(qtbot, box, "smi")
    box.show_patients("smi", (JANE,), TODAY)
    none = Qt.KeyboardModifier.NoModifier
    line.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "\r", True))
    assert chosen == []


def test_a_row_shows_every_identifier_and_the_status_in_words(qtbot: QtBot) -> None:
    gone = a_patient(
        "17",
        last_name="Ngata",
        first_names="Tāne",
        birth_date=date(1961, 3, 7),
        sex="male",
        nhi="ZBN77VL",
        address="1 Example Street",
        status=PatientStatus.DECEASED,
    )
    box = SearchBox()
    qtbot.addWidget(box)
    model = PatientsModel(box)
    model.show_patients((gone,), TODAY)
    cells = [model.index(0, column).data() for column in range(model.columnCount())]
    assert cells == [
        "NGATA, Tāne",
        "07 Mar 1961 (65 y)",
        "Male",
        "17",
        "ZBN77VL",
        "Deceased",
        "1 Example Street",
    ]
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "07 Mar 1961" in spoken
    assert "ZBN77VL" in spoken
    assert "Deceased" in spoken


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: object, qtbot: QtBot) -> None:
    box = SearchBox()
    qtbot.addWidget(box)
    model = PatientsModel(box)
    model.show_patients((JANE, JOHN), TODAY)
    qtmodeltester.check(model)  # type: ignore[attr-defined] # the plugin has no types
