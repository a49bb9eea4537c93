"""When a guess is good enough to be shown, and what contradicts a choice."""

from dataclasses import replace
from datetime import date

import pytest

from message_centre.domain.clues import Clue, Where
from message_centre.domain.proposals import THRESHOLD, Known, Proposals, contradictions, proposed
from tests.support.patients import a_patient

JANE = a_patient(
    "1025",
    last_name="Smith",
    first_names="Jane Mary",
    nhi="ZAC5361",
    birth_date=date(1961, 3, 7),
)
ANN = a_patient("4050", last_name="Brown", first_names="Ann", nhi="ZBN77VL")
OTHER_JANE = a_patient("3001", last_name="Smith", first_names="Jane")
KNOWN = Known(
    owners=dict.fromkeys(("1025", "ZAC5361"), JANE) | dict.fromkeys(("4050", "ZBN77VL"), ANN),
    named={("jane", "smith"): (JANE,), ("ann", "brown"): (ANN,)},
)


def guess(*clues: Clue, known: Known = KNOWN) -> tuple[str, float, str]:
    found = proposed(clues, known, seen_in=2026)
    return (found[0].patient.id, found[0].score, found[0].words) if found else ("", 0.0, "")


def named(text: str) -> Clue:
    return Clue(Where.NAME, text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Smith ZAC5361 knee.jpg", "NHI ZAC5361 in the file name; name agrees"),
        ("1025_smith.jpg", "number 1025 in the file name; name agrees"),
        ("ZAC5361 1025.jpg", "number 1025 in the file name; NHI ZAC5361 in the file name"),
        ("smith-jane wound.jpg", "name SMITH, Jane Mary in the file name, the only patient"),
        ("1025 1961-03-07.pdf", "date of birth 07 Mar 1961 in the file name"),
        ("1025 07031961.pdf", "date of birth 07 Mar 1961 in the file name"),
    ],
)
def test_two_reasons_that_agree_are_shown_in_words(name: str, words: str) -> None:
    who, score, told = guess(named(name))
    assert who == JANE.id
    assert score >= THRESHOLD
    assert words in told


@pytest.mark.parametrize(
    "name", ["ZAC5361.jpg", "1025.jpg", "Patient 1025.jpg", "1025 May 2026.jpg", "Smith.jpg"]
)
def test_one_hint_alone_is_never_shown_even_of_somebody_seen_lately(name: str) -> None:
    may = replace(JANE, first_names="May")
    known = replace(
        KNOWN, owners=dict.fromkeys(("1025", "ZAC5361"), may), recent=frozenset({JANE.id})
    )
    assert guess(named(name), known=known)[1] < THRESHOLD


def test_a_name_that_two_patients_have_is_not_shown() -> None:
    known = replace(
        KNOWN, named={("jane", "smith"): (JANE, OTHER_JANE)}, recent=frozenset({JANE.id})
    )
    assert guess(named("smith jane.jpg"), known=known)[1] < THRESHOLD
    # A number beside it tells which of the two.
    assert guess(named("smith jane 1025.jpg"), known=known)[:1] == (JANE.id,)


def test_names_that_do_not_stand_side_by_side_are_no_full_name() -> None:
    assert guess(named("Smith knee with Jane.jpg"))[0] == ""


def test_what_a_person_typed_for_it_is_enough_alone() -> None:
    assert guess(Clue(Where.CAPTURE, patient_id="1025"))[1] >= THRESHOLD
    assert guess(Clue(Where.PHONE, patient_id="1025"))[1] >= THRESHOLD
    assert guess(Clue(Where.HEADER, patient_id="1025"))[1] < THRESHOLD


def test_a_header_is_shown_where_its_fields_agree() -> None:
    header = Clue(Where.HEADER, patient_id="ZAC5361", name="SMITH JANE")
    assert guess(header)[1] >= THRESHOLD
    assert guess(replace(header, name="", birth_date=date(1961, 3, 7)))[1] >= THRESHOLD


def test_the_day_of_a_picture_is_no_birth_date() -> None:
    baby = replace(JANE, birth_date=date(2026, 11, 20))
    known = replace(KNOWN, owners={"1025": baby}, named={})
    assert guess(named("1025 2026-11-20.jpg"), known=known)[1] < THRESHOLD


@pytest.mark.parametrize(
    ("clue", "words"),
    [
        (named("smith 4050.jpg"), "4050 in the file name is of BROWN, Ann"),
        (named("ann brown 1025.jpg"), "the name in the file name is of BROWN, Ann"),
        (Clue(Where.FOLDER, "4050"), "4050 in the folder name is of BROWN, Ann"),
        (Clue(Where.HEADER, birth_date=date(1961, 7, 3)), "the DICOM header says born 03 Jul 1961"),
        (Clue(Where.HEADER, name="BROWN ANN"), "the name in the DICOM header is not that of"),
        (Clue(Where.HEADER, patient_id="4050"), "4050 in the DICOM header is of BROWN, Ann"),
        (Clue(Where.METADATA, "Brown, Ann"), "the name in the picture's own text is of BROWN"),
    ],
)
def test_what_cannot_be_meant_for_the_patient_is_told(clue: Clue, words: str) -> None:
    [found] = contradictions(JANE, [clue], KNOWN)
    assert words in found


@pytest.mark.parametrize(
    "clue",
    [
        named("smith jane 1025 and brown ann.jpg"),
        Clue(Where.HEADER, patient_id="DEV-77", name="Smith Jane", birth_date=date(1961, 3, 7)),
        Clue(Where.FOLDER, "Scans"),
    ],
)
def test_what_may_be_meant_for_the_patient_is_not(clue: Clue) -> None:
    assert contradictions(JANE, [clue], KNOWN) == ()


def test_somebody_merged_into_the_patient_is_the_patient() -> None:
    old = replace(ANN, merged_into=JANE.id)
    assert contradictions(JANE, [named("4050.jpg")], Known(owners={"4050": old})) == ()


def test_a_conflict_leaves_nothing_to_be_shown() -> None:
    ranked = proposed([named("1025 smith.jpg")], KNOWN, seen_in=2026)
    assert Proposals(ranked).told == ranked[0]
    assert Proposals(ranked, "points elsewhere").told is None
    assert Proposals(()).told is None
