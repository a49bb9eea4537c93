"""Ways to look without seeing, to find out whether the integrity suite notices."""

from collections.abc import Callable

from message_centre.services.auditing import Auditor
from message_centre.store import trail


def _sizes_only() -> None:
    """The check is content with a file of the right size."""
    compared = Auditor._compared

    def careless(self: Auditor, record: object) -> tuple[str, str]:
        problem, words = compared(self, record)  # type: ignore[arg-type] # handed on as it came
        return ("", "") if problem == "wrong-bytes" else (problem, words)

    Auditor._compared = careless  # type: ignore[method-assign] # a fault is put in


def _chain_believed() -> None:
    """A trail whose chain holds is believed, whatever was seen of it before."""
    trail._unlike = lambda connection, seen, count: None  # a fault is put in


FAULTS: dict[str, Callable[[], None]] = {
    "sizes-only": _sizes_only,
    "chain-believed": _chain_believed,
}
