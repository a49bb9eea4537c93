"""Operators, providers and rights: who may do what, for whom."""

from dataclasses import dataclass
from enum import StrEnum

#: Stands for every provider in a granted right.
EVERY_PROVIDER = "*"


class Right(StrEnum):
    """What an operator may do for a provider."""

    SEE_EXT = "see-ext"
    SAVE = "save"
    CORRECT = "correct"
    BULK_IMPORT = "bulk-import"
    AUTO_IMPORT = "auto-import"
    SET_UP = "set-up"
    SEE_TRAIL = "see-trail"


#: These are about the whole practice: held for one provider alone they allow nothing.
OF_THE_PRACTICE = frozenset({Right.SET_UP, Right.SEE_TRAIL})


@dataclass(frozen=True, slots=True)
class Provider:
    """The specialist the record belongs to; `number` names the store's folder."""

    number: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is at the keyboard. `rights` holds (provider number or `*`, right) pairs."""

    id: str
    name: str
    is_active: bool = True
    rights: frozenset[tuple[str, Right]] = frozenset()

    def may(self, right: Right, provider: str) -> bool:
        """Whether this operator holds `right` for the provider with that number."""
        if not self.is_active:
            return False
        return (provider, right) in self.rights or (EVERY_PROVIDER, right) in self.rights

    def holds(self, right: Right) -> bool:
        """Whether this operator holds `right` for any provider, or the practice where it is about that."""
        wide = self.may(right, EVERY_PROVIDER)
        if right in OF_THE_PRACTICE or not self.is_active:
            return wide
        return wide or any(held is right for _, held in self.rights)


ALL_RIGHTS = frozenset((EVERY_PROVIDER, right) for right in Right)
