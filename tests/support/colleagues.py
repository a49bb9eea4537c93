"""Colleagues of a small practice, and what they write to each other."""

from datetime import date

from message_centre.domain.messages import Draft, LinkedItem, Message
from message_centre.domain.people import Operator, Provider, Right
from message_centre.services.bundle import Services
from message_centre.services.naming import new_id

BEA = Operator("BEA", "Bea Desk", rights=frozenset({("1", Right.SAVE), ("1", Right.SEE_EXT)}))
CAL = Operator("CAL", "Cal Elsewhere", rights=frozenset({("2", Right.SAVE)}))


def add_colleagues(services: Services) -> None:
    """Bea works for the first provider, Cal for another one."""
    services.staffing.save_provider(Provider("2", "Elsewhere"), by="ADM")
    for operator in (BEA, CAL):
        services.staffing.save_operator(operator, by="ADM")


def write(
    services: Services,
    text: str,
    *to: str,
    by: str = "BEA",
    due: date | None = None,
    item: LinkedItem | None = None,
) -> Message:
    """One colleague writes to others."""
    return services.messenger.send(Draft(new_id(), by, to or ("ADM",), text, due=due, item=item))


def texts(services: Services, operator: str) -> list[str]:
    """What an operator was sent and wrote, conversation by conversation."""
    found = services.messenger.mailbox(operator).conversations
    return [message.text for conversation in found for message in conversation]
