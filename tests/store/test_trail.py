"""The trail is only ever added to, and every change of it is found."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.engine import Engine


@pytest.fixture
def trail(engine: Engine) -> Engine:
    for number in range(5):
        engine.services.trail.add("view", operator="ADM", record_id=str(number), detail="shown")
    return engine


def test_an_untouched_trail_verifies(trail: Engine) -> None:
    count, broken = trail.services.trail.verify()

    assert broken is None
    assert count == len(list(trail.services.trail.entries()))


@pytest.mark.parametrize("table", ["trail", "ledger"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET record_id = 'x'"])
def test_the_database_itself_refuses_to_change_it(
    trail: Engine, table: str, statement: str
) -> None:
    trail.put("a.jpg")
    trail.save("a.jpg")

    with pytest.raises(IntegrityError, match="append-only"):
        trail.alter(statement.format(table))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE trail SET detail = 'nothing' WHERE seq = 3",
        "UPDATE trail SET operator = 'XYZ' WHERE seq = 3",
        "UPDATE trail SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 3",
        "UPDATE trail SET digest = 'x' WHERE seq = 3",
        "DELETE FROM trail WHERE seq = 3",
        "UPDATE trail SET seq = 100 WHERE seq = 3",
    ],
)
def test_whoever_gets_past_that_is_found(trail: Engine, tampering: str) -> None:
    trail.lift_guard("trail")

    trail.alter(tampering)

    assert trail.services.trail.verify()[1] == 3


@pytest.mark.parametrize("cut", [1, 3, 100])
def test_a_trail_that_was_cut_off_since_it_was_seen_is_found(trail: Engine, cut: int) -> None:
    count, _ = trail.services.trail.verify()
    trail.lift_guard("trail")

    trail.alter(f"DELETE FROM trail WHERE seq > {count - cut}")  # noqa: S608 - our own number

    assert trail.services.trail.verify()[1] == max(0, count - cut) + 1


def test_a_damaged_memory_of_the_trail_is_no_proof_of_it(trail: Engine) -> None:
    assert trail.services.trail.verify()[1] is None
    [file] = trail.home.glob("trail-seen*")
    file.write_text("nonsense")

    assert trail.services.trail.verify()[1] == 1


def test_a_trail_that_grew_is_the_same_trail(trail: Engine) -> None:
    assert trail.services.trail.verify()[1] is None
    trail.services.trail.add("view", operator="ADM", detail="more")

    assert trail.services.trail.verify()[1] is None


def test_a_patients_entries_can_be_read_alone(engine: Engine) -> None:
    engine.services.trail.add("view", operator="ADM", patient_id="pt-1", detail="a")
    engine.services.trail.add("view", operator="ADM", patient_id="pt-2", detail="b")

    assert [one.detail for one in engine.services.trail.entries(patient_id="pt-2")] == ["b"]
