"""Bombs go off behind the wall, if at all."""

import contextlib
import re
import sys
import time
from pathlib import Path

import pytest

from message_centre.domain.errors import UnreadablePicture
from message_centre.host.clock import SystemClock
from message_centre.imaging.decoding import BYTE_LIMIT
from message_centre.imaging.wall import Limits, Wall
from tests.imaging.bombs import BOMBS
from tests.support.pictures import a_jpeg

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux about memory")

#: These really hold what they promise, below the limit of pixels: they may take what it takes.
FULL = {"png-nothing-100-mp", "tiff-deflate"}


def peak(wall: Wall) -> int:
    """The most memory that any child has taken, in MiB; 0 if all have gone."""
    found = [0]
    for pid in wall.pids:
        status = Path(f"/proc/{pid}/status").read_text()
        found.append(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024)
    return max(found)


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_costs_little_time_and_memory_and_the_next_picture_is_shown(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < BYTE_LIMIT / 25
    wall = Wall(SystemClock(), limits=Limits(), size=1)
    try:
        wall.picture(a_jpeg(64, 48), longest=32)
        began = time.monotonic()
        wall.facts(data[: 64 * 1024])
        wall.facts(data)
        with contextlib.suppress(UnreadablePicture):
            picture = wall.picture(data, longest=256)
            assert max(picture.width, picture.height) <= 256
        assert time.monotonic() - began < (30 if name in FULL else 10)
        assert peak(wall) < (700 if name in FULL else 150)
        assert wall.picture(a_jpeg(64, 48), longest=32).width == 32
    finally:
        wall.close()
