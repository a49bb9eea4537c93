"""The custom gates, shown to fail on a bad sample each; a gate that cannot fail guards nothing."""

import pytest

from tests.house import gates


def test_a_module_of_401_lines_is_too_long_and_one_of_400_is_not() -> None:
    assert gates.too_long("m.py", "x = 1\n" * 401)
    assert not gates.too_long("m.py", "x = 1\n" * 400)


@pytest.mark.parametrize(
    "sample",
    ['say("Choose a user first")', 'tr("Client")', 'f"{n} files in the backend"'],
)
def test_a_word_that_the_glossary_forbids_is_found_in_a_sentence(sample: str) -> None:
    assert gates.wrong_words("m.py", sample)


@pytest.mark.parametrize(
    "sample",
    ['"""The user of this module."""', 'say("Choose an operator")', 'load("user")', "user = 1"],
)
def test_docstrings_keys_and_names_are_not_sentences(sample: str) -> None:
    assert not gates.wrong_words("m.py", sample)


@pytest.mark.parametrize(
    "comment",
    ["noqa", "noqa: S101", "type: ignore", "type: ignore[attr-defined]", "pragma: no cover"],
)
def test_a_suppression_without_code_or_reason_is_refused(comment: str) -> None:
    assert gates.bare_suppressions("m.py", f"x = 1  # {comment}\n")


@pytest.mark.parametrize(
    "comment",
    [
        "noqa: S101 - the linter cannot know",
        "noqa: S101, PLR2004 - a count of three is plain",
        "type: ignore[attr-defined]  # the stub lacks it",
    ],
)
def test_a_suppression_with_code_and_reason_is_accepted(comment: str) -> None:
    assert not gates.bare_suppressions("m.py", f"x = 1  # {comment}\n")


def test_a_reason_may_stand_in_the_comment_above_several_suppressions() -> None:
    two = "x = 1  # noqa: S101\ny = 1  # noqa: S101\n"
    assert not gates.bare_suppressions("m.py", "# The linter cannot know.\n" + two)
    assert gates.bare_suppressions("m.py", "# The linter cannot know.\nz = 1\n" + two)


@pytest.mark.parametrize(
    "parts", [("cd /wo", "rk/x"), ("/ho", "me/jo/x"), ("https://py", "pi.org/simple")]
)
def test_a_path_or_host_of_one_computer_is_found(parts: tuple[str, ...]) -> None:
    assert gates.local_places("m.md", "".join(parts))


def test_a_part_that_a_description_leaves_out_is_named() -> None:
    assert gates.unmentioned(["host", "store"], "only `store`") == ["host is not described"]
