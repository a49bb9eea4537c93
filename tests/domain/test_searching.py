from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_centre.domain.folding import fold, phone_digits, phones
from message_centre.domain.searching import fits, is_exact, score, understand
from tests.support.patients import a_patient

TODAY = date(2026, 11, 20)
JANE = a_patient(
    "P-1001",
    last_name="Ngāta-O'Brien",
    first_names="Jané Ann",
    known_as="Jinny",
    birth_date=date(1961, 3, 7),
    nhi="ZAC5361",
    alternate_id="ALT/77",
    phone="+64 21 555 123; (09) 444 5678",
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ngā-Tai O’Brien", "nga tai o brien"),
        ("NGATA", "ngata"),
        ("Müller", "muller"),
        ("Mu\u0308ller", "muller"),
        ("Straße  Ø\u200bre", "strasse ore"),
        ("  ", ""),
    ],
)
def test_accents_macrons_case_and_hyphens_fold_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_phone_numbers_are_compared_as_dialled_inside_the_country() -> None:
    assert phone_digits("+64 21 555 123") == "021555123"
    assert phone_digits("0064 21 555 123") == "021555123"
    assert phone_digits("+61 2 9999") == "6129999"
    assert phones(JANE) == ("021555123", "094445678")


@pytest.mark.parametrize(
    "typed",
    "jane|ngata|obrien|o'brien|O BRIEN|ngataobrien|ngāta|jan nga|nga jan|jinny ngata|ann obr|JANÉ"
    "|p-1001|p1001|P 1001|p-10|zac5361|zac 5361|ZAC|alt/77|021 555|+64 21 555 123|5123|4445678"
    "|7/3/1961|07031961|7 mar 1961 jane|jane 7/3/61|mar 1961|mar 1961 ngata|1961|ngata 1961"
    "|jane zac5361".split("|"),
)
def test_a_patient_fits_by_any_identifying_word_in_any_order(typed: str) -> None:
    assert fits(JANE, understand(typed, today=TODAY))


@pytest.mark.parametrize(
    "typed",
    "joan|jane smith|8/3/1961|jane 8/3/1961|apr 1961|1962|zac5362|123|jane jane||   |'|5361".split(
        "|"
    ),
)
def test_a_patient_does_not_fit_if_one_word_finds_nothing(typed: str) -> None:
    assert not fits(JANE, understand(typed, today=TODAY))


@pytest.mark.parametrize("typed", ["zac5361", "ZAC 5361", "p-1001", "P1001", "alt 77"])
def test_a_whole_identifier_is_certain(typed: str) -> None:
    query = understand(typed, today=TODAY)
    assert is_exact(JANE, query)
    assert score(JANE, query) == 1.0


@pytest.mark.parametrize("typed", ["ngata", "jane ngata", "zac536", "7/3/1961", "021555123"])
def test_anything_else_is_less_than_certain(typed: str) -> None:
    assert 0.5 < score(JANE, understand(typed, today=TODAY)) < 1.0


@given(st.text(max_size=40))
def test_whatever_is_typed_is_understood_with_few_readings(text: str) -> None:
    assert len(understand(text, today=TODAY).readings) <= 16


@given(st.text(alphabet="ab 1/'-", max_size=300))
def test_long_nonsense_is_cut_short(text: str) -> None:
    fits(JANE, understand(text, today=TODAY))
