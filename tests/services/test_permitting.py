from collections.abc import Iterator
from pathlib import Path

import pytest

from message_centre.domain.errors import FixTheInput, NotPermitted
from message_centre.domain.people import ALL_RIGHTS, EVERY_PROVIDER, Operator, Provider, Right
from message_centre.host.clock import SystemClock
from message_centre.services.permitting import Permitting
from message_centre.services.staffing import Staffing, with_rights
from message_centre.store.database import Database
from message_centre.store.people import PeopleTable, furnish
from message_centre.store.trail import SqlTrail


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "record.sqlite")
    furnish(opened)
    yield opened
    opened.close()


@pytest.fixture
def people(database: Database) -> PeopleTable:
    table = PeopleTable(database)
    table.save_provider(Provider("2", "Dr Example"))
    table.save_operator(Operator("ANN", "Ann", rights=frozenset({("2", Right.SAVE)})))
    table.save_operator(Operator("OFF", "Gone", is_active=False, rights=ALL_RIGHTS))
    return table


@pytest.fixture
def trail(database: Database) -> SqlTrail:
    return SqlTrail(database, SystemClock(), "here")


def test_a_right_counts_for_its_own_provider_only(people: PeopleTable) -> None:
    permitting = Permitting(people)

    assert permitting.require("ANN", Right.SAVE, "2").id == "ANN"
    with pytest.raises(NotPermitted, match="ANN may not save files for provider 1"):
        permitting.require("ANN", Right.SAVE, "1")
    with pytest.raises(NotPermitted, match="for the practice"):
        permitting.require("ANN", Right.SAVE, EVERY_PROVIDER)


@pytest.mark.parametrize("who", ["OFF", "NOBODY"])
def test_an_unknown_or_inactive_operator_may_nothing(people: PeopleTable, who: str) -> None:
    with pytest.raises(NotPermitted, match="no active operator"):
        Permitting(people).require(who, Right.SEE_EXT, "1")


def test_a_right_that_is_taken_away_is_gone_at_once(people: PeopleTable) -> None:
    permitting = Permitting(people)
    permitting.require("ANN", Right.SAVE, "2")

    people.save_operator(Operator("ANN", "Ann"))

    with pytest.raises(NotPermitted):
        permitting.require("ANN", Right.SAVE, "2")


def test_without_an_id_the_first_operator_is_at_work(people: PeopleTable) -> None:
    assert Permitting(people).operator("").id == "ADM"


def test_without_the_first_operator_the_first_active_one_is_at_work(people: PeopleTable) -> None:
    people.save_operator(Operator("ADM", "Gone", is_active=False))

    assert Permitting(people).operator("").id == "ANN"


def test_the_provider_at_work_is_the_first_one_the_right_is_held_for(people: PeopleTable) -> None:
    permitting = Permitting(people)

    assert permitting.provider(permitting.operator("ANN"), Right.SAVE) == "2"
    assert permitting.provider(permitting.operator("ADM"), Right.SAVE) == "1"


def test_a_new_operator_is_kept_and_told_to_the_trail(people: PeopleTable, trail: SqlTrail) -> None:
    new = Operator("BEN", "Ben", rights=frozenset({("2", Right.SAVE)}))

    Staffing(people, trail).save_operator(new, by="ADM")

    assert new in people.operators()
    (entry,) = trail.entries()
    assert (entry.action, entry.operator) == ("settings", "ADM")
    assert "BEN" in entry.detail
    assert "save @ 2" in entry.detail


def test_who_may_not_set_up_changes_nobody(people: PeopleTable, trail: SqlTrail) -> None:
    before = people.operators()

    with pytest.raises(NotPermitted):
        Staffing(people, trail).save_operator(Operator("ANN", "Ann", rights=ALL_RIGHTS), by="ANN")
    with pytest.raises(NotPermitted):
        Staffing(people, trail).save_provider(Provider("3", "Mine"), by="ANN")

    assert people.operators() == before
    assert list(trail.entries()) == []


def test_somebody_who_may_set_up_is_always_left(people: PeopleTable, trail: SqlTrail) -> None:
    with pytest.raises(FixTheInput, match="Somebody must be left"):
        Staffing(people, trail).save_operator(Operator("ADM", "No rights"), by="ADM")


@pytest.mark.parametrize("identifier", ["", "A B", "../x", "a.b", "-x", "x" * 33, "é"])
def test_an_id_that_no_folder_or_key_can_carry_is_refused(
    people: PeopleTable, trail: SqlTrail, identifier: str
) -> None:
    staffing = Staffing(people, trail)
    with pytest.raises(FixTheInput):
        staffing.save_provider(Provider(identifier, "Name"), by="ADM")
    with pytest.raises(FixTheInput):
        staffing.save_operator(Operator(identifier, "Name"), by="ADM")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(
    people: PeopleTable, trail: SqlTrail, name: str
) -> None:
    with pytest.raises(FixTheInput):
        Staffing(people, trail).save_provider(Provider("3", name), by="ADM")


def test_a_right_for_an_unknown_provider_is_refused(people: PeopleTable, trail: SqlTrail) -> None:
    stray = Operator("BEN", "Ben", rights=frozenset({("9", Right.SAVE)}))

    with pytest.raises(FixTheInput, match="no provider '9'"):
        Staffing(people, trail).save_operator(stray, by="ADM")


def test_rights_are_granted_and_revoked_together() -> None:
    ann = Operator("ANN", "Ann", rights=frozenset({("2", Right.SAVE)}))

    changed = with_rights(
        ann, grant=frozenset({("1", Right.SEE_EXT)}), revoke=frozenset({("2", Right.SAVE)})
    )

    assert changed.rights == {("1", Right.SEE_EXT)}


def test_a_right_held_for_every_provider_cannot_be_revoked_for_one() -> None:
    ann = Operator("ANN", "Ann", rights=frozenset({("*", Right.SAVE)}))

    with pytest.raises(FixTheInput, match="for every provider"):
        with_rights(ann, grant=frozenset(), revoke=frozenset({("2", Right.SAVE)}))
