"""Internal messages: who gets them, who sees what they are about, and how they stand."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from message_centre.domain.errors import IncompleteOrder, NotPermitted, NotSignedIn, UnknownRecord
from message_centre.domain.messages import Draft, LinkedItem, Message
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.secrets import Secret
from message_centre.services.bundle import Services
from message_centre.services.messaging import found_among
from message_centre.services.naming import new_id
from tests.support.engine import JANE, MARY, Engine

BEA = Operator("BEA", "Bea Desk", rights=frozenset({("1", Right.SEE_EXT)}))
CAL = Operator("CAL", "Cal Elsewhere", rights=frozenset({("2", Right.SAVE)}))
PRIVATE = "Please call her husband first"


@pytest.fixture
def services(engine: Engine) -> Services:
    """Two colleagues beside ADM: one of this provider's, one of another's."""
    made = engine.services
    made.staffing.save_provider(Provider("2", "Elsewhere"), by="ADM")
    for operator in (BEA, CAL):
        made.staffing.save_operator(operator, by="ADM")
    return made


def draft(*recipients: str, text: str = PRIVATE, sender: str = "ADM", **more: object) -> Draft:
    return replace(Draft(new_id(), sender, recipients or ("BEA",), text), **more)  # type: ignore[arg-type] # any field


def about(engine: Engine, name: str = "a.jpg") -> LinkedItem:
    engine.put(name)
    return LinkedItem(JANE.id, engine.save(name, title="Left knee").record_id)


def inbox(services: Services, operator: str) -> list[Message]:
    return [one for all_ in services.messenger.mailbox(operator).conversations for one in all_]


def test_a_message_reaches_its_recipients_and_nobody_else(services: Services) -> None:
    services.messenger.send(draft("BEA", is_urgent=True))

    (message,) = inbox(services, "BEA")
    assert (message.text, message.sender_name, message.is_urgent) == (
        PRIVATE,
        "Administrator",
        True,
    )
    assert message.is_unseen
    assert services.messenger.mailbox("BEA").counts.unseen == 1
    assert inbox(services, "CAL") == []
    (mine,) = inbox(services, "ADM")
    assert mine.is_mine
    assert not mine.is_unseen


def test_sending_the_same_draft_again_is_the_same_message(services: Services) -> None:
    one = draft("BEA")
    first, again = services.messenger.send(one), services.messenger.send(one)
    assert first == again
    assert len(inbox(services, "BEA")) == 1


def test_seeing_it_is_noted_once_and_told_to_the_sender(services: Services) -> None:
    sent = services.messenger.send(draft("BEA", "CAL"))
    services.messenger.mark_seen("BEA", [sent.id])
    (before,) = inbox(services, "BEA")
    services.messenger.mark_seen("BEA", [sent.id])
    (after,) = inbox(services, "BEA")

    assert before.seen_at == after.seen_at is not None
    assert services.messenger.mailbox("BEA").counts.unseen == 0
    assert services.messenger.mailbox("CAL").counts.unseen == 1
    (mine,) = inbox(services, "ADM")
    assert {one.operator: one.seen_at is not None for one in mine.recipients} == {
        "BEA": True,
        "CAL": False,
    }


def test_replies_are_a_conversation_of_all_who_take_part(services: Services) -> None:
    first = services.messenger.send(draft("BEA", "CAL"))
    answer = services.messenger.reply(first.id, draft_id=new_id(), operator="BEA", text="I will")

    assert {one.operator for one in answer.recipients} == {"ADM", "CAL"}
    for operator in ("ADM", "BEA", "CAL"):
        (conversation,) = services.messenger.mailbox(operator).conversations
        assert [one.text for one in conversation] == [PRIVATE, "I will"]
    assert services.messenger.mailbox("ADM").counts.unseen == 1


def test_who_left_gets_no_reply_and_no_message(services: Services) -> None:
    first = services.messenger.send(draft("BEA", "CAL"))
    services.staffing.save_operator(replace(CAL, is_active=False), by="ADM")

    answer = services.messenger.reply(first.id, draft_id=new_id(), operator="BEA", text="I will")
    assert [one.operator for one in answer.recipients] == ["ADM"]
    with pytest.raises(IncompleteOrder, match="CAL"):
        services.messenger.send(draft("CAL"))
    with pytest.raises(NotPermitted):
        services.messenger.mailbox("CAL")


def test_nobody_reads_answers_or_ends_what_is_not_theirs(services: Services) -> None:
    sent = services.messenger.send(draft("BEA", due=date(2026, 1, 2)))
    with pytest.raises(UnknownRecord):
        services.messenger.reply(sent.id, draft_id=new_id(), operator="CAL", text="What is it?")
    for operator in ("CAL", "ADM"):
        with pytest.raises(UnknownRecord):
            services.messenger.mark_done(operator, sent.id, is_done=True)
    services.messenger.mark_seen("CAL", [sent.id])
    assert services.messenger.mailbox("BEA").counts.unseen == 1


def test_tasks_stand_by_their_day_until_they_are_done(services: Services) -> None:
    today = services.clock.now().date()
    for days in (3, -2, 0):
        services.messenger.send(draft("BEA", due=today + timedelta(days), text=f"in {days}"))
    tasks = services.messenger.mailbox("BEA").tasks

    assert [one.text for one in tasks] == ["in -2", "in 0", "in 3"]
    counts = services.messenger.mailbox("BEA").counts
    assert (counts.open_tasks, counts.overdue) == (3, 1)

    services.messenger.mark_done("BEA", tasks[0].id, is_done=True)
    counts = services.messenger.mailbox("BEA").counts
    assert (counts.open_tasks, counts.overdue) == (2, 0)
    services.messenger.mark_done("BEA", tasks[0].id, is_done=False)
    assert services.messenger.mailbox("BEA").counts.overdue == 1
    assert services.messenger.mailbox("ADM").tasks == ()


def test_an_open_task_is_never_too_old_to_be_listed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_centre.services.messaging.NEWEST", 2)
    task = services.messenger.send(draft("BEA", due=date(2026, 1, 2)))
    for number in range(4):
        services.messenger.send(draft("BEA", text=f"{number}"))

    assert [one.text for one in inbox(services, "BEA")] == ["3", "2", PRIVATE]
    services.messenger.mark_done("BEA", task.id, is_done=True)
    assert [one.text for one in inbox(services, "BEA")] == ["3", "2"]


def test_what_it_is_about_opens_only_with_the_right(services: Services, engine: Engine) -> None:
    item = about(engine)
    sent = services.messenger.send(draft("BEA", "CAL", item=item))

    (for_bea,) = inbox(services, "BEA")
    assert for_bea.item is not None
    assert for_bea.item.label == f"Left knee: {JANE.label}"
    assert services.messenger.open_item("BEA", sent.id) == (JANE, item.record_id)

    (for_cal,) = inbox(services, "CAL")
    assert for_cal.item is not None
    assert (for_cal.item.label, for_cal.item.may_open) == ("", False)
    assert "SMITH" not in repr(for_cal)
    with pytest.raises(NotPermitted):
        services.messenger.open_item("CAL", sent.id)
    told = {one.operator: one.may_open for one in services.messenger.recipients("ADM", item)}
    assert told == {"ADM": True, "BEA": True, "CAL": False}


def test_nobody_links_what_they_may_not_see(services: Services, engine: Engine) -> None:
    item = about(engine)
    with pytest.raises(NotPermitted):
        services.messenger.send(draft("BEA", sender="CAL", item=item))
    with pytest.raises(UnknownRecord):
        services.messenger.send(draft("BEA", item=LinkedItem(JANE.id, "nothing")))
    assert services.messenger.describe("CAL", item).label == ""
    assert inbox(services, "BEA") == []


def test_a_patient_alone_can_be_linked(services: Services) -> None:
    sent = services.messenger.send(draft("BEA", item=LinkedItem(JANE.id)))
    assert sent.item is not None
    assert sent.item.label == JANE.label
    assert services.messenger.open_item("BEA", sent.id) == (JANE, "")


def test_an_item_that_was_withdrawn_says_so(services: Services, engine: Engine) -> None:
    item = about(engine)
    services.messenger.send(draft("BEA", item=item))
    services.corrector.withdraw(item.record_id, operator="ADM", reason="wrong patient")
    (message,) = inbox(services, "BEA")
    assert message.item is not None
    assert message.item.is_withdrawn


def test_the_trail_tells_who_was_told_of_whom_and_never_what(
    services: Services, engine: Engine
) -> None:
    item = about(engine)
    services.messenger.send(draft("BEA", "CAL", item=item))
    services.messenger.send(draft("BEA"))

    (entry,) = (one for one in services.trail.entries() if one.action == "message")
    assert (entry.operator, entry.record_id, entry.patient_id) == ("ADM", item.record_id, JANE.id)
    assert entry.detail == "to BEA, CAL"
    assert PRIVATE not in "".join(one.detail for one in services.trail.entries())
    assert services.trail.verify()[1] is None


def test_no_text_of_a_message_comes_into_a_log(services: Services, engine: Engine) -> None:
    sent = services.messenger.send(draft("BEA", item=about(engine)))
    services.messenger.reply(sent.id, draft_id=new_id(), operator="BEA", text=f"{PRIVATE}, yes")
    logs = [path for path in Path(engine.home, "logs").rglob("*") if path.is_file()]
    assert logs
    for log in logs:
        assert PRIVATE.encode() not in log.read_bytes()


def test_favourites_come_first_and_are_each_operators_own(services: Services) -> None:
    services.messenger.set_favourite("ADM", "CAL", is_wanted=True)
    services.messenger.set_favourite("ADM", "CAL", is_wanted=True)

    assert [one.operator for one in services.messenger.recipients("ADM")] == ["CAL", "ADM", "BEA"]
    assert not any(one.is_favourite for one in services.messenger.recipients("BEA"))
    services.messenger.set_favourite("ADM", "CAL", is_wanted=False)
    assert not any(one.is_favourite for one in services.messenger.recipients("ADM"))


def test_recipients_are_found_by_any_word_of_name_or_id(services: Services) -> None:
    everybody = services.messenger.recipients("ADM")
    assert [one.operator for one in found_among(everybody, "else cal")] == ["CAL"]
    assert [one.operator for one in found_among(everybody, "bEÁ")] == ["BEA"]
    assert found_among(everybody, "") == everybody


def test_the_stamp_changes_with_everything_a_window_shows(services: Services) -> None:
    messenger, stamps = services.messenger, [services.messenger.stamp("ADM")]
    sent = messenger.send(draft("BEA", due=date(2026, 1, 2)))
    stamps.append(messenger.stamp("ADM"))
    messenger.mark_seen("BEA", [sent.id])
    stamps.append(messenger.stamp("ADM"))
    messenger.mark_done("BEA", sent.id, is_done=True)
    stamps.append(messenger.stamp("ADM"))
    messenger.reply(sent.id, draft_id=new_id(), operator="BEA", text="Done")
    stamps.append(messenger.stamp("ADM"))
    assert len(set(stamps)) == len(stamps)
    messenger.mark_seen("BEA", [sent.id])
    assert messenger.stamp("ADM") == stamps[-1]


def test_a_source_file_leads_to_its_record_wherever_that_was_moved(
    services: Services, engine: Engine
) -> None:
    engine.put("a.jpg")
    key = engine.files()["a.jpg"].key
    assert services.records.filed_from(key) is None
    saved = engine.save("a.jpg")
    found = services.records.filed_from(key)
    assert found is not None
    assert found.id == saved.record_id

    moved = services.corrector.reassign(
        saved.record_id, patient_id=MARY.id, operator="ADM", reason="wrong patient"
    )
    found = services.records.filed_from(key)
    assert found is not None
    assert (found.id, found.patient_id) == (moved.record_id, MARY.id)
    services.corrector.withdraw(moved.record_id, operator="ADM", reason="not wanted")
    assert services.records.filed_from(key) is None


def test_where_operators_have_passwords_nobody_reads_or_writes_for_another(
    services: Services,
) -> None:
    services.entering.set_password("ADM", Secret("correct horse battery"), by="ADM")

    for act in (
        lambda: services.messenger.mailbox("BEA"),
        lambda: services.messenger.send(draft("ADM", sender="BEA")),
        lambda: services.messenger.recipients("BEA"),
        lambda: services.messenger.mark_seen("BEA", ["any"]),
    ):
        with pytest.raises(NotSignedIn):
            act()
