"""The program starts fast, explains what it can not open, and ends in order."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from message_centre.ui.app import Program, run, toolkit_counts_rightly
from message_centre.ui.single_instance import SingleInstance

_HEAVY = (
    "azure",
    "sqlalchemy",
    "alembic",
    "PIL",
    "pillow_heif",
    "rapidfuzz",
    "jellyfish",
    "watchdog",
)


def test_the_installed_toolkit_counts_rightly() -> None:
    assert toolkit_counts_rightly()


def test_a_toolkit_that_loses_references_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    counts = iter([5000, 4800])
    monkeypatch.setattr(sys, "getrefcount", lambda _thing: next(counts))
    monkeypatch.setattr(sys, "version_info", (3, 11))
    assert run(tmp_path, None) == 3
    assert "PySide6" in capsys.readouterr().err


def test_importing_the_window_loads_nothing_heavy() -> None:
    code = (
        "import sys, message_centre.ui.app;"
        f"print([name for name in {_HEAVY!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_window_opens_works_and_closes_with_nothing_on_standard_error(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QTimer;"
        "from PySide6.QtWidgets import QApplication; from message_centre.ui import app;"
        "a = QApplication([]); QTimer.singleShot(1500, a.closeAllWindows);"
        "sys.exit(app.run(Path(sys.argv[1]), None))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    lines = [line for line in told.stderr.splitlines() if "This plugin does not" not in line]
    assert (told.returncode, lines) == (0, [])
    assert (tmp_path / "home" / "state.ini").is_file()


def test_a_home_that_cannot_be_opened_is_explained_and_can_be_tried_again(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.write_text("not a folder", "utf-8")
    program = Program(qapp, home, "")
    program.start()
    page = program.window.problem
    qtbot.waitUntil(page.isVisible, timeout=10_000)
    title = page.findChild(QLabel, "problemTitle")
    assert title is not None
    assert title.text() == "Access denied"
    home.unlink()
    page.retried.emit()
    qtbot.waitUntil(lambda: program.main is not None, timeout=10_000)
    assert not page.isVisible()
    assert program.shut_down()
    assert program.shut_down()


def test_a_newer_record_is_refused_kindly(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - only this test writes a newer record

    from message_centre.bootstrap import RECORD, open_home  # noqa: PLC0415 - as above

    open_home(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / RECORD}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    program = Program(qapp, tmp_path, "")
    program.start()
    qtbot.waitUntil(program.window.problem.isVisible, timeout=10_000)
    told = [label.text() for label in program.window.problem.findChildren(QLabel)]
    assert "Record is newer than this program" in told
    assert any("Install the newer version" in text for text in told)
    assert program.shut_down()


def test_a_second_start_on_the_same_home_ends_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.raise_requested):
        assert run(tmp_path, None) == 0
    first.release()


def test_what_nobody_foresaw_is_told_once_and_the_program_goes_on(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = Program(qapp, tmp_path, "")
    program.start()
    qtbot.waitUntil(lambda: program.main is not None, timeout=10_000)
    error = ValueError("canary-name.jpg")
    for _ in range(3):
        sys.excepthook(ValueError, error, None)
    boxes = program.window.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert "canary" not in boxes[0].text() + boxes[0].informativeText() + caplog.text
    assert "ValueError" in caplog.text
    boxes[0].close()
    before = threading.excepthook
    assert program.shut_down()
    assert threading.excepthook is not before
    caplog.clear()


def test_closing_the_window_before_the_home_is_open_ends_well(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    program = Program(qapp, tmp_path, "")
    program.start()
    QTimer.singleShot(0, program.window.close)
    with qtbot.waitSignal(program.window.closing):
        pass
    assert program.shut_down()
