"""Secrets that cannot be shown by mistake."""

from typing import NoReturn


class Secret:
    """A password, key or token. Only `reveal` gives it away; text of any kind shows stars."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself; never log it, never put it into an error."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        # Whatever writes objects down (copies for other processes, caches, dumps) must not write these.
        raise TypeError("a secret cannot be written down")


#: Stands where none is known.
NO_SECRET = Secret("")
