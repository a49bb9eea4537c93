"""A message is measured as a person would."""

import pytest

from message_centre.domain.errors import IncompleteOrder
from message_centre.domain.messages import Draft, characters, cleaned


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Whaea", 5),
        ("Ma\u0304ori", 5),
        ("e\u0301\u0302", 1),
        ("👍🏽", 1),
        ("👨\u200d👩\u200d👧\u200d👦", 1),
        ("🇳🇿", 1),
        ("🇳🇿🇦🇺🇳", 3),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("❤️", 1),
        ("한글", 2),
        ("\u1112\u1161\u11ab", 1),
        ("நி", 1),
        ("a\nb", 3),
        ("a\u200db", 2),
    ],
)
def test_characters_are_counted_as_a_person_counts(text: str, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize("text", ["a" * 255, "👨\u200d👩\u200d👧" * 255, "e\u0301" * 255])
def test_255_characters_fit_whatever_they_are_made_of(text: str) -> None:
    assert Draft("1", "A", ("B",), text).text == text


@pytest.mark.parametrize(
    "text", ["", "a" * 256, "👍🏽" * 256, "a" + "\u0301" * 5000, " a", "a\0b", "a\r\nb"]
)
def test_what_is_too_long_or_not_clean_is_refused(text: str) -> None:
    with pytest.raises(IncompleteOrder):
        Draft("1", "A", ("B",), text)


@pytest.mark.parametrize("recipients", [(), ("B", "B")])
def test_a_message_has_recipients_each_once(recipients: tuple[str, ...]) -> None:
    with pytest.raises(IncompleteOrder):
        Draft("1", "A", recipients, "text")


def test_what_nobody_can_read_is_left_out() -> None:
    assert cleaned(" a\r\nb\tc\0\ud800\x07 \n") == "a\nb c"
