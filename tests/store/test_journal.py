"""The journal's fences: one claim a file, one commit a claim, nothing after a take-over."""

from collections.abc import Iterator

import pytest

from message_centre.domain.assignments import ImportOrder
from message_centre.domain.errors import BeingFiled
from message_centre.domain.lifecycle import LEGAL, OPEN_STATES, ImportState, may_become
from message_centre.host.clock import SystemClock
from message_centre.services.ports import Claim, End, OpenImport
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


def claim(journal: SqlJournal, order: ImportOrder, import_id: str) -> OpenImport:
    [answer] = journal.claim([Claim(order, import_id, f"1/{import_id[-2:]}/{import_id}.jpg")])
    if isinstance(answer, BeingFiled):
        raise answer
    return answer


def test_a_claimed_file_cannot_be_claimed_again_and_the_answer_says_by_whom(
    engine: Engine, database: Database
) -> None:
    engine.put("a.jpg")
    first, second = engine.order("a.jpg"), engine.order("a.jpg")
    claim(a_journal(database), first, ONE)

    with pytest.raises(BeingFiled, match="ADM at desk"):
        claim(a_journal(database, "two"), second, TWO)


def test_a_claim_that_was_given_up_can_be_made_again(engine: Engine, database: Database) -> None:
    engine.put("a.jpg")
    journal = a_journal(database)
    claimed = claim(journal, engine.order("a.jpg"), ONE)

    assert journal.abort(claimed, "cancelled")
    assert not journal.abort(claimed, "again")
    again = claim(journal, engine.order("a.jpg"), TWO)
    assert again.state is ImportState.CLAIMED


def test_after_a_take_over_the_late_run_can_neither_abort_nor_take_over(
    engine: Engine, database: Database
) -> None:
    engine.put("a.jpg")
    late = a_journal(database)
    claimed = claim(late, engine.order("a.jpg"), ONE)

    taken = a_journal(database, "two").take_over(claimed)

    assert taken is not None
    assert taken.epoch == claimed.epoch + 1
    assert not late.abort(claimed, "late")
    assert late.take_over(claimed) is None


def test_only_legal_steps_are_recorded(engine: Engine, database: Database) -> None:
    engine.put("a.jpg")
    result = engine.save("a.jpg")
    journal = a_journal(database)

    journal.settle([End(result.record_id, ImportState.CLAIMED)])

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
    found = a_journal(database).of_requests(["unknown"])
    row = a_journal(database).read(result.record_id)
    database.close()

    assert found == {}
    assert row is not None
    assert row.record_id == result.record_id
