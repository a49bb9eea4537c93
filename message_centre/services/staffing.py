"""Changes who works here: operators, their rights, and providers."""

from dataclasses import replace

from message_centre.domain.errors import FixTheInput
from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.shelving import shelf_path
from message_centre.services.permitting import Permitting
from message_centre.services.ports import People, Trail

_ADMINISTRATION = (Right.SET_UP, EVERY_PROVIDER)


class Staffing:
    """Every change needs the right to set up the practice, and is told to the trail."""

    def __init__(self, people: People, trail: Trail, permitting: Permitting | None = None) -> None:
        self._people = people
        self._trail = trail
        self._permitting = permitting or Permitting(people)

    def save_provider(self, provider: Provider, *, by: str) -> Provider:
        """Add a provider, or rename the one with this number.

        Raises:
            FixTheInput: the number cannot name a folder of the store, there is no name, or no active
                provider would be left.
            NotPermitted
        """
        self._permitting.require(by, Right.SET_UP, EVERY_PROVIDER)
        _check_identifier("A provider's number", provider.number)
        _check_name("provider", provider.name)
        others = [one for one in self._people.providers() if one.number != provider.number]
        if not any(one.is_active for one in (*others, provider)):
            raise FixTheInput("One provider must be left who works here.")
        self._people.save_provider(provider)
        standing = "" if provider.is_active else " (inactive)"
        self._tell(by, f"provider {provider.number}{standing}")
        return provider

    def save_operator(self, operator: Operator, *, by: str) -> Operator:
        """Add an operator, or replace the one with this id.

        Raises:
            FixTheInput: the id or name cannot be, a right names an unknown provider, or nobody who
                may set up the practice, and can sign in, would be left.
            NotPermitted
        """
        self._permitting.require(by, Right.SET_UP, EVERY_PROVIDER)
        _check_identifier("An operator's id", operator.id)
        _check_name("operator", operator.name)
        self._check_rights(operator)
        others = [one for one in self._people.operators() if one.id != operator.id]
        administrators = [one for one in (*others, operator) if one.may(*_ADMINISTRATION)]
        if not any(self._permitting.may_enter(one.id) for one in administrators):
            raise FixTheInput("Somebody must be left who may set up the practice and can sign in.")
        self._people.save_operator(operator)
        held = ", ".join(f"{right} @ {number}" for number, right in sorted(operator.rights))
        standing = "active" if operator.is_active else "inactive"
        self._tell(by, f"operator {operator.id} ({standing}): {held or 'no rights'}")
        return operator

    def _check_rights(self, operator: Operator) -> None:
        known = {provider.number for provider in self._people.providers()} | {EVERY_PROVIDER}
        unknown = sorted({number for number, _ in operator.rights} - known)
        if unknown:
            raise FixTheInput(f"There is no provider {unknown[0]!r}.")

    def _tell(self, by: str, detail: str) -> None:
        self._trail.add("settings", operator=by, detail=detail)


def with_rights(
    operator: Operator, *, grant: frozenset[tuple[str, Right]], revoke: frozenset[tuple[str, Right]]
) -> Operator:
    """The operator with these rights more and those fewer.

    Raises:
        FixTheInput: a right for one provider is to go while it is held for every provider.
    """
    rights = operator.rights | grant
    for number, right in sorted(revoke):
        if number != EVERY_PROVIDER and (EVERY_PROVIDER, right) in rights:
            raise FixTheInput(
                f"{operator.id} holds {right.value!r} for every provider. Revoke that first."
            )
    return replace(operator, rights=rights - revoke)


def _check_identifier(what: str, text: str) -> None:
    try:
        # The strictest place where it will stand is a folder's name in the store.
        shelf_path(text, "00", "")
    except ValueError as error:
        raise FixTheInput(
            f"{what} has 1 to 32 letters, digits and hyphens, and begins with a letter or digit."
        ) from error


def _check_name(what: str, text: str) -> None:
    if not text.strip() or not text.isprintable():
        raise FixTheInput(f"The {what} needs a name of printable characters.")
