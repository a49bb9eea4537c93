"""When an action can be used is a plain function of a plain value."""

from dataclasses import replace

import pytest

from message_centre.ui.actions import SPECS, Name, Situation, Tab, is_enabled

LISTED = Situation(
    is_open=True,
    selected=2,
    can_tick=True,
    may_see=True,
    may_save=True,
    may_set_up=True,
    undo="x",
)
ALWAYS = {Name.THEME, Name.HELP, Name.QUIT}


def enabled(situation: Situation) -> set[Name]:
    return {name for name in Name if is_enabled(name, situation)}


def test_before_the_home_is_open_only_help_theme_and_quit_work() -> None:
    assert enabled(Situation()) == ALWAYS


def test_with_files_selected_everything_works() -> None:
    assert enabled(LISTED) == set(Name)


@pytest.mark.parametrize(
    ("tab", "missing"),
    [
        (
            Tab.MY_TASK,
            {Name.SAVE, Name.SELECT_ALL, Name.FIND, Name.NEXT, Name.PREVIOUS, Name.GROUP},
        ),
        (Tab.UNCLAIMED, {Name.FIND, Name.GROUP}),
    ],
)
def test_nothing_is_saved_or_ticked_out_of_sight(tab: Tab, missing: set[Name]) -> None:
    assert enabled(replace(LISTED, tab=tab)) == set(Name) - missing


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"selected": 0}, Name.SAVE),
        ({"may_save": False}, Name.SAVE),
        ({"may_see": False}, Name.SAVE),
        ({"can_tick": False}, Name.SELECT_ALL),
        ({"undo": ""}, Name.UNDO),
        ({"may_set_up": False}, Name.PATTERN),
    ],
)
def test_one_missing_thing_disables_what_needs_it(change: dict[str, bool], name: Name) -> None:
    situation = replace(LISTED, **change)  # type: ignore[arg-type]  # each case changes one field
    assert not is_enabled(name, situation)


def test_no_two_actions_share_a_key() -> None:
    keys = [spec.key for spec in SPECS.values()]
    assert len(keys) == len(set(keys))
