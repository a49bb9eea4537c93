"""May this operator do this for this provider? And is it really they who sit here?"""

from collections.abc import Sequence
from typing import Protocol

from message_centre.domain.errors import NotPermitted, NotSignedIn
from message_centre.domain.people import EVERY_PROVIDER, Operator, Right
from message_centre.services.ports import Passwords, People, Trail

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
#: Whoever handles files of patients may look them up and see what is on record.
LOOKING = (Right.SEE_EXT, Right.SAVE, Right.CORRECT)


class Guard(Protocol):
    """Asked before something of the practice is shown or changed."""

    def __call__(self, *rights: Right) -> object:
        """Raise `NotPermitted` or `NotSignedIn` unless who sits here holds one of the rights."""


def open_to_all(*rights: Right) -> None:
    """The guard of parts that stand alone: whoever puts them together has asked already."""
    del rights


class Permitting:
    """Answers from the record, read anew each time: a right withdrawn counts at once.

    Where an operator of the practice has a password, only operators who gave theirs to this run of the
    program may do anything. Work that somebody began goes on after the next one has sat down, so a run
    remembers everybody who signed in; `sits` names the one who sits here now.

    Every refusal is told to the trail: the deed, and for whom it was refused.
    """

    def __init__(
        self, people: People, passwords: Passwords | None = None, trail: Trail | None = None
    ) -> None:
        self._people = people
        self._passwords = passwords
        self._trail = trail
        self._proven: frozenset[str] = frozenset()
        self._noted: frozenset[tuple[str, str]] = frozenset()
        self._sits = ""

    @property
    def is_guarded(self) -> bool:
        """Whether an active operator has a password, so that everybody has to sign in."""
        holders = self._passwords.holders() if self._passwords else frozenset()
        return bool(holders) and any(
            one.is_active and one.id in holders for one in self._people.operators()
        )

    def may_enter(self, operator_id: str) -> bool:
        """Whether this operator could sign in now: has a password, or nobody needs one."""
        holders = self._passwords.holders() if self._passwords else frozenset()
        return operator_id in holders or not self.is_guarded

    @property
    def sits(self) -> Operator | None:
        """Who sits here: who signed in last, or where nobody has a password the usual operator."""
        if not self._sits and self.is_guarded:
            return None
        try:
            return self.operator(self._sits)
        except NotPermitted:
            return None

    def sit_down(self, operator_id: str) -> None:
        """This operator proved who they are, or need not; everything shown is for them from now on."""
        self._proven |= {operator_id}
        self._sits = operator_id

    def get_up(self) -> None:
        """Nobody sits here any more; what was begun may still be finished."""
        self._sits = ""

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
            NotSignedIn: the operator has not given the password.
        """
        operator = self._proven_operator(operator_id, _DEEDS[right])
        if not operator.may(right, provider):
            where = "the practice" if provider == EVERY_PROVIDER else f"provider {provider}"
            words = f"Operator {operator.id} may not {_DEEDS[right]} for {where}."
            self._refuse(operator.id, words)
            raise NotPermitted(words)
        return operator

    def require_here(self, *rights: Right) -> Operator:
        """Who sits here, if they hold one of the rights for any provider. Implements `Guard`.

        Raises:
            NotPermitted, NotSignedIn
        """
        operator = self.sits
        if operator is None:
            self._refuse("", f"Nobody has signed in, so nobody may {_deeds(rights)}.")
            raise NotSignedIn("Nobody has signed in.")
        if not any(map(operator.holds, rights)):
            words = f"Operator {operator.id} may not {_deeds(rights)} for any provider."
            self._refuse(operator.id, words)
            raise NotPermitted(words)
        return operator

    def allows(self, operator: Operator, right: Right, provider: str) -> bool:
        """As `require`, for what is asked again and again: a refusal is told once a run."""
        try:
            self._prove(operator.id)
            # Read anew: whoever asks may have sat here since before the right was withdrawn.
            is_allowed = self.operator(operator.id).may(right, provider)
        except (NotPermitted, NotSignedIn):
            is_allowed = False
        if not is_allowed:
            words = f"Operator {operator.id} may not {_DEEDS[right]} for provider {provider}."
            self._refuse_once(operator.id, words)
        return is_allowed

    def allows_here(self, *rights: Right) -> bool:
        """As `require_here`, for what is asked again and again: a refusal is told once a run."""
        operator = self.sits
        is_allowed = operator is not None and any(map(operator.holds, rights))
        if not is_allowed:
            who = operator.id if operator else ""
            self._refuse_once(who, f"Operator {who or 'nobody'} may not {_deeds(rights)}.")
        return is_allowed

    def require_sign_in(self, operator_id: str, deed: str) -> Operator:
        """The operator, for what everybody who works here may do; `deed` says what, after "may not".

        Raises:
            NotPermitted: the operator is unknown or inactive.
            NotSignedIn: the operator has not given the password.
        """
        return self._proven_operator(operator_id, deed)

    def _proven_operator(self, operator_id: str, deed: str) -> Operator:
        try:
            operator = self.operator(operator_id)
        except NotPermitted:
            # An id that is none may be anything that was typed, and is not written down.
            self._refuse("", f"An operator who is unknown or inactive may not {deed}.")
            raise
        try:
            self._prove(operator.id)
        except NotSignedIn:
            self._refuse(operator.id, f"Without signing in nobody may {deed}.")
            raise
        return operator

    def _prove(self, operator_id: str) -> None:
        if operator_id not in self._proven and self.is_guarded:
            raise NotSignedIn(f"Operator {operator_id} has not signed in.")

    def _refuse(self, operator_id: str, words: str) -> None:
        if self._trail is not None:
            self._trail.add("refused", operator=operator_id, detail=words)

    def _refuse_once(self, operator_id: str, words: str) -> None:
        if (operator_id, words) not in self._noted:
            self._noted |= {(operator_id, words)}
            self._refuse(operator_id, words)


def _deeds(rights: Sequence[Right]) -> str:
    return " or ".join(_DEEDS[right] for right in rights)
