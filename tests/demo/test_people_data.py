"""The invented patients."""

import re
from collections import Counter
from datetime import date

from message_centre.demo.people_data import HEADER, people
from message_centre.domain import nhi
from message_centre.domain.patients import PatientStatus

PEOPLE = people(400)


def test_there_are_as_many_as_asked_for_each_with_a_number_and_nhi_of_its_own() -> None:
    assert len(PEOPLE) == 400
    assert len({row["number"] for row in PEOPLE}) == 400
    assert len({row["nhi"] for row in PEOPLE}) == 400
    assert all(tuple(row) == HEADER for row in PEOPLE)


def test_every_nhi_is_valid_lies_in_the_test_range_and_both_forms_occur() -> None:
    numbers = [row["nhi"] for row in PEOPLE]
    assert all(number.startswith("Z") and nhi.is_valid(number) for number in numbers)
    assert Counter(number[-1].isdigit() for number in numbers).keys() == {True, False}


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert people(50) == PEOPLE[:50]
    assert people(50, seed=2) != PEOPLE[:50]


def test_there_are_pairs_that_are_easily_mixed_up() -> None:
    names = Counter((row["last_name"], row["first_names"]) for row in PEOPLE)
    births = Counter((row["last_name"], row["birth_date"]) for row in PEOPLE)
    assert names["Smith", "Jane"] == 3
    assert births["Tamihana", "2009-11-23"] == 2
    assert births["Parata", "1978-05-14"] == 2


def test_every_status_occurs_and_names_carry_macrons_hyphens_and_apostrophes() -> None:
    assert {row["status"] for row in PEOPLE} == set(PatientStatus)
    everyone = " ".join(row["last_name"] + row["first_names"] for row in PEOPLE)
    assert set("āēīōū-'") <= set(everyone)


def test_nobody_can_be_reached_or_was_born_in_the_future() -> None:
    for row in PEOPLE:
        assert re.fullmatch(r"021 555 01\d\d", row["phone"])
        assert row["email"].endswith(".example")
        assert date(1928, 1, 1) < date.fromisoformat(row["birth_date"]) < date(2023, 1, 1)
