from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_centre.domain.patients import PatientStatus
from message_centre.domain.similarity import compare, distance, near_dates
from tests.support.patients import a_patient

JANE = a_patient(
    "10001",
    last_name="Specimen",
    first_names="Jane Ann",
    birth_date=date(1961, 3, 7),
    nhi="ZAC5361",
    sex="female",
)


def reasons(number: str = "20555", **fields: Any) -> tuple[str, ...]:
    usual: dict[str, Any] = {
        "last_name": "Faraway",
        "first_names": "Otto",
        "birth_date": date(1999, 9, 9),
    }
    found = compare(JANE, a_patient(number, **(usual | fields)))
    return found.reasons if found else ()


def test_strangers_raise_no_alert() -> None:
    assert reasons() == ()


@pytest.mark.parametrize(
    ("last", "first", "known"),
    [
        ("SPECIMEN", "jané", ""),
        ("Specimen", "Jane Beth", ""),
        ("Jane", "Specimen", ""),
        ("Specimen", "Elizabeth", "Jane"),
        ("Speci-men", "Jane", ""),
    ],
)
def test_the_same_name_alerts_however_it_is_written(last: str, first: str, known: str) -> None:
    assert reasons(last_name=last, first_names=first, known_as=known) == ("same name",)


def test_twins_alert() -> None:
    found = reasons(last_name="Specimen", first_names="Robert", birth_date=JANE.birth_date)
    assert found == ("same last name and birth date",)


@pytest.mark.parametrize(
    "born", [date(1961, 7, 3), date(1961, 3, 8), date(1951, 3, 7), date(1961, 3, 17)]
)
def test_a_close_name_with_a_birth_date_one_slip_away_alerts(born: date) -> None:
    assert "similar name and birth date" in reasons(
        last_name="Specimin", first_names="Jayne", birth_date=born
    )


def test_a_close_name_with_a_distant_birth_date_does_not_alert() -> None:
    assert reasons(last_name="Specimin", first_names="Jayne") == ()


@pytest.mark.parametrize("other", ["ZAC5362", "ZAB5361", "ZCA5361"])
def test_an_nhi_one_character_apart_alerts_by_itself(other: str) -> None:
    assert reasons(nhi=other) == ("NHI one character apart",)


def test_a_number_one_character_apart_alerts_only_with_a_close_name() -> None:
    assert reasons("10002") == ()
    assert reasons("10002", birth_date=JANE.birth_date) == ()
    assert "number one character apart" in reasons(
        "1001", last_name="Specimin", first_names="Jayne"
    )


@pytest.mark.parametrize("status", [s for s in PatientStatus if s is not PatientStatus.ACTIVE])
def test_only_active_others_alert(status: PatientStatus) -> None:
    assert reasons(last_name="Specimen", first_names="Jane", status=status) == ()


def test_nobody_is_similar_to_oneself() -> None:
    assert compare(JANE, JANE) is None


def test_the_fields_that_tell_two_people_apart_are_named() -> None:
    twin = a_patient(
        "10001b", last_name="SPECIMEN", first_names="Joan", birth_date=JANE.birth_date, sex="Female"
    )
    found = compare(JANE, twin)
    assert found is not None
    assert found.differs == ("first_names", "nhi", "number")


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [("", "", 0), ("", "abc", 3), ("smith", "smith", 0), ("smith", "smtih", 1), ("smith", "smyth", 1),
     ("smith", "smiths", 1), ("ca", "abc", 3), ("kitten", "sitting", 3)],
)  # fmt: skip
def test_slips_between_two_words_are_counted(first: str, second: str, steps: int) -> None:
    assert distance(first, second) == steps


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_slips_count_the_same_both_ways(first: str, second: str) -> None:
    assert distance(first, second) == distance(second, first)
    assert (distance(first, second) == 0) == (first == second)


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_a_slip_of_the_pen_works_both_ways(day: date) -> None:
    assert day not in near_dates(day)
    assert all(day in near_dates(near) for near in near_dates(day))
