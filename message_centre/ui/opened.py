"""A home that was opened, and who sits down at it."""

from dataclasses import dataclass, field, replace

from message_centre.domain.errors import MessageCentreError
from message_centre.domain.people import Operator, Provider, Right
from message_centre.services.bundle import Services


@dataclass(frozen=True)
class Opened:
    """A home that was opened, and who sits down at it."""

    services: Services = field(repr=False)
    operator: Operator
    providers: tuple[Provider, ...]
    provider: Provider
    problems: tuple[MessageCentreError, ...] = ()

    @property
    def choosable(self) -> tuple[Provider, ...]:
        """The active providers for whom the operator holds any right."""
        return tuple(
            one
            for one in self.providers
            if one.is_active and any(self.operator.may(right, one.number) for right in Right)
        )

    def working_for(self, number: str) -> "Opened":
        """The same for another of the providers, if the operator may work for them."""
        found = [one for one in self.choosable if one.number == number]
        return replace(self, provider=found[0]) if found else self


def opened_for(services: Services, operator: Operator) -> Opened:
    """What a window needs to know of whoever sits down; on a lane, since it asks the record."""
    number = services.permitting.provider(operator, Right.SEE_EXT)
    providers = tuple(services.people.providers())
    provider = next(one for one in providers if one.number == number)
    return Opened(services, operator, providers, provider, services.problems)
