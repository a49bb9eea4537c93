"""Where a drive may not be used at all: Dropbox on a workstation that a hosting company runs."""

from collections.abc import Callable, Iterable

from message_centre.domain.errors import NotAllowedHere
from message_centre.domain.files import SourceKind
from message_centre.domain.sign_ins import SIGN_IN_DRIVES, hosting_domain

_REFUSED = frozenset({SourceKind.DROPBOX})


class Hosting:
    """Decides by this computer's own names and the administrator's list, before anything is opened."""

    def __init__(
        self, computers: Callable[[], Iterable[str]], domains: Callable[[], Iterable[str]]
    ) -> None:
        self._computers = computers
        self._domains = domains

    def refusal(self, kind: SourceKind) -> str:
        """Why this kind of drive is not allowed here, or empty."""
        if kind not in _REFUSED:
            return ""
        domain = hosting_domain(self._computers(), self._domains())
        if not domain:
            return ""
        return (
            f"Connections to {SIGN_IN_DRIVES[kind]} are not allowed for applications hosted in"
            f" {domain}."
        )

    def check(self, kind: SourceKind) -> None:
        """Raise `NotAllowedHere` where this kind of drive is not allowed."""
        if refusal := self.refusal(kind):
            raise NotAllowedHere(refusal)
