"""A grammar learnt from one example: proposals, and that the example fits what was learnt."""

from datetime import date

import pytest

from message_centre.domain.folder_learning import Piece, grammar_of, propose
from message_centre.domain.folder_names import FolderGrammar, Part

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("example", "grammar"),
    [
        ("1025_Smith_Jane", "<patient number>_<last name>_<first names>"),
        ("1025_Jane_SMITH", "<patient number>_<first names>_<last name>"),
        (
            "SMITH, Jane (ZAC5361) 1961-03-07",
            "<last name>, <first names> (<nhi>) <birth date>",
        ),
        ("ZAC5361 20261120", "<nhi> <date>"),
        ("O'Neill-Smith Jane 07.03.1961", "<last name> <first names> <birth date>"),
        ("1025 20261123143005", "<patient number> <date>"),
    ],
)
def test_each_piece_is_proposed_for_what_it_looks_like(example: str, grammar: str) -> None:
    learnt = grammar_of(propose(example, today=TODAY))

    assert learnt == grammar
    assert FolderGrammar(learnt).readings(example)


def test_neighbours_marked_alike_are_one_part_and_unmarked_text_stands_for_itself() -> None:
    pieces = (
        Piece("Patient", None),
        Piece(" ", None, is_between=True),
        Piece("De", Part.LAST_NAME),
        Piece(" ", None, is_between=True),
        Piece("Souza", Part.LAST_NAME),
        Piece("-", None, is_between=True),
        Piece("77", Part.NUMBER),
    )

    assert grammar_of(pieces) == "Patient <last name>-<patient number>"
