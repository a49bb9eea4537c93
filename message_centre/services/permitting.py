"""May this operator do this for this provider?"""

from message_centre.domain.errors import NotPermitted
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.ports import People

_FIRST, _FIRST_PROVIDER = "ADM", "1"
_DEEDS = {
    Right.SEE_EXT: "see the Ext list",
    Right.SAVE: "save files",
    Right.CORRECT: "withdraw or reassign",
    Right.BULK_IMPORT: "import in bulk",
    Right.AUTO_IMPORT: "import automatically",
    Right.SET_UP: "change settings",
    Right.SEE_TRAIL: "see the trail",
}


class Permitting:
    """Answers from the rights on record, read anew each time: a right withdrawn counts at once."""

    def __init__(self, people: People) -> None:
        self._people = people

    def operator(self, operator_id: str) -> Operator:
        """The active operator with this id; without an id the one who is at work by default.

        That is the first operator of a fresh record, or else the first active one by id.

        Raises:
            NotPermitted: there is none.
        """
        active = [one for one in self._people.operators() if one.is_active]
        found = [one for one in active if one.id == (operator_id or _FIRST)]
        if not operator_id:
            found += active
        if not found:
            raise NotPermitted(f"There is no active operator {operator_id or _FIRST!r}.")
        return found[0]

    def providers(self) -> tuple[str, ...]:
        """The number of every provider."""
        return tuple(one.number for one in self._people.providers())

    def provider(self, operator: Operator, right: Right) -> str:
        """The number of the first active provider for whom the operator holds the right, or "1"."""
        numbers = [one.number for one in self._people.providers() if one.is_active]
        return next((number for number in numbers if operator.may(right, number)), _FIRST_PROVIDER)

    def require(self, operator_id: str, right: Right, provider: str) -> Operator:
        """The operator, who may do this. `*` as provider asks for the right on the whole practice.

        Raises:
            NotPermitted: the operator is unknown, inactive or lacks the right.
        """
        operator = self.operator(operator_id)
        if not operator.may(right, provider):
            where = "the practice" if provider == EVERY_PROVIDER else f"provider {provider}"
            raise NotPermitted(f"Operator {operator.id} may not {_DEEDS[right]} for {where}.")
        return operator
