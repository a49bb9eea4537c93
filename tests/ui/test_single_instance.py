"""A second start on the same home raises the first window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from pytestqt.qtbot import QtBot

from message_centre.ui.single_instance import SingleInstance, name_for

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_second_asks_the_first_to_come_forward(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.raise_requested):
        assert not second.claim()
    first.release()
    assert second.claim()
    second.release()


def test_another_home_has_its_own_window(tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert first.claim()
    assert second.claim()
    first.release()
    second.release()


def test_a_socket_left_by_a_killed_program_does_no_harm(tmp_path: Path) -> None:
    stale = Path(QDir.tempPath()) / name_for(tmp_path)
    stale.write_bytes(b"")
    instance = SingleInstance(tmp_path)
    assert instance.claim()
    instance.release()


def test_one_home_has_one_name_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    assert name_for(tmp_path / "x" / "..") == name_for(tmp_path)
    assert name_for(tmp_path / "x") != name_for(tmp_path)
