from dataclasses import replace

from sqlalchemy import insert

from message_centre.domain.people import ALL_RIGHTS, Operator, Provider, Right
from message_centre.store import tables
from message_centre.store.database import Database
from message_centre.store.people import PeopleTable, furnish


def test_a_fresh_record_gets_one_provider_and_one_operator_with_every_right(
    database: Database,
) -> None:
    furnish(database)

    people = PeopleTable(database)
    (operator,) = people.operators()
    (provider,) = people.providers()
    assert (operator.id, operator.is_active, operator.rights) == ("ADM", True, ALL_RIGHTS)
    assert (provider.number, provider.is_active) == ("1", True)


def test_furnishing_again_changes_nothing(database: Database) -> None:
    furnish(database)
    people = PeopleTable(database)
    people.save_operator(Operator("ADM", "Ann", rights=frozenset({("1", Right.SAVE)})))
    people.save_provider(Provider("1", "Dr Example"))

    furnish(database)

    assert [one.name for one in people.operators()] == ["Ann"]
    assert people.providers() == (Provider("1", "Dr Example"),)


def test_an_operator_is_replaced_with_the_rights_held(database: Database) -> None:
    people = PeopleTable(database)
    first = Operator("ANN", "Ann", rights=frozenset({("1", Right.SAVE), ("*", Right.SEE_EXT)}))
    people.save_operator(first)
    second = replace(first, name="Anne", is_active=False, rights=frozenset({("2", Right.SAVE)}))

    people.save_operator(second)

    assert people.operators() == (second,)


def test_an_operator_may_hold_no_right_at_all(database: Database) -> None:
    people = PeopleTable(database)
    people.save_operator(Operator("BEN", "Ben"))

    assert people.operators() == (Operator("BEN", "Ben"),)


def test_a_right_that_this_program_does_not_know_is_not_granted(database: Database) -> None:
    people = PeopleTable(database)
    people.save_operator(Operator("BEN", "Ben"))
    with database.writing() as connection:
        row = {"operator": "BEN", "provider": "*", "right": "time-travel"}
        connection.execute(insert(tables.operator_rights).values(row))

    assert people.operators() == (Operator("BEN", "Ben"),)


def test_operators_come_by_id_and_providers_by_number(database: Database) -> None:
    people = PeopleTable(database)
    for number in ("10", "2", "1"):
        people.save_provider(Provider(number, f"Provider {number}"))
    for name in ("ZOE", "ANN"):
        people.save_operator(Operator(name, name))

    assert [one.number for one in people.providers()] == ["1", "2", "10"]
    assert [one.id for one in people.operators()] == ["ANN", "ZOE"]
