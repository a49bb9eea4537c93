"""Groups in time, and what names of trees tell."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from message_centre.domain.time_gaps import by_gaps

MINUTES = st.lists(st.integers(0, 2000), max_size=40)


@given(MINUTES, st.integers(1, 60))
def test_every_item_is_in_one_group_and_only_rests_cut(minutes: list[int], gap: int) -> None:
    start = datetime(2026, 11, 23).astimezone()
    times = [start + timedelta(minutes=one) for one in minutes]
    groups = list(by_gaps(times, lambda one: one, timedelta(minutes=gap)))

    assert [one for group in groups for one in group] == sorted(times)
    for group in groups:
        assert all(b - a <= timedelta(minutes=gap) for a, b in pairwise(group))
    for before, after in pairwise(groups):
        assert after[0] - before[-1] > timedelta(minutes=gap)
