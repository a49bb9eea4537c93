"""What the window makes before it is painted, and what only when somebody asks."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from message_centre.ui.icons import Ink, icon
from message_centre.ui.main_window import MainWindow
from message_centre.ui.pieces.tab_stops import tab_stops
from message_centre.ui.theme import colours

_LATER = (
    "message_centre.services.bulk_importing",
    "message_centre.services.configuring",
    "message_centre.ui.entering.sign_in_page",
    "message_centre.ui.main_controller",
    "message_centre.ui.messages.my_task_pane",
    "message_centre.ui.unclaimed.unclaimed_pane",
    "sqlalchemy",
)
_WINDOW = f"""
import sys
from PySide6.QtWidgets import QApplication
from message_centre.ui.app import Program
from pathlib import Path
app = QApplication([])
program = Program(app, Path(sys.argv[1]), "")
program.start()
print([name for name in {_LATER!r} if name in sys.modules])
"""


def test_a_painted_window_has_not_loaded_what_is_not_seen(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _WINDOW, str(tmp_path / "home")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "[]"


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_tab_key_comes_to_unclaimed_where_it_comes_to_the_list(window: MainWindow) -> None:
    stops = tab_stops(window.unclaimed_list)
    chain = _chain(window)

    def places(of: list[QWidget]) -> list[int]:
        return [chain.index(stop) for stop in of]

    assert places(stops) == sorted(places(stops))
    assert chain.index(window.ext.view) < chain.index(stops[0])
    assert chain.index(stops[-1]) < min(places(tab_stops(window.preview)))


def test_a_pane_that_is_made_late_wears_the_theme_and_is_made_once(window: MainWindow) -> None:
    window.dress()
    assert not window.findChildren(QWidget, "myTask")
    tasks = window.tasks
    window.dress()
    assert window.tasks is tasks
    assert window.findChildren(QWidget, "myTask") == [tasks]


@pytest.mark.usefixtures("qapp")
def test_what_cannot_be_used_has_the_same_lines_in_the_faint_colour() -> None:
    made = icon("save", Ink.TEXT)
    plain = made.pixmap(QSize(18, 18)).toImage()
    faint = made.pixmap(QSize(18, 18), QIcon.Mode.Disabled).toImage()
    assert plain.size() == faint.size() == QSize(18, 18)
    seen = {
        faint.pixelColor(x, y).name()
        for x in range(18)
        for y in range(18)
        if plain.pixelColor(x, y).alpha() == 255
    }
    assert seen == {colours().strong_line}


def _chain(first: QWidget) -> list[QWidget]:
    found, widget = [first], first.nextInFocusChain()
    while widget is not None and widget is not first:
        found.append(widget)
        widget = widget.nextInFocusChain()
    return found
