"""Every expected failure has words, a severity and one button."""

import pytest

from message_centre.domain import errors
from message_centre.domain.errors import MessageCentreError
from message_centre.ui.problems import Remedy, Severity, problem_of


def leaves(kind: type[MessageCentreError] = MessageCentreError) -> list[type[MessageCentreError]]:
    below = kind.__subclasses__()
    return [kind] if not below else [leaf for child in below for leaf in leaves(child)]


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.__name__)
def test_every_leaf_of_the_error_tree_has_words_of_its_own(leaf: type[MessageCentreError]) -> None:
    problem = problem_of(leaf("What happened, in a sentence."))
    assert problem.text == "What happened, in a sentence."
    assert problem.title != MessageCentreError.title
    assert len(problem.advice) > 10
    assert problem.advice != MessageCentreError.advice
    assert problem.button
    assert problem.sentence == f"{problem.text} {problem.advice}"


def test_words_stand_in_even_where_the_error_has_no_detail() -> None:
    assert problem_of(errors.FileGone()).text == "File is gone"


def test_what_can_be_done_decides_the_button() -> None:
    assert problem_of(errors.SourceOffline()).remedy is Remedy.RETRY
    assert problem_of(errors.FileChanged()).remedy is Remedy.REFRESH
    assert problem_of(errors.MixedDestinations()).remedy is Remedy.CORRECT
    assert problem_of(errors.NewerDatabase()).severity is Severity.STOP


def test_an_unforeseen_exception_never_shows_its_own_words() -> None:
    problem = problem_of(OSError(2, "No such file", "/inbox/canary.jpg"))
    assert "canary" not in problem.sentence
    assert "FileNotFoundError" in problem.text
    assert problem.severity is Severity.STOP
