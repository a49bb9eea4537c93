"""What is changed in Setup and not saved yet, as plain values."""

import pytest

from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.services.configuring import KEPT
from message_centre.ui.setup.draft import Change, Draft, of_operator, of_provider
from message_centre.ui.setup.rows import worded

PATH = "operator.ADM.dropbox.path"
KEY = "system.azure.key"


@pytest.fixture
def draft() -> Draft:
    made = Draft()
    made.take({PATH: "/apps", KEY: KEPT, "provider.1.azure.container": ""})
    return made


def test_keys_are_made_full() -> None:
    assert of_operator("operator.dropbox.path", "ADM") == PATH
    assert of_provider("provider.N.azure.container", "2") == "provider.2.azure.container"


def test_typing_what_is_stored_takes_the_change_back(draft: Draft) -> None:
    draft.edit(PATH, "/apps ")
    assert (draft.value(PATH), draft.is_dirty) == ("/apps ", True)
    draft.edit(PATH, "/apps")
    assert (draft.changes(), draft.is_dirty) == ((), False)


def test_a_value_is_judged_while_it_is_typed(draft: Draft) -> None:
    draft.edit(PATH, "apps/intouch")
    assert draft.kept_as(PATH) == "/apps/intouch"
    assert draft.is_sound
    draft.edit(PATH, "/apps/..")
    assert "may not contain" in draft.problem(PATH)
    assert not draft.is_sound


def test_what_the_practice_refused_goes_with_the_next_edit(draft: Draft) -> None:
    draft.edit(PATH, "/b")
    draft.refuse(PATH, "no")
    assert draft.problem(PATH) == "no"
    draft.edit(PATH, "/c")
    assert draft.problem(PATH) == ""


def test_a_secret_is_only_known_as_kept(draft: Draft) -> None:
    assert draft.has_kept(KEY)
    draft.give_secret(KEY, Secret("canary"))
    assert draft.changes() == (Change(KEY, secret=Secret("canary")),)
    assert "canary" not in repr(draft.changes())
    draft.give_secret(KEY, NO_SECRET)
    assert draft.new_secret(KEY) == NO_SECRET
    draft.give_secret(KEY, None)
    assert not draft.is_dirty


def test_what_was_typed_while_it_was_saved_stays(draft: Draft) -> None:
    draft.edit(PATH, "/b")
    (change,) = draft.changes()
    draft.edit(PATH, "/bc")
    draft.saved(change, "/b")
    assert draft.value(PATH) == "/bc"
    draft.edit(PATH, "/b")
    assert not draft.is_dirty


def test_a_vault_that_is_locked_is_told() -> None:
    draft = Draft()
    draft.take({KEY: "(The vault does not open.)"})
    assert draft.trouble(KEY) == "The vault does not open."
    assert not draft.has_kept(KEY)


@pytest.mark.parametrize(
    ("problem", "key"),
    [
        ("operator.dropbox.path: no '..'.", PATH),
        ("provider.N.azure.container: no '..'.", "provider.1.azure.container"),
        ("system.azure.account: no '..'.", "system.azure.account"),
    ],
)
def test_a_problem_is_told_with_the_words_of_the_form(problem: str, key: str) -> None:
    assert worded(problem, key, "Folder") == "Folder: no '..'."
