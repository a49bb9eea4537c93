"""Qt tests draw on no screen, in the fonts of the machine, and talk to nobody."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_ACCESSIBILITY", "0")

pytest.importorskip("PySide6")

from pytestqt.qtbot import QtBot

from message_centre.ui.runner import Runner
from tests.support.practice import Practice, a_practice
from tests.support.saving_desk import Desk

_HERE = Path(__file__).parent
#: Said by the screen that is none; it concerns no widget.
_HARMLESS = "This plugin does not support"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every other Qt warning fails the test."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.qt_log_ignore(_HARMLESS))


@pytest.fixture
def runner(qapp: object) -> Iterator[Runner]:
    """A real runner, joined at the end of the test."""
    del qapp
    bridge = Runner()
    yield bridge
    assert bridge.shutdown()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A practice of one operator, with nothing waiting and nobody registered."""
    made = a_practice(tmp_path)
    yield made
    made.services.close()


@pytest.fixture
def desk(qtbot: QtBot, practice: Practice, runner: Runner) -> Iterator[Desk]:
    made = Desk(qtbot, practice, runner)
    yield made
    made.controller.close()
    made.settle()
