"""Qt tests draw on no screen, in the fonts of the machine, and talk to nobody."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_ACCESSIBILITY", "0")

pytest.importorskip("PySide6")

from message_centre.ui.runner import Runner


@pytest.fixture
def runner(qapp: object) -> Iterator[Runner]:
    """A real runner, joined at the end of the test."""
    del qapp
    bridge = Runner()
    yield bridge
    assert bridge.shutdown()
