"""May this operator do this for this provider?"""

from message_centre.domain.errors import NotPermitted
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.ports import People

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
        """The active operator with this id.

        Raises:
            NotPermitted: there is none.
        """
        found = next((one for one in self._people.operators() if one.id == operator_id), None)
        if found is None or not found.is_active:
            raise NotPermitted(f"There is no active operator {operator_id!r}.")
        return found

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
