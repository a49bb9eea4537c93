"""What Setup asks of the services, on a lane: loading, saving, and who is signed in."""

from collections.abc import Mapping
from dataclasses import dataclass

from message_centre.domain.errors import MessageCentreError, VaultLocked
from message_centre.domain.files import SourceKind
from message_centre.domain.people import Operator, Provider
from message_centre.domain.settings import locate
from message_centre.domain.sign_ins import SIGN_IN_DRIVES, OwnedDrive
from message_centre.services.bundle import Services
from message_centre.services.configuring import KEPT
from message_centre.services.signing_in import SigningIn
from message_centre.services.work import CancelToken, Report
from message_centre.ui.setup.draft import Change
from message_centre.ui.setup.people import Desk, SignedState

_FLEETING = "This computer keeps no secrets: what you entered is forgotten when the program ends."


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the window is opened with."""

    operators: tuple[Operator, ...]
    providers: tuple[Provider, ...]
    values: Mapping[str, str]
    signed: Mapping[SourceKind, SignedState]


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one change: the value that counts now, or why it was not saved."""

    change: Change
    now: str = ""
    problem: str = ""
    warning: str = ""


def load(services: Services, desk: Desk, token: CancelToken, report: Report) -> Loaded:
    """People, the values of who sits here, and what is signed in."""
    people = services.people
    return Loaded(
        tuple(one for one in people.operators() if one.is_active),
        tuple(one for one in people.providers() if one.is_active),
        values_of(services, desk.operator, token, report),
        signed_states(services.signing_in, desk, token, report),
    )


def values_of(
    services: Services, operator: str, _token: CancelToken, _report: Report
) -> Mapping[str, str]:
    """Every setting that counts for an operator, by full key; a secret only as kept or not."""
    shown = services.configuring.show(operator)
    return {locate(key, operator=operator).full_key: value for key, value in shown}


def signed_states(
    signing_in: SigningIn, desk: Desk, _token: CancelToken, _report: Report
) -> Mapping[SourceKind, SignedState]:
    """The sign-ins of who sits here, and where a drive is not allowed."""
    return {kind: _state(signing_in, _drive(kind, desk)) for kind in SIGN_IN_DRIVES}


def save(
    services: Services,
    changes: tuple[Change, ...],
    operator: Operator,
    _token: CancelToken,
    _report: Report,
) -> tuple[Ended, ...]:
    """Save each change by itself; one that is refused does not keep the others back."""
    return tuple(_save(services, change, operator) for change in changes)


def sign_out(
    services: Services,
    kind: SourceKind,
    who: tuple[Desk, Operator],
    _token: CancelToken,
    _report: Report,
) -> None:
    """Forget a drive's sign-in on this workstation."""
    desk, operator = who
    services.signing_in.sign_out(_drive(kind, desk), operator)


def _save(services: Services, change: Change, operator: Operator) -> Ended:
    configuring = services.configuring
    try:
        if change.secret is None:
            return Ended(change, configuring.set(change.key, change.value, operator=operator)[1])
        lasts = configuring.set_secret(change.key, change.secret, operator=operator)
    except MessageCentreError as error:
        return Ended(change, problem=error.detail)
    now = KEPT if change.secret else ""
    return Ended(change, now, warning="" if lasts else _FLEETING)


def _drive(kind: SourceKind, desk: Desk) -> OwnedDrive:
    return OwnedDrive(kind, desk.operator if kind is SourceKind.DROPBOX else desk.provider)


def _state(signing_in: SigningIn, drive: OwnedDrive) -> SignedState:
    refusal = signing_in.refusal(drive.kind)
    try:
        return SignedState(signing_in.is_signed_in(drive), refusal)
    except VaultLocked as error:
        return SignedState(False, refusal, f"{error.detail}. {error.advice}")
