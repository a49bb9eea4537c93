"""The journal's fences: one claim a file, one commit a claim, nothing after a take-over."""

from collections.abc import Iterator

import pytest

from message_centre.domain.errors import BeingFiled
from message_centre.domain.lifecycle import LEGAL, OPEN_STATES, ImportState, may_become
from message_centre.host.clock import SystemClock
from message_centre.store.database import Database
from message_centre.store.journal import SqlJournal
from tests.support.engine import Engine

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def database(engine: Engine) -> Iterator[Database]:
    found = engine.database()
    yield found
    found.close()


def a_journal(database: Database, session: str = "one") -> SqlJournal:
    return SqlJournal(database, SystemClock(), workstation="desk", session=session)


def test_a_claimed_file_cannot_be_claimed_again_and_the_answer_says_by_whom(
    engine: Engine, database: Database
) -> None:
    engine.put("a.jpg")
    first, second = engine.order("a.jpg"), engine.order("a.jpg")
    a_journal(database).claim(first, import_id=ONE, shelf_path="1/11/1.jpg")

    with pytest.raises(BeingFiled, match="ADM at desk"):
        a_journal(database, "two").claim(second, import_id=TWO, shelf_path="1/22/2.jpg")


def test_a_claim_that_was_given_up_can_be_made_again(engine: Engine, database: Database) -> None:
    engine.put("a.jpg")
    journal = a_journal(database)
    claimed = journal.claim(engine.order("a.jpg"), import_id=ONE, shelf_path="1/11/1.jpg")

    assert journal.abort(claimed, "cancelled")
    assert not journal.abort(claimed, "again")
    again = journal.claim(engine.order("a.jpg"), import_id=TWO, shelf_path="1/22/2.jpg")
    assert again.state is ImportState.CLAIMED


def test_after_a_take_over_the_late_run_can_neither_abort_nor_take_over(
    engine: Engine, database: Database
) -> None:
    engine.put("a.jpg")
    late = a_journal(database)
    claimed = late.claim(engine.order("a.jpg"), import_id=ONE, shelf_path="1/11/1.jpg")

    taken = a_journal(database, "two").take_over(claimed)

    assert taken is not None
    assert taken.epoch == claimed.epoch + 1
    assert not late.abort(claimed, "late")
    assert late.take_over(claimed) is None


def test_only_legal_steps_are_recorded(engine: Engine, database: Database) -> None:
    engine.put("a.jpg")
    result = engine.save("a.jpg")
    journal = a_journal(database)

    journal.settle(result.record_id, ImportState.CLAIMED)

    found = journal.read(result.record_id)
    assert found is not None
    assert found.state is ImportState.DONE


def test_every_open_state_can_end_and_every_end_is_an_end() -> None:
    for state in OPEN_STATES:
        assert LEGAL[state]
    for state in ImportState:
        assert not may_become(ImportState.DONE, state)


def test_what_the_record_says_survives_the_program(engine: Engine) -> None:
    engine.put("a.jpg")
    result = engine.save("a.jpg")
    database = engine.database()
    found = a_journal(database).of_request("unknown")
    row = a_journal(database).read(result.record_id)
    database.close()

    assert found is None
    assert row is not None
    assert row.record_id == result.record_id
