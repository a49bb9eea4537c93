"""The grammar of folder names: what is read, in how many ways, and what is refused."""

import pytest

from message_centre.domain.folder_names import MOST_READINGS, FolderGrammar, Part, Reading
from message_centre.domain.tower_profiles import GE_VSCAN_AIR

VSCAN = GE_VSCAN_AIR.grammar


def _read(grammar: str, name: str) -> list[Reading]:
    return list(FolderGrammar(grammar).readings(name))


@pytest.mark.parametrize(
    ("grammar", "name", "wanted"),
    [
        (VSCAN, "1025", [{Part.ANY_ID: "1025"}]),
        (
            VSCAN,
            "1025_Jane_Smith",
            [
                {Part.ANY_ID: "1025", Part.FIRST_NAMES: "Jane", Part.LAST_NAME: "Smith"},
                {Part.ANY_ID: "1025", Part.FIRST_NAMES: "Jane_Smith"},
                {Part.ANY_ID: "1025", Part.LAST_NAME: "Jane_Smith"},
            ],
        ),
        (
            "<last name>, <first names> (<nhi>)",
            "De Souza, Ana Māia (ZAC5361)",
            [{Part.LAST_NAME: "De Souza", Part.FIRST_NAMES: "Ana Māia", Part.NHI: "ZAC5361"}],
        ),
        (
            "PATIENT-<patient number>-<date>",
            "patient-77-20261123",
            [{Part.NUMBER: "77", Part.DATE: "20261123"}],
        ),
        (
            "<last name> <birth date>",
            "O'Neill 07-03-1961",
            [{Part.LAST_NAME: "O'Neill", Part.BIRTH_DATE: "07-03-1961"}],
        ),
    ],
)
def test_a_name_is_read_in_every_way_that_fits(
    grammar: str, name: str, wanted: list[Reading]
) -> None:
    assert _read(grammar, name) == wanted


@pytest.mark.parametrize(
    ("grammar", "name"),
    [
        (VSCAN, ""),
        (VSCAN, "_Jane_Smith"),
        (VSCAN, "x" * 300),
        ("<nhi> <last name>", "ZAC536 Smith"),
        ("<last name> <birth date>", "Smith 1961"),
        ("<patient number>_<anything>", "1025"),
    ],
)
def test_what_does_not_fit_as_a_whole_is_not_read(grammar: str, name: str) -> None:
    assert _read(grammar, name) == []


def test_a_name_with_too_many_readings_is_read_in_none() -> None:
    name = " ".join("Ab" for _ in range(MOST_READINGS))

    assert _read("<patient number> <last name> <first names>", f"1 {name}") == []


@pytest.mark.parametrize(
    ("grammar", "why"),
    [
        ("", "1 to 200"),
        ("<first names>", "needs a number"),
        ("<last name>", "needs a number"),
        ("<patient number><last name>", "stand between"),
        ("<patient number>[<last name>]", "stand between"),
        ("<patient number>_<patient number>", "twice"),
        ("<number>", "there is no part"),
        ("<patient number", "other half"),
        ("[<patient number>", "in pairs|two brackets"),
        ("<patient number>/<last name>", "stands in no folder name"),
    ],
)
def test_a_grammar_that_is_none_says_what_to_change(grammar: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        FolderGrammar(grammar)
