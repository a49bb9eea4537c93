"""The short form of `python -m tests.imaging.malformed`."""

from message_centre.host.clock import SystemClock
from message_centre.imaging.wall import Limits, Wall
from tests.imaging.malformed import originals, through


def test_three_hundred_damaged_pictures_are_shown_or_refused_and_never_hang() -> None:
    limits = Limits()
    wall = Wall(SystemClock(), limits=limits, size=1)
    try:
        for data in originals().values():
            assert wall.picture(data, longest=256).width > 0
        tally = through(wall, limits, count=300, seed=20_260_701)
    finally:
        wall.close()
    assert sum(tally.outcomes.values()) == 300
    assert tally.hangs == 0
    # The damage is real, and not so thorough that no decoder ever gets to work.
    assert tally.outcomes["shown"] > 30
    assert tally.outcomes["refused"] > 60
