"""What a service calls a request goes into logs only if it is a number."""

import pytest

from message_centre.sources.request_ids import UNNAMED, request_id


@pytest.mark.parametrize(
    "told", ["0f3e5e6a-501e-0012-2f5d-7a8b9c000000", "6b8c2e0f9a7d4c51b1a2c3d4e5f60718", "1A2B3C4D"]
)
def test_a_number_is_kept(told: str) -> None:
    assert request_id(told) == told


@pytest.mark.parametrize(
    "told", [None, "", "sl.B4x-token_of_somebody", "JANE SMITH", "12345678\nERROR forged", "a" * 33]
)
def test_anything_else_is_not(told: str | None) -> None:
    assert request_id(told) == UNNAMED
