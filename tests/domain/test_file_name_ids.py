import pytest

from message_centre.domain.file_name_ids import identifiers_in


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ZAC5361 knee.jpg", {"ZAC5361"}),
        ("knee_zac5361-2.jpg", {"ZAC5361", "zac5361"}),
        ("1002 wound.jpg", {"1002"}),
        ("INTOUCH_P1002_D1_20260102_101112_01.jpg", {"1002"}),
        ("letter P77.pdf", {"P77"}),
        ("1001 and 1002.png", {"1001", "1002"}),
    ],
)
def test_whole_words_that_may_be_identifiers_are_found(name: str, found: set[str]) -> None:
    assert identifiers_in(name) >= found
    assert {word.upper() for word in identifiers_in(name)} == {word.upper() for word in found}


@pytest.mark.parametrize(
    "name",
    "IMG_1001.jpg|DSC_1001.JPG|DSC0009.jpg|SCN0008.tif|photo 1001.jpg|Screenshot 1001.png|IMG-20260102-WA0001.jpg"
    "|20260102_101112.jpg|PXL_20260102_101112345.jpg|holiday 2026.jpg|a1.png|xZAC5361x.jpg|noname|.jpg".split(
        "|"
    ),
)
def test_counters_dates_and_parts_of_words_are_left_out(name: str) -> None:
    assert identifiers_in(name) <= {"xZAC5361x"}
