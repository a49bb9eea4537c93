"""Signing in to a drive: the steps of an attempt, and where signing in is not allowed at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from message_centre.domain.files import SourceKind

#: The drives that a person signs in to, as people call them.
SIGN_IN_DRIVES = {SourceKind.DROPBOX: "Dropbox", SourceKind.ONEDRIVE: "OneDrive"}


class Step(StrEnum):
    """How far signing in to a drive has come."""

    NOT_ALLOWED = "not-allowed"
    SIGNED_OUT = "signed-out"
    OPENING = "opening"
    WAITING = "waiting"
    EXCHANGING = "exchanging"
    CONNECTED = "connected"
    FAILED = "failed"
    ABANDONED = "abandoned"

    @property
    def is_running(self) -> bool:
        """Whether an attempt is under way."""
        return self in {Step.OPENING, Step.WAITING, Step.EXCHANGING}


@dataclass(frozen=True, slots=True)
class OwnedDrive:
    """One sign-in's drive: an operator's Dropbox (by id) or a provider's OneDrive (by number)."""

    kind: SourceKind
    owner: str

    @property
    def name(self) -> str:
        """What people call the drive."""
        return SIGN_IN_DRIVES[self.kind]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where the sign-in of a drive stands, with what is to be told of it.

    `warning` is what a person has to know although it worked. While it waits, `address` is the page to
    approve on and `seconds_left` the time to do so. Signing in by a code, `code` is what a person enters on
    that page, or `wants_code` says that the page shows one which is to be entered here.
    """

    drive: OwnedDrive
    step: Step
    detail: str = ""
    warning: str = ""
    attempt: str = ""
    address: str = field(default="", repr=False)
    seconds_left: float = 0.0
    code: str = field(default="", repr=False)
    wants_code: bool = False


def hosting_domain(computers: Iterable[str], domains: Iterable[str]) -> str:
    """The first of `domains` that one of the computer's full names lies in, or empty.

    Compared by whole labels, whatever their case: `ts1.incloud.clinic` is in `incloud.clinic`,
    `myincloud.clinic` is not.
    """
    names = [_labels(name) for name in computers]
    for domain in domains:
        labels = _labels(domain)
        if labels and any(name[-len(labels) :] == labels for name in names):
            return domain
    return ""


def _labels(name: str) -> list[str]:
    return [label for label in name.lower().split(".") if label]
