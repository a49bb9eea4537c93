import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from message_centre.bootstrap import open_home
from message_centre.domain.errors import (
    FixTheInput,
    NotPermitted,
    NotSignedIn,
    TooManyTries,
    WeakPassword,
    WrongPassword,
)
from message_centre.domain.outcomes import Outcome
from message_centre.domain.passwords import FREE_TRIES, wait_after
from message_centre.domain.people import ALL_RIGHTS, Operator, Right
from message_centre.domain.secrets import Secret
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken
from tests.support.engine import JANE, Engine

WORD, OTHER = Secret("correct horse battery"), Secret("another long phrase")
WRONG = Secret("canary-wrong-4711")


@pytest.fixture
def services(engine: Engine) -> Services:
    """Of a practice where ADM, who is signed in, and ANN have passwords, and BEN has none."""
    made = engine.services
    made.staffing.save_operator(Operator("ANN", "Ann Lee"), by="ADM")
    made.staffing.save_operator(Operator("BEN", "Ben"), by="ADM")
    made.entering.set_password("ADM", WORD, by="ADM")
    made.entering.set_password("ANN", OTHER, by="ADM")
    return made


def told(services: Services) -> list[tuple[str, str, str]]:
    return [(one.action, one.operator, one.detail) for one in services.trail.entries()]


def waited(engine: Engine) -> None:
    """Let the wait be over, as time would."""
    engine.alter("UPDATE operator_passwords SET wait_until = ''")


def test_a_fresh_home_lets_its_operator_sit_down_without_a_password(engine: Engine) -> None:
    assert not engine.services.entering.is_guarded
    assert engine.services.entering.sign_in("").id == "ADM"


def test_the_right_password_lets_one_in_and_the_trail_tells(services: Services) -> None:
    services.permitting.get_up()

    assert services.entering.sign_in("ADM", WORD).name == "Administrator"
    assert told(services)[-1] == ("sign-in", "ADM", "Message Centre: signed in")


@pytest.mark.parametrize("who", ["ANN", "NOBODY", "canary-wrong-4711"])
def test_a_wrong_password_and_an_unknown_operator_get_the_same_answer(
    services: Services, who: str
) -> None:
    with pytest.raises(WrongPassword, match=r"^Operator and password do not belong together\.$"):
        services.entering.sign_in(who, WRONG)

    action, _, detail = told(services)[-1]
    assert action == "sign-in"
    assert "wrong password, 1 in a row" in detail or "unknown operator" in detail
    assert not any("canary" in part for line in told(services) for part in line)


def test_an_unknown_operator_is_answered_no_sooner(services: Services) -> None:
    def seconds(who: str) -> float:
        began = time.perf_counter()
        with pytest.raises(WrongPassword):
            services.entering.sign_in(who, WRONG)
        return time.perf_counter() - began

    known, unknown = (min(seconds(who) for _ in range(2)) for who in ("ANN", "NOBODY"))
    assert unknown > known / 3


def test_five_wrong_ones_wait_through_a_restart_and_only_for_that_operator(
    engine: Engine, services: Services
) -> None:
    for _ in range(FREE_TRIES - 1):
        with pytest.raises(WrongPassword):
            services.entering.sign_in("ANN", WRONG)
    with pytest.raises(TooManyTries, match="30 seconds"):
        services.entering.sign_in("ANN", WRONG)
    assert told(services)[-1][2] == "Message Centre: wrong password, 5 in a row; waits 30 s"

    again = open_home(engine.home)
    try:
        with pytest.raises(TooManyTries) as refused:
            again.entering.sign_in("ANN", OTHER)
        assert 0 < refused.value.after <= 30
        assert again.entering.sign_in("ADM", WORD).id == "ADM"
        waited(engine)
        assert again.entering.sign_in("ANN", OTHER).id == "ANN"
        with pytest.raises(WrongPassword):  # counted anew
            again.entering.sign_in("ANN", WRONG)
    finally:
        again.close()


def test_the_wait_grows_and_has_a_bound() -> None:
    waits = [wait_after(number) for number in (4, 5, 6, 7, 10, 1_000_000)]

    assert waits == [0, 30, 60, 120, 900, 900]


def test_without_a_password_of_their_own_nobody_gets_in_where_others_have_one(
    services: Services,
) -> None:
    with pytest.raises(NotPermitted, match="no password yet"):
        services.entering.sign_in("BEN")


def test_the_first_password_is_an_administrators(engine: Engine) -> None:
    services = engine.services
    services.staffing.save_operator(Operator("ANN", "Ann"), by="ADM")

    with pytest.raises(FixTheInput, match="first password is an administrator's"):
        services.entering.set_password("ANN", WORD, by="ADM")

    assert not services.entering.is_guarded


def test_nobody_is_locked_out_of_setting_up(services: Services) -> None:
    services.staffing.save_operator(Operator("BEN", "Ben", rights=ALL_RIGHTS), by="ADM")

    with pytest.raises(FixTheInput, match="can sign in"):
        services.staffing.save_operator(
            Operator("ADM", "Administrator", is_active=False, rights=ALL_RIGHTS), by="ADM"
        )


def test_one_changes_ones_own_password_with_the_old_one(services: Services) -> None:
    new = Secret("a third long phrase")
    with pytest.raises(WrongPassword):
        services.entering.change_password("ANN", WRONG, new)
    services.entering.change_password("ANN", OTHER, new)

    with pytest.raises(WrongPassword):
        services.entering.sign_in("ANN", OTHER)
    assert services.entering.sign_in("ANN", new).id == "ANN"


def test_only_who_may_set_up_sets_another_ones_password(services: Services) -> None:
    services.entering.sign_in("ANN", OTHER)

    with pytest.raises(NotPermitted):
        services.entering.set_password("ADM", WORD, by="ANN")

    refusal = ("refused", "ANN", "Operator ANN may not change settings for the practice.")
    assert refusal in told_by(services)


def test_who_did_not_sign_in_cannot_be_acted_for(engine: Engine, services: Services) -> None:
    again = open_home(engine.home)
    try:
        with pytest.raises(NotSignedIn):
            again.staffing.save_operator(Operator("EVE", "Eve", rights=ALL_RIGHTS), by="ADM")
    finally:
        again.close()

    assert services.people.operators()[-1].id == "BEN"


def test_signing_out_and_locking_stand_on_the_trail(services: Services) -> None:
    services.entering.lock("asked for")
    services.entering.sign_out()
    with pytest.raises(NotSignedIn):
        services.records.of_patient("x")

    assert [line[:2] for line in told_by(services)[-4:-1]] == [
        ("lock", "ADM"),
        ("sign-out", "ADM"),
        ("refused", ""),
    ]


def told_by(services: Services) -> list[tuple[str, str, str]]:
    services.entering.sign_in("ADM", WORD)
    return told(services)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "8 characters or more"),
        ("x" * 129, "128 characters at most"),
        ("tab\there it is", "control characters"),
        ("aaaaaaaaaaaa", "among the first"),
        ("Password123!", "among the first"),
        ("12345678", "among the first"),
        ("qwertyuiop", "among the first"),
        ("Administrator1", "among the first"),
        ("hillside2026", "more than a name"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused_and_never_repeated(
    engine: Engine, password: str, why: str
) -> None:
    services = engine.services
    services.configuring.set("system.practice_name", "Hillside Surgery", operator=engine.operator)

    with pytest.raises(WeakPassword, match=why) as refused:
        services.entering.set_password("ADM", Secret(password), by="ADM")

    assert password not in refused.value.detail
    assert not services.entering.is_guarded


def test_accents_count_however_they_were_typed(engine: Engine) -> None:
    engine.services.entering.set_password("ADM", Secret("caf\u00e9 au lait chaud"), by="ADM")

    assert engine.services.entering.sign_in("ADM", Secret("cafe\u0301 au lait chaud")).id == "ADM"


def test_no_password_stands_in_the_record_or_any_file_of_the_home(
    engine: Engine, services: Services
) -> None:
    with pytest.raises(WrongPassword):
        services.entering.sign_in("ANN", WRONG)
    needles = [one.reveal().encode() for one in (WORD, OTHER, WRONG)]

    files = [path for path in engine.home.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert not any(needle in content for needle in needles), path


def test_a_right_is_needed_to_learn_who_has_a_password(services: Services) -> None:
    assert services.entering.holders() == {"ADM", "ANN"}
    services.staffing.save_operator(
        Operator("ANN", "Ann", rights=frozenset({("1", Right.SEE_EXT)})), by="ADM"
    )
    services.entering.sign_in("ANN", OTHER)
    with pytest.raises(NotPermitted):
        services.entering.holders()


def test_what_was_begun_is_finished_after_signing_out(engine: Engine, services: Services) -> None:
    engine.put("a.jpg")
    order = engine.order("a.jpg")
    services.entering.sign_out()

    result = services.importer.run(order, CancelToken())

    assert result.outcome is Outcome.SAVED
    services.entering.sign_in("ADM", WORD)
    assert [one.operator for one in services.records.of_patient(JANE.id)] == ["ADM"]


def test_a_right_that_is_withdrawn_empties_the_list_at_once_and_is_told_once(
    engine: Engine, services: Services
) -> None:
    engine.put("a.jpg")
    sat_down = services.staffing.save_operator(
        Operator("ANN", "Ann", rights=frozenset({("1", Right.SEE_EXT)})), by="ADM"
    )
    services.entering.sign_in("ANN", OTHER)
    assert services.lister.sources(sat_down, "1")

    services.staffing.save_operator(Operator("ANN", "Ann"), by="ADM")

    for _ in range(3):
        assert services.lister.refresh(sat_down, "1", CancelToken()) == ()
    refusals = [line for line in told_by(services) if line[0] == "refused"]
    assert refusals == [("refused", "ANN", "Operator ANN may not see the Ext list for provider 1.")]


def test_tries_made_at_once_are_all_counted(engine: Engine, services: Services) -> None:
    def attempt(_number: int) -> type[Exception]:
        try:
            services.entering.sign_in("ANN", WRONG)
        except (WrongPassword, TooManyTries) as error:
            return type(error)
        raise AssertionError("a wrong password was taken")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(FREE_TRIES + 3)))

    assert answers.count(WrongPassword) == FREE_TRIES - 1
    assert engine.services is services
