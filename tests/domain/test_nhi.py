import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_centre.domain import nhi

OLD = "ZAC5361 ZAA0067 ZAA0075 ZAA0083 ZAB0003 ZAB0011 ZAB0020 ZAB0038 ZZZ0016".split()
NEW = "ZBN77VL ZSC21TN ZVB97XQ ZZZ00AC ACA31FM ASE37QK ARE62RS BGJ06AS BGA44DT BWT41BY".split()
WRONG = "ZAC3561 ZZZ0044 ZZZ00AA ZAD96LT IAC5361 ZOC5361 ZAC536 ZAC53611 ZA15361 ZAC53L1".split()


@pytest.mark.parametrize("number", OLD + NEW)
def test_published_numbers_of_both_forms_are_valid(number: str) -> None:
    assert nhi.is_valid(number)


@pytest.mark.parametrize("number", [*WRONG, "", "ZAC٥٣٦١", "ZAC536²"])
def test_wrong_numbers_are_not_valid(number: str) -> None:
    assert not nhi.is_valid(number)


@pytest.mark.parametrize("typed", ["zac5361", " ZAC 5361 ", "zac-5361", "ZAC\u200b5361", "ZAC5361"])
def test_case_spaces_and_invisible_characters_make_no_difference(typed: str) -> None:
    assert nhi.is_valid(typed)
    assert nhi.display(typed) == "ZAC5361"


@pytest.mark.parametrize("number", ["ZAC536O", "ZACS361", "2AC5361"])
def test_a_letter_like_a_digit_is_never_repaired(number: str) -> None:
    assert not nhi.is_valid(number)


@given(st.sampled_from(OLD), st.integers(3, 6), st.sampled_from("0123456789"))
def test_a_wrong_digit_of_an_old_number_is_noticed(number: str, place: int, digit: str) -> None:
    other = number[:place] + digit + number[place + 1 :]
    # A check digit of 0 stands for 10, so a remainder of 11 and one of 1 stay apart.
    assert nhi.is_valid(other) == (other == number)


@given(st.text(max_size=12))
def test_no_text_whatever_makes_the_check_fail(text: str) -> None:
    nhi.is_valid(text)
    assert nhi.normalise(nhi.normalise(text)) == nhi.normalise(text)


@pytest.mark.parametrize("token", ["DSC0001", "scn0042", "PAT0001"])
def test_what_a_device_calls_its_files_is_known(token: str) -> None:
    assert nhi.is_device_name(token)


def test_an_ordinary_number_is_no_device_name() -> None:
    assert not nhi.is_device_name("ZAC5361")
